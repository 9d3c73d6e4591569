"""What the points domain refuses, each with the key of the words that people read."""

from __future__ import annotations

from backend.kernel.errors import AccessDenied, BadInput, Conflict, NotFound


class AmountInvalid(BadInput):
    """Points are whole, more than none, and no more than a person can mean."""

    def __init__(self) -> None:
        super().__init__("points.error.amount")


class NotEnoughPoints(Conflict):
    """The account holds less than is asked of it."""

    def __init__(self, needed: int, available: int) -> None:
        super().__init__("points.error.not_enough", needed=needed, available=available)
        self.needed, self.available = needed, available


class KeyReused(Conflict):
    """The same key came with other content: never two different movements under one name."""

    def __init__(self) -> None:
        super().__init__("points.error.key_reused")


class HoldOver(Conflict):
    """The hold was released, has expired, or never was."""

    def __init__(self) -> None:
        super().__init__("points.error.hold_over")


class AlreadyReversed(Conflict):
    """A movement is taken back once at most."""

    def __init__(self) -> None:
        super().__init__("points.error.already_reversed")


class NotReversible(Conflict):
    """A reversal itself, or a movement between the community's own accounts, is not taken back."""

    def __init__(self) -> None:
        super().__init__("points.error.not_reversible")


class NotAResident(AccessDenied):
    """Points belong to people whom the registry knows."""

    def __init__(self) -> None:
        super().__init__("points.error.not_a_resident")


class NoHousehold(NotFound):
    """The registry knows of no household with which this person could share."""

    def __init__(self) -> None:
        super().__init__("points.error.no_household")


class AlreadyPooled(Conflict):
    """The person shares points with their household already."""

    def __init__(self) -> None:
        super().__init__("points.error.already_pooled")
