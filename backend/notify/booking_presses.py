"""The buttons of bookings, of their providers, and of learning wishes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from backend.messaging.presses import Press


class BookButton(StrEnum):
    """What a resident presses."""

    DAYS = "days"
    DAY = "day"
    SERVICE = "svc"
    OFFERING = "offr"
    """Whatever day comes next on which it is served."""
    TIME = "time"
    FOR = "for"
    OTHERS = "oth"
    WAIT = "wait"
    ACCEPT = "acc"
    DECLINE = "dec"
    SHOW = "show"
    CANCEL = "can"
    SURE = "sure"
    CHANGE = "chg"
    CHANGE_TO = "cto"
    CODE = "code"
    FILE = "file"
    ASSURE = "assu"
    MINE = "mine"
    COURSES = "crss"
    RATE = "rate"
    WORDS = "word"
    FEED = "feed"
    NEW_FEED = "nfee"


@dataclass(frozen=True, slots=True)
class BookPress(Press):
    """`target` and `value` are a day and an offering, a session, or a booking; `who`: `me`, `c<child>`, `p<person>`."""

    prefix: ClassVar[str] = "bk1"

    button: BookButton
    target: int | None = None
    value: int | None = None
    who: str | None = None


class ProviderButton(StrEnum):
    """What a provider, or staff about one, presses."""

    MENU = "menu"
    APPLY = "apply"
    DAYS = "days"
    HOURS = "hours"
    SESSIONS = "list"
    SESSION = "one"
    TICK = "tick"
    CANCEL = "can"
    WISHES = "wish"
    TEACH = "teach"


class Verdict(StrEnum):
    APPROVE = "yes"
    REFUSE = "no"


@dataclass(frozen=True, slots=True)
class VerdictPress(Press):
    """What the office, perhaps in its group, decides about an application."""

    prefix: ClassVar[str] = "bv1"
    in_groups: ClassVar[bool] = True

    verdict: Verdict
    provider_id: int


@dataclass(frozen=True, slots=True)
class ProviderPress(Press):
    """`target`: the provider, session or booking; `value`: a day; `key`: a trade or topic."""

    prefix: ClassVar[str] = "bp1"

    button: ProviderButton
    target: int | None = None
    value: int | None = None
    key: str | None = None


class WishButton(StrEnum):
    TOPICS = "tops"
    TOPIC = "top"
    FOR = "for"
    CHILD = "child"
    CONSENT = "yes"
    WITHDRAW = "away"
    REMOVE_CHILD = "rmc"
    MINE = "mine"


@dataclass(frozen=True, slots=True)
class WishPress(Press):
    """`topic`: the key of what is wished for; `target`: a child or a wish."""

    prefix: ClassVar[str] = "bw1"

    button: WishButton
    topic: str | None = None
    target: int | None = None
