"""What the bookings domain refuses, each with the key of the words that people read."""

from __future__ import annotations

from datetime import datetime

from backend.kernel.errors import AccessDenied, BadInput, Conflict, NotFound


class DayRuleInvalid(BadInput):
    """The rule names days that its calendar does not have, or a year that nobody can reckon."""

    def __init__(self) -> None:
        super().__init__("booking.error.day_rule_invalid")


class DayPast(Conflict):
    """A day that is over is neither added, moved nor cancelled."""

    def __init__(self) -> None:
        super().__init__("booking.error.day_past")


class DayTaken(Conflict):
    """There is a service day on that date already."""

    def __init__(self) -> None:
        super().__init__("booking.error.day_taken")


class SessionInvalid(BadInput):
    """Times that run backwards, no seat or too many, a title without words."""

    def __init__(self) -> None:
        super().__init__("booking.error.session_invalid")


class ProviderBusy(Conflict):
    """Nobody gives two services at once."""

    def __init__(self) -> None:
        super().__init__("booking.error.provider_busy")


class NotApproved(AccessDenied):
    """Only approved providers offer sessions, and only of their own trade."""

    def __init__(self) -> None:
        super().__init__("booking.error.not_approved")


class AlreadyApplied(Conflict):
    """The same person applied for the same trade before."""

    def __init__(self) -> None:
        super().__init__("booking.error.already_applied")


class SessionOver(Conflict):
    """It has begun, is over or was cancelled."""

    def __init__(self) -> None:
        super().__init__("booking.error.session_over")


class PointsNeedRegistry(Conflict):
    """Only whom the registry knows has points to pay with."""

    def __init__(self) -> None:
        super().__init__("booking.error.points_need_registry")


class SessionFull(Conflict):
    """No seat is left; one can wait for one."""

    def __init__(self) -> None:
        super().__init__("booking.error.session_full")


class SeatsLeft(Conflict):
    """Nobody waits while there are seats: book one instead."""

    def __init__(self) -> None:
        super().__init__("booking.error.seats_left")


class AgeUnfit(Conflict):
    """The offering is for another age."""

    def __init__(self, lowest: int | None, highest: int | None) -> None:
        super().__init__("booking.error.age_unfit", lowest=lowest or 0, highest=highest or 120)


class HouseholdQuota(Conflict):
    """The household has as many seats of this day as one may have."""

    def __init__(self, most: int) -> None:
        super().__init__("booking.error.household_quota", most=most)


class NotForThem(AccessDenied):
    """One books for oneself, one's child, somebody who agreed to it, or as their grid's worker."""

    def __init__(self) -> None:
        super().__init__("booking.error.not_for_them")


class BookingMoved(Conflict):
    """The booking is no longer in the state that the button was made for."""

    def __init__(self) -> None:
        super().__init__("booking.error.moved_on")


class OfferOver(Conflict):
    """The seat was kept until then and has gone to the next."""

    def __init__(self, until: datetime | None) -> None:
        super().__init__("booking.error.offer_over", until=until)


class CheckInClosed(Conflict):
    """One checks in on the day, from an hour before until a day after."""

    def __init__(self) -> None:
        super().__init__("booking.error.check_in_closed")


class CodeUnknown(NotFound):
    """No booking has this code; says nothing more, so that guessing teaches nothing."""

    def __init__(self) -> None:
        super().__init__("booking.error.code_unknown")


class SurveyClosed(Conflict):
    """Only who was there says how it was."""

    def __init__(self) -> None:
        super().__init__("booking.error.survey_closed")


class ConsentMissing(AccessDenied):
    """Without the guardian's recorded consent nothing is done with a child's record."""

    def __init__(self) -> None:
        super().__init__("booking.error.consent_missing")


class ChildInvalid(BadInput):
    """Name or birth do not fit a child under 14."""

    def __init__(self) -> None:
        super().__init__("booking.error.child_invalid")


class TooManyChildren(Conflict):
    """More children than any family has."""

    def __init__(self, most: int) -> None:
        super().__init__("booking.error.too_many_children", most=most)


class WishInvalid(BadInput):
    """No topic that we know, or too many words."""

    def __init__(self) -> None:
        super().__init__("booking.error.wish_invalid")
