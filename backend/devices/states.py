"""Writes the states of devices back: all of a batch in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, bindparam, text, update

from backend.devices.columns import by_column, unnested
from backend.devices.deciding import Deciding
from backend.devices.memory import written
from backend.devices.models import DeviceState
from backend.devices.observations import Kind
from backend.devices.silence import silent_from
from backend.devices.watched import Watched
from backend.kernel.unit_of_work import UnitOfWork

_state: Table = DeviceState.__table__  # type: ignore[assignment]
_TYPES = {
    "id_": "bigint",
    "status": "varchar",
    "last_seen_at": "timestamptz",
    "silent_since": "timestamptz",
    "silences": "smallint",
    "heard_again": "smallint",
    "healthy_since": "timestamptz",
    "check_at": "timestamptz",
    "battery": "smallint",
    "memory_sealed": "text",
}
_COLUMNS = [name for name in _TYPES if name != "id_"]
_ON_SQLITE = update(_state).where(_state.c.id == bindparam("id_")).values({name: bindparam(name) for name in _COLUMNS})
_ON_POSTGRES = text(
    f"UPDATE device_state SET {', '.join(f'{name} = given.{name}' for name in _COLUMNS)}"  # noqa: S608 - names of ours
    f" FROM {unnested(_TYPES)} WHERE device_state.id = given.id_"
)


async def write_states(uow: UnitOfWork, changed: Sequence[tuple[Watched, Deciding]], *, is_sweep: bool = False) -> None:
    """Write how these devices do and what is remembered of them.

    A sweep sets anew when it must look again. A batch only ever puts that forward: an index that every packet moved
    would cost more than a look in vain.
    """
    if not changed:
        return
    rows = [_row(uow, device, deciding, is_sweep=is_sweep) for device, deciding in changed]
    connection = await uow.session.connection()
    if uow.is_sqlite:
        await connection.execute(_ON_SQLITE, rows)
    else:
        await connection.execute(_ON_POSTGRES, by_column(rows, _TYPES))


def _row(uow: UnitOfWork, device: Watched, deciding: Deciding, *, is_sweep: bool) -> dict[str, Any]:
    health, reading = device.health, deciding.memory.latest.get(Kind.BATTERY.value)
    check_at = next_check(device, deciding, uow.now)
    if not is_sweep and device.check_at is not None:
        check_at = min(device.check_at, check_at) if check_at is not None else device.check_at
    return {
        "id_": device.id,
        "status": health.status,
        "last_seen_at": health.last_seen_at,
        "silent_since": health.silent_since,
        "silences": health.silences,
        "heard_again": health.heard_again,
        "healthy_since": health.healthy_since,
        "check_at": check_at,
        "battery": round(reading.value) if reading is not None else device.battery,
        "memory_sealed": uow.vault.seal(written(deciding.memory)) if deciding.has_learnt else device.memory_sealed,
    }


def next_check(device: Watched, deciding: Deciding, now: datetime) -> datetime | None:
    """When the clock must look at this device, if nothing comes until then."""
    last = device.health.last_seen_at
    due = deciding.next_due(now, last.timestamp() if last else 0)
    moments = [datetime.fromtimestamp(due, UTC)] if due is not None else []
    silent = silent_from(device.health, device.interval)
    return min([*moments, silent] if silent is not None else moments, default=None)
