"""/find, /dispatch, /supervise and /stats: staff look for issues and see how things stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.bookings import booking_counts
from backend.issues.states import IssueStatus
from backend.issues.views.find import FoundIssues, IssueQuery, find_issues
from backend.issues.views.statistics import Period, statistics
from backend.issues.words import clean
from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import AccessDenied
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.presses import Press
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.models import OrgKind
from backend.registry.queries import org_unit, units_within
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.staff import screens

LONGEST_SEARCH = 60
PERIODS = (7, 30, 90)

LISTS: dict[str, IssueQuery] = {
    "find": IssueQuery(is_open=True),
    "dispatch": IssueQuery(statuses=frozenset({IssueStatus.REPORTED, IssueStatus.ACCEPTED})),
    "supervise": IssueQuery(is_open=True),
}
"""What a command shows when nothing is searched for."""


@dataclass(frozen=True, slots=True)
class FindPress(Press):
    """Turns the pages of a search; what is searched for stands in the conversation."""

    prefix: ClassVar[str] = "f1"

    page: int


@dataclass(frozen=True, slots=True)
class StatisticsPress(Press):
    """Shows another unit or period."""

    prefix: ClassVar[str] = "st1"

    unit_id: int
    days: int


def finding_router() -> Router:
    router = Router(name="staff.finding")
    router.message.register(find, IN_PRIVATE, Command(*LISTS))
    router.message.register(stats, IN_PRIVATE, Command("stats"))
    router.callback_query.register(find_from_menu, Pressed(MenuPress, button=MenuButton.FIND))
    router.callback_query.register(stats, Pressed(MenuPress, button=MenuButton.STATISTICS))
    router.callback_query.register(turn, Pressed(FindPress))
    router.callback_query.register(other_statistics, Pressed(StatisticsPress))
    return router


async def find(
    message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    """Search by number or words; alone, the command lists what waits for it."""
    text = clean(command.args or "", LONGEST_SEARCH)
    await state.update_data({"list": command.command, "find": text})
    found = await find_issues(uow, actor=actor, query=_query(command.command, text))
    return say(message, screens.found_text(words, found), _markup(words, found))


async def find_from_menu(call: CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    await state.update_data({"list": "find", "find": ""})
    found = await find_issues(uow, actor=actor, query=LISTS["find"])
    return say(call, f"{words('find.how')}\n\n{screens.found_text(words, found)}", _markup(words, found))


async def turn(
    call: CallbackQuery, press: FindPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    notes = await state.get_data()
    query = _query(str(notes.get("list", "find")), str(notes.get("find", "")))
    found = await find_issues(uow, actor=actor, query=query, page=max(press.page, 0))
    return show(call, screens.found_text(words, found), _markup(words, found))


def _query(name: str, text: str) -> IssueQuery:
    return IssueQuery(text=text) if text else LISTS.get(name, LISTS["find"])


def _markup(words: Words, found: FoundIssues) -> InlineKeyboardMarkup:
    turning = []
    if found.page:
        turning.append((words.plain("mine.newer"), FindPress(found.page - 1)))
    if found.page + 1 < found.pages:
        turning.append((words.plain("mine.older"), FindPress(found.page + 1)))
    return keyboard(*screens.found_rows(words, found), turning)


async def stats(event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The figures of the actor's topmost unit over the last thirty days."""
    paths = actor.paths_of(PERMISSIONS[Permission.READ_STATISTICS])
    if not paths:
        raise AccessDenied
    units = await units_within(uow, paths)
    topmost = min(units, key=lambda unit: (unit.path.count("/"), unit.code))
    return await _statistics(event, uow, actor, words, StatisticsPress(topmost.id, 30))


async def other_statistics(
    call: CallbackQuery, press: StatisticsPress, uow: UnitOfWork, actor: Actor, words: Words
) -> Reply:
    return await _statistics(call, uow, actor, words, press)


async def _statistics(
    event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words, wanted: StatisticsPress
) -> Reply:
    days = wanted.days if wanted.days in PERIODS else 30
    period = Period(uow.now - timedelta(days=days), uow.now)
    figures = await statistics(uow, actor=actor, org_unit_id=wanted.unit_id, period=period)
    others = [(words.plain("stats.days", days=each), StatisticsPress(wanted.unit_id, each)) for each in PERIODS]
    text, markup = screens.statistics_text(words, figures, days), keyboard(others)
    unit = await org_unit(uow, wanted.unit_id)
    if unit.kind is OrgKind.COMMUNITY:
        counts = await booking_counts(uow, actor=actor, community=unit, since=period.since, until=period.until)
        text = f"{text}\n\n{screens.held_text(words, counts)}"
    return show(event, text, markup) if isinstance(event, CallbackQuery) else say(event, text, markup)
