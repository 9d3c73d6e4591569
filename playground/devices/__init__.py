"""Simulated devices: each speaks its real protocol to whatever listens, and knows nothing of the product."""

from playground.devices.camera import Camera
from playground.devices.iw_watch import IwWatch
from playground.devices.manhole import ManholeCover
from playground.devices.septic import SepticTank
from playground.devices.smoke import SmokeAlarm
from playground.devices.watch import Watch

__all__ = ["Camera", "IwWatch", "ManholeCover", "SepticTank", "SmokeAlarm", "Watch"]
