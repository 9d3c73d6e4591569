"""What stands between the dwellings: key places, enterprises and facilities."""

from collections.abc import Iterator
from math import dist
from random import Random

from playground.community.buildings import BuiltGround, standard_address
from playground.community.ground import Lattice
from playground.community.numbers import Phones, credit_code
from playground.community.shapes import Address, Building, Enterprise, Facility, Place, Point
from playground.community.units import grid_code
from playground.community.words import FacilityWords, Words

# Shops and places stand on the odd side of the road, dwellings on the even side.
FIRST_ODD_NUMBER = 1


class Sites:
    """Finds a site for each thing; every site is an address of its own."""

    def __init__(self, words: Words, lattice: Lattice, built: BuiltGround, chance: Random) -> None:
        self._words, self._lattice, self._built, self._chance = words, lattice, built, chance
        self._grids = len(words.grids.names)
        self._numbers = dict.fromkeys(words.grids.roads, FIRST_ODD_NUMBER)
        self.addresses: list[Address] = []

    def places(self) -> Iterator[Place]:
        """Give the key places."""
        for serial, words in enumerate(self._words.places, start=1):
            site = self._site(words.grid - 1)
            yield Place(key=f"L{serial:03}", kind=words.kind, name=words.name, address=site.key)

    def enterprises(self, phones: Phones) -> Iterator[Enterprise]:
        """Give the merchants; no two have the same name."""
        kinds = [kind for kind in self._words.enterprises for _ in range(kind.count)]
        trade = self._words.trade_names
        names = [first + second for first in trade.first for second in trade.second]
        for serial, (kind, name) in enumerate(zip(kinds, self._chance.sample(names, len(kinds)), strict=True), start=1):
            yield Enterprise(
                key=f"E{serial:03}",
                kind=kind.kind,
                name=f"{name}{kind.name}",
                credit_code=credit_code(self._words, serial),
                address=self._site(self._chance.randrange(self._grids)).key,
                phone=phones.next(),
            )

    def facilities(self) -> Iterator[Facility]:
        """Give the facilities spread over the grids, then the lifts in their buildings."""
        for words in self._words.facilities:
            for serial in range(1, words.count + 1):
                yield self._facility(words, serial)
        lifted = [building for building in self._built.buildings if building.lift in {"original", "retrofitted"}]
        stairs = [building for building in lifted for _ in range(building.units)]
        for serial, building in enumerate(stairs, start=1):
            yield self._lift(serial, building)

    def _facility(self, words: FacilityWords, serial: int) -> Facility:
        ordinal = serial % self._grids
        point = self._lattice.anywhere_in(ordinal, self._chance)
        nearest = self._nearest(grid_code(self._words.units[-1].code, ordinal), point)
        return self._thing(words, serial, nearest, point)

    def _lift(self, serial: int, building: Building) -> Facility:
        site = self._built.sites[building.address]
        return self._thing(self._words.lift, serial, site, site.point)

    def _thing(self, words: FacilityWords, serial: int, address: Address, point: Point) -> Facility:
        district = self._words.units[-1].code[:6]
        return Facility(
            key=f"{words.kind}-{serial:03}",
            kind=words.kind,
            code=f"{district}{words.code}{serial:05}",
            name=f"{words.name}{serial:03}",
            address=address.key,
            point=point,
        )

    def _nearest(self, grid: str, point: Point) -> Address:
        sites = (site for site in self._built.sites.values() if site.grid == grid)
        return min(sites, key=lambda site: dist(site.point, point))

    def _site(self, ordinal: int) -> Address:
        road = self._words.grids.roads[ordinal]
        number = self._numbers[road]
        self._numbers[road] += 2
        site = Address(
            key=f"S{len(self.addresses) + 1:03}",
            kind="site",
            text=standard_address(self._words, road, number),
            grid=grid_code(self._words.units[-1].code, ordinal),
            point=self._lattice.anywhere_in(ordinal, self._chance),
            road=road,
            number=number,
        )
        self.addresses.append(site)
        return site
