"""Which kinds of problem somebody's words suggest, and which groups of kinds are shown first. Pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from backend.issues.categories.defaults import load_categories

MOST_SUGGESTED = 3
FIRST_GROUPS = 6
"""So many buttons one reads at a glance."""


@cache
def default_keywords() -> Mapping[str, tuple[str, ...]]:
    """The words of every default category, by its key; a community that renames a category keeps its key."""
    return {category.key: category.keywords for group in load_categories() for category in group.categories}


def suggested_keys(text: str, keywords: Mapping[str, Sequence[str]], most: int = MOST_SUGGESTED) -> tuple[str, ...]:
    """The keys whose words stand in the text, best first: more letters of it explained, then the earlier category."""
    said = text.casefold()
    scores = {key: sum(len(word) for word in words if word.casefold() in said) for key, words in keywords.items()}
    found = [key for key, score in scores.items() if score]
    return tuple(sorted(found, key=lambda key: -scores[key])[:most])


@dataclass(frozen=True, slots=True)
class GroupUse:
    """A group of the first level in the community's order: how often it was reported, whether it holds emergencies."""

    id: int
    uses: int
    has_emergency: bool


def first_groups(groups: Sequence[GroupUse], most: int = FIRST_GROUPS) -> tuple[int, ...]:
    """The groups to show before "more", in the community's order so that buttons keep their places.

    The most used ones; where nothing was reported yet the first ones. A group with emergencies is always among
    them. One group alone is never hidden behind "more".
    """
    if len(groups) <= most + 1:
        return tuple(group.id for group in groups)
    ranked = sorted(groups, key=lambda group: -group.uses)
    chosen = ranked[:most]
    if not any(group.has_emergency for group in chosen):
        chosen[-1:] = [group for group in groups if group.has_emergency][:1] or chosen[-1:]
    wanted = {group.id for group in chosen}
    return tuple(group.id for group in groups if group.id in wanted)
