"""One year of a community's work calendar, laid out by months and weeks."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from backend.kernel.unit_of_work import UnitOfWork
from backend.kernel.work_calendar import MONDAY_TO_FRIDAY, published_days
from backend.registry.calendar_days import NamedDay, entered_days


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A square of the calendar. `kind` is workday, weekend, off (holiday) or made-up (a weekend day that is worked)."""

    day: date
    kind: str
    name: str
    is_entered: bool


@dataclass(frozen=True, slots=True)
class Year:
    """`weeks` by month: seven squares a week from Monday, None beyond the month's edges."""

    number: int
    months: Mapping[int, Sequence[Sequence[ShownDay | None]]]
    entered: Sequence[NamedDay]
    is_published: bool

    @property
    def is_known(self) -> bool:
        """Whether the year's holidays are known at all, from the published table or from the staff."""
        return self.is_published or bool(self.entered)


async def year_shown(uow: UnitOfWork, community_id: int, number: int) -> Year:
    """The year with what the staff entered laid over the published days."""
    entered = await entered_days(uow, community_id, number)
    published = published_days(number)
    worked = {row.day: row.is_workday for row in published} | {one.day: one.is_workday for one in entered}
    names = {one.day: one.name for one in entered}
    months = {
        month: [
            [_square(day, month, worked, names) for day in week]
            for week in calendar.Calendar().monthdatescalendar(number, month)
        ]
        for month in range(1, 13)
    }
    return Year(number, months, entered, bool(published))


def _square(day: date, month: int, worked: Mapping[date, bool], names: Mapping[date, str]) -> ShownDay | None:
    if day.month != month:
        return None
    usual = day.weekday() in MONDAY_TO_FRIDAY
    is_worked = worked.get(day, usual)
    kind = ("workday" if is_worked else "weekend") if is_worked == usual else ("made-up" if is_worked else "off")
    return ShownDay(day, kind, names.get(day, ""), day in names)
