"""The categories of a community as its staff edit them: two levels, switched-off ones too, with their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.issues.models import Category, CategoryLimit
from backend.issues.states import ClockTarget
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category of the second level with its limits by target."""

    category: Category
    limits: Mapping[ClockTarget, CategoryLimit]


@dataclass(frozen=True, slots=True)
class CategoryGroup:
    """A category of the first level and those below it."""

    category: Category
    lines: Sequence[CategoryLine]


async def categories_shown(uow: UnitOfWork, community_id: int) -> list[CategoryGroup]:
    """Both levels in the community's order."""
    ordered = select(Category).where(Category.community_id == community_id).order_by(Category.position, Category.id)
    categories = (await uow.session.scalars(ordered)).all()
    limits = await _limits(uow, community_id)
    return [
        CategoryGroup(top, [CategoryLine(one, limits.get(one.id, {})) for one in categories if one.parent_id == top.id])
        for top in categories
        if top.parent_id is None
    ]


async def category_here(uow: UnitOfWork, community_id: int, category_id: int) -> Category:
    """The category of this community; raises NotFound, for another community's category too."""
    category = await uow.session.get(Category, category_id)
    if category is None or category.community_id != community_id:
        raise NotFound
    return category


async def _limits(uow: UnitOfWork, community_id: int) -> dict[int, dict[ClockTarget, CategoryLimit]]:
    rows = await uow.session.scalars(
        select(CategoryLimit)
        .join(Category, Category.id == CategoryLimit.category_id)
        .where(Category.community_id == community_id)
    )
    limits: dict[int, dict[ClockTarget, CategoryLimit]] = {}
    for row in rows:
        limits.setdefault(row.category_id, {})[row.target] = row
    return limits
