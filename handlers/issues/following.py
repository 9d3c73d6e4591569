"""/mine and the buttons under messages about an issue."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backend.issues.reports.following import follow_issue, unfollow_issue
from backend.issues.reports.my_reports import my_issue, my_issues
from backend.issues.reports.reporter import answer_question, comment_issue, rate_issue, request_reopen, withdraw_report
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import IssueButton, IssuePress, MenuButton, MenuPress
from backend.notify.words import Words
from handlers.common.asking import Asked, Purpose, Target, ask, asks
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.issues import screens

BAD_RATING = 2
"""So few stars and the person is asked what was wrong."""


def following_router() -> Router:
    router = Router(name="issues.following")
    router.message.register(mine, IN_PRIVATE, Command("mine"))
    router.callback_query.register(mine_page, Pressed(MenuPress, button=MenuButton.MINE))
    router.callback_query.register(pressed, Pressed(IssuePress))
    return router


async def mine(message: Message, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    found = await my_issues(uow, actor=actor)
    return say(message, screens.list_text(words, found), screens.list_keyboard(words, found))


async def mine_page(call: CallbackQuery, press: MenuPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """The list, from the menu anew, or another page of it in place."""
    is_page = press.value is not None and press.value.isdecimal()
    found = await my_issues(uow, actor=actor, page=int(press.value or 0) if is_page else 0)
    text, markup = screens.list_text(words, found), screens.list_keyboard(words, found)
    return show(call, text, markup) if is_page else say(call, text, markup)


async def pressed(
    call: CallbackQuery, press: IssuePress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _view(on: Pressing[IssuePress]) -> Reply:
    issue = await my_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    text = screens.issue_text(on.words, issue, list(issue.history))
    return say(on.call, text, screens.issue_keyboard(on.words, issue))


async def _follow(on: Pressing[IssuePress]) -> Reply:
    await follow_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    return on.answer("issue.followed")


async def _unfollow(on: Pressing[IssuePress]) -> Reply:
    await unfollow_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)
    return on.answer("issue.unfollowed")


async def _rate(on: Pressing[IssuePress]) -> Reply:
    """One tap records the verdict; whoever is unhappy is asked why, and may leave it at that."""
    if on.press.value is None:
        raise BadInput("error.old_button")
    await rate_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id, stars=on.press.value)
    thanks = on.answer("issue.rated", stars=on.press.value)
    if on.press.value > BAD_RATING:
        return [thanks, say(on.call, on.words("issue.rating_thanks", stars="⭐" * on.press.value))]
    return [thanks, await ask(on.call, on.state, on.words, "issue.rate", on.press.issue_id, on.press.value)]


async def _this(on: Pressing[IssuePress]) -> Target:
    return (await my_issue(on.uow, actor=on.actor, issue_id=on.press.issue_id)).issue_id, None


async def _rating_words(asked: Asked) -> Reply:
    stars = asked.value or 1
    await rate_issue(asked.uow, actor=asked.actor, issue_id=asked.target, stars=stars, words=asked.text)
    return say(asked.event, asked.words("issue.rating_words_thanks"))


async def _reopen(asked: Asked) -> Reply:
    await request_reopen(asked.uow, actor=asked.actor, issue_id=asked.target, reason=asked.text)
    return say(asked.event, asked.words("issue.reopen_asked"))


async def _answer(asked: Asked) -> Reply:
    await answer_question(asked.uow, actor=asked.actor, issue_id=asked.target, words=asked.text)
    return say(asked.event, asked.words("issue.answered"))


async def _comment(asked: Asked) -> Reply:
    await comment_issue(asked.uow, actor=asked.actor, issue_id=asked.target, words=asked.text)
    return say(asked.event, asked.words("issue.commented"))


async def _withdraw(asked: Asked) -> Reply:
    await withdraw_report(asked.uow, actor=asked.actor, issue_id=asked.target, reason=asked.text)
    return say(asked.event, asked.words("issue.withdrawn"))


ACTS: Mapping[IssueButton, Act[IssuePress]] = {
    IssueButton.VIEW: _view,
    IssueButton.FOLLOW: _follow,
    IssueButton.UNFOLLOW: _unfollow,
    IssueButton.RATE: _rate,
    IssueButton.REOPEN: asks("issue.reopen", _this),
    IssueButton.ANSWER: asks("issue.answer", _this),
    IssueButton.COMMENT: asks("issue.comment", _this),
    IssueButton.CANCEL: asks("issue.withdraw", _this),
}

PURPOSES: Mapping[str, Purpose] = {
    "issue.rate": _rating_words,
    "issue.reopen": _reopen,
    "issue.answer": _answer,
    "issue.comment": _comment,
    "issue.withdraw": _withdraw,
}
