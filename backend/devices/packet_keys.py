"""Which packets are new: their names are written down once, and whoever comes second finds them there."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import delete, text

from backend.devices.models import PacketKey
from backend.kernel.unit_of_work import UnitOfWork

KEPT = timedelta(days=3)
"""Platforms repeat what nobody confirmed for a day or two."""

_ON_POSTGRES = text(
    "INSERT INTO packet_key (device_id, key, seen_at) SELECT device_id, key, :at"
    " FROM unnest(CAST(:devices AS bigint[]), CAST(:keys AS bigint[])) AS given (device_id, key)"
    " ON CONFLICT DO NOTHING RETURNING device_id, key"
)
_ON_SQLITE = text(
    "INSERT INTO packet_key (device_id, key, seen_at)"
    " SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), :at FROM json_each(:given) WHERE true"
    " ON CONFLICT DO NOTHING RETURNING device_id, key"
)


async def new_keys(uow: UnitOfWork, named: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Of (device, key) pairs those that were never there before; written down with this transaction."""
    pairs = sorted(set(named))
    if not pairs:
        return set()
    if uow.is_sqlite:
        rows = await uow.session.execute(_ON_SQLITE, {"at": _written(uow), "given": json.dumps(pairs)})
    else:
        devices, keys = zip(*pairs, strict=True)
        rows = await uow.session.execute(_ON_POSTGRES, {"at": uow.now, "devices": list(devices), "keys": list(keys)})
    return {(device_id, key) for device_id, key in rows}


def _written(uow: UnitOfWork) -> str:
    """The moment as SQLAlchemy writes it on SQLite: this statement passes no column type."""
    return uow.now.strftime("%Y-%m-%d %H:%M:%S.%f")


async def forget_packet_keys(uow: UnitOfWork) -> int:
    """Forget what no sender repeats any more; returns how many."""
    result = await uow.session.execute(delete(PacketKey).where(PacketKey.seen_at < uow.now - KEPT))
    return int(result.rowcount)  # type: ignore[attr-defined]  # a CursorResult: the statement is a delete
