"""Gateways: when several devices fall silent together, one alarm stands for them all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from backend.devices.kinds import DeviceStatus
from backend.devices.models import Device, DeviceState, Gateway
from backend.devices.silence import Behind, is_gateway_dead
from backend.devices.telling import tell_gateway_back, tell_gateway_dead
from backend.devices.watched import Watched
from backend.kernel.unit_of_work import UnitOfWork


async def judge_gateway(uow: UnitOfWork, gateway_id: int, fallen: Sequence[Watched]) -> bool:
    """Whether the gateway of these devices, which just fell silent, is dead; says so once."""
    if fallen[0].is_gateway_silent:
        return True
    rows = await uow.session.execute(
        select(DeviceState.id, DeviceState.last_seen_at, Device.expected_interval_s, DeviceState.status)
        .join(Device, Device.id == DeviceState.id)
        .where(Device.gateway_id == gateway_id, Device.retired_at.is_(None))
    )
    just_now = {device.id for device in fallen}
    behind = [
        Behind(last, timedelta(seconds=interval), id_ in just_now or status is DeviceStatus.SILENT)
        for id_, last, interval, status in rows
    ]
    if not is_gateway_dead(behind, uow.now):
        return False
    died = await uow.session.execute(
        update(Gateway).where(Gateway.id == gateway_id, Gateway.silent_since.is_(None)).values(silent_since=uow.now)
    )
    if died.rowcount:  # type: ignore[attr-defined]  # a CursorResult: the statement is an update
        tell_gateway_dead(uow, fallen)
    return True


async def wake_gateways(uow: UnitOfWork, heard: Iterable[Watched]) -> None:
    """Somebody behind a dead gateway spoke: it lives. Who is still silent behind it is waited for once more."""
    speakers = {device.gateway_id: device for device in heard if device.is_gateway_silent}
    for gateway_id in sorted(id_ for id_ in speakers if id_ is not None):
        lives = await uow.session.execute(
            update(Gateway).where(Gateway.id == gateway_id, Gateway.silent_since.is_not(None)).values(silent_since=None)
        )
        if lives.rowcount:  # type: ignore[attr-defined]  # a CursorResult: the statement is an update
            tell_gateway_back(uow, speakers[gateway_id], uow.now)
            await _wait_again(uow, gateway_id)


async def _wait_again(uow: UnitOfWork, gateway_id: int) -> None:
    rows = await uow.session.execute(
        select(DeviceState.id, Device.expected_interval_s)
        .join(Device, Device.id == DeviceState.id)
        .where(Device.gateway_id == gateway_id, DeviceState.status == DeviceStatus.SILENT)
        .order_by(DeviceState.id)
    )
    waits = [{"id_": id_, "check_at_": uow.now + timedelta(seconds=interval)} for id_, interval in rows]
    if waits:
        again = (
            update(DeviceState.__table__)  # type: ignore[arg-type]  # a Table, though declared wider
            .where(DeviceState.id == bindparam("id_"), DeviceState.status == DeviceStatus.SILENT)
            .values(status=DeviceStatus.HEALTHY, silent_since=None, check_at=bindparam("check_at_"))
        )
        await (await uow.session.connection()).execute(again, waits)
