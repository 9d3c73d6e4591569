"""Writes the states of devices back: all of a batch in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, update

from backend.devices.deciding import Deciding
from backend.devices.memory import written
from backend.devices.models import DeviceState
from backend.devices.observations import Kind
from backend.devices.silence import silent_from
from backend.devices.watched import Watched
from backend.kernel.unit_of_work import UnitOfWork

_state: Table = DeviceState.__table__  # type: ignore[assignment]
_COLUMNS = (
    "status",
    "last_seen_at",
    "silent_since",
    "silences",
    "heard_again",
    "healthy_since",
    "check_at",
    "battery",
    "memory_sealed",
)
_WRITE = (
    update(_state).where(_state.c.id == bindparam("id_")).values({name: bindparam(f"{name}_") for name in _COLUMNS})
)


async def write_states(uow: UnitOfWork, changed: Sequence[tuple[Watched, Deciding]], *, is_sweep: bool = False) -> None:
    """Write how these devices do and what is remembered of them.

    A sweep sets anew when it must look again. A batch only ever puts that forward: an index that every packet moved
    would cost more than a look in vain.
    """
    if changed:
        rows = [_row(uow, device, deciding, is_sweep=is_sweep) for device, deciding in changed]
        await (await uow.session.connection()).execute(_WRITE, rows)


def _row(uow: UnitOfWork, device: Watched, deciding: Deciding, *, is_sweep: bool) -> dict[str, Any]:
    health, reading = device.health, deciding.memory.latest.get(Kind.BATTERY.value)
    check_at = next_check(device, deciding, uow.now)
    if not is_sweep and device.check_at is not None:
        check_at = min(device.check_at, check_at) if check_at is not None else device.check_at
    return {
        "id_": device.id,
        "status_": health.status,
        "last_seen_at_": health.last_seen_at,
        "silent_since_": health.silent_since,
        "silences_": health.silences,
        "heard_again_": health.heard_again,
        "healthy_since_": health.healthy_since,
        "check_at_": check_at,
        "battery_": round(reading.value) if reading is not None else device.battery,
        "memory_sealed_": uow.vault.seal(written(deciding.memory)) if deciding.has_learnt else device.memory_sealed,
    }


def next_check(device: Watched, deciding: Deciding, now: datetime) -> datetime | None:
    """When the clock must look at this device, if nothing comes until then."""
    last = device.health.last_seen_at
    due = deciding.next_due(now, last.timestamp() if last else 0)
    moments = [datetime.fromtimestamp(due, UTC)] if due is not None else []
    silent = silent_from(device.health, device.interval)
    return min([*moments, silent] if silent is not None else moments, default=None)
