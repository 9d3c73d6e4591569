"""What the registry refuses, each with the key of the words that people read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.kernel.access import Role
from backend.kernel.errors import AccessDenied, BadInput, Conflict, NotFound


class NotOwnContact(AccessDenied):
    """Somebody shared another person's contact: it proves nothing about themselves."""

    def __init__(self) -> None:
        super().__init__("registry.error.not_own_contact")


class PhoneUnreadable(BadInput):
    def __init__(self) -> None:
        super().__init__("registry.error.phone_unreadable")


class RoleTooHigh(AccessDenied):
    """Nobody grants or ends a role above their own, or outside their own unit."""

    def __init__(self, role: Role) -> None:
        super().__init__("registry.error.role_too_high", role=role.value)


class RoleDoesNotFit(BadInput):
    """The role does not exist on units of this kind, or names no partner where it must."""

    def __init__(self, role: Role) -> None:
        super().__init__("registry.error.role_does_not_fit", role=role.value)


class RoleStillHeld(Conflict):
    """Who still serves cannot be forgotten: work would be left without an owner."""

    def __init__(self) -> None:
        super().__init__("registry.error.role_still_held")


class InvitationUnknown(NotFound):
    """No such link, or whoever made it may no longer grant the role."""

    def __init__(self) -> None:
        super().__init__("registry.error.invitation_unknown")


class InvitationUsed(Conflict):
    def __init__(self) -> None:
        super().__init__("registry.error.invitation_used")


class InvitationExpired(Conflict):
    def __init__(self) -> None:
        super().__init__("registry.error.invitation_expired")


class NotAGroup(BadInput):
    """Only groups can be bound; private chats and channels cannot."""

    def __init__(self) -> None:
        super().__init__("registry.error.not_a_group")


class ChatNotBound(NotFound):
    def __init__(self) -> None:
        super().__init__("registry.error.chat_not_bound")


class ChatTaken(Conflict):
    """Somebody else bound the same group at the same moment."""

    def __init__(self) -> None:
        super().__init__("registry.error.chat_taken")


class CapOutOfRange(BadInput):
    def __init__(self, most: int) -> None:
        super().__init__("registry.error.cap_out_of_range", most=most)


class LanguageUnknown(BadInput):
    def __init__(self) -> None:
        super().__init__("registry.error.language_unknown")


class DayOutOfRange(BadInput):
    """A day so far away that it is a slip of the keyboard."""

    def __init__(self, day: date) -> None:
        super().__init__("registry.error.day_out_of_range", day=day.isoformat())


class WordsUnfit(BadInput):
    """Own words that would break a message: `why` ends the key, `what` shows the place."""

    def __init__(self, why: str, what: object) -> None:
        super().__init__(f"registry.error.words.{why}", what=what)


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file: the line (or the place in a JSON document), the field, and why."""

    place: str
    field: str
    why: str

    def __str__(self) -> str:
        return f"{self.place}, {self.field}: {self.why}"


class FileRefused(BadInput):
    """A file breaks rules; nothing of it was stored. `problems` says where, for the one who made the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("registry.error.file_refused", count=len(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([self.key, *map(str, self.problems)])
