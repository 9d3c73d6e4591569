"""The shapes of the files that fill the registry; playground/community/FORMAT.md describes them to people.

Everything is bounded: what does not fit a column, or comes with a field that nobody knows, is refused with its place.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.kernel.geo import SourceCrs
from backend.registry.models import OrgKind, PartnerKind

MOST_UNITS = 20_000
Key = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[\w.\-]+$")]
# No control characters: PostgreSQL takes no NUL, and nobody's name has a line break.
PLAIN = r"^[^\p{Cc}]*$"
Word = Annotated[str, Field(min_length=1, max_length=24, pattern=PLAIN)]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
Code = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^\d+$")]
PhoneText = Annotated[str, Field(max_length=40)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Position = tuple[Longitude, Latitude]
Ring = Annotated[list[Position], Field(min_length=4, max_length=10_000)]
Small = Annotated[int, Field(ge=0, le=9_999)]


class Shape(BaseModel):
    """Frozen, and strict about fields that nobody knows: a typing mistake must not lose what it meant."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PolygonShape(Shape):
    """A GeoJSON polygon."""

    type: Literal["Polygon"]
    coordinates: Annotated[list[Ring], Field(min_length=1, max_length=100)]


class MultiPolygonShape(Shape):
    """A GeoJSON multi-polygon."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[list[Annotated[list[Ring], Field(min_length=1)]], Field(min_length=1, max_length=100)]


Boundary = Annotated[PolygonShape | MultiPolygonShape, Field(discriminator="type")]


class UnitShape(Shape):
    """An org unit."""

    code: Code
    level: OrgKind
    name: Text
    parent: Code | None = None
    time_zone: Annotated[str, Field(max_length=64)] = "Asia/Shanghai"
    valid_from: date | None = None
    valid_to: date | None = None
    succeeded_by: Code | None = None
    former_codes: tuple[Code, ...] = ()
    boundary: Boundary | None = None
    source_crs: SourceCrs = SourceCrs.WGS84


class AreaShape(Shape):
    """A patch of a layer."""

    code: Key
    name: Text
    grids: tuple[Code, ...]


class LayerShape(Shape):
    """A former special grid."""

    key: Key
    name: Text
    org_unit: Code
    areas: tuple[AreaShape, ...]


class PartnerShape(Shape):
    """A partner."""

    key: Key
    kind: PartnerKind
    name: Text
    org_unit: Code
    phone: PhoneText | None = None


class OrgUnitFile(Shape):
    """The whole org-unit file."""

    format: Literal["youlin.org-units/1"]
    units: Annotated[tuple[UnitShape, ...], Field(min_length=1, max_length=MOST_UNITS)]
    layers: Annotated[tuple[LayerShape, ...], Field(max_length=1_000)] = ()
    partners: Annotated[tuple[PartnerShape, ...], Field(max_length=10_000)] = ()


class RegistryHeader(BaseModel):
    """The first line of a registry file; the counts beside these fields are for people."""

    model_config = ConfigDict(frozen=True, extra="allow")

    format: Literal["youlin.registry/1"]
    community: Code


class AddressShape(Shape):
    """A standard address."""

    record: Literal["address"]
    key: Key
    kind: Literal["building", "site", "dwelling"]
    text: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]
    grid: Code | None = None
    point: Position | None = None
    source_crs: SourceCrs = SourceCrs.WGS84
    parent: Key | None = None
    road: Text | None = None
    number: Small | None = None
    building: Small | None = None
    unit: Small | None = None
    floor: Annotated[int, Field(ge=-9, le=200)] | None = None
    door: Small | None = None


class BuildingShape(Shape):
    """A building."""

    record: Literal["building"]
    key: Key
    address: Key
    number: Annotated[int, Field(ge=1, le=99_999)]
    name: Text
    kind: Word
    built_in: Annotated[int, Field(ge=1000, le=2200)] | None = None
    floors: Annotated[int, Field(ge=1, le=200)] | None = None
    units: Annotated[int, Field(ge=1, le=100)] | None = None
    doors_per_floor: Annotated[int, Field(ge=1, le=100)] | None = None
    lift: Literal["none", "under_way", "retrofitted", "original"] = "none"


class PlaceShape(Shape):
    """A key place."""

    record: Literal["place"]
    key: Key
    kind: Word
    name: Text
    address: Key


class EnterpriseShape(Shape):
    """An enterprise."""

    record: Literal["enterprise"]
    key: Key
    kind: Word
    name: Text
    credit_code: Annotated[str, Field(min_length=18, max_length=18, pattern=PLAIN)]
    address: Key
    phone: PhoneText | None = None


class FacilityShape(Shape):
    """A facility."""

    record: Literal["facility"]
    key: Key
    kind: Word
    code: Annotated[str, Field(max_length=32, pattern=PLAIN)]
    name: Text
    address: Key
    point: Position
    source_crs: SourceCrs = SourceCrs.WGS84


class PersonShape(Shape):
    """A person."""

    record: Literal["person"]
    key: Key
    name: Text
    gender: Literal["male", "female"] | None = None
    born_on: date | None = None
    identity_number: Annotated[str, Field(min_length=18, max_length=18)] | None = None
    phone: PhoneText | None = None


class HouseholdShape(Shape):
    """A household."""

    record: Literal["household"]
    key: Key
    address: Key
    head: Key | None = None


class ResidencyShape(Shape):
    """A person in a household."""

    record: Literal["residency"]
    person: Key
    household: Key
    role: Word
    since: date | None = None


class CareTagShape(Shape):
    """A care tag."""

    record: Literal["care_tag"]
    person: Key
    kind: Word
    colour: Literal["red", "orange", "yellow", "blue"]
    visit_every_days: Annotated[int, Field(ge=1, le=3_660)] | None = None


class FamilyContactShape(Shape):
    """A relative to call."""

    record: Literal["family_contact"]
    elder: Key
    name: Text
    relation: Word
    rank: Annotated[int, Field(ge=1, le=20)]
    phone: PhoneText


Record = (
    AddressShape
    | BuildingShape
    | PlaceShape
    | EnterpriseShape
    | FacilityShape
    | PersonShape
    | HouseholdShape
    | ResidencyShape
    | CareTagShape
    | FamilyContactShape
)
AnyRecord = Annotated[Record, Field(discriminator="record")]


def as_geojson(boundary: PolygonShape | MultiPolygonShape) -> dict[str, Any]:
    """The boundary as the database keeps it."""
    return boundary.model_dump(mode="json")
