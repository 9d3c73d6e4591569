"""What stands, lies or leaks in the sample photos."""

from __future__ import annotations

import random

from PIL import Image, ImageDraw, ImageFilter

from playground.page.sample_scenes import Colour, brush, mixed

Point = tuple[float, float]
Box = tuple[int, int, int, int]


def shadow(picture: Image.Image, box: Box, strength: int = 110) -> None:
    """Lay a soft shadow on the ground."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).ellipse(box, strength)
    picture.paste((0, 0, 0), mask=mask.filter(ImageFilter.GaussianBlur(9)))


def puddle(picture: Image.Image, edge: list[Point]) -> None:
    """Let dark water run over the road, with foam and the sky in it."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).polygon(edge, 255)
    mask = mask.filter(ImageFilter.GaussianBlur(26)).point(lambda level: 235 if level > 110 else 0)
    picture.paste((62, 58, 38), mask=mask.filter(ImageFilter.GaussianBlur(3)))
    paint, chance = brush(picture), random.Random(3)  # noqa: S311 - decoration
    for _ in range(46):
        x, y = chance.uniform(190, 820), chance.uniform(565, 690)
        if mask.getpixel((int(x), int(y))):
            wide = chance.uniform(12, 70)
            paint.ellipse((x - wide, y - 3, x + wide, y + 3), (176, 182, 168, 46))
            paint.ellipse((x - 7, y - 4, x + 7, y + 4), (118, 104, 66, 120))


def wet_patch(picture: Image.Image, box: Box) -> None:
    """Show where the road has just been washed."""
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).ellipse(box, 120)
    picture.paste((60, 66, 72), mask=mask.filter(ImageFilter.GaussianBlur(22)))
    brush(picture).ellipse((330, 600, 600, 618), (206, 220, 228, 44))


