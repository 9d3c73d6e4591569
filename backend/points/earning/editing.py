"""A community's own rules of earning: seeded once, then edited by its staff; every change is audited."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.models import MOST_FOR_A_FACT, EarningRule
from backend.points.errors import RuleInvalid
from backend.registry.queries import org_unit

SEED = Path(__file__).parent / "rules.toml"
LARGEST_LIMIT = 1_000
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEdit:
    """All that staff change of a rule; None takes a limit away."""

    name: str
    points: int
    most_per_day: int | None
    most_per_month: int | None
    most_per_pair: int | None
    is_active: bool


async def rules_of(uow: UnitOfWork, community_id: int) -> Sequence[EarningRule]:
    """The rules of a community, in order."""
    found = select(EarningRule).where(EarningRule.community_id == community_id)
    return (await uow.session.scalars(found.order_by(EarningRule.position, EarningRule.id))).all()


async def seed_rules(uow: UnitOfWork, *, actor: Actor, community_id: int) -> int:
    """Give the community the rules whose key it has not; returns how many. What staff made of theirs stays."""
    path = (await org_unit(uow, community_id)).path
    check_access(actor, Permission.MANAGE_POINTS, path)
    known = {rule.key for rule in await rules_of(uow, community_id)}
    missing = [_rule(community_id, key, place) for place, key in enumerate(_seed()) if key not in known]
    uow.session.add_all(missing)
    if missing:
        audit(uow, actor, "points.seed_rules", f"org_unit:{community_id}", org_path=path, after={"new": len(missing)})
    await uow.session.flush()
    return len(missing)


@lru_cache(maxsize=1)
def _seed() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(SEED.read_text(encoding="utf-8"))


def _rule(community_id: int, key: str, position: int) -> EarningRule:
    values = dict(_seed()[key])
    names = {Language.CHINESE.value: values.pop("zh"), Language.ENGLISH.value: values.pop("en")}
    return EarningRule(community_id=community_id, key=key, names=names, position=position, **values)


async def edit_rule(uow: UnitOfWork, *, actor: Actor, rule_id: int, edit: RuleEdit) -> EarningRule:
    """Change a rule from now on; what was earned stays. Raises NotFound, AccessDenied, RuleInvalid."""
    rule = await uow.session.get(EarningRule, rule_id)
    if rule is None:
        raise NotFound
    path = (await org_unit(uow, rule.community_id)).path
    check_access(actor, Permission.MANAGE_POINTS, path)
    _check(edit)
    before = rule_values(rule)
    rule.names = {**rule.names, Language.CHINESE.value: edit.name.strip()}
    rule.points, rule.is_active = edit.points, edit.is_active
    rule.most_per_day, rule.most_per_month = edit.most_per_day, edit.most_per_month
    rule.most_per_pair = edit.most_per_pair
    audit(uow, actor, "points.edit_rule", f"rule:{rule.id}", org_path=path, before=before, after=rule_values(rule))
    return rule


def _check(edit: RuleEdit) -> None:
    if not 1 <= len(edit.name.strip()) <= LONGEST_NAME:
        raise RuleInvalid("name")
    if not 1 <= edit.points <= MOST_FOR_A_FACT:
        raise RuleInvalid("points")
    for field in ("most_per_day", "most_per_month", "most_per_pair"):
        most = getattr(edit, field)
        if most is not None and not 0 <= most <= LARGEST_LIMIT:
            raise RuleInvalid(field)


def rule_values(rule: EarningRule) -> dict[str, Any]:
    """What staff can change of a rule, as plain values."""
    fields = ("points", "most_per_day", "most_per_month", "most_per_pair", "is_active")
    return {"name": rule.names.get(Language.CHINESE.value, "")} | {field: getattr(rule, field) for field in fields}
