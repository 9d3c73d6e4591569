"""The service days of a community: made a year ahead by its rule, then edited by staff one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from backend.bookings.day_rule import DayRule, planned_days
from backend.bookings.errors import DayPast, DayTaken
from backend.bookings.events import ServiceDayOpened
from backend.bookings.models import ServiceDay, ServiceDayRule, Session
from backend.bookings.sessions import cancel_session
from backend.bookings.states import DayState, SessionState
from backend.kernel.access import CLOCK_ACTOR, Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.kernel.work_calendar import public_holidays
from backend.registry.calendar_days import entered_days
from backend.registry.models import OrgUnit
from backend.registry.queries import communities

LONGEST_NOTE = 200


async def day_rule_of(uow: UnitOfWork, community_id: int) -> tuple[DayRule, int]:
    """The community's rule and how many days ahead a day is opened; the solar tenths until staff say otherwise."""
    row = await uow.session.get(ServiceDayRule, community_id)
    if row is None:
        return DayRule(), 2
    rule = DayRule(
        calendar=row.calendar,
        days=tuple(row.days),
        missing=row.missing,
        leap_month=row.leap_month,
        on_holiday=row.on_holiday,
    )
    return rule, row.open_days_before


async def set_day_rule(
    uow: UnitOfWork, *, actor: Actor, community: OrgUnit, rule: DayRule, open_days_before: int
) -> None:
    """Change how days are reckoned. Days with sessions, and those that staff made, stay; the others are made anew."""
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    row = await uow.session.get(ServiceDayRule, community.id)
    if row is None:
        row = ServiceDayRule(community_id=community.id, days=[])
        uow.session.add(row)
    row.calendar, row.days = rule.calendar, sorted(rule.days)
    row.missing, row.leap_month, row.on_holiday = rule.missing, rule.leap_month, rule.on_holiday
    row.open_days_before = max(0, min(open_days_before, 14))
    await uow.session.flush()
    audit(uow, actor, "service_day_rule.edit", f"community:{community.id}", org_path=community.path, after=_said(row))
    await make_days(uow, community)


def _said(row: ServiceDayRule) -> dict[str, object]:
    return {"calendar": row.calendar.value, "days": row.days, "on_holiday": row.on_holiday.value}


async def make_days(uow: UnitOfWork, community: OrgUnit) -> int:
    """Make the days from today to the end of next year; returns how many are new. Twice is safe."""
    rule, _ = await day_rule_of(uow, community.id)
    today = uow.now.astimezone(ZoneInfo(community.time_zone)).date()
    wanted = {
        planned.day
        for year in (today.year, today.year + 1)
        for planned in planned_days(rule, year, await _holidays(uow, community.id, year))
        if planned.day >= today
    }
    rows = {row.day_on: row for row in await _days_from(uow, community.id, today)}
    for day, row in rows.items():
        if row.by_rule and day not in wanted and row.state is DayState.PLANNED and not await _has_sessions(uow, row):
            await uow.session.delete(row)
    missing = sorted(wanted - rows.keys())
    uow.session.add_all(ServiceDay(community_id=community.id, day_on=day) for day in missing)
    await uow.session.flush()
    return len(missing)


async def make_all_days(uow: UnitOfWork) -> int:
    """`make_days` of every community: for the clock, once a day."""
    return sum([await make_days(uow, community) for community in await communities(uow)])


async def add_day(uow: UnitOfWork, *, actor: Actor, community: OrgUnit, day: date, note: str = "") -> ServiceDay:
    """Add a day beside the rule. Raises DayPast, DayTaken."""
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    _check_ahead(uow, community, day)
    taken = await uow.session.scalar(
        select(ServiceDay).where(ServiceDay.community_id == community.id, ServiceDay.day_on == day)
    )
    if taken is not None and taken.state is not DayState.CANCELLED:
        raise DayTaken
    row = taken or ServiceDay(community_id=community.id, day_on=day)
    row.by_rule, row.state, row.note = False, DayState.PLANNED, note[:LONGEST_NOTE]
    uow.session.add(row)
    await uow.session.flush()
    audit(uow, actor, "service_day.add", f"service_day:{row.id}", org_path=community.path)
    return row


