"""How an issue looks to those who reported or follow it."""

from __future__ import annotations

from datetime import datetime

from aiogram.types import InlineKeyboardMarkup

from backend.issues.reports.my_reports import FollowedIssue, MyIssue, MyIssues
from backend.issues.states import IssueAction
from backend.issues.views.history_view import HistoryStep
from backend.notify.presses import IssueButton, IssuePress, MenuButton, MenuPress
from backend.notify.words import Words
from handlers.common.keyboards import Row, keyboard

MOST_STEPS = 12

ACTIONS = (
    (IssueAction.ANSWER, IssueButton.ANSWER),
    (IssueAction.RATE, IssueButton.RATE),
    (IssueAction.REQUEST_REOPEN, IssueButton.REOPEN),
    (IssueAction.COMMENT, IssueButton.COMMENT),
    (IssueAction.CANCEL, IssueButton.CANCEL),
)
"""In the order of the buttons."""


def list_text(words: Words, mine: MyIssues) -> str:
    if not mine.total:
        return words("mine.none")
    return words("mine.list", total=mine.total)


def list_keyboard(words: Words, mine: MyIssues) -> InlineKeyboardMarkup:
    rows: list[Row] = [[(_label(words, issue), IssuePress(IssueButton.VIEW, issue.issue_id))] for issue in mine.issues]
    turning = [
        (words.plain("mine.newer"), MenuPress(MenuButton.MINE, str(mine.page - 1))) if mine.page else None,
        (words.plain("mine.older"), MenuPress(MenuButton.MINE, str(mine.page + 1)))
        if mine.page + 1 < mine.pages
        else None,
    ]
    return keyboard(*rows, [button for button in turning if button])


def _label(words: Words, issue: MyIssue) -> str:
    status = words.plain(f"issue.status.{issue.status.value}")
    return f"{issue.emoji} {issue.number} {issue.category} · {status}"[:60]


def issue_text(words: Words, issue: FollowedIssue, history: list[HistoryStep]) -> str:
    """Number, state, own words, and the public steps with their times."""
    lines = [
        words("mine.title", number=issue.number, emoji=issue.emoji, category=issue.category),
        words("mine.status", status=words.plain(f"issue.status.{issue.status.value}")),
        *([words("mine.place", place=issue.place)] if issue.place else []),
        *([words("mine.own_words", text=issue.own_words[:500])] if issue.own_words else []),
        *([words("mine.question", text=issue.question)] if issue.question else []),
        "",
        *(step_line(words, step) for step in history[-MOST_STEPS:]),
    ]
    return "\n".join(lines)


def step_line(words: Words, step: HistoryStep) -> str:
    """One step: time, who by role, what, in which words."""
    role = words.plain(f"role.{step.role}") if words.texts.has(f"role.{step.role}") else ""
    said = words("history.said", text=step.words[:200]) if step.words else ""
    return (
        words(
            "history.step", at=local(words, step.at), who=step.name or role, what=words.plain(f"history.{step.action}")
        )
        + said
    )


def local(words: Words, moment: datetime) -> str:
    """Month, day and minute on the community's clock."""
    return moment.astimezone(words.zone).strftime("%m-%d %H:%M")


def issue_keyboard(words: Words, issue: FollowedIssue) -> InlineKeyboardMarkup:
    """What this person may do with the issue now."""
    rows: list[Row] = []
    for action, button in ACTIONS:
        if action not in issue.actions:
            continue
        if button is IssueButton.RATE:
            rows.append(stars(issue.issue_id))
        else:
            rows.append([(words.plain(f"issue.button.{button.value}"), IssuePress(button, issue.issue_id))])
    if not issue.is_reporter:
        rows.append([(words.plain("issue.button.unfollow"), IssuePress(IssueButton.UNFOLLOW, issue.issue_id))])
    rows.append([(words.plain("mine.all"), MenuPress(MenuButton.MINE))])
    return keyboard(*rows)


def stars(issue_id: int) -> Row:
    """Five buttons, one tap each."""
    return [("⭐" * count, IssuePress(IssueButton.RATE, issue_id, count)) for count in range(1, 6)]
