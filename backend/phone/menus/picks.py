"""What a key or a number means to somebody who books by telephone: a step and its numbers, as text and back; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MOST_DIGITS, MOST_NUMBERS = 18, 3
MOST_KEYS = 8
KEYS = "0123456789*"


class Step(StrEnum):
    MENU = "menu"
    DAYS = "days"
    """The services of a day: how many days further on, from which service on."""
    TIMES = "times"
    """The times of a service: day, offering, from which time on."""
    BOOK = "book"
    """Take this time: session, day, offering."""
    WAIT = "wait"
    """Wait for any time of that service: session, day, offering."""
    MINE = "mine"
    """One's own bookings, from which on."""
    ONE = "one"
    """One booking of one's own."""
    ACCEPT = "accept"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Pick:
    """One step with its numbers."""

    step: Step
    numbers: tuple[int, ...] = ()

    def written(self) -> str:
        """Such as `times.3.2.0`."""
        return ".".join([self.step.value, *(str(number) for number in self.numbers)])

    def number(self, place: int) -> int:
        """A number of the step; 0 where it has none, which names nothing."""
        return self.numbers[place] if place < len(self.numbers) else 0


FIRST_DAY = Pick(Step.DAYS, (0, 0))
MINE = Pick(Step.MINE, (0,))
MENU = Pick(Step.MENU)


def read_pick(text: str) -> Pick | None:
    """The step that a text means; None for whatever is not one of ours."""
    step, *numbers = text.split(".", MOST_NUMBERS + 1)
    fits = all(each.isascii() and each.isdigit() and len(each) <= MOST_DIGITS for each in numbers)
    if step not in set(Step) or not fits or len(numbers) > MOST_NUMBERS:
        return None
    return Pick(Step(step), tuple(int(each) for each in numbers))


def write_keys(keys: Mapping[str, Pick]) -> str:
    """Which key means what, for the address of the page that hears the key."""
    return "~".join(f"{key}-{pick.written()}" for key, pick in keys.items())


def read_keys(text: str) -> dict[str, Pick]:
    """The keys of an address; what is unreadable is left out."""
    found: dict[str, Pick] = {}
    for part in text.split("~", MOST_KEYS)[:MOST_KEYS]:
        key, _, written = part.partition("-")
        pick = read_pick(written)
        if len(key) == 1 and key in KEYS and pick is not None:
            found[key] = pick
    return found
