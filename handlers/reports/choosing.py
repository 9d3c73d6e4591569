"""The buttons of the report conversation: category, answers, place, join, change, send, discard."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, ReplyKeyboardRemove

from backend.issues.categories.choices import reportable_category
from backend.issues.demands.between_units import Sending, send_report_down
from backend.issues.reports.intake import SubmittedReport, submit_report
from backend.issues.states import IssueStatus, ReportSource
from backend.issues.views.issue_view import view_issue
from backend.issues.words import clean
from backend.kernel.errors import BadInput
from backend.notify.presses import IssueButton, IssuePress, MenuButton, MenuPress, StaffButton, StaffPress
from backend.notify.words import Words
from backend.registry.places import access_building
from backend.registry.queries import communities
from handlers.common.keyboards import keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show
from handlers.reports import screens
from handlers.reports.draft import Draft
from handlers.reports.presses import ReportButton, ReportPress
from handlers.reports.steps import Desk, DeskMiddleware, Writing, asked_now, go_on

Choice = Callable[[Desk, ReportPress], Awaitable[Reply]]

PHONE = re.compile(r"\+?\d[\d\s-]{2,20}\d")
MARGIN = re.compile(r"^[\s,，、:：]+|[\s,，、:：]+$")


def choosing_router() -> Router:
    router = Router(name="reports.choosing")
    router.message.middleware(DeskMiddleware())
    router.callback_query.middleware(DeskMiddleware())
    router.message.register(start, IN_PRIVATE, Command("report"))
    router.message.register(discard_by_command, IN_PRIVATE, Command("cancel"), StateFilter(Writing))
    router.message.register(named_somebody, IN_PRIVATE, StateFilter(Writing.on_behalf), F.text, ~F.text.startswith("/"))
    router.callback_query.register(start, Pressed(MenuPress, button=MenuButton.REPORT))
    router.callback_query.register(chose, Pressed(ReportPress))
    return router


async def start(event: Event, desk: Desk) -> Reply:
    """Begin, or offer to go on with what is there."""
    if await desk.state.get_state() is not None and desk.draft.has_content:
        go_on_row = [
            (desk.words.plain("report.button.go_on"), ReportPress(ReportButton.GO_ON)),
            (desk.words.plain("report.button.anew"), ReportPress(ReportButton.START_ANEW)),
        ]
        return say(event, desk.words("report.unfinished"), keyboard(go_on_row))
    return await go_on(desk)


async def chose(call: CallbackQuery, desk: Desk, press: ReportPress) -> Reply:
    """Every button of the conversation; one that belongs to a finished report says so."""
    is_start = press.button in (ReportButton.GO_ON, ReportButton.START_ANEW)
    if await desk.state.get_state() is None and not is_start:
        raise BadInput("error.old_button")
    return await CHOICES[press.button](desk, press)


async def _top(desk: Desk, press: ReportPress) -> Reply:
    known = {unit.id for unit in await communities(desk.uow)}
    if press.value not in known:
        raise BadInput("error.old_button")
    desk.draft.community_id = press.value
    return await go_on(desk)


async def _group(desk: Desk, press: ReportPress) -> Reply:
    if desk.draft.community_id is None or press.value is None:
        raise BadInput("error.old_button")
    return await screens.categories(desk.uow, desk.words, desk.event, desk.draft.community_id, press.value)


async def _more(desk: Desk, press: ReportPress) -> Reply:
    if desk.draft.community_id is None:
        raise BadInput("error.old_button")
    return await screens.category_groups(desk.uow, desk.words, desk.event, desk.draft, shows_all=True)


async def _category(desk: Desk, press: ReportPress) -> Reply:
    if desk.draft.community_id is None or press.value is None:
        raise BadInput("error.old_button")
    category = await reportable_category(desk.uow, desk.draft.community_id, press.value)
    desk.draft.choose_category(category.id, is_emergency=category.is_emergency)
    following = await go_on(desk)
    advice = (category.advice or {}).get(desk.words.language)
    if not category.is_emergency or not advice:
        return following
    # What saves lives is said before anything is asked.
    return [say(desk.event, desk.words("report.advice", advice=advice)), following]


async def _new_category(desk: Desk, press: ReportPress) -> Reply:
    desk.draft.category_id = None
    return await go_on(desk)


async def _answer(desk: Desk, press: ReportPress) -> Reply:
    asked = await asked_now(desk)
    if asked is not None and press.choice is not None:
        desk.draft.answers[asked.key] = press.choice
    elif asked is not None:
        desk.draft.skipped.append(asked.key)
    return await go_on(desk)


async def _building(desk: Desk, press: ReportPress) -> Reply:
    if desk.draft.community_id is None or press.value is None:
        raise BadInput("error.old_button")
    building = await access_building(desk.uow, desk.draft.community_id, press.value)
    desk.draft.building_id, desk.draft.place = building.id, building.name
    return [screens.place_noted(desk.words, desk.event, desk.draft.place), await go_on(desk)]


async def _own_words(desk: Desk, press: ReportPress) -> Reply:
    return [screens.place_noted(desk.words, desk.event, desk.draft.place), await go_on(desk)]


async def _new_place(desk: Desk, press: ReportPress) -> Reply:
    desk.draft.forget_place()
    return await go_on(desk)


async def _same(desk: Desk, press: ReportPress) -> Reply:
    desk.draft.join_issue_id = press.value
    desk.draft.has_seen_nearby = True
    return await go_on(desk)


async def _other(desk: Desk, press: ReportPress) -> Reply:
    desk.draft.join_issue_id = None
    desk.draft.has_seen_nearby = True
    return await go_on(desk)


async def _anonymous(desk: Desk, press: ReportPress) -> Reply:
    desk.draft.is_anonymous = not desk.draft.is_anonymous
    return await go_on(desk)


async def _on_behalf(desk: Desk, press: ReportPress) -> Reply:
    await desk.keep(Writing.on_behalf)
    return show(desk.event, desk.words("report.ask_on_behalf"))


async def _go_on(desk: Desk, press: ReportPress) -> Reply:
    return await go_on(desk)


async def _start_anew(desk: Desk, press: ReportPress) -> Reply:
    desk.draft = Draft(community_id=desk.draft.community_id, source=desk.draft.source)
    return await go_on(desk)


async def _discard(desk: Desk, press: ReportPress) -> Reply:
    await desk.state.clear()
    return [show(desk.event, desk.words("report.discarded"))]


async def discard_by_command(message: Message, desk: Desk) -> Reply:
    await desk.state.clear()
    return say(message, desk.words("report.discarded"), ReplyKeyboardRemove())


async def named_somebody(message: Message, desk: Desk) -> Reply:
    """Name and telephone in one line, in any order: the digits are the telephone, the rest is the name."""
    typed = clean(message.text or "", 120)
    phone = PHONE.search(typed)
    desk.draft.on_behalf_phone = phone.group() if phone else ""
    desk.draft.on_behalf_name = MARGIN.sub("", PHONE.sub("", typed))[:60]
    if not desk.draft.on_behalf_name:
        raise BadInput("report.on_behalf_needs_name")
    return await go_on(desk)


async def _submit(desk: Desk, press: ReportPress) -> Reply:
    draft = desk.draft
    if draft.category_id is None or draft.community_id is None:
        return await go_on(desk)
    assert isinstance(desk.event, CallbackQuery)
    if draft.source == ReportSource.SUPERIOR:
        return await _hand_down(desk)
    done = await submit_report(desk.uow, actor=desk.actor, report=draft.report())
    await desk.state.clear()
    return show(desk.event, thanks(desk.words, done), _after_keyboard(desk.words, done))


async def _hand_down(desk: Desk) -> Reply:
    """What a superior unit reports is handed down to the community, and an answer is wanted."""
    report = desk.draft.report()
    words = report.text or desk.words.plain("report.handed_down_words")
    sending = Sending(to_unit_id=report.community_id, words=words)
    dispatch = await send_report_down(desk.uow, actor=desk.actor, sending=sending, report=report)
    issue = await view_issue(desk.uow, actor=desk.actor, issue_id=dispatch.issue_id)
    await desk.state.clear()
    text = desk.words("report.handed_down", number=issue.number, category=issue.category, place=issue.place)
    return show(desk.event, text, keyboard([(desk.words.plain("report.button.progress"), view_press(issue.issue_id))]))


def view_press(issue_id: int) -> StaffPress:
    """Opens the issue as staff see it."""
    return StaffPress(StaffButton.VIEW, issue_id)


def thanks(words: Words, done: SubmittedReport) -> str:
    """What the reporter reads: the number first, then what happens now."""
    if not done.is_new_issue:
        happens = "report.done.joined"
    elif done.status is IssueStatus.REPORTED:
        happens = "report.done.looked_at"
    else:
        happens = "report.done.sent"
    lines = [words("report.done", number=done.number, category=done.category, place=done.place), words(happens)]
    return "\n\n".join([*lines, words("report.advice", advice=done.advice)] if done.advice else lines)


def _after_keyboard(words: Words, done: SubmittedReport) -> InlineKeyboardMarkup:
    return keyboard([(words.plain("report.button.progress"), IssuePress(IssueButton.VIEW, done.issue_id))])


CHOICES: Mapping[ReportButton, Choice] = {
    ReportButton.TOP: _top,
    ReportButton.GROUP: _group,
    ReportButton.MORE: _more,
    ReportButton.CATEGORY: _category,
    ReportButton.NEW_CATEGORY: _new_category,
    ReportButton.ANSWER: _answer,
    ReportButton.SKIP: _answer,
    ReportButton.BUILDING: _building,
    ReportButton.OWN_WORDS: _own_words,
    ReportButton.NEW_PLACE: _new_place,
    ReportButton.SAME: _same,
    ReportButton.OTHER: _other,
    ReportButton.ANONYMOUS: _anonymous,
    ReportButton.ON_BEHALF: _on_behalf,
    ReportButton.GO_ON: _go_on,
    ReportButton.START_ANEW: _start_anew,
    ReportButton.DISCARD: _discard,
    ReportButton.SUBMIT: _submit,
}
