"""The places of the sample photos: a street between blocks of flats, the same at night, a corridor."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 720
Colour = tuple[int, int, int]
HORIZON = 400
DAY_SKY: tuple[Colour, Colour] = ((186, 205, 219), (226, 231, 230))
NIGHT_SKY: tuple[Colour, Colour] = ((13, 19, 38), (38, 48, 74))
BLOCKS: tuple[tuple[int, int, int, Colour], ...] = (
    (-20, 210, 60, (196, 182, 160)),
    (205, 380, 130, (176, 172, 166)),
    (390, 560, 40, (205, 193, 176)),
    (575, 730, 150, (187, 168, 150)),
    (722, 980, 20, (190, 186, 178)),
)
"""Left, right, top and colour of each block of flats."""


def brush(picture: Image.Image) -> ImageDraw.ImageDraw:
    """Return a brush that paints half-transparent colours too."""
    return ImageDraw.Draw(picture, "RGBA")


def mixed(one: Colour, other: Colour, part: float) -> Colour:
    """Return a colour `part` of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def fade(picture: Image.Image, box: tuple[int, int, int, int], upper: Colour, lower: Colour) -> None:
    """Fill a box from one colour above to another below."""
    left, top, right, bottom = box
    paint = brush(picture)
    for y in range(top, bottom):
        paint.line((left, y, right, y), mixed(upper, lower, (y - top) / (bottom - top)))


def street(picture: Image.Image) -> None:
    """Paint a road between blocks of flats by day."""
    fade(picture, (0, 0, WIDTH, HORIZON), *DAY_SKY)
    _blocks(picture, light=1.0, lit_windows=0.0)
    _trees(picture, (82, 112, 74))
    fade(picture, (0, HORIZON, WIDTH, 470), (170, 168, 160), (150, 148, 142))
    fade(picture, (0, 470, WIDTH, HEIGHT), (104, 105, 106), (82, 83, 86))
    _kerb(picture, (188, 186, 178))


def night(picture: Image.Image) -> None:
    """Paint the same road by night."""
    fade(picture, (0, 0, WIDTH, HORIZON), *NIGHT_SKY)
    _blocks(picture, light=0.22, lit_windows=0.28)
    _trees(picture, (18, 27, 26))
    fade(picture, (0, HORIZON, WIDTH, 470), (38, 40, 48), (33, 35, 43))
    fade(picture, (0, 470, WIDTH, HEIGHT), (27, 29, 36), (19, 20, 26))
    _kerb(picture, (58, 60, 68))


def _blocks(picture: Image.Image, *, light: float, lit_windows: float) -> None:
    paint, chance = brush(picture), random.Random(7)  # noqa: S311 - decoration
    for left, right, top, colour in BLOCKS:
        wall = mixed((0, 0, 8), colour, light)
        paint.rectangle((left, top, right, HORIZON), wall)
        paint.rectangle((left, top, left + 10, HORIZON), mixed(wall, (255, 255, 255), 0.12 * light))
        for y in range(top + 18, HORIZON - 26, 38):
            for x in range(left + 20, right - 24, 40):
                lit = chance.random() < lit_windows
                glass = (246, 210, 130) if lit else mixed((6, 8, 16), (96, 116, 132), light)
                paint.rectangle((x, y, x + 22, y + 22), glass)
                paint.line((x + 11, y, x + 11, y + 22), mixed(wall, (255, 255, 255), 0.3 * light), 2)
                paint.rectangle((x - 3, y + 23, x + 25, y + 27), mixed(wall, (0, 0, 0), 0.25))


def _trees(picture: Image.Image, leaf: Colour) -> None:
    paint, chance = brush(picture), random.Random(11)  # noqa: S311 - decoration
    for x in (60, 330, 540, 905):
        paint.rectangle((x - 5, 330, x + 5, 425), mixed((70, 54, 40), leaf, 0.4))
        for _ in range(34):
            dx, dy, size = chance.gauss(0, 30), chance.gauss(0, 24), chance.uniform(12, 24)
            tint = mixed(leaf, (255, 255, 220), chance.uniform(0, 0.22))
            paint.ellipse((x + dx - size, 312 + dy - size, x + dx + size, 312 + dy + size), tint)


def _kerb(picture: Image.Image, colour: Colour) -> None:
    paint = brush(picture)
    paint.rectangle((0, 462, WIDTH, 474), colour)
    paint.rectangle((0, 474, WIDTH, 484), mixed(colour, (0, 0, 0), 0.35))
    for x in range(0, WIDTH, 96):
        paint.line((x, 462, x - 6, 484), mixed(colour, (0, 0, 0), 0.4), 2)
    for x in range(0, WIDTH, 64):
        paint.line((x, HORIZON, x - 30, 462), (0, 0, 0, 26), 2)


def corridor(picture: Image.Image, *, wall: Colour) -> None:
    """Paint a corridor of flats that runs away from the viewer."""
    far = (360, 200, 600, 440)
    paint = brush(picture)
    fade(picture, (0, 0, WIDTH, HEIGHT), mixed(wall, (255, 255, 255), 0.2), mixed(wall, (0, 0, 0), 0.2))
    paint.polygon([(0, 0), (WIDTH, 0), far[2:3] + far[1:2], far[:2]], mixed(wall, (255, 255, 255), 0.5))
    paint.polygon([(0, HEIGHT), (WIDTH, HEIGHT), far[2:], far[:1] + far[3:]], (139, 133, 124))
    paint.rectangle(far, mixed(wall, (0, 0, 0), 0.12))
    paint.polygon([(WIDTH, 0), (WIDTH, HEIGHT), far[2:], far[2:3] + far[1:2]], mixed(wall, (0, 0, 0), 0.1))
    for part in (0.12, 0.28, 0.5, 0.8):
        y = HEIGHT - (HEIGHT - far[3]) * part
        paint.line((far[0] * part, y, WIDTH - (WIDTH - far[2]) * part, y), (0, 0, 0, 40), 2)
    for x in (120, 320, 640, 840):
        paint.line((x, HEIGHT, far[0] + (far[2] - far[0]) * x / WIDTH, far[3]), (0, 0, 0, 36), 2)
    _doors(picture)
    paint.rectangle((430, 240, 530, 400), (178, 205, 219))
    paint.line((480, 240, 480, 400), (120, 130, 136), 4)
    for x, y, size in ((480, 150, 60), (480, 182, 26)):
        paint.ellipse((x - size, y - size // 5, x + size, y + size // 5), (255, 252, 232))


def _doors(picture: Image.Image) -> None:
    paint = brush(picture)
    for near, away, colour in ((0.16, 0.42, (118, 74, 52)), (0.6, 0.78, (104, 66, 48))):
        left = [(360 * part, 200 * part + 90 * (1 - part)) for part in (near, away)]
        foot = [(360 * part, HEIGHT - 280 * part) for part in (away, near)]
        paint.polygon(left + foot, colour)
        mirrored = [(WIDTH - x, y) for x, y in left + foot]
        paint.polygon(mirrored, mixed(colour, (0, 0, 0), 0.15))
        x, y = left[1][0] - 12, (left[1][1] + foot[0][1]) / 2 + 20
        paint.ellipse((x - 5, y - 5, x + 5, y + 5), (214, 196, 140))
