"""Numbers that look and check like real ones and belong to nobody: telephones, identity numbers, credit codes."""

from collections import Counter
from datetime import date
from random import Random

from stdnum.cn import uscc
from stdnum.iso7064 import mod_11_2

from playground.community.shapes import Gender
from playground.community.words import Words

ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714


class Phones:
    """Hands out telephone numbers, each once."""

    def __init__(self, words: Words, chance: Random) -> None:
        self._prefix = words.phone_prefix
        self._left = iter(chance.sample(range(10_000_000), 20_000))

    def next(self) -> str:
        """Give the next number in E.164: 13 digits after the plus, as a mobile has."""
        return f"{self._prefix}{next(self._left):07}"


class IdentityNumbers:
    """Hands out 18-digit identity numbers of an area that does not exist, each once."""

    def __init__(self, words: Words) -> None:
        self._area = words.fictitious_area
        self._given: Counter[tuple[date, Gender]] = Counter()

    def next(self, born_on: date, gender: Gender) -> str:
        """Give the next number of a birthday: area 6, date 8, sequence 3 (odd for men), check digit (ISO 7064)."""
        self._given[born_on, gender] += 1
        sequence = 2 * self._given[born_on, gender] - (gender is Gender.MALE)
        body = f"{self._area}{born_on:%Y%m%d}{sequence:03}"
        return body + str(mod_11_2.calc_check_digit(body))


def credit_code(words: Words, serial: int) -> str:
    """Give the 18-character credit code (GB 32100) of a sole trader: the organisation part has its own check digit."""
    organisation = f"{serial:08}"
    total = sum(int(digit) * weight for digit, weight in zip(organisation, ORGANISATION_WEIGHTS, strict=True))
    body = f"92{words.fictitious_area}{organisation}{'0123456789X'[-total % 11]}"
    return body + str(uscc.calc_check_digit(body))
