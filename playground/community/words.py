"""Reads the tables of words and figures beside the code."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tomllib import loads
from typing import Literal

from pydantic import TypeAdapter

from playground.community.shapes import Gender, Level, Point

FOLDER = Path(__file__).parent
Range = tuple[int, int]


@dataclass(frozen=True)
class Surnames:
    """Two classes of surnames and the share of people with one of the first."""

    common: str
    less_common: str
    common_share: float


@dataclass(frozen=True)
class GivenNames:
    """Characters of given names usual before a year of birth."""

    born_before: int
    single_share: float
    male: str
    female: str


@dataclass(frozen=True)
class Names:
    """All that a name is made of."""

    surnames: Surnames
    given: tuple[GivenNames, ...]


@dataclass(frozen=True)
class UnitWords:
    """An org unit above the grids."""

    code: str
    level: Level
    name: str
    parent: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    succeeded_by: str | None = None
    former_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ground:
    """The lattice of which the grids are the meshes; degrees of WGS-84."""

    south_west: Point
    columns: int
    rows: int
    column_step: Point
    row_step: Point
    wobble: float


@dataclass(frozen=True)
class GridWords:
    """One entry per grid in each column."""

    names: tuple[str, ...]
    estates: tuple[str, ...]
    roads: tuple[str, ...]
    buildings: tuple[int, ...]


@dataclass(frozen=True)
class LayerWords:
    """A former special grid: its areas as lists of grid ordinals counted from 1."""

    key: str
    name: str
    areas: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class AddressWords:
    """The forms of addresses, each built on the one before, and of a building's name."""

    site: str
    building: str
    dwelling: str
    building_name: str


@dataclass(frozen=True)
class BuildingKind:
    """What buildings of a kind may look like; years and floors are inclusive ranges, units and doors are drawn."""

    years: Range
    floors: Range
    units: tuple[int, ...]
    doors: tuple[int, ...]


@dataclass(frozen=True)
class BuildingWords:
    """How many buildings have which lift, and the two kinds."""

    towers: int
    retrofitted: int
    under_way: int
    walk_up: BuildingKind
    tower: BuildingKind


@dataclass(frozen=True)
class PartnerWords:
    """A partner of the community."""

    key: str
    kind: str
    name: str


@dataclass(frozen=True)
class PlaceWords:
    """A key place; `grid` counts from 1."""

    kind: str
    name: str
    grid: int


@dataclass(frozen=True)
class EnterpriseWords:
    """A kind of merchant and how many there are."""

    kind: str
    name: str
    count: int


@dataclass(frozen=True)
class TradeNames:
    """Characters of which trade names are made."""

    first: str
    second: str


@dataclass(frozen=True)
class FacilityWords:
    """A kind of facility: `code` holds the five digits of its major and minor kind."""

    kind: str
    name: str
    code: str
    count: int = 0


@dataclass(frozen=True)
class MemberWords:
    """One member of a household: an age of its own or a gap in years to member `of`."""

    role: str
    gender: Gender | None = None
    age: Range | None = None
    of: int = 0
    gap: Range = (0, 0)
    surname: int | None = None


@dataclass(frozen=True)
class HouseholdWords:
    """A kind of household and how often it is met."""

    kind: str
    weight: int
    members: tuple[MemberWords, ...]


@dataclass(frozen=True)
class PhoneWords:
    """Who has a telephone."""

    youngest: int
    every_elder_from: int
    elders_without: float


@dataclass(frozen=True)
class CareWords:
    """A care tag; `share` of those at least `from_age` have it by chance."""

    kind: str
    colour: Literal["red", "orange", "yellow", "blue"]
    visit_every_days: int
    from_age: int = 0
    share: float = 0.0


@dataclass(frozen=True)
class CastWords:
    """Somebody of the playground who is not a registered resident."""

    key: str
    role: str
    gender: Gender
    grid: int | None = None
    partner: str | None = None


@dataclass(frozen=True)
class ChatWords:
    """Titles of the group chats."""

    grid: str
    property: str
    community: str
    subdistrict: str


@dataclass(frozen=True)
class StoryWords:
    """Whom alarms are about at first, and who is called; `notes` is what a responder must know of the first elder."""

    elders: int
    telephone: str
    son_given_name: str
    son_telephone: str
    neighbour: str
    notes: dict[str, str]


@dataclass(frozen=True)
class Words:
    """Everything in community.toml."""

    as_of: date
    registry_records: int
    city: str
    time_zone: str
    fictitious_area: str
    phone_prefix: str
    units: tuple[UnitWords, ...]
    ground: Ground
    grids: GridWords
    layers: tuple[LayerWords, ...]
    addresses: AddressWords
    buildings: BuildingWords
    partners: tuple[PartnerWords, ...]
    places: tuple[PlaceWords, ...]
    enterprises: tuple[EnterpriseWords, ...]
    trade_names: TradeNames
    facilities: tuple[FacilityWords, ...]
    lift: FacilityWords
    households: tuple[HouseholdWords, ...]
    phones: PhoneWords
    care: tuple[CareWords, ...]
    cast: tuple[CastWords, ...]
    chats: ChatWords
    story: StoryWords


@cache
def community_words() -> Words:
    """Give community.toml, checked against its shape."""
    return TypeAdapter(Words).validate_python(loads((FOLDER / "community.toml").read_text("utf-8")))


@cache
def name_words() -> Names:
    """Give names.toml, checked against its shape."""
    return TypeAdapter(Names).validate_python(loads((FOLDER / "names.toml").read_text("utf-8")))
