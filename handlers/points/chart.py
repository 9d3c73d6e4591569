"""How a balance went, as a picture: for who looks rather than reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from aiogram.types import BufferedInputFile
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1_000, 560
LEFT, RIGHT, TOP, BOTTOM = 110, 40, 50, 80
GROUND, LINE, FILL, INK, FAINT = "#ffffff", "#c2410c", "#fed7aa", "#1f2937", "#d1d5db"
LETTERS = 30
"""Large: it is looked at on a small screen, by old eyes."""


def balance_chart(days: Sequence[tuple[date, int]]) -> BufferedInputFile:
    """A PNG of the balance at the end of each day, oldest first; only digits stand in it, so any font will do."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=LETTERS)
    top = max(1, *(balance for _, balance in days)) if len(days) > 1 else max(1, days[0][1])
    points = [_place(index, balance, len(days), top) for index, (_, balance) in enumerate(days)]
    for share in (0, 0.5, 1):
        height = _place(0, share * top, len(days), top)[1]
        draw.line([(LEFT, height), (WIDTH - RIGHT, height)], fill=FAINT, width=2)
        draw.text((LEFT - 14, height), str(round(share * top)), fill=INK, font=font, anchor="rm")
    floor = HEIGHT - BOTTOM
    draw.polygon([(points[0][0], floor), *points, (points[-1][0], floor)], fill=FILL)
    draw.line(points, fill=LINE, width=6, joint="curve")
    x, y = points[-1]
    draw.ellipse([x - 11, y - 11, x + 11, y + 11], fill=LINE)
    for index in (0, len(days) // 2, len(days) - 1):
        day = days[index][0]
        draw.text((points[index][0], floor + 18), f"{day.month}/{day.day}", fill=INK, font=font, anchor="mt")
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return BufferedInputFile(written.getvalue(), filename="points.png")


def _place(index: int, balance: float, count: int, top: int) -> tuple[float, float]:
    x = LEFT + (WIDTH - LEFT - RIGHT) * index / max(1, count - 1)
    return x, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * balance / top
