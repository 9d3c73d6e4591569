"""The buttons of the screens about an elder: contacts, devices, check-ins; and of what relatives see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from backend.messaging.presses import Press


class ElderButton(StrEnum):
    """What staff and grid workers press about an elder."""

    OPEN = "open"
    ADD_CONTACT = "addc"
    AGREED = "agr"
    CONTACT = "con"
    CONSENT = "cons"
    PROVE = "prov"
    VOUCH = "vou"
    LINK = "link"
    SCOPE = "scop"
    END_CONTACT = "endc"
    ADD_DEVICE = "addd"
    DEVICE = "dev"
    LOCATE = "loc"
    FIND = "find"
    RETIRE = "ret"
    CARD = "card"
    CHECK_IN = "chk"
    CHECK_IN_AT = "chka"
    CHECK_IN_TIME = "chkt"
    CHECK_IN_WAY = "chkw"
    CHECK_IN_DAY = "chkd"
    CHECK_IN_WAIT = "chkm"
    CHECK_IN_STOP = "chks"
    CIRCLE = "circ"
    CIRCLE_OF = "circo"


@dataclass(frozen=True, slots=True)
class ElderPress(Press):
    """`target`: a person, contact, method or device; `value`: a scope's number or an hour."""

    prefix: ClassVar[str] = "e1"

    button: ElderButton
    target: int
    value: int | None = None


class FamilyButton(StrEnum):
    """What a relative presses."""

    STATE = "state"
    CHART = "chart"
    MUTE = "mute"
    UNMUTE = "unmut"
    LOCATE = "loc"
    CALL = "call"
    LIVE = "live"
    """Where she is just now; asked of her where nobody shares it yet."""


@dataclass(frozen=True, slots=True)
class FamilyPress(Press):
    """`contact_id`: the line of the ladder by which the relative belongs to the elder."""

    prefix: ClassVar[str] = "f2"

    button: FamilyButton
    contact_id: int


@dataclass(frozen=True, slots=True)
class PlacePress(Press):
    """Who was asked to share where they are does not want to, or not any longer."""

    prefix: ClassVar[str] = "l1"

    request_id: int
