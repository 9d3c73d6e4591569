"""Facts of the issues domain; `backend.notify` says who hears them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.issues.states import IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ReportReceived(Event):
    """A report is stored; `is_new_issue` is false when it joined an issue that was there."""

    report_id: int
    issue_id: int
    is_new_issue: bool


@dataclass(frozen=True, slots=True)
class ReportMediaAdded(Event):
    """A photo of an album arrived after its report was stored."""

    report_id: int
    issue_id: int


@dataclass(frozen=True, slots=True)
class IssueMoved(Event):
    """An issue changed its status; `entry_id` is the step in its history."""

    issue_id: int
    action: IssueAction
    from_status: IssueStatus
    to_status: IssueStatus
    actor_account_id: int | None
    entry_id: int


@dataclass(frozen=True, slots=True)
class IssueFollowed(Event):
    issue_id: int
    account_id: int


@dataclass(frozen=True, slots=True)
class IssueCommented(Event):
    issue_id: int
    entry_id: int


@dataclass(frozen=True, slots=True)
class IssueMerged(Event):
    """`issue_id` is over; all its followers now follow `into_issue_id`."""

    issue_id: int
    into_issue_id: int


@dataclass(frozen=True, slots=True)
class IssueRated(Event):
    issue_id: int
    rating_id: int


@dataclass(frozen=True, slots=True)
class RequestMade(Event):
    """Somebody asks to suspend or to reopen; staff or the leader decide."""

    request_id: int


@dataclass(frozen=True, slots=True)
class RequestDecided(Event):
    request_id: int


@dataclass(frozen=True, slots=True)
class TaskOpened(Event):
    """A new piece of work needs its card in a group."""

    task_id: int


@dataclass(frozen=True, slots=True)
class TaskMoved(Event):
    task_id: int
    action: TaskAction
    from_status: TaskStatus
    to_status: TaskStatus
    actor_account_id: int | None


@dataclass(frozen=True, slots=True)
class EvidenceGiven(Event):
    task_id: int
    evidence_id: int


@dataclass(frozen=True, slots=True)
class ClockWarned(Event):
    """A limit is near."""

    clock_id: int


@dataclass(frozen=True, slots=True)
class ClockClimbed(Event):
    """A limit has passed and rung `rung` of the ladder (0 = the worker himself) is told."""

    clock_id: int
    rung: int


@dataclass(frozen=True, slots=True)
class SupervisionIssued(Event):
    supervision_id: int


@dataclass(frozen=True, slots=True)
class SupervisionReplied(Event):
    supervision_id: int


@dataclass(frozen=True, slots=True)
class SupervisionOverdue(Event):
    """Nobody replied in time; the one who issued it hears."""

    supervision_id: int


@dataclass(frozen=True, slots=True)
class SentBetweenUnits(Event):
    """A matter came down from a superior unit, or went up to one."""

    dispatch_id: int


@dataclass(frozen=True, slots=True)
class AnsweredBetweenUnits(Event):
    dispatch_id: int
