"""A link as a picture that a telephone's camera reads."""

from __future__ import annotations

from io import BytesIO

import segno
from aiogram.types import BufferedInputFile

SCALE = 10
BORDER = 4


def qr_picture(link: str, name: str) -> BufferedInputFile:
    """A PNG of `link`; medium correction, so that a scratched screen or a folded card still reads."""
    picture = BytesIO()
    segno.make(link, error="m", micro=False).save(picture, kind="png", scale=SCALE, border=BORDER)
    return BufferedInputFile(picture.getvalue(), filename=f"{name}.png")
