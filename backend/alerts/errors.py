"""What the alerts domain refuses, each with the key of the words that people read."""

from __future__ import annotations

from backend.kernel.errors import BadInput, Conflict


class PolicyInvalid(BadInput):
    """The plan cannot be followed; the reason names what does not fit."""

    def __init__(self, reason: str) -> None:
        super().__init__("alert.error.policy_invalid", reason=reason)


class LifeSafetyNeedsRepeat(BadInput):
    """A plan for what saves lives must go on until a human acts."""

    def __init__(self) -> None:
        super().__init__("alert.error.must_repeat")


class SilenceInvalid(BadInput):
    """It ends before it begins, lasts too long, or says nothing about why."""

    def __init__(self) -> None:
        super().__init__("alert.error.silence_invalid")


class SecondPersonNeeded(Conflict):
    """Who wrote a silence cannot be the one who approves it."""

    def __init__(self) -> None:
        super().__init__("alert.error.second_person")


class ShiftInvalid(BadInput):
    """A shift ends after it begins, within a day or two, and belongs to somebody who serves there."""

    def __init__(self) -> None:
        super().__init__("alert.error.shift_invalid")


class CheckInInvalid(BadInput):
    """No such time, day or way of asking."""

    def __init__(self) -> None:
        super().__init__("alert.error.check_in_invalid")