def manhole(picture: Image.Image, centre: tuple[int, int], *, lifted: bool) -> None:
    """Put a manhole into the road, its cover on it or pushed up by water."""
    x, y = centre
    paint = brush(picture)
    paint.ellipse((x - 88, y - 30, x + 88, y + 30), (42, 40, 34) if lifted else (66, 67, 70))
    if lifted:
        for step in range(5):
            paint.ellipse((x - 60 + step * 9, y - 26 + step * 3, x + 60 - step * 9, y + 16), (92, 84, 52, 130))
        x, y = x + 66, y - 22
    paint.ellipse((x - 76, y - 22, x + 76, y + 26), (40, 41, 44))
    paint.ellipse((x - 76, y - 27, x + 76, y + 20), (104, 106, 110))
    for ring in (58, 38, 18):
        paint.ellipse((x - ring, y - 3 - ring // 3, x + ring, y - 3 + ring // 3), outline=(70, 72, 76), width=4)


def scooter(picture: Image.Image, centre: tuple[int, int], size: float, colour: Colour) -> None:
    """Park an electric scooter, seen from its side."""
    paint = brush(picture)

    def at(x: float, y: float) -> Point:
        return centre[0] + x * size, centre[1] + y * size

    def round_thing(x: float, y: float, radius: float, fill: Colour) -> None:
        paint.ellipse((*at(x - radius, y - radius), *at(x + radius, y + radius)), fill)

    def limb(points: list[Point], fill: Colour, width: float) -> None:
        paint.line([at(*point) for point in points], fill, max(2, round(width * size)), joint="curve")

    left, top = at(-110, 30)
    right, bottom = at(115, 62)
    shadow(picture, (int(left), int(top), int(right), int(bottom)))
    for x in (-72, 74):
        round_thing(x, 22, 31, (28, 28, 30))
        round_thing(x, 22, 17, (150, 152, 156))
        round_thing(x, 22, 6, (60, 60, 64))
    limb([(74, 20), (58, -40), (46, -88)], (60, 62, 66), 8)
    paint.polygon(
        [at(x, y) for x, y in ((-96, -18), (-20, -30), (0, 6), (40, 8), (60, -46), (70, -20), (46, 30), (-50, 32))],
        colour,
    )
    paint.polygon([at(x, y) for x, y in ((52, -58), (74, -50), (78, -4), (62, 0))], mixed(colour, (255, 255, 255), 0.2))
    paint.rounded_rectangle((*at(-92, -40), *at(-12, -24)), radius=round(8 * size), fill=(34, 32, 34))
    limb([(22, -96), (48, -90), (60, -98)], (30, 30, 32), 7)
    round_thing(64, -70, 9, (252, 244, 214))
    round_thing(-94, -12, 6, (214, 40, 36))


def cable(picture: Image.Image, points: list[Point]) -> None:
    """Hang a charging cable from a socket board on the wall."""
    paint = brush(picture)
    paint.line(points, (24, 24, 26), 6, joint="curve")
    x, y = points[0]
    paint.rounded_rectangle((x - 34, y - 20, x + 34, y + 14), 5, (244, 244, 240), (150, 150, 146), 2)
    for step in (-20, 0, 20):
        paint.ellipse((x + step - 5, y - 8, x + step + 5, y + 2), (90, 90, 90))
    paint.ellipse((x + 26, y - 16, x + 31, y - 11), (230, 50, 40))


def boxes(picture: Image.Image, piles: list[Box]) -> None:
    """Stack cartons."""
    paint = brush(picture)
    for left, top, right, bottom in piles:
        shadow(picture, (left - 10, bottom - 16, right + 16, bottom + 14))
        paint.rectangle((left, top, right, bottom), (184, 142, 92), (134, 98, 58), 3)
        paint.polygon([(left, top), (left + 26, top - 24), (right + 26, top - 24), (right, top)], (206, 168, 118))
        paint.polygon(
            [(right, top), (right + 26, top - 24), (right + 26, bottom - 24), (right, bottom)], (150, 112, 70)
        )
        middle = (left + right) // 2
        paint.rectangle((middle - 12, top, middle + 12, bottom), (214, 190, 146, 190))


def wardrobe(picture: Image.Image, box: Box) -> None:
    """Put an old wardrobe where people should walk."""
    left, top, right, bottom = box
    paint = brush(picture)
    shadow(picture, (left - 20, bottom - 20, right + 20, bottom + 22))
    paint.rectangle(box, (120, 76, 48), (74, 44, 26), 4)
    middle = (left + right) // 2
    for one, other in ((left + 12, middle - 6), (middle + 6, right - 12)):
        paint.rectangle((one, top + 14, other, bottom - 40), (138, 90, 58), (92, 56, 34), 3)
    for x in (middle - 16, middle + 10):
        paint.rectangle((x, (top + bottom) // 2 - 24, x + 6, (top + bottom) // 2 + 24), (206, 184, 120))


def exit_sign(picture: Image.Image) -> None:
    """Hang the green sign of an emergency exit."""
    paint = brush(picture)
    paint.rounded_rectangle((414, 206, 546, 240), 4, (24, 138, 78))
    paint.polygon([(520, 223), (500, 212), (500, 219), (476, 219), (476, 227), (500, 227), (500, 234)], (240, 252, 244))
    paint.ellipse((440, 211, 449, 220), (240, 252, 244))
    paint.line([(444, 220), (440, 228), (433, 234)], (240, 252, 244), 4)
    paint.line([(444, 220), (450, 228), (448, 236)], (240, 252, 244), 4)


def notice(picture: Image.Image, box: Box, colour: Colour) -> None:
    """Put up a notice: no charging here."""
    left, top, right, _ = box
    paint = brush(picture)
    paint.rectangle(box, (252, 250, 244), colour, 5)
    x, y = (left + right) // 2, top + 52
    paint.ellipse((x - 34, y - 34, x + 34, y + 34), outline=colour, width=8)
    paint.polygon(
        [(x + 4, y - 22), (x - 14, y + 5), (x - 1, y + 5), (x - 5, y + 22), (x + 14, y - 6), (x + 1, y - 6)],
        (40, 40, 44),
    )
    paint.line((x - 24, y - 24, x + 24, y + 24), colour, 8)
    for row in (102, 118, 134):
        paint.line((left + 18, top + row, right - 18, top + row), (120, 120, 124), 5)


def lamp_post(picture: Image.Image, *, lit: bool) -> None:
    """Set up a street lamp; a lit one lights the road."""
    paint = brush(picture)
    if lit:
        _glow(picture, (602, 152), 330, (255, 214, 140))
        _glow(picture, (600, 560), 260, (255, 206, 132))
    paint.rectangle((452, 150, 466, 640), (54, 58, 64))
    paint.polygon([(440, 640), (478, 640), (486, 664), (432, 664)], (44, 47, 52))
    paint.line([(459, 156), (500, 128), (600, 126)], (54, 58, 64), 10, joint="curve")
    paint.rounded_rectangle((566, 120, 640, 142), 8, (66, 70, 76))
    paint.ellipse((572, 134, 634, 154), (255, 244, 206) if lit else (48, 52, 60))


def _glow(picture: Image.Image, centre: tuple[int, int], radius: int, colour: Colour) -> None:
    light = Image.radial_gradient("L").resize((2 * radius, 2 * radius)).point(lambda level: max(0, 150 - level))
    mask = Image.new("L", picture.size, 0)
    mask.paste(light, (centre[0] - radius, centre[1] - radius))
    picture.paste(colour, mask=mask)


def bin_beside(picture: Image.Image, box: Box, *, lid_open: bool) -> None:
    """Stand a wheeled bin at the kerb."""
    left, top, right, bottom = box
    paint = brush(picture)
    shadow(picture, (left - 12, bottom - 18, right + 26, bottom + 20))
    paint.polygon([(left, top), (right, top), (right - 14, bottom), (left + 14, bottom)], (40, 104, 70))
    for x in (left + 40, left + 70, left + 100):
        paint.line((x, top + 20, x, bottom - 14), (30, 84, 56), 5)
    if lid_open:
        paint.polygon([(left + 6, top), (right - 6, top), (right + 4, top - 92), (left + 22, top - 96)], (32, 86, 58))
        for x, y in ((left + 38, top - 6), (left + 80, top - 16), (left + 112, top - 4)):
            paint.ellipse((x - 30, y - 28, x + 30, y + 18), (34, 34, 38))
    else:
        paint.rounded_rectangle((left - 8, top - 18, right + 8, top + 6), 8, (32, 86, 58))
    paint.ellipse((left + 14, bottom - 14, left + 44, bottom + 16), (24, 24, 26))


def bags(picture: Image.Image, heap: list[tuple[int, int, int]]) -> None:
    """Heap up tied rubbish bags: x, foot and size of each."""
    paint, chance = brush(picture), random.Random(5)  # noqa: S311 - decoration
    tints: tuple[Colour, ...] = ((32, 33, 38), (46, 48, 54), (206, 206, 202), (36, 38, 60))
    for at, (x, foot, size) in enumerate(sorted(heap, key=lambda bag: bag[1])):
        tint = tints[at % len(tints)]
        shadow(picture, (x - size, foot - 20, x + size, foot + 16))
        paint.ellipse((x - size, foot - int(size * 1.25), x + size, foot), tint)
        paint.polygon(
            [
                (x - 16, foot - int(size * 1.15)),
                (x - 26, foot - int(size * 1.55)),
                (x + 24, foot - int(size * 1.5)),
                (x + 14, foot - int(size * 1.15)),
            ],
            tint,
        )
        for _ in range(5):
            dx, dy = chance.uniform(-0.5, 0.5) * size, chance.uniform(0.3, 1.0) * size
            paint.line((x + dx, foot - dy, x + dx * 1.3, foot - dy * 0.6), mixed(tint, (255, 255, 255), 0.28), 3)
