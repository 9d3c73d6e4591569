"""Reports as the people of the world make them."""

from __future__ import annotations

from typing import Any

from backend.issues.reports.intake import SubmittedReport, submit_report
from backend.issues.reports.new_report import MediaItem, NewReport
from backend.issues.states import ReportSource
from backend.kernel.geo import Point
from tests.service.world import World, middle_of


def spot(grid: int, *, east_m: float = 0, north_m: float = 0) -> Point:
    """The middle of a grid, moved by so many metres."""
    longitude, latitude = middle_of(grid)
    return Point(latitude + north_m / 111_195, longitude + east_m / (111_195 * 0.8697))


def photo(name: str, *, album: str | None = None) -> MediaItem:
    """A photo as Telegram names it."""
    return MediaItem("photo", f"file-{name}", f"unique-{name}", album)


def a_report(world: World, **changes: Any) -> NewReport:
    """Stuff in the corridor of grid 1, unless `changes` say otherwise; `category` may be given by its key."""
    category = world.categories[changes.pop("category", "corridor")]
    fields: dict[str, Any] = {
        "community_id": world.community_id,
        "source": ReportSource.RESIDENT,
        "category_id": category.id,
        "text": "楼道里堆满了旧家具",
        "point": spot(1),
    }
    return NewReport(**(fields | changes))


async def report(world: World, who: str = "Wang Fang", **changes: Any) -> SubmittedReport:
    """Let somebody of the world report, in a unit of work of its own."""
    async with world.work.begin() as uow:
        return await submit_report(uow, actor=world.actor(who), report=a_report(world, **changes))
