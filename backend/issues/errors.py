"""What the issues domain refuses, each with the key of the words that people read."""

from collections.abc import Iterable
from datetime import datetime

from backend.issues.states import EvidenceKind
from backend.kernel.errors import AccessDenied, BadInput, Conflict


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
        super().__init__("issue.error.evidence_missing", kinds=tuple(sorted(kinds)))


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
