"""Where things are: the grid around a point, and addresses and buildings found by what people write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from shapely import Point as ShapelyPoint
from shapely.geometry import shape
from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select

from backend.kernel.errors import NotFound
from backend.kernel.geo import Point, box_around, distance_m
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.models import Address, Building, OrgKind, OrgUnit
from backend.registry.rules import building_number_in, holds_words

MOST_RESULTS = 20
LONGEST_SEARCH = 100
MOST_WORDS = 6
MOST_LOOKED_AT = 2_000
"""How many rows of the database are judged word by word: more than one community has buildings."""

_IN_BOX = (
    select(Building.id, Address.latitude, Address.longitude)
    .join(Address, Address.id == Building.address_id)
    .where(
        Building.community_id == bindparam("community_id"),
        Address.latitude.between(bindparam("south"), bindparam("north")),
        Address.longitude.between(bindparam("west"), bindparam("east")),
    )
)
_BUILDINGS = select(Building).where(Building.id.in_(bindparam("ids", expanding=True)))


async def grid_at(uow: UnitOfWork, point: Point, *, within: str = "/") -> OrgUnit | None:
    """The grid in force whose boundary holds the point, below the org path `within`; None where no grid is drawn.

    On a shared border the grid with the smaller code has it, so that the answer is always the same.
    """
    return _holding(await queries.units_within(uow, (within,), OrgKind.GRID), point)


async def community_at(uow: UnitOfWork, point: Point) -> OrgUnit | None:
    """The community in force whose boundary holds the point."""
    return _holding(await queries.communities(uow), point)


async def buildings_matching(
    uow: UnitOfWork, community_id: int, text: str, *, limit: int = MOST_RESULTS
) -> Sequence[Building]:
    """The buildings that somebody may mean: by number (`12栋`, `building 12`), else by name or address.

    The same number in another form finds the same building; what has no number is searched word by word.
    """
    found = select(Building).join(Address, Address.id == Building.address_id)
    found = found.where(Building.community_id == community_id)
    number = building_number_in(text[:LONGEST_SEARCH])
    if number is not None:
        by_number = await uow.session.scalars(found.where(Building.number == number).order_by(Building.id).limit(limit))
        if exact := by_number.all():
            return exact
    words = _words_of(text)
    if not words:
        return ()
    matches = and_(*(or_(_holds(Building.name, word), _holds(Address.label, word)) for word in words))
    rows = await uow.session.execute(
        found.add_columns(Address.label).where(matches).order_by(Building.id).limit(MOST_LOOKED_AT)
    )
    return [building for building, label in rows if holds_words(f"{building.name} {label}", words)][:limit]


async def addresses_matching(
    uow: UnitOfWork, community_id: int, text: str, *, limit: int = MOST_RESULTS
) -> Sequence[Address]:
    """The addresses that hold every word of `text`, the shortest first: a building before its dwellings."""
    words = _words_of(text)
    if not words:
        return ()
    found = select(Address).where(
        Address.community_id == community_id, *(_holds(Address.label, word) for word in words)
    )
    rows = await uow.session.scalars(found.order_by(func.length(Address.label), Address.id).limit(MOST_LOOKED_AT))
    return [address for address in rows if holds_words(address.label, words)][:limit]


async def buildings_near(
    uow: UnitOfWork, community_id: int, point: Point, *, within_m: int, limit: int = 5
) -> Sequence[tuple[Building, int]]:
    """The buildings nearest to a point, at most `within_m` metres away, with their distances, nearest first."""
    south_west, north_east = box_around(point, within_m)
    box = {
        "south": south_west.latitude,
        "north": north_east.latitude,
        "west": south_west.longitude,
        "east": north_east.longitude,
    }
    rows = await uow.session.execute(_IN_BOX, {"community_id": community_id, **box})
    away = [
        (round(distance_m(point, Point(latitude, longitude))), id_)
        for id_, latitude, longitude in rows
        if latitude is not None and longitude is not None
    ]
    # Every building in the box is measured, but only the few nearest are read as a whole.
    metres = {id_: distance for distance, id_ in sorted(away)[:limit] if distance <= within_m}
    if not metres:
        return []
    nearest = await uow.session.scalars(_BUILDINGS, {"ids": list(metres)})
    return sorted(((one, metres[one.id]) for one in nearest), key=lambda near: (near[1], near[0].id))


async def access_building(uow: UnitOfWork, community_id: int, building_id: int) -> Building:
    """The building of this community; raises NotFound, also for one of another community."""
    building = await uow.session.get(Building, building_id)
    if building is None or building.community_id != community_id:
        raise NotFound
    return building


async def buildings_of(uow: UnitOfWork, grid_id: int) -> Sequence[Building]:
    """All buildings of a grid in the order of their registration: what the building picker shows."""
    return (await uow.session.scalars(select(Building).where(Building.grid_id == grid_id).order_by(Building.id))).all()


def _holding(units: Iterable[OrgUnit], point: Point) -> OrgUnit | None:
    return next((unit for unit in units if unit.boundary is not None and boundary_holds(unit.boundary, point)), None)


def boundary_holds(boundary: dict[str, Any], point: Point) -> bool:
    """Whether a GeoJSON boundary holds a point or has it on its border."""
    corners = list(_corners(boundary["coordinates"]))
    easts, norths = [corner[0] for corner in corners], [corner[1] for corner in corners]
    # Most grids are ruled out by their extent; building a polygon costs far more.
    if not (min(easts) <= point.longitude <= max(easts) and min(norths) <= point.latitude <= max(norths)):
        return False
    return bool(shape(boundary).covers(ShapelyPoint(point.longitude, point.latitude)))


def _corners(coordinates: Sequence[Any]) -> Iterator[Sequence[float]]:
    if isinstance(coordinates[0], int | float):
        yield coordinates
        return
    for part in coordinates:
        yield from _corners(part)


def _words_of(text: str) -> list[str]:
    # A NUL is in no address, and PostgreSQL takes none in a question either.
    return text[:LONGEST_SEARCH].replace("\x00", "").split()[:MOST_WORDS]


def _holds(column: Any, word: str) -> ColumnElement[bool]:
    holds: ColumnElement[bool] = column.icontains(word, autoescape=True)
    return holds
