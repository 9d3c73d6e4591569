"""Today's heart rates as a small picture: for who looks rather than reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from aiogram.types import BufferedInputFile
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 1_000, 480
LEFT, RIGHT, TOP, BOTTOM = 100, 30, 30, 70
LOWEST, HIGHEST = 40, 160
CALM = (50, 110)
"""The band behind the line: a usual resting range; not medical advice."""
GROUND, BAND, LINE, INK = "#ffffff", "#dcfce7", "#b91c1c", "#1f2937"
LETTERS = 28


def heart_chart(rates: Sequence[tuple[datetime, int]], zone: ZoneInfo) -> BufferedInputFile:
    """A PNG of one day's heart rates from midnight to midnight; only digits stand in it, so any font will do."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=LETTERS)
    draw.rectangle([(LEFT, _height(CALM[1])), (WIDTH - RIGHT, _height(CALM[0]))], fill=BAND)
    for rate in (60, 80, 100, 120, 140):
        draw.text((LEFT - 14, _height(rate)), str(rate), fill=INK, font=font, anchor="rm")
    for hour in (0, 6, 12, 18, 24):
        draw.text((_along(hour), HEIGHT - BOTTOM + 16), str(hour), fill=INK, font=font, anchor="mt")
    points = [(_along(_hours(at, zone)), _height(rate)) for at, rate in rates]
    if len(points) > 1:
        draw.line(points, fill=LINE, width=5, joint="curve")
    for x, y in points:
        draw.ellipse([x - 6, y - 6, x + 6, y + 6], fill=LINE)
    written = BytesIO()
    image.save(written, "PNG", optimize=True)
    return BufferedInputFile(written.getvalue(), filename="heart.png")


def _hours(at: datetime, zone: ZoneInfo) -> float:
    local = at.astimezone(zone)
    return local.hour + local.minute / 60


def _along(hour: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * hour / 24


def _height(rate: int) -> float:
    share = (min(max(rate, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
