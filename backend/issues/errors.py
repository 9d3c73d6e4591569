"""What the issues domain refuses, each with the key of the words that people read."""

from collections.abc import Iterable
from datetime import datetime

from backend.issues.states import EvidenceKind
from backend.kernel.errors import AccessDenied, BadInput, Conflict
from backend.kernel.texts import Listed


class MoveNotPossible(Conflict):
    """The thing's status has no such action, for anybody: often an old button."""

    def __init__(self, status: str, action: str) -> None:
        super().__init__("issue.error.move_not_possible", status=status, action=action)


class MoveNotYours(AccessDenied):
    """Somebody may do this now, but not this actor."""

    def __init__(self, status: str, action: str) -> None:
        super().__init__("issue.error.move_not_yours", status=status, action=action)


class ReasonMissing(BadInput):
    """The action must say why: somebody else will read it."""

    def __init__(self, action: str) -> None:
        super().__init__("issue.error.reason_missing", action=action)


class CheckerIsDoer(AccessDenied):
    """Nobody checks their own work."""

    def __init__(self) -> None:
        super().__init__("issue.error.checker_is_doer")


class EvidenceMissing(BadInput):
    """The category asks for proof that is not there yet."""

    def __init__(self, kinds: Iterable[EvidenceKind]) -> None:
        missing = tuple(sorted(kinds))
        words = Listed(f"card.evidence.{kind}" for kind in missing)
        super().__init__("issue.error.evidence_missing", kinds=missing, missing=words)


class ReopenTooLate(Conflict):
    """The window for asking to reopen has closed."""

    def __init__(self, until: datetime) -> None:
        super().__init__("issue.error.reopen_too_late", until=until)


class ReopenedTooOften(Conflict):
    """The issue was reopened as often as the community allows; staff take a new report instead."""

    def __init__(self, limit: int) -> None:
        super().__init__("issue.error.reopened_too_often", limit=limit)


class MergeIntoItself(Conflict):
    """The merge would lead back to the issue that is merged."""

    def __init__(self) -> None:
        super().__init__("issue.error.merge_into_itself")


class OutlineInvalid(BadInput):
    """A grid's outline is no polygon, or crosses itself."""

    def __init__(self, code: str) -> None:
        super().__init__("issue.error.outline_invalid", code=code)


class CategoriesInvalid(BadInput):
    """The file of default categories breaks a rule; `where` and `what` are for the person who edits it."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__("issue.error.categories_invalid", where=where, what=what)


class IssuePaused(Conflict):
    """The issue is suspended, or waits for its reporter and is not this actor's to go on with."""

    def __init__(self, status: str) -> None:
        super().__init__(f"error.task.paused_{status}")


class WorkAwaitsCheck(Conflict):
    """Submitted work is checked, not swept away."""

    def __init__(self) -> None:
        super().__init__("error.task.work_awaits_check")


class AlreadyClaimed(Conflict):
    """Somebody else was faster; says who."""

    def __init__(self, name: str) -> None:
        super().__init__("error.task.already_claimed", name=name)


class TaskOver(Conflict):
    """The task behind an old button has ended: done, returned, transferred or cancelled."""

    def __init__(self) -> None:
        super().__init__("error.task.over")


class NotYourGroup(AccessDenied):
    """The task belongs to another grid's or partner's people."""

    def __init__(self) -> None:
        super().__init__("error.task.not_your_group")


class OffDuty(Conflict):
    """Who is off duty takes no new work."""

    def __init__(self) -> None:
        super().__init__("error.task.off_duty")


class TooManyTasks(Conflict):
    """The worker has as many open tasks as the cap allows."""

    def __init__(self, cap: int) -> None:
        super().__init__("error.task.too_many", cap=cap)


class TargetUnfit(Conflict):
    """The person to whom work was to be given cannot take it: off duty, full, or of no fitting group."""

    def __init__(self, name: str) -> None:
        super().__init__("error.task.target_unfit", name=name)


class TargetSame(Conflict):
    """The work is already there."""

    def __init__(self) -> None:
        super().__init__("error.task.target_same")


class TargetOutside(AccessDenied):
    """Work is only handed on inside the community."""

    def __init__(self) -> None:
        super().__init__("error.task.target_outside")


class EvidenceRefused(Conflict):
    """Evidence is given while one works, not before claiming or after submitting."""

    def __init__(self) -> None:
        super().__init__("error.task.evidence_refused")


class NotYourTask(AccessDenied):
    """Only who has the task in hand proves its work."""

    def __init__(self) -> None:
        super().__init__("error.task.not_your_task")


class EvidenceInvalid(BadInput):
    """A photo without a file, a note without words, a place that is not on earth."""

    def __init__(self) -> None:
        super().__init__("error.task.evidence_invalid")


class TooMuchEvidence(BadInput):
    """More than anybody looks through."""

    def __init__(self, most: int) -> None:
        super().__init__("error.task.too_much_evidence", most=most)


class AlreadyDecided(Conflict):
    """Somebody else has decided the request; says who."""

    def __init__(self, name: str) -> None:
        super().__init__("error.task.already_decided", name=name)


class LimitInvalid(BadInput):
    """A limit of the community out of bounds, or a rung that is not later than the one below; `field` is its name."""

    def __init__(self, field: str) -> None:
        super().__init__("issue.error.limit_invalid", field=field)


class UntilInvalid(BadInput):
    """A day until which something is put off, or by which an answer is due, must lie ahead and within reason."""

    def __init__(self) -> None:
        super().__init__("error.task.until_invalid")


class AlreadyAnswered(Conflict):
    """Somebody else has replied to the supervision or answered the matter; says who."""

    def __init__(self, name: str) -> None:
        super().__init__("error.task.already_answered", name=name)


class NotInLine(AccessDenied):
    """Matters are sent down to a unit below, and up to a unit above."""

    def __init__(self) -> None:
        super().__init__("error.task.not_in_line")
