"""Facts of the points domain; `backend.notify` says who hears them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from backend.kernel.events import Event


@dataclass(frozen=True, slots=True)
class HoldExpired(Event):
    """Points that were put aside are free again, because nothing came of it in time."""

    hold_id: UUID
    ref: str
    amount: int


@dataclass(frozen=True, slots=True)
class PointsEarned(Event):
    """Somebody got points for a fact."""

    earning_id: int


@dataclass(frozen=True, slots=True)
class EarningHeldBack(Event):
    """Something looks odd: staff decide whether the points are paid."""

    earning_id: int


@dataclass(frozen=True, slots=True)
class EarningTakenBack(Event):
    """The fact was undone, and the points with it."""

    earning_id: int


@dataclass(frozen=True, slots=True)
class HelpAsked(Event):
    request_id: int


@dataclass(frozen=True, slots=True)
class HelpTaken(Event):
    request_id: int


@dataclass(frozen=True, slots=True)
class HelpGivenBack(Event):
    """The helper cannot come after all; the request is open again."""

    request_id: int
    helper_account_id: int


@dataclass(frozen=True, slots=True)
class HelpDone(Event):
    """The helper says that it is done; the other side confirms."""

    request_id: int


@dataclass(frozen=True, slots=True)
class HelpConfirmed(Event):
    """Both sides say that it is done."""

    request_id: int


@dataclass(frozen=True, slots=True)
class HelpUnconfirmed(Event):
    """Only the helper says that it is done, for a day now: the grid worker may confirm for the person."""

    request_id: int


@dataclass(frozen=True, slots=True)
class HelpEnded(Event):
    """Called off, or nobody came in time."""

    request_id: int


@dataclass(frozen=True, slots=True)
class CouponRedeemed(Event):
    """The merchant has confirmed: both sides get the same receipt."""

    coupon_id: int
    by_account_id: int | None


@dataclass(frozen=True, slots=True)
class PatrolSaid(Event):
    """A resident says to have been on patrol: the grid's workers are asked whether it is so."""

    round_id: int


@dataclass(frozen=True, slots=True)
class PatrolDecided(Event):
    """Somebody looked at a round; what it earned is told where it is paid."""

    round_id: int


@dataclass(frozen=True, slots=True)
class CouponLeftWithMerchant(Event):
    """Used at a shop that was not online: its people are asked to confirm later."""

    coupon_id: int


@dataclass(frozen=True, slots=True)
class CouponRefused(Event):
    """The merchant says no, or did not confirm in time: the points are free again."""

    coupon_id: int


@dataclass(frozen=True, slots=True)
class CouponRefunded(Event):
    coupon_id: int


@dataclass(frozen=True, slots=True)
class CardUsed(Event):
    """Somebody paid with an elder's paper card: the elder's people are told."""

    coupon_id: int


@dataclass(frozen=True, slots=True)
class MealReserved(Event):
    order_id: int


@dataclass(frozen=True, slots=True)
class SettlementDrawn(Event):
    """A month's statement of a merchant waits for confirmation."""

    settlement_id: int


@dataclass(frozen=True, slots=True)
class SettlementAnswered(Event):
    """The merchant confirmed or objected."""

    settlement_id: int


@dataclass(frozen=True, slots=True)
class PointsLapseSoon(Event):
    """Points of an account lapse on a day that is near."""

    account_id: int
    expires_on: date
    points: int


@dataclass(frozen=True, slots=True)
class LedgerBroken(Event):
    """Balances and transfers do not agree, or a seal does not hold: somebody must look at once."""

    what: str
    accounts: int
