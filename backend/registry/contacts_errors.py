"""What is refused about contacts, each with the key of the words that people read."""

from __future__ import annotations

from backend.kernel.errors import BadInput, Conflict


class ContactNameMissing(BadInput):
    def __init__(self) -> None:
        super().__init__("contact.error.name_missing")


class TooManyContacts(BadInput):
    def __init__(self, most: int) -> None:
        super().__init__("contact.error.too_many", most=most)


class RankOutOfRange(BadInput):
    def __init__(self, most: int) -> None:
        super().__init__("contact.error.rank", most=most)


class ConsentMissing(Conflict):
    """Nobody is reached, not even with a code, before they have said yes."""

    def __init__(self) -> None:
        super().__init__("contact.error.consent_missing")


class MethodKnown(Conflict):
    def __init__(self) -> None:
        super().__init__("contact.error.method_known")


class MethodNeedsAccount(BadInput):
    """A chat is a way only to somebody who has one with us."""

    def __init__(self) -> None:
        super().__init__("contact.error.needs_account")


class MethodOptedOut(Conflict):
    """Who has the number said stop; only they can say start."""

    def __init__(self) -> None:
        super().__init__("contact.error.opted_out")


class QuietHoursInvalid(BadInput):
    def __init__(self) -> None:
        super().__init__("contact.error.quiet_hours")


class ProofTooSoon(Conflict):
    """A code has just left, or too many have today."""

    def __init__(self, minutes: int) -> None:
        super().__init__("contact.error.proof_too_soon", minutes=minutes)


class CareNotesTooLong(BadInput):
    def __init__(self, most: int) -> None:
        super().__init__("contact.error.notes_too_long", most=most)
