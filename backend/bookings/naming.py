"""What can be booked, found by its name: offerings that staff made or renamed, and courses that providers called so."""

from __future__ import annotations

from collections.abc import Collection

from backend.bookings.models import Offering
from backend.bookings.offerings import Listed, courses_ahead, offerings_of
from backend.kernel.plain_words import is_named
from backend.kernel.unit_of_work import UnitOfWork


async def offerings_named(uow: UnitOfWork, community_id: int, meant: Collection[str]) -> list[Offering]:
    """The active offerings with one of these words, as `plain` makes them, in a name."""
    rows = await offerings_of(uow, community_id)
    return [row for row in rows if is_named(row.chinese, meant) or is_named(row.english, meant)]


async def courses_named(uow: UnitOfWork, community_id: int, meant: Collection[str]) -> list[Listed]:
    """Courses that have not begun, with one of these words in their title."""
    return [one for one in await courses_ahead(uow, community_id) if is_named(one.session.title, meant)]
