"""The days that staff enter into their work calendar: over China's published days, or where those are missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.errors import DayOutOfRange
from backend.registry.models import OrgUnit
from backend.registry.reference import CalendarDay

LONGEST_NAME = 40
YEARS_BACK, YEARS_AHEAD = 1, 3
"""Further away nobody plans; a slip of the keyboard lands there."""


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that differs from the weekly pattern, with the name of the holiday if it has one."""

    day: date
    is_workday: bool
    name: str = ""


async def entered_days(uow: UnitOfWork, community_id: int, year: int) -> Sequence[NamedDay]:
    """What staff entered for one year, in order."""
    rows = await uow.session.scalars(
        select(CalendarDay)
        .where(
            CalendarDay.community_id == community_id,
            CalendarDay.day_on.between(date(year, 1, 1), date(year, 12, 31)),
        )
        .order_by(CalendarDay.day_on)
    )
    return [NamedDay(row.day_on, row.is_workday, row.name) for row in rows]


async def enter_days(uow: UnitOfWork, *, actor: Actor, community: OrgUnit, days: Sequence[NamedDay]) -> int:
    """Enter holidays and make-up days, over what stood there before; returns how many changed. Twice is safe.

    Limits that run already keep their end. Raises AccessDenied, DayOutOfRange.
    """
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    for one in days:
        _check_range(uow, one.day)
    return sum([await _enter(uow, actor, community, one) for one in days])


async def clear_day(uow: UnitOfWork, *, actor: Actor, community: OrgUnit, day: date) -> None:
    """Take an entered day away: the published table or the weekly pattern counts again. Raises NotFound."""
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    row = await uow.session.get(CalendarDay, (community.id, day))
    if row is None:
        raise NotFound
    _write_down(uow, actor, community, day, before=_written(row), after=None)
    await uow.session.delete(row)


async def _enter(uow: UnitOfWork, actor: Actor, community: OrgUnit, one: NamedDay) -> bool:
    row = await uow.session.get(CalendarDay, (community.id, one.day))
    before = _written(row) if row else None
    name = one.name[:LONGEST_NAME]
    if row is None:
        row = CalendarDay(community_id=community.id, day_on=one.day, is_workday=one.is_workday, name=name)
        uow.session.add(row)
    row.is_workday, row.name = one.is_workday, name
    after = _written(row)
    if before == after:
        return False
    _write_down(uow, actor, community, one.day, before=before, after=after)
    return True


def _check_range(uow: UnitOfWork, day: date) -> None:
    if not uow.now.year - YEARS_BACK <= day.year <= uow.now.year + YEARS_AHEAD:
        raise DayOutOfRange(day)


def _written(row: CalendarDay) -> dict[str, object]:
    return {"is_workday": row.is_workday, "name": row.name}


def _write_down(
    uow: UnitOfWork,
    actor: Actor,
    community: OrgUnit,
    day: date,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    audit(
        uow,
        actor,
        "calendar_day.edit",
        f"calendar_day:{day.isoformat()}",
        org_path=community.path,
        before=before,
        after=after,
    )
