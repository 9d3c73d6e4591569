"""THE TABLES: from which status who may do what to an issue or a task, and where it leads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from backend.issues.errors import CheckerIsDoer, MoveNotPossible, MoveNotYours, ReasonMissing
from backend.issues.states import ClockTarget, IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.kernel.access import FIELD, OFFICE, Role

StatusT = TypeVar("StatusT", IssueStatus, TaskStatus)


class Target(Enum):
    """Where a move leads when the table cannot name one status."""

    STAY = "stay"
    BACK = "back"  # to the status that the issue had before it was paused or asked to be reopened


class ClockEffect(Enum):
    """What a move does to the running clocks."""

    KEEP = "keep"
    PAUSE = "pause"
    RUN = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """Who asks, as far as the tables care: roles at the issue's org unit and ties to it.

    `is_system` is the program itself: routing, silence, a sensor.
    """

    roles: frozenset[Role] = frozenset()
    is_reporter: bool = False
    is_doer: bool = False
    is_system: bool = False


SYSTEM = Mover(is_system=True)


@dataclass(frozen=True, kw_only=True)
class Move(Generic[StatusT]):
    """One cell of a table: where it leads, who may, on what terms.

    Any one ground is enough: a role, being the reporter, holding the task (`doer`), or being the program.
    `meets` stamps a clock as met, `unmeets` takes the stamp off again, `starts` begins a fresh one.
    """

    to: StatusT | Target
    roles: frozenset[Role] = frozenset()
    reporter: bool = False
    doer: bool = False
    system: bool = False
    needs_reason: bool = False
    not_the_doer: bool = False
    clocks: ClockEffect = ClockEffect.KEEP
    meets: ClockTarget | None = None
    unmeets: ClockTarget | None = None
    starts: ClockTarget | None = None

    def is_open_to(self, mover: Mover) -> bool:
        """Say whether the mover has any of the grounds; the checker's own rule is apart."""
        return (
            bool(self.roles & mover.roles)
            or (self.reporter and mover.is_reporter)
            or (self.doer and mover.is_doer)
            or (self.system and mover.is_system)
        )


IssueMove = Move[IssueStatus]
TaskMove = Move[TaskStatus]

EVERYBODY = frozenset(Role)
LEADERS = OFFICE | {Role.GRID_LEADER}
# A partner does not check: the community answers to the reporter for the result.
CHECKERS = LEADERS | {Role.GRID_WORKER}

_S, _A = IssueStatus, IssueAction
_BEFORE_CLAIM = (_S.REPORTED, _S.ACCEPTED, _S.DISPATCHED)
_AT_WORK = (_S.DISPATCHED, _S.IN_PROGRESS)
_LIVE = (*_BEFORE_CLAIM, _S.IN_PROGRESS, _S.PENDING_CHECK, _S.WAITING_REPORTER)

_ASK = IssueMove(to=_S.WAITING_REPORTER, roles=LEADERS, doer=True, needs_reason=True, clocks=ClockEffect.PAUSE)
_SUSPEND = IssueMove(to=_S.SUSPENDED, roles=LEADERS, needs_reason=True, clocks=ClockEffect.PAUSE)
_REJECT = IssueMove(to=_S.REJECTED, roles=LEADERS, needs_reason=True)
_WITHDRAW = IssueMove(to=_S.CANCELLED, roles=OFFICE, reporter=True, needs_reason=True)
_CANCEL = IssueMove(to=_S.CANCELLED, roles=OFFICE, needs_reason=True)
_MERGE = IssueMove(to=_S.MERGED, roles=LEADERS)
_CLAIM = IssueMove(to=_S.IN_PROGRESS, roles=FIELD, system=True, meets=ClockTarget.CLAIM)
_SUBMIT = IssueMove(to=_S.PENDING_CHECK, doer=True, meets=ClockTarget.RESOLVE)
_REQUEST_REOPEN = IssueMove(to=_S.REOPEN_REQUESTED, reporter=True, needs_reason=True)
_STAYS_FLAGGED = IssueMove(to=Target.STAY, roles=OFFICE, needs_reason=True)
_CLIMBS = IssueMove(to=Target.STAY, roles=LEADERS, doer=True, system=True, needs_reason=True)

