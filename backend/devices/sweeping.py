"""What becomes due by time alone: devices that fall silent, conditions that only had to last, what has been missing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import exists, select, update

from backend.devices.commands import ask_device
from backend.devices.deciding import Deciding
from backend.devices.gateways import judge_gateway
from backend.devices.models import DeviceState
from backend.devices.silence import fall_silent, silent_from
from backend.devices.states import write_states
from backend.devices.telling import tell_findings, tell_silent
from backend.devices.watched import Watched, circumstances, watched_to_check
from backend.kernel.unit_of_work import UnitOfWork

BATCH = 200
"""Small, because each of them may raise an alert in the same transaction, and an SOS must not wait behind them."""

ASIDE = timedelta(minutes=5)


async def is_check_due(uow: UnitOfWork) -> bool:
    """Whether there is anything to sweep: asked before the write lock is taken."""
    found: bool | None = await uow.session.scalar(select(exists().where(DeviceState.check_at <= uow.now)))
    return bool(found)


async def due_devices(uow: UnitOfWork, limit: int = BATCH) -> Sequence[int]:
    """The ids of the devices that `sweep_devices` would look at."""
    due = select(DeviceState.id).where(DeviceState.check_at <= uow.now).order_by(DeviceState.check_at)
    return (await uow.session.scalars(due.limit(limit))).all()


async def set_device_aside(uow: UnitOfWork, device_id: int) -> None:
    """Look at this device again later: it failed by a fault of ours, and must not hold up the others."""
    again = update(DeviceState).where(DeviceState.id == device_id, DeviceState.check_at <= uow.now)
    await uow.session.execute(again.values(check_at=uow.now + ASIDE))


async def sweep_devices(uow: UnitOfWork, limit: int = BATCH, *, only: int | None = None) -> int:
    """Look at the devices whose time has come, at most `limit`, the longest due first; returns how many.

    One indexed query finds them, however many devices there are. A device that spoke meanwhile is only put off.
    """
    devices = await watched_to_check(uow, limit, only=only)
    if not devices:
        return 0
    around = await circumstances(uow, devices)
    swept = [(device, Deciding(around[device.id], device.memory(uow))) for device in devices]
    fallen = []
    for device, deciding in swept:
        last = device.health.last_seen_at
        deciding.let_time_pass(uow.now, last.timestamp() if last else 0)
        tell_findings(uow, device, deciding, received_at=uow.now)
        for kind in sorted(deciding.asks):
            await ask_device(uow, device, kind)
        due = silent_from(device.health, device.interval)
        if due is not None and due <= uow.now:
            fallen.append(device)
    await _tell_silent(uow, fallen)
    await write_states(uow, swept, is_sweep=True)
    return len(devices)


async def _tell_silent(uow: UnitOfWork, fallen: Sequence[Watched]) -> None:
    """First by gateway, so that a dead one makes one alarm; then everybody who stands alone."""
    by_gateway: dict[int, list[Watched]] = {}
    for device in fallen:
        if device.gateway_id is not None:
            by_gateway.setdefault(device.gateway_id, []).append(device)
    dead = {gateway_id for gateway_id, ones in sorted(by_gateway.items()) if await judge_gateway(uow, gateway_id, ones)}
    for device in fallen:
        tell_silent(uow, device, is_alone=device.gateway_id not in dead)
        device.health = fall_silent(device.health, uow.now)
