"""How many points somebody with a telephone has, and whether they suffice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.callers import Caller
from backend.points import balance_of
from backend.points.errors import NotAResident


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller is told: a key of the catalogue with what fills it."""

    words: str
    params: Mapping[str, object] = field(default_factory=dict)


async def points_told(uow: UnitOfWork, caller: Caller) -> Told:
    """How many points the caller can spend."""
    if caller.person is None:
        return Told("phone.points.unknown")
    try:
        balance = await balance_of(uow, caller.person.id)
    except NotAResident:
        return Told("phone.points.unknown")
    return Told("phone.points.balance", {"points": balance.available})


async def can_pay(uow: UnitOfWork, person_id: int | None, points: int) -> bool:
    """Whether somebody has so many points to spend; who is not registered has none."""
    if points == 0:
        return True
    if person_id is None:
        return False
    try:
        return (await balance_of(uow, person_id)).available >= points
    except NotAResident:
        return False
