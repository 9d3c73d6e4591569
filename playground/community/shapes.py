"""The records of a community as they stand in its files; FORMAT.md describes the files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from playground.community.story_shapes import Story

# Longitude and latitude, WGS-84, six decimals: the order of GeoJSON.
Point = tuple[float, float]
# A closed ring: the last point repeats the first.
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Polygon:
    """A GeoJSON geometry with one ring and no holes."""

    coordinates: tuple[Ring]
    type: str = "Polygon"


class Level(StrEnum):
    """Levels of the org-unit tree, from the top."""

    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"


class Gender(StrEnum):
    """As registered; the identity number's sequence is odd for men."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """District, subdistrict, community or grid; `former_codes` are its own codes of earlier years."""

    code: str
    level: Level
    name: str
    parent: str | None
    time_zone: str
    valid_from: date | None = None
    valid_to: date | None = None
    succeeded_by: str | None = None
    former_codes: tuple[str, ...] = ()
    boundary: Polygon | None = None


@dataclass(frozen=True, slots=True)
class LayerArea:
    """One patch of a layer, as codes of the grids under it."""

    code: str
    name: str
    grids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridLayer:
    """A former special grid, laid over the residents' grids."""

    key: str
    name: str
    org_unit: str
    areas: tuple[LayerArea, ...]


@dataclass(frozen=True, slots=True)
class Partner:
    """Somebody outside the staff who takes on tasks, with a group chat of their own."""

    key: str
    kind: str
    name: str
    org_unit: str
    phone: str


@dataclass(frozen=True, slots=True)
class Address:
    """A standard address: of a site on a road, a building or a dwelling."""

    key: str
    kind: str
    text: str
    grid: str
    point: Point
    road: str
    number: int
    parent: str | None = None
    building: int | None = None
    unit: int | None = None
    floor: int | None = None
    door: int | None = None


@dataclass(frozen=True, slots=True)
class Building:
    """One building; `number` is unique in the community, `lift` is none, under_way, retrofitted or original."""

    key: str
    address: str
    number: int
    name: str
    kind: str
    built_in: int
    floors: int
    units: int
    doors_per_floor: int
    lift: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who never lived; phone in E.164."""

    key: str
    name: str
    gender: Gender
    born_on: date
    identity_number: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """Those who live behind one door."""

    key: str
    address: str
    head: str


@dataclass(frozen=True, slots=True)
class Residency:
    """A person in a dwelling, with the role in the household."""

    person: str
    household: str
    role: str
    since: date


@dataclass(frozen=True, slots=True)
class CareTag:
    """Why somebody is looked after, how urgently and how often."""

    person: str
    kind: str
    colour: str
    visit_every_days: int


@dataclass(frozen=True, slots=True)
class FamilyContact:
    """A relative to call when the elder needs one; rank 1 is called first."""

    elder: str
    name: str
    relation: str
    rank: int
    phone: str


@dataclass(frozen=True, slots=True)
class Place:
    """A key place."""

    key: str
    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A merchant or other firm."""

    key: str
    kind: str
    name: str
    credit_code: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A thing that can break; it hangs on the nearest address and has its own point."""

    key: str
    kind: str
    code: str
    name: str
    address: str
    point: Point


@dataclass(frozen=True, slots=True)
class CastMember:
    """Somebody whom one can play: `person` where the registry knows them, `org_unit` or `partner` where they serve."""

    key: str
    role: str
    name: str
    telegram_id: int
    language: str
    phone: str
    person: str | None = None
    org_unit: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class GroupChat:
    """A group chat; `kind` is group or supergroup, the telegram id has the form that Telegram gives the kind."""

    key: str
    title: str
    kind: str
    forum: bool
    telegram_id: int
    members: tuple[str, ...]
    org_unit: str | None = None
    partner: str | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """All registry records of a community (by its code), each kind in the order of the file."""

    community: str
    addresses: tuple[Address, ...]
    buildings: tuple[Building, ...]
    places: tuple[Place, ...]
    enterprises: tuple[Enterprise, ...]
    facilities: tuple[Facility, ...]
    persons: tuple[Person, ...]
    households: tuple[Household, ...]
    residencies: tuple[Residency, ...]
    care_tags: tuple[CareTag, ...]
    family_contacts: tuple[FamilyContact, ...]

    def counted(self) -> Mapping[str, int]:
        """Count what is a registry record by itself; addresses and links between records are not."""
        return {
            "building": len(self.buildings),
            "place": len(self.places),
            "enterprise": len(self.enterprises),
            "facility": len(self.facilities),
            "person": len(self.persons),
            "household": len(self.households),
        }


@dataclass(frozen=True, slots=True)
class Community:
    """The whole sample: who governs, what stands where, who lives there, whom one plays."""

    seed: int
    units: tuple[OrgUnit, ...]
    layers: tuple[GridLayer, ...]
    partners: tuple[Partner, ...]
    registry: Registry
    cast: tuple[CastMember, ...]
    chats: tuple[GroupChat, ...]
    story: Story
