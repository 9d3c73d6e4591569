"""What family and workers see of somebody else's points: checked, and written down each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.ledger.reading import Balance, balance_of
from backend.points.people import acted_for
from backend.points.statement import ReadableLine, lines_for_person
from backend.registry.homes import home_of


@dataclass(frozen=True, slots=True)
class OthersPoints:
    name: str
    balance: Balance
    lines: Sequence[ReadableLine]


async def look_at_points(uow: UnitOfWork, *, actor: Actor, person_id: int, most: int = 8) -> OthersPoints:
    """Somebody's balance and newest lines, for family who may and for the worker of their grid.

    Raises NotFound, NotForThem.
    """
    await acted_for(uow, actor, person_id)
    home = await home_of(uow, person_id)
    audit(uow, actor, "points.look", f"person:{person_id}", org_path=home.org_path, on_behalf_of=person_id)
    lines = await lines_for_person(uow, person_id, page=0, size=most)
    return OthersPoints(home.person.name, await balance_of(uow, person_id), lines)
