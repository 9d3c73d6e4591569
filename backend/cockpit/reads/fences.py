"""Areas of people as staff draw them: who wears a watch, and the small map around a home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.sql.functions import coalesce

from backend.cockpit.reads.within import within
from backend.devices import Circle, Device, DeviceKind, NamedFence
from backend.devices.models import Geofence
from backend.kernel.alarms import SubjectKind
from backend.kernel.geo import EARTH_RADIUS_M, Point, box_around, distance_m
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.homes import Home
from backend.registry.models import Address, OrgUnit, Person

WORN = (DeviceKind.WATCH, DeviceKind.BUTTON)
MOST_WEARERS = 500
MOST_DOTS = 300
SIZE = 600
"""Units of the drawing, each way."""
NARROWEST_M, WIDEST_M = 600.0, 20_000.0
"""From the middle of the map to its edge."""
SQUARES = (100, 200, 500, 1_000, 2_000, 5_000)
METRES_PER_DEGREE = EARTH_RADIUS_M * pi / 180


class Wearer(NamedTuple):
    """Somebody with a watch, and how many areas are drawn for them."""

    id: int
    name: str
    fences: int


async def wearers_in(uow: UnitOfWork, community_id: int, paths: Sequence[str]) -> list[Wearer]:
    """Who wears something in this part of the community, or had an area drawn there, by name."""
    worn = (
        select(Device.subject_id)
        .join(OrgUnit, OrgUnit.id == coalesce(Device.grid_id, Device.community_id))
        .where(
            Device.community_id == community_id,
            Device.subject_kind == SubjectKind.PERSON,
            Device.kind.in_(WORN),
            Device.retired_at.is_(None),
            within(paths),
        )
    )
    live = (Geofence.person_id == Person.id, Geofence.ended_at.is_(None))
    count = select(func.count(Geofence.id)).where(*live).scalar_subquery()
    rows = await uow.session.execute(
        select(Person.id, Person.name, count)
        .where(Person.community_id == community_id, Person.id.in_(worn))
        .order_by(Person.name, Person.id)
        .limit(MOST_WEARERS)
    )
    return [Wearer(id_, name, fences) for id_, name, fences in rows]


@dataclass(frozen=True, slots=True)
class FenceMap:
    """A square of the earth on a square of SIZE units, north above; what is drawn on it, in these units."""

    middle: Point
    reach_m: float
    square_m: int
    home: tuple[float, float] | None
    dots: list[tuple[float, float, str]]

    @property
    def scale(self) -> float:
        """Units of a metre."""
        return SIZE / (2 * self.reach_m)

    def on(self, point: Point) -> tuple[float, float]:
        """Where a point lies on the map."""
        east, north = _metres(self.middle, point)
        return round(SIZE / 2 + east * self.scale, 1), round(SIZE / 2 - north * self.scale, 1)

    def radius(self, metres: float) -> float:
        """How long that is on the map."""
        return round(metres * self.scale, 1)

    @property
    def longitude_span(self) -> float:
        """Degrees from the western to the eastern edge."""
        return 2 * self.reach_m / (METRES_PER_DEGREE * cos(radians(self.middle.latitude)))

    @property
    def latitude_span(self) -> float:
        """Degrees from the southern to the northern edge."""
        return 2 * self.reach_m / METRES_PER_DEGREE


async def map_of(uow: UnitOfWork, home: Home, fences: Sequence[NamedFence]) -> FenceMap | None:
    """The map that holds home and all areas; None where neither is known."""
    at_home = _point_of(home)
    points = [point for fence in fences for point in _outline(fence)]
    middle = at_home or (points[0] if points else None)
    if middle is None:
        return None
    farthest = max([_reach(middle, fence) for fence in fences], default=0.0)
    reach = min(max(farthest * 1.15, NARROWEST_M), WIDEST_M)
    square = next((metres for metres in SQUARES if reach / metres <= 6), SQUARES[-1])
    bare = FenceMap(middle, reach, square, None, [])
    dots = [(*bare.on(point), label) for point, label in await _buildings(uow, home, middle, reach)]
    return FenceMap(middle, reach, square, bare.on(at_home) if at_home else None, dots)


def _point_of(home: Home) -> Point | None:
    address = home.address
    if address is None or address.longitude is None or address.latitude is None:
        return None
    return Point(address.latitude, address.longitude)


def _outline(named: NamedFence) -> Sequence[Point]:
    shape = named.fence.shape
    return (shape.centre,) if isinstance(shape, Circle) else shape.corners


def _reach(middle: Point, named: NamedFence) -> float:
    shape = named.fence.shape
    more = shape.radius_m if isinstance(shape, Circle) else 0
    return max(distance_m(middle, point) for point in _outline(named)) + more


async def _buildings(uow: UnitOfWork, home: Home, middle: Point, reach: float) -> list[tuple[Point, str]]:
    """Addresses of the community around, as dots by which people know where they are."""
    low, high = box_around(middle, reach)
    rows = await uow.session.execute(
        select(Address.longitude, Address.latitude, func.min(Address.label))
        .join(OrgUnit, OrgUnit.id == Address.grid_id)
        .where(
            or_(OrgUnit.id == home.person.community_id, OrgUnit.parent_id == home.person.community_id),
            Address.longitude.between(low.longitude, high.longitude),
            Address.latitude.between(low.latitude, high.latitude),
        )
        .group_by(Address.longitude, Address.latitude)
        .limit(MOST_DOTS)
    )
    return [
        (Point(latitude, longitude), label)
        for longitude, latitude, label in rows
        if longitude is not None and latitude is not None
    ]


def _metres(origin: Point, point: Point) -> tuple[float, float]:
    east = (point.longitude - origin.longitude) * METRES_PER_DEGREE * cos(radians(origin.latitude))
    return east, (point.latitude - origin.latitude) * METRES_PER_DEGREE
