"""The rules that hold for one device, sorted by what they look at; and where they differ from the defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import select

from backend.devices.errors import RuleUnfit
from backend.devices.models import DeviceRule
from backend.devices.observations import Flag
from backend.devices.rules.measures import Mark, Measure
from backend.devices.rules.rule import Rule, changed, default_rules
from backend.kernel.sets import among
from backend.kernel.unit_of_work import UnitOfWork

COMMUNITY = "community"
"""The scope of what a community sets for all of its devices."""


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Active rules by what they look at; `by_key` has the others too, for the screen on which they are set."""

    by_key: Mapping[str, Rule]
    by_measure: Mapping[Measure, tuple[Rule, ...]]
    by_flag: Mapping[Flag, tuple[Rule, ...]]
    by_mark: Mapping[Mark, tuple[Rule, ...]]


def bound(rules: Iterable[Rule]) -> RuleBook:
    """Sort rules into a book."""
    by_key = {rule.key: rule for rule in rules}
    active = [rule for rule in by_key.values() if rule.is_active]
    return RuleBook(
        by_key,
        {measure: tuple(one for one in active if one.measure is measure) for measure in Measure},
        {flag: tuple(one for one in active if flag in (*one.flags, *one.ends_with)) for flag in Flag},
        {mark: tuple(one for one in active if one.mark is mark) for mark in Mark},
    )


@lru_cache(maxsize=1)
def default_book() -> RuleBook:
    """The book of a device for which nobody said anything else."""
    return bound(default_rules().values())


@dataclass(frozen=True, slots=True)
class RuleChanges:
    """What was set otherwise, by community and scope."""

    by_scope: Mapping[tuple[int, str], Mapping[str, Mapping[str, Any]]]

    def book_of(self, community_id: int, *scopes: str) -> RuleBook:
        """The book of a device: the community's changes first, then those of `scopes`, the narrowest last."""
        found = [self.by_scope[(community_id, scope)] for scope in scopes if (community_id, scope) in self.by_scope]
        if not found:
            return default_book()
        rules = dict(default_rules())
        for changes in found:
            for key, change in changes.items():
                # What an older version allowed must not cost anybody an alarm: the default holds then.
                with suppress(RuleUnfit):
                    rules[key] = changed(rules[key], change)
        return bound(rules.values())


async def rule_changes(uow: UnitOfWork, community_ids: Iterable[int], scopes: Iterable[str]) -> RuleChanges:
    """What these communities, and these scopes within them, set otherwise; of rules that we still have."""
    rows = await uow.session.execute(
        select(DeviceRule.community_id, DeviceRule.scope, DeviceRule.key, DeviceRule.changes).where(
            among(uow, DeviceRule.community_id, set(community_ids)),
            among(uow, DeviceRule.scope, {COMMUNITY, *scopes}),
        )
    )
    by_scope: dict[tuple[int, str], dict[str, Mapping[str, Any]]] = {}
    for community_id, scope, key, changes in rows:
        if key in default_rules():
            by_scope.setdefault((community_id, scope), {})[key] = changes
    return RuleChanges(by_scope)
