"""The ground: grid polygons that tile the community, and points inside them."""

from random import Random

from playground.community.shapes import Point, Ring
from playground.community.words import Ground

# Where inside a grid things stand, as a share of its breadth and depth: off the border, which may bend inwards.
INSIDE = (0.14, 0.86)


class Lattice:
    """The meeting points of the grids. Neighbours share them exactly, so there is neither gap nor overlap."""

    def __init__(self, ground: Ground, chance: Random) -> None:
        self.columns, self.rows = ground.columns, ground.rows
        # Twice as fine as the grids: the point halfway along a border bends it, as streets do.
        self._knots = {
            (x, y): _knot(ground, chance, x / 2, y / 2)
            for y in range(2 * ground.rows + 1)
            for x in range(2 * ground.columns + 1)
        }

    def grid(self, ordinal: int) -> Ring:
        """Give the border of a grid (counted from 0), counter-clockwise from the south-west."""
        return self._ring(ordinal % self.columns * 2, ordinal // self.columns * 2, 2, 2)

    def outline(self) -> Ring:
        """Give the border of the whole community."""
        return self._ring(0, 0, 2 * self.columns, 2 * self.rows)

    def point_in(self, ordinal: int, across: float, up: float) -> Point:
        """Give the point at a share of a grid's breadth and depth, both from 0 to 1."""
        ring = self.grid(ordinal)
        south_west, south_east, north_east, north_west = ring[0], ring[2], ring[4], ring[6]
        south, north = _between(south_west, south_east, across), _between(north_west, north_east, across)
        return _rounded(*_between(south, north, up))

    def anywhere_in(self, ordinal: int, chance: Random) -> Point:
        """Give a random point in a grid."""
        return self.point_in(ordinal, chance.uniform(*INSIDE), chance.uniform(*INSIDE))

    def _ring(self, x: int, y: int, width: int, height: int) -> Ring:
        south = [(x + step, y) for step in range(width)]
        east = [(x + width, y + step) for step in range(height)]
        north = [(x + width - step, y + height) for step in range(width)]
        west = [(x, y + height - step) for step in range(height)]
        return tuple(self._knots[knot] for knot in (*south, *east, *north, *west, (x, y)))


def _knot(ground: Ground, chance: Random, column: float, row: float) -> Point:
    # A point halfway moves less than a corner: it may never come near the buildings.
    wobble = ground.wobble if column.is_integer() and row.is_integer() else ground.wobble / 2
    return _rounded(
        *(
            start + column * across + row * up + chance.uniform(-wobble, wobble)
            for start, across, up in zip(ground.south_west, ground.column_step, ground.row_step, strict=True)
        )
    )


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def _rounded(longitude: float, latitude: float) -> Point:
    return round(longitude, 6), round(latitude, 6)
