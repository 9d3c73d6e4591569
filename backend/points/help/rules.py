"""How a request for help gets from one state to the next, and how many one may have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum

from backend.points.help.models import HelpKind, HelpStatus

LIFE = timedelta(days=3)
"""So long a request waits for somebody."""
MOST_ASKED = 3
"""Open or taken, for one person."""
MOST_TAKEN = 3
"""At once, by one helper."""
ASK_WORKER_AFTER = timedelta(hours=24)
"""The helper says that it is done and the other side says nothing: then the grid worker is asked."""
LONGEST_WORDS = 300
LONGEST_PLACE = 100


class HelpAction(StrEnum):
    TAKE = "take"
    GIVE_BACK = "give_back"
    SAY_DONE = "say_done"
    CANCEL = "cancel"
    LAPSE = "lapse"


FROM: Mapping[HelpAction, frozenset[HelpStatus]] = {
    HelpAction.TAKE: frozenset({HelpStatus.OPEN}),
    HelpAction.GIVE_BACK: frozenset({HelpStatus.TAKEN}),
    HelpAction.SAY_DONE: frozenset({HelpStatus.TAKEN, HelpStatus.DONE}),
    HelpAction.CANCEL: frozenset({HelpStatus.OPEN, HelpStatus.TAKEN}),
    HelpAction.LAPSE: frozenset({HelpStatus.OPEN}),
}
"""In which states something can be done; it is part of the statement that does it, so that two at once are one."""

LIVE = frozenset({HelpStatus.OPEN, HelpStatus.TAKEN, HelpStatus.DONE})

EARNS: Mapping[HelpKind, str] = {HelpKind.MEAL_DELIVERY: "meal_delivery", HelpKind.COMPANY: "visit_elder"}
"""The rule of earning by kind; all others are `help`."""
DEFAULT_RULE = "help"
