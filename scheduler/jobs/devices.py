"""Jobs of the devices: who fell silent, what lasted too long, what came too late, the months of the history."""

from __future__ import annotations

import structlog

from backend import devices
from backend.devices.sweeping import BATCH, due_devices, set_device_aside
from scheduler.turn import Turn, repeat

log = structlog.get_logger(__name__)


async def sweep_devices(turn: Turn) -> int:
    """Look at every device whose time has come: with ten thousand of them only at those few."""
    async with turn.work.look() as uow:
        if not await devices.is_check_due(uow):
            return 0
    try:
        return await repeat(turn, devices.sweep_devices, BATCH)
    except Exception as error:
        log.error("devices.batch_failed", exc_info=error)
        return await _sweep_one_by_one(turn)


async def _sweep_one_by_one(turn: Turn) -> int:
    """Each device in a unit of work of its own; one that fails is set aside for a while and does not block the rest."""
    async with turn.work.look() as uow:
        due = await due_devices(uow)
    for device_id in due:
        try:
            async with turn.batch() as uow:
                await devices.sweep_devices(uow, only=device_id)
        except Exception as error:
            log.error("devices.set_aside", device=device_id, exc_info=error)
            async with turn.batch() as uow:
                await set_device_aside(uow, device_id)
    return len(due)


async def expire_commands(turn: Turn) -> int:
    """Give up commands that nobody wants to arrive any more."""
    async with turn.batch() as uow:
        return await devices.expire_commands(uow)


async def make_months(turn: Turn) -> int:
    """Make the partitions of the months to come."""
    async with turn.batch() as uow:
        return await devices.make_months(uow)