ISSUE_MOVES: Mapping[tuple[IssueStatus, IssueAction], IssueMove] = {
    (_S.REPORTED, _A.ACCEPT): IssueMove(to=_S.ACCEPTED, roles=LEADERS, system=True, meets=ClockTarget.ACCEPT),
    (_S.REPORTED, _A.REJECT): _REJECT,
    (_S.ACCEPTED, _A.REJECT): _REJECT,
    (_S.ACCEPTED, _A.DISPATCH): IssueMove(to=_S.DISPATCHED, roles=LEADERS, system=True, starts=ClockTarget.CLAIM),
    # One issue may need several hands: property, police and grid at once.
    **{(status, _A.DISPATCH): IssueMove(to=Target.STAY, roles=LEADERS) for status in _AT_WORK},
    (_S.DISPATCHED, _A.CLAIM): _CLAIM,
    (_S.DISPATCHED, _A.TRANSFER): IssueMove(
        to=Target.STAY, roles=LEADERS | FIELD, needs_reason=True, starts=ClockTarget.CLAIM
    ),
    (_S.DISPATCHED, _A.RETURN): IssueMove(to=_S.ACCEPTED, roles=FIELD, needs_reason=True),
    (_S.IN_PROGRESS, _A.TRANSFER): IssueMove(
        to=_S.DISPATCHED, roles=LEADERS, doer=True, needs_reason=True, starts=ClockTarget.CLAIM
    ),
    (_S.IN_PROGRESS, _A.RETURN): IssueMove(to=_S.ACCEPTED, doer=True, needs_reason=True),
    (_S.IN_PROGRESS, _A.SUBMIT): _SUBMIT,
    (_S.IN_PROGRESS, _A.REQUEST_SUSPEND): IssueMove(to=Target.STAY, doer=True, needs_reason=True),
    (_S.PENDING_CHECK, _A.PASS): IssueMove(to=_S.RESOLVED, roles=CHECKERS, not_the_doer=True),
    (_S.PENDING_CHECK, _A.FAIL): IssueMove(
        to=_S.IN_PROGRESS, roles=CHECKERS, needs_reason=True, not_the_doer=True, unmeets=ClockTarget.RESOLVE
    ),
    (_S.RESOLVED, _A.RATE): IssueMove(to=_S.CLOSED, reporter=True),
    (_S.RESOLVED, _A.CLOSE): IssueMove(to=_S.CLOSED, system=True),
    (_S.RESOLVED, _A.REQUEST_REOPEN): _REQUEST_REOPEN,
    # A second tap on another star corrects the rating; it never counts twice.
    (_S.CLOSED, _A.RATE): IssueMove(to=Target.STAY, reporter=True),
    (_S.CLOSED, _A.REQUEST_REOPEN): _REQUEST_REOPEN,
    (_S.REJECTED, _A.REQUEST_REOPEN): _REQUEST_REOPEN,
    # Back to accepted, not to in_progress: nobody has it yet, and what nobody has must be seen to climb.
    (_S.REOPEN_REQUESTED, _A.REOPEN): IssueMove(to=_S.ACCEPTED, roles=LEADERS, starts=ClockTarget.RESOLVE),
    (_S.REOPEN_REQUESTED, _A.DENY_REOPEN): IssueMove(to=Target.BACK, roles=LEADERS, needs_reason=True),
    (_S.WAITING_REPORTER, _A.ANSWER): IssueMove(
        to=Target.BACK, roles=LEADERS | FIELD, reporter=True, clocks=ClockEffect.RUN
    ),
    (_S.WAITING_REPORTER, _A.RESUME): IssueMove(
        to=Target.BACK, roles=LEADERS, doer=True, system=True, clocks=ClockEffect.RUN
    ),
    (_S.SUSPENDED, _A.RESUME): IssueMove(to=Target.BACK, roles=LEADERS, system=True, clocks=ClockEffect.RUN),
    **{(status, _A.ASK_REPORTER): _ASK for status in (*_BEFORE_CLAIM, _S.IN_PROGRESS)},
    **{(status, _A.SUSPEND): _SUSPEND for status in (_S.ACCEPTED, *_AT_WORK)},
    **{(status, _A.MERGE): _MERGE for status in (*_BEFORE_CLAIM, _S.IN_PROGRESS, _S.SUSPENDED)},
    **{(status, _A.CANCEL): _WITHDRAW for status in _BEFORE_CLAIM},
    **{(status, _A.CANCEL): _CANCEL for status in (_S.IN_PROGRESS, _S.WAITING_REPORTER, _S.SUSPENDED)},
    **{(status, _A.ESCALATE): _CLIMBS for status in _LIVE},
    **{(status, _A.SUPERVISE): _STAYS_FLAGGED for status in (*_LIVE, _S.SUSPENDED, _S.REOPEN_REQUESTED)},
    **{
        (status, _A.COMMENT): IssueMove(
            to=Target.STAY, roles=EVERYBODY - {Role.RESIDENT}, reporter=True, doer=True, system=True
        )
        for status in IssueStatus
    },
}

_T, _B = TaskStatus, TaskAction
_HELD = (_T.CLAIMED, _T.EN_ROUTE, _T.ON_SCENE)

