"""The work calendar of a community: China's published days, and over them the days that its staff edited."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from backend.kernel.unit_of_work import UnitOfWork
from backend.kernel.work_calendar import WorkCalendar, china_calendar
from backend.registry.models import OrgUnit
from backend.registry.reference import CalendarDay

_LOADED = "work calendars"


async def calendar_of(uow: UnitOfWork, community_id: int) -> WorkCalendar:
    """The calendar by which the community's limits run; read once per unit of work.

    It knows the year before and the two after the present one. A year in which staff entered a day counts as known.
    """
    loaded: dict[int, WorkCalendar] = uow.session.info.setdefault(_LOADED, {})
    if community_id not in loaded:
        loaded[community_id] = await _load(uow, community_id)
    return loaded[community_id]


async def _load(uow: UnitOfWork, community_id: int) -> WorkCalendar:
    community = await uow.session.get_one(OrgUnit, community_id)
    published = _published(uow.now.year, community.time_zone)
    rows = await uow.session.execute(
        select(CalendarDay.day_on, CalendarDay.is_workday).where(CalendarDay.community_id == community_id)
    )
    edited = {row.day_on: row.is_workday for row in rows}
    return WorkCalendar(
        overrides={**published.overrides, **edited},
        published_years=published.published_years | {day.year for day in edited},
        zone=published.zone,
    )


@lru_cache(maxsize=16)
def _published(year: int, time_zone: str) -> WorkCalendar:
    return china_calendar(range(year - 1, year + 3), ZoneInfo(time_zone))
