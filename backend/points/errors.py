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


class HoldPending(Conflict):
    """Points are put aside just now: first that must come to its end."""

    def __init__(self) -> None:
        super().__init__("points.error.hold_pending")


class NotForThem(AccessDenied):
    """Only family with that scope, the worker of their grid and staff act for somebody else."""

    def __init__(self) -> None:
        super().__init__("points.error.not_for_them")


class RuleInvalid(BadInput):
    """An edited rule breaks a limit; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__("points.error.rule_invalid", field=field)


class AlreadyDecided(Conflict):
    """Somebody else has decided it."""

    def __init__(self) -> None:
        super().__init__("points.error.already_decided")


class OwnHelp(AccessDenied):
    """Nobody helps themselves or their own household for points."""

    def __init__(self) -> None:
        super().__init__("help.error.own")


class HelpGone(Conflict):
    """Somebody else was faster, or it was called off."""

    def __init__(self) -> None:
        super().__init__("help.error.gone")


class TooMuchHelp(Conflict):
    """As many open requests, or taken ones, as anybody can keep up with."""

    def __init__(self, most: int) -> None:
        super().__init__("help.error.too_many", most=most)


class WordsMissing(BadInput):
    """Others must be able to understand what is meant."""

    def __init__(self) -> None:
        super().__init__("help.error.words_missing")


class WordsTooLong(BadInput):
    def __init__(self, longest: int) -> None:
        super().__init__("points.error.words_too_long", longest=longest)


class OfferGone(Conflict):
    """The offer has ended, has not begun, or its shop is closed."""

    def __init__(self) -> None:
        super().__init__("market.error.offer_gone")


class SoldOut(Conflict):
    def __init__(self) -> None:
        super().__init__("market.error.sold_out")


class PersonLimit(Conflict):
    """This person has had as many of it as there are for each."""

    def __init__(self, most: int) -> None:
        super().__init__("market.error.person_limit", most=most)


class DailyLimit(Conflict):
    """More than may be spent in a day: a lost telephone or card must not cost everything."""

    def __init__(self, most: int) -> None:
        super().__init__("market.error.daily_limit", most=most)


class CouponOver(Conflict):
    """The coupon was used, given back, or is too old."""

    def __init__(self) -> None:
        super().__init__("market.error.coupon_over")


class NotYourShop(AccessDenied):
    """Only the people of that shop."""

    def __init__(self) -> None:
        super().__init__("market.error.not_your_shop")


class OwnCode(AccessDenied):
    """Nobody confirms for themselves."""

    def __init__(self) -> None:
        super().__init__("market.error.own_code")


class CodeUnknown(NotFound):
    """No such code, or not any more."""

    def __init__(self) -> None:
        super().__init__("market.error.code_unknown")


class RefundTooLate(Conflict):
    def __init__(self, days: int) -> None:
        super().__init__("market.error.refund_too_late", days=days)


class ShopInvalid(BadInput):
    """What was entered for a shop, kind or offer breaks a limit; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__("market.error.shop_invalid", field=field)


class DishInvalid(BadInput):
    """A dish needs a name and a price, and a canteen that cooks it."""

    def __init__(self) -> None:
        super().__init__("canteen.error.dish_invalid")


class AlreadyReserved(Conflict):
    """One portion of a dish for each person."""

    def __init__(self) -> None:
        super().__init__("canteen.error.already_reserved")


class SettlementAnsweredAlready(Conflict):
    """A statement is confirmed or objected to once; staff go on from there."""

    def __init__(self) -> None:
        super().__init__("settlement.error.answered")


class PatrolIsWork(Conflict):
    """Whose job it is to patrol earns no points by it."""

    def __init__(self) -> None:
        super().__init__("patrol.error.work")


class PatrolUnproven(BadInput):
    """A round is proven by a place or by a photo."""

    def __init__(self) -> None:
        super().__init__("patrol.error.unproven")


class PatrolElsewhere(BadInput):
    """The place lies in no grid of the community."""

    def __init__(self) -> None:
        super().__init__("patrol.error.elsewhere")


class PatrolWaits(Conflict):
    """An earlier round of this person has still to be looked at."""

    def __init__(self) -> None:
        super().__init__("patrol.error.waits")


class ShopElsewhere(BadInput):
    """A shop of the market stands within its community."""

    def __init__(self) -> None:
        super().__init__("shop.error.elsewhere")
