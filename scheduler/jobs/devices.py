"""Jobs of the devices: who fell silent, what lasted too long, what came too late, the months of the history."""

from __future__ import annotations

from backend import devices
from backend.devices.sweeping import BATCH
from scheduler.turn import Turn, repeat


async def sweep_devices(turn: Turn) -> int:
    """Look at every device whose time has come: with ten thousand of them only at those few."""
    async with turn.work.look() as uow:
        if not await devices.is_check_due(uow):
            return 0
    return await repeat(turn, devices.sweep_devices, BATCH)


async def expire_commands(turn: Turn) -> int:
    """Give up commands that nobody wants to arrive any more."""
    async with turn.batch() as uow:
        return await devices.expire_commands(uow)


async def make_months(turn: Turn) -> int:
    """Make the partitions of the months to come."""
    async with turn.batch() as uow:
        return await devices.make_months(uow)
