"""Households: who lives together behind which door, and whom the community looks after."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from playground.community.people import Population
from playground.community.shapes import Address, CareTag, FamilyContact, Gender, Household, Person, Residency
from playground.community.streams import happens
from playground.community.words import CareWords, HouseholdWords, MemberWords, Words

# Behind the first doors live those whom one plays: a family, a couple, an elder alone over 80.
FIRST_DOORS = ("couple_with_child", "couple", "elder_alone_over_80")
RELATIONS = (("daughter", Gender.FEMALE), ("son", Gender.MALE))

# Care that follows from how people live; the other tags are given by chance.
CARE_OF_HOUSEHOLDS = {
    "elder_alone_over_80": "lives_alone_over_80",
    "elder_alone": "lives_alone",
    "elder_couple": "empty_nest",
}


@dataclass
class Neighbourhood:
    """The people and their ties, filled door by door."""

    persons: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    residencies: list[Residency] = field(default_factory=list)
    care_tags: list[CareTag] = field(default_factory=list)
    family_contacts: list[FamilyContact] = field(default_factory=list)


class Settling:
    """Moves households in until the registry holds exactly as many records as it should."""

    def __init__(self, words: Words, population: Population, chance: Random) -> None:
        self._words, self._population, self._chance = words, population, chance
        self._kinds = {kind.kind: kind for kind in words.households}
        self._found = Neighbourhood()

    def settle(self, dwellings: tuple[Address, ...], records: int) -> Neighbourhood:
        """Fill dwellings with `records` people and households together; the rest stands empty."""
        kinds = self._drawn(records)
        doors = [
            *dwellings[: len(FIRST_DOORS)],
            *self._taken(dwellings[len(FIRST_DOORS) :], len(kinds) - len(FIRST_DOORS)),
        ]
        for kind, dwelling in zip(kinds, doors, strict=True):
            self._move_in(kind, dwelling)
        return self._found

    def _drawn(self, records: int) -> list[HouseholdWords]:
        kinds = [self._kinds[kind] for kind in FIRST_DOORS]
        left = records - sum(map(_records, kinds))
        while left:
            # One record alone cannot be filled: a household has at least one member.
            fitting = [kind for kind in self._words.households if _records(kind) in {left} or _records(kind) < left - 1]
            kind = self._chance.choices(fitting, [kind.weight for kind in fitting])[0]
            kinds.append(kind)
            left -= _records(kind)
        return kinds

    def _taken(self, dwellings: tuple[Address, ...], count: int) -> list[Address]:
        """Draw the dwellings that are lived in, in the order of the addresses."""
        chosen = sorted(self._chance.sample(range(len(dwellings)), count))
        return [dwellings[index] for index in chosen]

    def _move_in(self, kind: HouseholdWords, dwelling: Address) -> None:
        members = self._members(kind)
        household = Household(key=f"H{len(self._found.households) + 1:05}", address=dwelling.key, head=members[0].key)
        since = self._since(members)
        self._found.persons += members
        self._found.households.append(household)
        self._found.residencies += [
            Residency(
                person=member.key,
                household=household.key,
                role=words.role,
                since=max(since, _free_to_come(words.role, member)),
            )
            for words, member in zip(kind.members, members, strict=True)
        ]
        self._look_after(kind, members)

    def _members(self, kind: HouseholdWords) -> list[Person]:
        ages: list[int] = []
        members: list[Person] = []
        for words in kind.members:
            ages.append(self._age(words, ages))
            surname = None if words.surname is None else members[words.surname].name[0]
            members.append(self._population.add(ages[-1], words.gender, surname))
        return members

    def _age(self, words: MemberWords, ages: list[int]) -> int:
        if words.age is not None:
            return self._chance.randint(*words.age)
        return max(0, ages[words.of] + self._chance.randint(*words.gap))

    def _since(self, members: list[Person]) -> date:
        grown_in = members[0].born_on.year + 20
        return date(
            self._chance.randint(max(1975, grown_in), self._words.as_of.year - 1), self._chance.randint(1, 12), 1
        )

    def _look_after(self, kind: HouseholdWords, members: list[Person]) -> None:
        self._found.care_tags += [
            CareTag(person=person.key, kind=care.kind, colour=care.colour, visit_every_days=care.visit_every_days)
            for person in members
            for care in self._words.care
            if self._needs(care, kind, person)
        ]
        if kind.kind == "elder_alone_over_80":
            self._found.family_contacts += self._children(members[0])

    def _needs(self, care: CareWords, kind: HouseholdWords, person: Person) -> bool:
        if care.share:
            age = self._words.as_of.year - person.born_on.year
            return age >= care.from_age and happens(self._chance, care.share)
        return CARE_OF_HOUSEHOLDS.get(kind.kind) == care.kind

    def _children(self, elder: Person) -> Iterator[FamilyContact]:
        """Give one or two grown children who live elsewhere; the elder of the first doors has a daughter."""
        first = len(self._found.family_contacts) and self._chance.randrange(2)
        for rank in range(1, self._chance.randint(1, 2) + 1):
            relation, gender = RELATIONS[(first + rank - 1) % 2]
            born_in = elder.born_on.year + self._chance.randint(23, 34)
            surname = elder.name[0] if elder.gender is Gender.MALE else None
            name, phone = self._population.relative(born_in, gender, surname)
            yield FamilyContact(elder=elder.key, name=name, relation=relation, rank=rank, phone=phone)


def _free_to_come(role: str, member: Person) -> date:
    """Since when a member can have lived there: from birth, or, who married into the family, from twenty on."""
    return member.born_on if role != "child_in_law" else date(member.born_on.year + 20, member.born_on.month, 1)


def _records(kind: HouseholdWords) -> int:
    """Count the records of a household: itself and its members."""
    return 1 + len(kind.members)
