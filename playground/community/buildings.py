"""Buildings, with the addresses of themselves and of their dwellings."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from playground.community.ground import INSIDE, Lattice
from playground.community.shapes import Address, Building, Point
from playground.community.units import grid_code
from playground.community.words import BuildingKind, BuildingWords, Words

# Buildings of a grid stand in this many columns and as many rows as it takes.
COLUMNS = 4


@dataclass(frozen=True)
class BuiltGround:
    """What is built: buildings with their own addresses, and the addresses of the dwellings in them."""

    buildings: tuple[Building, ...]
    sites: dict[str, Address]
    dwellings: tuple[Address, ...]


def build(words: Words, lattice: Lattice, chance: Random) -> BuiltGround:
    """Build everything, numbered through the community from the first grid on."""
    lifts = _lifts(words.buildings, sum(words.grids.buildings), chance)
    buildings: list[Building] = []
    sites: dict[str, Address] = {}
    dwellings: list[Address] = []
    for ordinal, count in enumerate(words.grids.buildings):
        for place, point in enumerate(_plots(lattice, ordinal, count, chance)):
            number = len(buildings) + 1
            site = _site(words, ordinal, number, place, point)
            building = _building(words, ordinal, number, lifts[number - 1], chance)
            buildings.append(building)
            sites[site.key] = site
            dwellings.extend(_dwellings(words.addresses.dwelling, site, building))
    return BuiltGround(tuple(buildings), sites, tuple(dwellings))


def standard_address(words: Words, road: str, number: int) -> str:
    """Give the address of a site: the administrative areas in force, the road, the number on the road."""
    areas = words.city + "".join(unit.name for unit in words.units if unit.valid_to is None)
    return words.addresses.site.format(areas=areas, road=road, number=number)


def _lifts(words: BuildingWords, total: int, chance: Random) -> list[str]:
    """Give each building its lift; the first three, where the cast lives, stay without one."""
    kinds = {"original": words.towers, "retrofitted": words.retrofitted, "under_way": words.under_way}
    drawn = [kind for kind, count in kinds.items() for _ in range(count)]
    rest = drawn + ["none"] * (total - 3 - len(drawn))
    chance.shuffle(rest)
    return ["none"] * 3 + rest


def _plots(lattice: Lattice, ordinal: int, count: int, chance: Random) -> Iterator[Point]:
    start, end = INSIDE
    rows = -(-count // COLUMNS)
    for plot in range(count):
        across = (plot % COLUMNS + 0.5 + chance.uniform(-0.2, 0.2)) / COLUMNS
        up = (plot // COLUMNS + 0.5 + chance.uniform(-0.2, 0.2)) / rows
        yield lattice.point_in(ordinal, start + across * (end - start), start + up * (end - start))


def _site(words: Words, ordinal: int, number: int, place: int, point: Point) -> Address:
    road = words.grids.roads[ordinal]
    street_number = _street_number(words, ordinal, place)
    return Address(
        key=f"A{number:03}",
        kind="building",
        text=words.addresses.building.format(site=standard_address(words, road, street_number), building=number),
        grid=grid_code(words.units[-1].code, ordinal),
        point=point,
        road=road,
        number=street_number,
        building=number,
    )


def _street_number(words: Words, ordinal: int, place: int) -> int:
    """Number along the road: the second grid on a road goes on where the first ended; even numbers, two by two."""
    before = words.grids.roads[:ordinal].count(words.grids.roads[ordinal])
    return 2 * (place + 1 + 12 * before)


def _building(words: Words, ordinal: int, number: int, lift: str, chance: Random) -> Building:
    kind = "tower" if lift == "original" else "walk_up"
    looks: BuildingKind = getattr(words.buildings, kind)
    return Building(
        key=f"B{number:03}",
        address=f"A{number:03}",
        number=number,
        name=words.addresses.building_name.format(estate=words.grids.estates[ordinal], number=number),
        kind=kind,
        built_in=chance.randint(*looks.years),
        floors=chance.randint(*looks.floors),
        units=chance.choice(looks.units),
        doors_per_floor=chance.choice(looks.doors),
        lift=lift,
    )


def _dwellings(form: str, site: Address, building: Building) -> Iterator[Address]:
    for unit in range(1, building.units + 1):
        for floor in range(1, building.floors + 1):
            for door in range(1, building.doors_per_floor + 1):
                yield Address(
                    key=f"{site.key}-{unit}-{floor:02}{door:02}",
                    kind="dwelling",
                    text=form.format(building=site.text, unit=unit, floor=floor, door=door),
                    grid=site.grid,
                    point=site.point,
                    road=site.road,
                    number=site.number,
                    parent=site.key,
                    building=building.number,
                    unit=unit,
                    floor=floor,
                    door=door,
                )
