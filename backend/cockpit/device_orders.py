"""THE TABLE of what staff may tell a watch from a page: how each is read from its form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from backend.cockpit.errors import FieldInvalid
from backend.cockpit.forms import Typed
from backend.devices import CommandKind
from backend.devices.command_arguments import LONGEST_MESSAGE

MOST_MINUTES = 1_000
LEAST_HEART_MINUTES = 5
LONGEST_HOURS = 60
_STRETCH = re.compile(r"(\d{1,2}:\d{2})\D{1,6}?(\d{1,2}:\d{2})", re.ASCII)


class Order(NamedTuple):
    """A command and how its arguments are read; `field` is what it asks for, none for a press of a button."""

    kind: CommandKind
    arguments: Callable[[Typed], dict[str, Any]] = lambda _: {}
    field: str = ""


def _seconds(name: str, least: int) -> Callable[[Typed], dict[str, Any]]:
    return lambda typed: {"seconds": typed.number(name, least=least, most=MOST_MINUTES) * 60}


def _heart_seconds(typed: Typed) -> dict[str, Any]:
    minutes = typed.number("heart_minutes", least=0, most=MOST_MINUTES)
    if 0 < minutes < LEAST_HEART_MINUTES:
        raise FieldInvalid("heart_minutes")
    return {"seconds": minutes * 60}


def _stretches(typed: Typed) -> dict[str, Any]:
    """`21:00-6:30, 12:00-14:00`, with whatever people write between two clocks."""
    plain = unicodedata.normalize("NFKC", typed.text("quiet_times", least=1, most=LONGEST_HOURS))
    found = _STRETCH.findall(plain)
    if not found:
        raise FieldInvalid("quiet_times")
    return {"stretches": [[clock.rjust(5, "0") for clock in pair] for pair in found]}


ORDERS: Mapping[str, Order] = {
    "locate_now": Order(CommandKind.LOCATE_NOW),
    "find": Order(CommandKind.FIND),
    "measure_heart": Order(CommandKind.HEART_RATE_PERIOD, lambda _: {"seconds": None}),
    "message": Order(
        CommandKind.MESSAGE, lambda typed: {"text": typed.text("message", least=1, most=LONGEST_MESSAGE)}, "message"
    ),
    "upload_interval": Order(CommandKind.UPLOAD_INTERVAL, _seconds("upload_minutes", 1), "upload_minutes"),
    "heart_rate_period": Order(CommandKind.HEART_RATE_PERIOD, _heart_seconds, "heart_minutes"),
    "quiet_times": Order(CommandKind.QUIET_TIMES, _stretches, "quiet_times"),
}
"""By the name that the form sends; words `web.devices.order.<name>` and `web.field.<field>`."""
