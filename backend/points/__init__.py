"""Points: the ledger, earning, neighbours' help, the market, the canteen, settlement."""

from backend.points.earning.awarding import Award, award
from backend.points.earning.taking_back import take_back
from backend.points.ledger.accounts import Owner, account_for, account_of_person
from backend.points.ledger.holds import HeldPoints, capture_hold, expire_holds, place_hold, void_hold
from backend.points.ledger.models import AccountKind
from backend.points.ledger.posting import Posted
from backend.points.ledger.reading import Balance, balance_of

__all__ = [
    "AccountKind",
    "Award",
    "Balance",
    "HeldPoints",
    "Owner",
    "Posted",
    "account_for",
    "account_of_person",
    "award",
    "balance_of",
    "capture_hold",
    "expire_holds",
    "place_hold",
    "take_back",
    "void_hold",
]
