"""The cast: those whom one person plays on the playground page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from playground.community.households import Neighbourhood
from playground.community.numbers import Phones
from playground.community.people import Population
from playground.community.shapes import CastMember, Person
from playground.community.units import grid_code
from playground.community.words import CastWords, Words

FIRST_TELEGRAM_ID = 700_000_001
LANGUAGE = "zh-hans"
# Those who serve have names of this year.
BORN_IN = 1985
# How many digits of the community's code name the unit that a role serves.
CODE_LENGTH = {"community_staff": 12, "admin": 12, "subdistrict_operator": 9}


@dataclass(frozen=True)
class CastRole:
    """What a member of the cast is, and where."""

    key: str
    role: str
    org_unit: str | None = None
    partner: str | None = None


class Casting:
    """Finds or makes each member of the cast."""

    def __init__(self, words: Words, population: Population, phones: Phones) -> None:
        self._words, self._population, self._phones = words, population, phones
        self._community = words.units[-1].code
        self._telegram_ids = iter(range(FIRST_TELEGRAM_ID, FIRST_TELEGRAM_ID + 1000))

    def cast(self, neighbourhood: Neighbourhood) -> tuple[CastMember, ...]:
        """Give the whole cast; the residents are those behind the first doors."""
        first, second = (household.head for household in neighbourhood.households[:2])
        people = {person.key: person for person in neighbourhood.persons}
        return (
            self._resident("resident", people[first]),
            self._resident("second_resident", people[second]),
            self._daughter(neighbourhood),
            *(self._servant(words) for words in self._words.cast),
            *self._workers_elsewhere(),
        )

    def _resident(self, key: str, person: Person) -> CastMember:
        assert person.phone is not None, "the first doors hold people of an age with a telephone"
        return self._member(CastRole(key, "resident"), person.name, phone=person.phone, person=person.key)

    def _daughter(self, neighbourhood: Neighbourhood) -> CastMember:
        contact = neighbourhood.family_contacts[0]
        return self._member(CastRole("daughter", "relative"), contact.name, phone=contact.phone)

    def _servant(self, words: CastWords) -> CastMember:
        unit = None if words.partner else self._unit_of(words)
        role = CastRole(words.key, words.role, unit, words.partner)
        return self._member(role, self._population.name(BORN_IN, words.gender), phone=self._phones.next())

    def _unit_of(self, words: CastWords) -> str:
        if words.grid is not None:
            return grid_code(self._community, words.grid - 1)
        return self._community[: CODE_LENGTH[words.role]]

    def _workers_elsewhere(self) -> Iterator[CastMember]:
        """Give every grid from the second on one worker, so that no group is empty."""
        worker = next(words for words in self._words.cast if words.role == "grid_worker")
        for number in range(2, len(self._words.grids.names) + 1):
            yield self._servant(replace(worker, key=f"worker_{number:02}", grid=number))

    def _member(self, role: CastRole, name: str, *, phone: str, person: str | None = None) -> CastMember:
        return CastMember(
            key=role.key,
            role=role.role,
            name=name,
            telegram_id=next(self._telegram_ids),
            language=LANGUAGE,
            phone=phone,
            person=person,
            org_unit=role.org_unit,
            partner=role.partner,
        )
