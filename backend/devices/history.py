"""The history of packets: its rows, its months, and how long it is kept.

What one packet said is one value. About a person or a home it is sealed (whereabouts and health are never stored in
clear), so nothing in it could be asked for in SQL anyway; and one seal per packet costs a fifth of one per reading.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, text

from backend.devices.columns import by_column, unnested
from backend.devices.models import ObservedPacket
from backend.devices.observations import Fix, Observation
from backend.devices.received import ReceivedPacket
from backend.devices.watched import Watched
from backend.kernel.unit_of_work import UnitOfWork

KEPT = timedelta(days=90)
SLICE = 5_000
MONTHS_AHEAD = 2
REST = "observed_packet_rest"
_PREFIX = "observed_packet_"
_TYPES = {
    "device_id": "bigint",
    "received_at": "timestamptz",
    "device_time": "timestamptz",
    "door": "varchar",
    "is_backfill": "boolean",
    "content": "text",
    "content_sealed": "text",
}
_ON_SQLITE = insert(ObservedPacket.__table__)  # type: ignore[arg-type]  # a Table, though declared wider
_ON_POSTGRES = text(
    f"INSERT INTO observed_packet ({', '.join(_TYPES)})"  # noqa: S608 - names of ours
    " SELECT device_id, received_at, device_time, door, is_backfill, CAST(content AS jsonb), content_sealed"
    f" FROM {unnested(_TYPES)}"
)


def packet_row(uow: UnitOfWork, device: Watched, packet: ReceivedPacket, part: Sequence[Observation]) -> dict[str, Any]:
    """The row of what one device said in one packet."""
    content = [told(one) for one in part]
    return {
        "device_id": device.id,
        "received_at": packet.received_at,
        "device_time": part[0].device_time,
        "door": packet.door,
        "is_backfill": part[0].is_backfill,
        "content": None if device.is_personal else content,
        "content_sealed": uow.vault.seal_json(content) if device.is_personal else None,
    }


def told(one: Observation) -> dict[str, Any]:
    """An observation as plain values; what is empty is left out, and the radio around a device is not kept at all."""
    found: dict[str, Any] = {"kind": one.kind.value}
    if one.value is not None:
        found["value"] = one.value
    if one.flags:
        found["flags"] = [flag.value for flag in one.flags]
    if one.fix is not None:
        found["fix"] = _fix(one.fix)
    if one.label:
        found["label"] = one.label
    return found


def _fix(fix: Fix) -> dict[str, Any]:
    """Where it was in WGS-84, and in which coordinates that came."""
    point = fix.wgs84
    found: dict[str, Any] = {
        "longitude": round(point.longitude, 6),
        "latitude": round(point.latitude, 6),
        "crs": fix.crs.value,
        "kind": fix.kind.value,
    }
    if fix.accuracy_m is not None:
        found["accuracy"] = fix.accuracy_m
    if fix.speed_kmh is not None:
        found["speed"] = fix.speed_kmh
    return found


def content_of(uow: UnitOfWork, packet: ObservedPacket) -> list[dict[str, Any]]:
    """What the packet said, unsealed."""
    if packet.content_sealed is not None:
        return list(uow.vault.open_json(packet.content_sealed))
    return list(packet.content or ())


async def write_packets(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Store what `packet_row` made, in one statement."""
    if not rows:
        return
    connection = await uow.session.connection()
    if uow.is_sqlite:
        await connection.execute(_ON_SQLITE, rows)
        return
    written = [row | {"content": _json(row["content"])} for row in rows]
    await connection.execute(_ON_POSTGRES, by_column(written, _TYPES))


def _json(content: Any) -> str | None:
    return None if content is None else json.dumps(content, ensure_ascii=False, separators=(",", ":"))


async def packets_between(
    uow: UnitOfWork, device_id: int, begins: datetime, ends: datetime, *, limit: int = 2_000
) -> Sequence[ObservedPacket]:
    """A device's packets by arrival, oldest first."""
    found = await uow.session.scalars(
        select(ObservedPacket)
        .where(
            ObservedPacket.device_id == device_id,
            ObservedPacket.received_at >= begins,
            ObservedPacket.received_at < ends,
        )
        .order_by(ObservedPacket.received_at, ObservedPacket.id)
        .limit(limit)
    )
    return found.all()


async def make_months(uow: UnitOfWork) -> int:
    """Make the partitions of this month and the next two, on PostgreSQL; returns how many were missing. Twice is safe.

    What arrived for a month while it had none lies with the rest, and moves into it first.
    """
    if uow.is_sqlite:
        return 0
    known = await _partitions(uow)
    missing = [first for first in _months(uow.now) if _name(first) not in known]
    for first in missing:
        await _make_month(uow, first)
    return len(missing)


async def _make_month(uow: UnitOfWork, first: date) -> None:
    name, until = _name(first), _after(first)
    bounds = f"FROM ('{first} 00:00+00') TO ('{until} 00:00+00')"
    for statement in (
        f"CREATE TABLE {name} (LIKE observed_packet INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)",
        # Nobody may add to the rest between the moving and the attaching.
        f"LOCK TABLE {REST} IN EXCLUSIVE MODE",
        f"WITH moved AS (DELETE FROM {REST} WHERE received_at >= '{first} 00:00+00' AND"  # noqa: S608 - dates of ours
        f" received_at < '{until} 00:00+00' RETURNING *) INSERT INTO {name} SELECT * FROM moved",
        f"ALTER TABLE observed_packet ATTACH PARTITION {name} FOR VALUES {bounds}",
    ):
        await uow.session.execute(text(statement))


async def forget_packets(uow: UnitOfWork) -> int:
    """Forget what is older than KEPT: whole months on PostgreSQL, else a slice of rows; returns how many rows."""
    before, dropped = uow.now - KEPT, 0
    if not uow.is_sqlite:
        for name in sorted(await _partitions(uow)):
            if name != REST and _after(_first_of(name)) <= before.date():
                dropped += await uow.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608
                await uow.session.execute(text(f"DROP TABLE {name}"))
    old = select(ObservedPacket.id).where(ObservedPacket.received_at < before).limit(SLICE)
    gone = await uow.session.execute(
        delete(ObservedPacket).where(ObservedPacket.received_at < before, ObservedPacket.id.in_(old))
    )
    return dropped + int(gone.rowcount)  # type: ignore[attr-defined]  # a CursorResult: the statement is a delete


async def _partitions(uow: UnitOfWork) -> set[str]:
    rows = await uow.session.scalars(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'observed_packet'::regclass")
    )
    return set(rows)


def _months(now: datetime) -> list[date]:
    """The first days of this month and those to come, in UTC."""
    firsts = [now.astimezone(UTC).date().replace(day=1)]
    for _ in range(MONTHS_AHEAD):
        firsts.append(_after(firsts[-1]))
    return firsts


def _after(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _name(first: date) -> str:
    return f"{_PREFIX}{first:%Y_%m}"


def _first_of(name: str) -> date:
    year, month = name.removeprefix(_PREFIX).split("_")
    return date(int(year), int(month), 1)
