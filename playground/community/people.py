"""People, one by one: a name of their years, a birthday, numbers."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from playground.community.numbers import IdentityNumbers, Phones
from playground.community.shapes import Gender, Person
from playground.community.streams import happens
from playground.community.words import GivenNames, Names, Words


class Population:
    """Makes people; remembers which numbers are taken."""

    def __init__(self, words: Words, names: Names, phones: Phones, chance: Random) -> None:
        self._words, self._names, self._phones, self._chance = words, names, phones, chance
        self._identity_numbers = IdentityNumbers(words)
        self._keys: Iterator[str] = (f"P{number:05}" for number in range(1, 100_000))

    def add(self, age: int, gender: Gender | None = None, surname: str | None = None) -> Person:
        """Make somebody of an age in years; what is not given is drawn."""
        gender = gender or self._chance.choice(tuple(Gender))
        born_on = self._birthday(age)
        return Person(
            key=next(self._keys),
            name=self.name(born_on.year, gender, surname),
            gender=gender,
            born_on=born_on,
            identity_number=self._identity_numbers.next(born_on, gender),
            phone=self._phones.next() if self._has_phone(age) else None,
        )

    def name(self, born_in: int, gender: Gender, surname: str | None = None) -> str:
        """Make a name usual for the year of birth."""
        era = next(era for era in self._names.given if born_in < era.born_before)
        return (surname or self._surname()) + self._given(era, gender)

    def relative(self, born_in: int, gender: Gender, surname: str | None) -> tuple[str, str]:
        """Make the name and telephone of somebody who lives elsewhere and is no record of the registry."""
        return self.name(born_in, gender, surname), self._phones.next()

    def _surname(self) -> str:
        surnames = self._names.surnames
        common = happens(self._chance, surnames.common_share)
        return self._chance.choice(surnames.common if common else surnames.less_common)

    def _given(self, era: GivenNames, gender: Gender) -> str:
        characters = era.male if gender is Gender.MALE else era.female
        return "".join(self._chance.sample(characters, 1 if happens(self._chance, era.single_share) else 2))

    def _birthday(self, age: int) -> date:
        """Give a day on which somebody was born who is `age` on the day from which ages are counted."""
        today = self._words.as_of
        latest = today.replace(year=today.year - age)
        return latest - timedelta(days=self._chance.randrange(365))

    def _has_phone(self, age: int) -> bool:
        words = self._words.phones
        if age >= words.every_elder_from:
            return not happens(self._chance, words.elders_without)
        return age >= words.youngest
