"""The buttons of points, help, the market, the canteen and settlements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from backend.messaging.presses import Press


class PointsButton(StrEnum):
    LINES = "lines"
    CHART = "chart"
    RULES = "rules"
    COUPONS = "coupons"
    POOL = "pool"
    JOIN = "join"
    LEAVE = "leave"
    CARD = "card"
    FOR_WHOM = "whom"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class PointsPress(Press):
    """`value`: the page of the lines, or the person who gets a card or is looked at."""

    prefix: ClassVar[str] = "p1"

    button: PointsButton
    value: int = 0


class HelpButton(StrEnum):
    OPEN = "open"
    ASK = "ask"
    KIND = "kind"
    FOR_OTHER = "other"
    VIEW = "view"
    TAKE = "take"
    GIVE_BACK = "back"
    DONE = "done"
    CANCEL = "cancel"
    OFFER = "offer"
    TOGGLE = "toggle"
    PATROL = "patrol"


@dataclass(frozen=True, slots=True)
class HelpPress(Press):
    """`target`: a request, or the person for whom it is asked; `kind` of help."""

    prefix: ClassVar[str] = "h1"

    button: HelpButton
    target: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True)
class HelpCheckPress(Press):
    """A worker, or the office in its group, confirms that somebody was helped."""

    prefix: ClassVar[str] = "h2"
    in_groups: ClassVar[bool] = True

    request_id: int = 0


class PatrolButton(StrEnum):
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class PatrolPress(Press):
    """What somebody who looked at a round says of it; where nobody is on duty the office's group is asked."""

    prefix: ClassVar[str] = "pt1"
    in_groups: ClassVar[bool] = True

    button: PatrolButton
    round_id: int = 0


class MarketButton(StrEnum):
    KIND = "kind"
    SHOP = "shop"
    TAKE = "take"
    LEFT = "left"
    GIVE_BACK = "back"
    RECEIPT = "receipt"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class MarketPress(Press):
    """`target`: a kind, a shop, an offer or a coupon, by the button."""

    prefix: ClassVar[str] = "k1"

    button: MarketButton
    target: int = 0


class CanteenButton(StrEnum):
    DISH = "dish"
    RESERVE = "reserve"
    CANCEL = "cancel"
    BRING = "bring"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class CanteenPress(Press):
    """`target`: a dish or an order."""

    prefix: ClassVar[str] = "cn1"

    button: CanteenButton
    target: int = 0


class ShopButton(StrEnum):
    """What the people of a shop press."""

    HOME = "home"
    CONFIRM = "yes"
    REFUSE = "no"
    REFUND = "refund"
    SURE_REFUND = "sure"
    RECEIPTS = "list"
    OFFERS = "offers"
    SWITCH = "switch"
    INVITE = "invite"
    DISH = "dish"
    MEALS = "meals"
    CARD = "card"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class ShopPress(Press):
    """`target`: a shop, a coupon or an offer; `token` of a paper card, whose holder is only known by it."""

    prefix: ClassVar[str] = "sh1"

    button: ShopButton
    target: int = 0
    token: str = ""


class SettlementButton(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class SettlementPress(Press):
    prefix: ClassVar[str] = "y1"

    button: SettlementButton
    settlement_id: int