async def cancel_day(uow: UnitOfWork, *, actor: Actor, service_day_id: int, reason: str) -> ServiceDay:
    """Cancel a day with all its sessions: everybody who booked or waited hears why. Twice changes nothing."""
    row = await uow.session.get(ServiceDay, service_day_id)
    if row is None:
        raise NotFound
    community = await uow.session.get_one(OrgUnit, row.community_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    if row.state is DayState.CANCELLED:
        return row
    _check_ahead(uow, community, row.day_on)
    row.state, row.note, row.by_rule = DayState.CANCELLED, reason[:LONGEST_NOTE], False
    sessions = await uow.session.scalars(
        select(Session.id)
        .where(Session.service_day_id == row.id, Session.state == SessionState.OPEN)
        .order_by(Session.id)
    )
    for session_id in sessions.all():
        await cancel_session(uow, actor=CLOCK_ACTOR, session_id=session_id, reason=reason)
    audit(uow, actor, "service_day.cancel", f"service_day:{row.id}", org_path=community.path)
    return row


async def note_day(uow: UnitOfWork, *, actor: Actor, service_day_id: int, note: str) -> ServiceDay:
    """Write down what is special about a day. Raises NotFound."""
    row = await uow.session.get(ServiceDay, service_day_id)
    if row is None:
        raise NotFound
    community = await uow.session.get_one(OrgUnit, row.community_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    if row.note != note[:LONGEST_NOTE]:
        row.note = note[:LONGEST_NOTE]
        audit(uow, actor, "service_day.note", f"service_day:{row.id}", org_path=community.path)
    return row


async def days_ahead(uow: UnitOfWork, community: OrgUnit, *, most: int = 12) -> Sequence[ServiceDay]:
    """The next days of the community, today's among them, without the cancelled ones."""
    today = uow.now.astimezone(ZoneInfo(community.time_zone)).date()
    rows = await _days_from(uow, community.id, today)
    return [row for row in rows if row.state is not DayState.CANCELLED][:most]


async def open_day_of(uow: UnitOfWork, service_day_id: int) -> ServiceDay:
    """A day that is not cancelled; raises NotFound."""
    row = await uow.session.get(ServiceDay, service_day_id)
    if row is None or row.state is DayState.CANCELLED:
        raise NotFound
    return row


async def open_due_days(uow: UnitOfWork) -> int:
    """Say once of every day whose time has come that its services can be booked; returns how many."""
    opened = 0
    for community in await communities(uow):
        _, ahead = await day_rule_of(uow, community.id)
        today = uow.now.astimezone(ZoneInfo(community.time_zone)).date()
        rows = await uow.session.scalars(
            select(ServiceDay)
            .where(
                ServiceDay.community_id == community.id,
                ServiceDay.state == DayState.PLANNED,
                ServiceDay.day_on.between(today, today + timedelta(days=ahead)),
            )
            .with_for_update(skip_locked=True)
        )
        for row in rows.all():
            if await _has_sessions(uow, row):
                row.state, row.announced_at = DayState.ANNOUNCED, uow.now
                uow.record(ServiceDayOpened(row.id))
                opened += 1
    return opened


async def _holidays(uow: UnitOfWork, community_id: int, year: int) -> frozenset[date]:
    entered = await entered_days(uow, community_id, year)
    worked = {one.day for one in entered if one.is_workday}
    return frozenset((public_holidays(year) | {one.day for one in entered if not one.is_workday}) - worked)


async def _days_from(uow: UnitOfWork, community_id: int, first: date) -> Sequence[ServiceDay]:
    rows = await uow.session.scalars(
        select(ServiceDay)
        .where(ServiceDay.community_id == community_id, ServiceDay.day_on >= first)
        .order_by(ServiceDay.day_on)
    )
    return rows.all()


async def _has_sessions(uow: UnitOfWork, row: ServiceDay) -> bool:
    found = await uow.session.scalar(
        select(exists().where(Session.service_day_id == row.id, Session.state != SessionState.CANCELLED))
    )
    return bool(found)


def _check_ahead(uow: UnitOfWork, community: OrgUnit, day: date) -> None:
    if day < uow.now.astimezone(ZoneInfo(community.time_zone)).date():
        raise DayPast
