"""What the bookings domain refuses, each with the key of the words that people read."""

from backend.kernel.errors import AccessDenied, BadInput, Conflict


class DayRuleInvalid(BadInput):
    """The rule names days that its calendar does not have, or a year that nobody can reckon."""

    def __init__(self) -> None:
        super().__init__("booking.error.day_rule_invalid")
