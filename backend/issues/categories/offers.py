"""What is offered first to somebody who reports: the kinds that their words suggest, then the groups in use here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, func, select

from backend.issues.categories.choices import CategoryChoice, CategoryRow, active_categories, choice_of
from backend.issues.categories.suggestions import GroupUse, default_keywords, first_groups, suggested_keys
from backend.issues.models import Issue
from backend.kernel.unit_of_work import UnitOfWork

LOOKED_BACK = timedelta(days=90)
MOST_COUNTED = 1_000
"""Enough to know what is usual here, and quick in a large community."""

_newest = (
    select(Issue.category_id)
    .where(Issue.community_id == bindparam("community_id"), Issue.opened_at >= bindparam("since"))
    .order_by(Issue.id.desc())
    .limit(MOST_COUNTED)
    .subquery()
)
_COUNTS = select(_newest.c.category_id, func.count()).group_by(_newest.c.category_id)


@dataclass(frozen=True, slots=True)
class CategoryOffers:
    """`suggested` are of the second level, `groups` of the first; `has_more` groups stand behind a button."""

    suggested: tuple[CategoryChoice, ...]
    groups: tuple[CategoryChoice, ...]
    has_more: bool


async def offered_categories(
    uow: UnitOfWork, community_id: int, language: str, *, text: str = "", shows_all: bool = False
) -> CategoryOffers:
    """What to show to somebody who wrote `text` so far; with `shows_all` every group."""
    active = await active_categories(uow, community_id)
    parents = {category.parent_id for category in active}
    groups = [category for category in active if category.parent_id is None and category.id in parents]
    wanted = {group.id for group in groups} if shows_all else set(await _first(uow, community_id, active, groups))
    return CategoryOffers(
        suggested=() if shows_all else _suggested(active, parents, language, text),
        groups=tuple(choice_of(group, language, has_children=True) for group in groups if group.id in wanted),
        has_more=len(wanted) < len(groups),
    )


def _suggested(
    active: Sequence[CategoryRow], parents: set[int | None], language: str, text: str
) -> tuple[CategoryChoice, ...]:
    groups = {category.id for category in active if category.parent_id is None} & parents
    known = {category.key: category for category in active if category.parent_id in groups}
    words = {key: words for key, words in default_keywords().items() if key in known}
    return tuple(choice_of(known[key], language) for key in suggested_keys(text, words))


async def _first(
    uow: UnitOfWork, community_id: int, active: Sequence[CategoryRow], groups: Sequence[CategoryRow]
) -> tuple[int, ...]:
    group_of = {category.id: category.parent_id for category in active}
    uses: Counter[int | None] = Counter()
    for category_id, count in await _counts(uow, community_id):
        uses[group_of.get(category_id)] += count
    urgent = {category.parent_id for category in active if category.is_emergency}
    return first_groups([GroupUse(group.id, uses[group.id], group.id in urgent) for group in groups])


async def _counts(uow: UnitOfWork, community_id: int) -> Sequence[tuple[int, int]]:
    counted = await uow.session.execute(_COUNTS, {"community_id": community_id, "since": uow.now - LOOKED_BACK})
    return [(category_id, count) for category_id, count in counted]