TASK_MOVES: Mapping[tuple[TaskStatus, TaskAction], TaskMove] = {
    (_T.OPEN, _B.CLAIM): TaskMove(to=_T.CLAIMED, roles=FIELD, system=True, meets=ClockTarget.CLAIM),
    (_T.OPEN, _B.TRANSFER): TaskMove(to=_T.TRANSFERRED, roles=LEADERS | FIELD, needs_reason=True),
    (_T.OPEN, _B.RETURN): TaskMove(to=_T.RETURNED, roles=FIELD, needs_reason=True),
    **{
        (status, _B.TRANSFER): TaskMove(to=_T.TRANSFERRED, roles=LEADERS, doer=True, needs_reason=True)
        for status in _HELD
    },
    **{(status, _B.RETURN): TaskMove(to=_T.RETURNED, doer=True, needs_reason=True) for status in _HELD},
    # Whose role has ended holds nothing: the group gets a successor.
    **{(status, _B.RELEASE): TaskMove(to=_T.TRANSFERRED, system=True) for status in _HELD},
    (_T.CLAIMED, _B.EN_ROUTE): TaskMove(to=_T.EN_ROUTE, doer=True),
    # Who forgets to press "on the way" may still arrive.
    (_T.CLAIMED, _B.ARRIVE): TaskMove(to=_T.ON_SCENE, doer=True),
    (_T.EN_ROUTE, _B.ARRIVE): TaskMove(to=_T.ON_SCENE, doer=True),
    # Some work is done by telephone: submitting asks for the evidence, not for arrival.
    **{(status, _B.SUBMIT): TaskMove(to=_T.PENDING_CHECK, doer=True, meets=ClockTarget.RESOLVE) for status in _HELD},
    (_T.PENDING_CHECK, _B.PASS): TaskMove(to=_T.DONE, roles=CHECKERS, not_the_doer=True),
    (_T.PENDING_CHECK, _B.FAIL): TaskMove(
        to=_T.CLAIMED, roles=CHECKERS, needs_reason=True, not_the_doer=True, unmeets=ClockTarget.RESOLVE
    ),
    # Submitted work is never cancelled over its doer's head: it is checked.
    **{
        (status, _B.CANCEL): TaskMove(to=_T.CANCELLED, roles=LEADERS, system=True, needs_reason=True)
        for status in (_T.OPEN, *_HELD)
    },
    **{
        (status, _B.COMMENT): TaskMove(to=Target.STAY, roles=EVERYBODY - {Role.RESIDENT}, system=True)
        for status in TaskStatus
    },
}


def check_move(
    status: IssueStatus,
    action: IssueAction,
    mover: Mover,
    *,
    reason: str = "",
    came_from: IssueStatus | None = None,
) -> tuple[IssueStatus, IssueMove]:
    """Return the next status and the move's terms, or raise; writes nothing.

    `came_from` is the status before the pause or the reopen request, needed only where the table says BACK.
    Raises MoveNotPossible, MoveNotYours, CheckerIsDoer or ReasonMissing, in this order.
    """
    move = _permitted(ISSUE_MOVES.get((status, action)), status, action, mover, reason)
    if isinstance(move.to, IssueStatus):
        return move.to, move
    if move.to is Target.STAY:
        return status, move
    if came_from is None:
        raise MoveNotPossible(status, action)
    return came_from, move


def check_task_move(
    status: TaskStatus, action: TaskAction, mover: Mover, *, reason: str = ""
) -> tuple[TaskStatus, TaskMove]:
    """Return the task's next status and the move's terms, or raise as `check_move` does."""
    move = _permitted(TASK_MOVES.get((status, action)), status, action, mover, reason)
    return (move.to if isinstance(move.to, TaskStatus) else status), move


def _permitted(move: Move[StatusT] | None, status: str, action: str, mover: Mover, reason: str) -> Move[StatusT]:
    if move is None:
        raise MoveNotPossible(status, action)
    if not move.is_open_to(mover):
        raise MoveNotYours(status, action)
    if move.not_the_doer and mover.is_doer:
        raise CheckerIsDoer
    if move.needs_reason and not reason.strip():
        raise ReasonMissing(action)
    return move


def allowed_actions(status: IssueStatus, mover: Mover) -> tuple[IssueAction, ...]:
    """The issue actions open to the mover now, in the order of the enum: what buttons to show."""
    return tuple(action for action in IssueAction if _is_open(ISSUE_MOVES.get((status, action)), mover))


def _is_open(move: IssueMove | None, mover: Mover) -> bool:
    return move is not None and move.is_open_to(mover) and not (move.not_the_doer and mover.is_doer)


_OVER_WITHOUT_RESULT = frozenset({_T.RETURNED, _T.TRANSFERRED, _T.CANCELLED})
_SUBMITTED = frozenset({_T.PENDING_CHECK, _T.DONE})


def status_from_tasks(tasks: Collection[TaskStatus]) -> IssueStatus:
    """Where an issue at work stands, told from all its tasks.

    The slowest hand decides: it is checked only when every live task was submitted, resolved only when all
    are done. Without a live task somebody must dispatch again. Not for issues that wait, are suspended or are over.
    """
    live = {task for task in tasks if task not in _OVER_WITHOUT_RESULT}
    if not live:
        return IssueStatus.ACCEPTED
    if live == {_T.DONE}:
        return IssueStatus.RESOLVED
    if live <= _SUBMITTED:
        return IssueStatus.PENDING_CHECK
    return IssueStatus.DISPATCHED if live == {_T.OPEN} else IssueStatus.IN_PROGRESS
