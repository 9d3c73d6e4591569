"""Reads the hours of a day and the plan of a course as a provider types them: pure, from text to plan."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.bookings import CoursePlan, DayHours
from backend.bookings.errors import SessionInvalid

_HOURS = re.compile(
    r"(?P<from>\d{1,2}:\d{2})\s*(?:[-~—–至到]+)\s*(?P<to>\d{1,2}:\d{2})"
    r"(?:\D+(?P<minutes>\d{1,3}))?(?:\D+(?P<seats>\d{1,3}))?\D*"
)
_WHEN = re.compile(
    r"(?:(?P<year>\d{4})\D)?(?P<month>\d{1,2})\D(?P<day>\d{1,2})\D+(?P<clock>\d{1,2}:\d{2})"
    r"(?:\D+(?P<times>\d{1,2}))?(?:\D+(?P<minutes>\d{1,3}))?\D*"
)
USUAL_MINUTES = 20
COURSE_MINUTES = 90
COURSE_SEATS = 20
WEEK = timedelta(days=7)


def hours_in(text: str, place: str = "") -> DayHours:
    """Read `9:00-11:30 20 1`: from, until, minutes for each, how many at once. Raises SessionInvalid."""
    first, _, rest = _plain(text).partition("\n")
    found = _HOURS.fullmatch(first.strip())
    if found is None:
        raise SessionInvalid
    return DayHours(
        begins=_clock(found["from"]),
        ends=_clock(found["to"]),
        minutes=int(found["minutes"] or USUAL_MINUTES),
        seats=int(found["seats"] or 1),
        place=rest.strip().split("\n")[0] or place,
    )


def course_in(text: str, now: datetime, zone: ZoneInfo) -> CoursePlan:
    """Read a course, a line each: title; first meeting as `12-5 14:00 8 90` (weekly so often, minutes); seats; place.

    The place may be a link; further lines tell about it. A date that is past this year is meant for the next.
    Raises SessionInvalid.
    """
    lines = [line.strip() for line in _plain(text).split("\n") if line.strip()]
    if len(lines) < 2 or (found := _WHEN.fullmatch(lines[1])) is None:
        raise SessionInvalid
    begins = _first_meeting(found, now, zone)
    seats = re.search(r"\d{1,3}", lines[2]) if len(lines) > 2 else None
    where = lines[3] if len(lines) > 3 else ""
    is_link = where.startswith("https://")
    return CoursePlan(
        title=lines[0],
        starts=tuple(begins + WEEK * number for number in range(int(found["times"] or 1))),
        length=timedelta(minutes=int(found["minutes"] or COURSE_MINUTES)),
        seats=int(seats[0]) if seats else COURSE_SEATS,
        about=" ".join(lines[4:]),
        place="" if is_link else where,
        link=where if is_link else None,
    )


def _first_meeting(found: re.Match[str], now: datetime, zone: ZoneInfo) -> datetime:
    today = now.astimezone(zone).date()
    clock = _clock(found["clock"])
    try:
        year = int(found["year"] or today.year)
        begins = datetime(year, int(found["month"]), int(found["day"]), clock.hour, clock.minute, tzinfo=zone)
        if found["year"] is None and begins.date() < today:
            begins = begins.replace(year=year + 1)
    except ValueError as error:
        raise SessionInvalid from error
    return begins


def _clock(text: str) -> time:
    hour, _, minute = text.partition(":")
    try:
        return time(int(hour), int(minute))
    except ValueError as error:
        raise SessionInvalid from error


def _plain(text: str) -> str:
    """Full-width digits and colons as ordinary ones."""
    return unicodedata.normalize("NFKC", text).strip()
