"""Ready-made photos to send, drawn with Pillow: what goes wrong in a community, and the same places put right."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageFilter

from playground.page.sample_scenes import HEIGHT, WIDTH, Colour, corridor, night, street
from playground.page.sample_things import (
    bags,
    bin_beside,
    boxes,
    cable,
    exit_sign,
    lamp_post,
    manhole,
    notice,
    puddle,
    scooter,
    wardrobe,
    wet_patch,
)

QUALITY = 84
GRAIN = 14


def sewage(picture: Image.Image) -> None:
    street(picture)
    puddle(picture, [(120, 640), (300, 560), (470, 530), (640, 545), (820, 590), (880, 660), (600, 706), (260, 700)])
    manhole(picture, (470, 560), lifted=True)


def sewage_fixed(picture: Image.Image) -> None:
    street(picture)
    wet_patch(picture, (240, 560, 760, 680))
    manhole(picture, (470, 590), lifted=False)


def bikes(picture: Image.Image) -> None:
    corridor(picture, wall=(214, 208, 190))
    cable(picture, [(180, 250), (190, 380), (235, 480), (330, 520)])
    scooter(picture, (330, 560), 1.25, (178, 52, 48))
    cable(picture, [(180, 250), (215, 420), (420, 470), (560, 520)])
    scooter(picture, (640, 590), 1.45, (44, 84, 140))


def bikes_fixed(picture: Image.Image) -> None:
    corridor(picture, wall=(214, 208, 190))
    notice(picture, (160, 210, 268, 360), (190, 40, 36))


def blocked(picture: Image.Image) -> None:
    corridor(picture, wall=(201, 210, 204))
    wardrobe(picture, (570, 250, 800, 640))
    boxes(picture, [(200, 470, 380, 640), (240, 350, 370, 474), (370, 540, 540, 660), (420, 450, 540, 545)])
    exit_sign(picture)


def blocked_fixed(picture: Image.Image) -> None:
    corridor(picture, wall=(201, 210, 204))
    exit_sign(picture)


def lamp(picture: Image.Image) -> None:
    night(picture)
    lamp_post(picture, lit=False)


def lamp_fixed(picture: Image.Image) -> None:
    night(picture)
    lamp_post(picture, lit=True)


def rubbish(picture: Image.Image) -> None:
    street(picture)
    bin_beside(picture, (640, 400, 780, 610), lid_open=True)
    bags(picture, [(300, 620, 95), (430, 650, 110), (560, 630, 100), (370, 560, 80), (490, 560, 88), (690, 665, 82)])


def rubbish_fixed(picture: Image.Image) -> None:
    street(picture)
    bin_beside(picture, (640, 400, 780, 610), lid_open=False)


SAMPLES: dict[str, Callable[[Image.Image], None]] = {
    "sewage": sewage,
    "sewage_fixed": sewage_fixed,
    "bikes": bikes,
    "bikes_fixed": bikes_fixed,
    "corridor": blocked,
    "corridor_fixed": blocked_fixed,
    "lamp": lamp,
    "lamp_fixed": lamp_fixed,
    "rubbish": rubbish,
    "rubbish_fixed": rubbish_fixed,
}
"""Every photo by its name on the shelf, a fault before its repair."""


def draw(name: str) -> bytes:
    """Return one photo of `SAMPLES` as JPEG."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    SAMPLES[name](picture)
    buffer = io.BytesIO()
    as_photo(picture).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def as_photo(picture: Image.Image) -> Image.Image:
    """Soften the edges, darken the corners and add the grain of a telephone's camera."""
    soft = picture.filter(ImageFilter.GaussianBlur(1.1))
    grain = Image.effect_noise(picture.size, GRAIN).convert("RGB")
    grained = Image.blend(soft, grain, 0.055)
    shade = Image.radial_gradient("L").resize(picture.size).point(lambda level: level // 4)
    black: Colour = (8, 10, 16)
    return Image.composite(Image.new("RGB", picture.size, black), grained, shade)
