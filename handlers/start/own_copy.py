"""The copy of everything about oneself, joined over the domains that hold something of a person."""

from __future__ import annotations

from typing import Any

from backend.bookings import my_bookings
from backend.bookings.states import BookingState
from backend.devices import states_of_person
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account
from backend.registry.privacy import own_record


async def own_copy(uow: UnitOfWork, *, actor: Actor, account: Account) -> dict[str, Any]:
    """The registry's record, the newest bookings, what one's devices last said; plain values, to be written as JSON."""
    record = await own_record(uow, actor=actor, account=account)
    return record | {"bookings": await _bookings(uow, actor), "devices": await _devices(uow, account)}


async def _bookings(uow: UnitOfWork, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "number": mine.booking.number,
            "service": mine.offering.chinese,
            "state": mine.booking.state.value,
            "at": mine.session.starts_at.isoformat() if mine.session is not None else None,
            "for": mine.for_name or None,
        }
        for mine in await my_bookings(uow, actor=actor, states=tuple(BookingState))
    ]


async def _devices(uow: UnitOfWork, account: Account) -> list[dict[str, Any]]:
    if account.person_id is None:
        return []
    return [
        {
            "kind": one.kind.value,
            "seen": one.last_seen_at.isoformat() if one.last_seen_at else None,
            "battery": one.battery,
            "worn": one.is_worn,
            "home": one.is_home,
            "place": [one.fix.longitude, one.fix.latitude, one.fix.at.isoformat()] if one.fix else None,
            "readings": {
                kind.value: {"value": value, "at": at.isoformat()} for kind, (value, at) in one.readings.items()
            },
        }
        for one in await states_of_person(uow, account.person_id)
    ]
