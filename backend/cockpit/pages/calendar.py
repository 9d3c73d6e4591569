"""The work calendar: a year to look at, one day to change, and many days entered at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from backend.cockpit.desk import desk_of
from backend.cockpit.errors import FieldInvalid, LineInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.year import Year, year_shown
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.texts import Language
from backend.registry.calendar_days import LONGEST_NAME, NamedDay, clear_day, enter_days, entered_days

pages = StaffPages()

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_LINES = 200
LONGEST_STRETCH = 31
LOUD_FROM_MONTH = 11
"""The State Council publishes the next year's days in November or before."""


@pages.page("/web/calendar", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """The year that was asked for, and a warning when the next one's days are not known yet."""
    today = visit.uow.now.astimezone(visit.zone).date()
    typed_day = _day_or_none(visit.typed.get("day", "")) or _day_or_none(visit.asked("day", most=10))
    asked = visit.asked_number("year", default=(typed_day or today).year, least=FIRST_YEAR, most=LAST_YEAR)
    year = await year_shown(visit.uow, visit.community.id, asked)
    following = await year_shown(visit.uow, visit.community.id, today.year + 1)
    return Page(
        "calendar.html",
        {
            "year": year,
            "today": today,
            "chosen": _chosen(year, typed_day),
            "missing_year": None if following.is_known else following.number,
            "is_urgent": today.month >= LOUD_FROM_MONTH,
            "was": mark_of([str(one) for one in year.entered]),
            "longest_name": LONGEST_NAME,
        },
    )


@pages.action("/web/calendar/day", needs=Permission.EDIT_REFERENCE, again=show)
async def change_day(visit: Visit) -> Answer:
    """Make one day a holiday or a workday, or give it back to the published table."""
    day = _day_or_none(visit.typed.get("day", ""))
    if day is None:
        raise FieldInvalid("day")
    await _hold_year(visit, day.year)
    kind = visit.typed.get("kind", "")
    if kind == "usual":
        await clear_day(visit.uow, actor=visit.actor, community=visit.community, day=day)
        return GoTo(f"/web/calendar?year={day.year}", done="web.done.saved")
    if kind not in {"off", "work"}:
        raise FieldInvalid("kind")
    one = NamedDay(day, kind == "work", visit.typed.text("name", most=LONGEST_NAME))
    await enter_days(visit.uow, actor=visit.actor, community=visit.community, days=[one])
    return GoTo(f"/web/calendar?year={day.year}", done="web.done.saved")


@pages.action("/web/calendar/lines", needs=Permission.EDIT_REFERENCE, again=show)
async def enter_lines(visit: Visit) -> Answer:
    """Enter a published table: one day or stretch of days a line. One wrong line, and nothing is entered."""
    lines = visit.typed.text("lines", least=1, most=20_000).splitlines()
    days = list(_days_in(lines, _kind_words(visit)))
    if not days:
        raise FieldInvalid("lines")
    await _hold_year(visit, visit.typed.number("year", least=FIRST_YEAR, most=LAST_YEAR))
    await enter_days(visit.uow, actor=visit.actor, community=visit.community, days=days)
    return GoTo(f"/web/calendar?year={days[0].day.year}", done="web.done.saved")


async def _hold_year(visit: Visit, year: int) -> None:
    await hold_reference(visit)
    check_unchanged(visit, [str(one) for one in await entered_days(visit.uow, visit.community.id, year)])


def _chosen(year: Year, day: date | None) -> object:
    squares = (square for weeks in year.months.values() for week in weeks for square in week if square)
    return next((square for square in squares if square.day == day), None)


def _kind_words(visit: Visit) -> dict[str, bool]:
    """The words for a holiday and for a workday in every language, so that tables can be pasted as they are."""
    texts = desk_of(visit.request).texts
    words = {texts.say(language, "web.calendar.word.off"): False for language in Language}
    return words | {texts.say(language, "web.calendar.word.work"): True for language in Language}


def _days_in(lines: list[str], kinds: dict[str, bool]) -> Iterator[NamedDay]:
    if len(lines) > MOST_LINES:
        raise FieldInvalid("lines")
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield from _days_of_line(line, number, kinds)


def _days_of_line(line: str, number: int, kinds: dict[str, bool]) -> Iterator[NamedDay]:
    """Read `2027-02-05~2027-02-11 holiday Spring Festival`; raises LineInvalid."""
    when, _, rest = line.strip().partition(" ")
    kind, _, name = rest.strip().partition(" ")
    first, _, last = when.partition("~")
    begin, end = _day_or_none(first), _day_or_none(last or first)
    is_workday = kinds.get(kind.lower())
    if begin is None or end is None or is_workday is None or len(name.strip()) > LONGEST_NAME:
        raise LineInvalid(number)
    if not timedelta(0) <= end - begin < timedelta(days=LONGEST_STRETCH):
        raise LineInvalid(number)
    for offset in range((end - begin).days + 1):
        yield NamedDay(begin + timedelta(days=offset), is_workday, name.strip())


def _day_or_none(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2027-02-05") else None
    except ValueError:
        return None
