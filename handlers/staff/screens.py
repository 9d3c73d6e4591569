"""How issues and figures look to staff in chat."""

from __future__ import annotations

from datetime import timedelta

from aiogram.types import InlineKeyboardMarkup

from backend.bookings import BookingCounts
from backend.issues.states import IssueAction
from backend.issues.views.find import FoundIssue, FoundIssues
from backend.issues.views.issue_view import IssueView, ReportView
from backend.issues.views.scoring import Rate
from backend.issues.views.statistics import Statistics
from backend.notify.presses import StaffButton, StaffPress
from backend.notify.words import Words
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.issues.screens import local, step_line

MOST_STEPS = 15
MOST_LINES = 12

ACTIONS = (
    (IssueAction.ACCEPT, StaffButton.ACCEPT),
    (IssueAction.REJECT, StaffButton.REJECT),
    (IssueAction.DISPATCH, StaffButton.DISPATCH),
    (IssueAction.SUPERVISE, StaffButton.SUPERVISE),
    (IssueAction.RESUME, StaffButton.RESUME),
    (IssueAction.MERGE, StaffButton.MERGE),
    (IssueAction.CANCEL, StaffButton.CANCEL),
)
"""In the order of the buttons."""


def found_text(words: Words, found: FoundIssues) -> str:
    return words("find.found", total=found.total) if found.total else words("find.nothing")


def found_rows(words: Words, found: FoundIssues) -> list[Row]:
    return [[(_line(words, issue), StaffPress(StaffButton.VIEW, issue.issue_id))] for issue in found.issues]


def _line(words: Words, issue: FoundIssue) -> str:
    status = words.plain(f"issue.status.{issue.status.value}")
    return f"{_dot(words, issue.urgency.colour)} {issue.number} {issue.category} · {issue.unit} · {status}"[:60]


def _dot(words: Words, colour: str) -> str:
    return words.plain(f"grade.{colour}").split(" ")[0]


def issue_text(words: Words, issue: IssueView) -> str:
    """Everything of one issue that fits a message; the web page shows the rest."""
    due = issue.urgency.due_at
    lines = [
        f"{_dot(words, issue.urgency.colour)} <b>{issue.number}</b> {issue.emoji} "
        + words("staff.title", category=issue.category, status=words.plain(f"issue.status.{issue.status.value}")),
        words("staff.place", unit=issue.unit, place=issue.place or words.plain("report.place_unknown")),
        *([words("staff.due", at=local(words, due), left=left_words(words, issue.urgency.left))] if due else []),
        *([words("staff.merged_into", number=issue.merged_into)] if issue.merged_into else []),
        "",
        *(_report(words, report) for report in issue.reports[:3]),
        *(_task_line(words, task.unit, task.partner, task.assignee, task.status) for task in issue.tasks[-5:]),
        "",
        *(step_line(words, step) for step in issue.history[-MOST_STEPS:]),
    ]
    return "\n".join(lines)


def _report(words: Words, report: ReportView) -> str:
    who = report.reporter or words.plain("staff.reporter_hidden")
    return words(
        "staff.report", at=local(words, report.received_at), who=who, text=report.words[:400], files=len(report.media)
    )


def _task_line(words: Words, unit: str, partner: str, assignee: str, status: str) -> str:
    who = " ".join(part for part in (partner or unit, assignee) if part)
    return words("staff.task", who=who, status=words.plain(f"task.status.{status}"))


def left_words(words: Words, left: timedelta | None) -> str:
    """How much time is left or how late it is, in hours and minutes."""
    if left is None:
        return ""
    minutes = int(abs(left).total_seconds() // 60)
    key = "staff.late" if left < timedelta(0) else "staff.left"
    return words.plain(key, hours=minutes // 60, minutes=minutes % 60)


def issue_keyboard(words: Words, issue: IssueView, further: Row) -> InlineKeyboardMarkup:
    """What the reader may do now; `further` are the buttons that do not move the issue."""
    buttons = [
        (words.plain(f"staff.button.{button.value}"), StaffPress(button, issue.issue_id))
        for action, button in ACTIONS
        if action in issue.actions
    ]
    return keyboard(*in_columns(buttons, 2), further)


def statistics_text(words: Words, figures: Statistics, days: int) -> str:
    """Counts, rates, and the busiest grids and categories."""
    score = figures.score
    lines = [
        words("stats.title", unit=figures.unit, days=days),
        words(
            "stats.counts",
            reported=figures.reported,
            solved=figures.solved,
            closed=figures.closed,
            rejected=figures.rejected,
            open=figures.open_now,
        ),
        "  ".join(f"{_dot(words, colour)} {count}" for colour, count in figures.by_colour.items()),
        words(
            "stats.rates",
            response=share(score.response),
            on_time=share(score.on_time),
            reopened=share(score.reopened),
            satisfied=share(score.satisfied),
        ),
        *_breakdown(words, "stats.grids", [(line.name, line.count, line.score.on_time) for line in figures.grids]),
        *_breakdown(
            words, "stats.categories", [(line.name, line.count, line.score.on_time) for line in figures.categories]
        ),
    ]
    return "\n".join(lines)


def held_text(words: Words, counts: BookingCounts) -> str:
    """What was held for the neighbours, and how it was."""
    happy = "–" if counts.satisfaction is None else f"{counts.satisfaction:.0%}"
    return words(
        "stats.held",
        courses=counts.courses_held,
        services=counts.services_held,
        booked=counts.booked,
        came=counts.came,
        wishes=counts.wishes,
        satisfied=happy,
    )


def _breakdown(words: Words, key: str, lines: list[tuple[str, int, Rate]]) -> list[str]:
    if not lines:
        return []
    shown = [
        words("stats.line", name=name, count=count, on_time=share(rate)) for name, count, rate in lines[:MOST_LINES]
    ]
    return ["", words(key), *shown[:MOST_LINES]]


def share(rate: Rate) -> str:
    """A rate as per cent; a dash where there is nothing to judge."""
    return "–" if rate.share is None else f"{rate.share:.0%}"
