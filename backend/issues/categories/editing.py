"""A community's own categories: seeded from the default set, then edited by its staff; every change is audited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import exists, func, or_, select

from backend.issues.categories.checks import LANGUAGES, checked_field, checked_key
from backend.issues.categories.choices import QUESTIONS
from backend.issues.categories.defaults import Category as DefaultCategory
from backend.issues.categories.defaults import CategoryGroup, load_categories
from backend.issues.models import Category, CategoryLimit, Issue
from backend.issues.reports.errors import CategoryEditInvalid, CategoryInUse, CategoryUnknown, CommunityUnknown
from backend.issues.states import Acceptance, ClockTarget, EvidenceKind, RiskGrade
from backend.issues.tasks.routing import RouteTo
from backend.issues.timing.clocks import Limit
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgKind, OrgUnit


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEdit:
    """What staff change; None leaves a field as it is. A limit of None in `limits` takes that clock away."""

    names: Mapping[str, str] | None = None
    emoji: str | None = None
    risk_grade: RiskGrade | None = None
    route: RouteTo | None = None
    acceptance: Acceptance | None = None
    evidence: Sequence[EvidenceKind] | None = None
    questions: Sequence[Mapping[str, Any]] | None = None
    duplicate_radius: int | None = None
    duplicate_days: int | None = None
    is_emergency: bool | None = None
    advice: Mapping[str, str] | None = None
    position: int | None = None
    is_active: bool | None = None
    limits: Mapping[ClockTarget, Limit | None] | None = None


async def seed_categories(
    uow: UnitOfWork,
    *,
    actor: Actor,
    community_id: int,
    texts: Texts,
    groups: Sequence[CategoryGroup] | None = None,
) -> int:
    """Give the community those default categories whose key it has not; returns how many.

    What is there stays as staff made it, switched-off categories too, so that seeding again is safe.
    """
    community = await _community(uow, community_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    found = await uow.session.scalars(select(Category).where(Category.community_id == community_id))
    known = {category.key: category for category in found}
    before = len(known)
    for position, group in enumerate(groups if groups is not None else load_categories()):
        top = known.get(group.key) or await _add_group(uow, community_id, group, position)
        known[group.key] = top
        for place, default in enumerate(group.categories):
            if default.key not in known:
                known[default.key] = await _add_default(uow, top, default, place, texts)
    added = len(known) - before
    if added:
        audit(uow, actor, "seed_categories", f"org_unit:{community_id}", org_path=community.path, after={"new": added})
    return added


async def _add_group(uow: UnitOfWork, community_id: int, group: CategoryGroup, position: int) -> Category:
    top = Category(
        community_id=community_id,
        key=group.key,
        code=group.code,
        names={Language.CHINESE.value: group.zh, Language.ENGLISH.value: group.en},
        emoji=group.emoji,
        position=position,
    )
    uow.session.add(top)
    await uow.session.flush()
    return top


async def _add_default(
    uow: UnitOfWork, top: Category, default: DefaultCategory, position: int, texts: Texts
) -> Category:
    category = Category(
        community_id=top.community_id,
        parent_id=top.id,
        key=default.key,
        code=default.code,
        names={Language.CHINESE.value: default.zh, Language.ENGLISH.value: default.en},
        emoji=default.emoji,
        risk_grade=default.grade,
        route=default.route.value,
        evidence=sorted(kind.value for kind in default.evidence),
        questions=QUESTIONS.dump_python(default.questions, mode="json"),
        duplicate_radius=default.duplicate_metres,
        duplicate_days=default.duplicate_days,
        # Advice alone makes no emergency: who was cheated needs words, not a siren.
        is_emergency=default.emergency is not None and default.grade is RiskGrade.RED,
        advice=_advice(default, texts),
        position=position,
    )
    uow.session.add(category)
    await uow.session.flush()
    for target in ClockTarget:
        await _set_limit(uow, category, target, getattr(default, target.value))
    return category


def _advice(default: DefaultCategory, texts: Texts) -> dict[str, str] | None:
    if default.emergency is None:
        return None
    return {language: texts.say(language, default.emergency) for language in LANGUAGES}


async def add_category(
    uow: UnitOfWork,
    *,
    actor: Actor,
    community_id: int,
    key: str,
    parent_id: int | None,
    edit: CategoryEdit,
) -> Category:
    """Add a category of the community's own; `edit` must name it. Raises CategoryEditInvalid."""
    community = await _community(uow, community_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    if edit.names is None:
        raise CategoryEditInvalid("names")
    taken = exists().where(Category.community_id == community_id, Category.key == checked_key(key))
    if await uow.session.scalar(select(taken)):
        raise CategoryEditInvalid("key")
    await _check_parent(uow, community_id, parent_id)
    category = Category(community_id=community_id, parent_id=parent_id, key=key, names={})
    uow.session.add(category)
    await uow.session.flush()
    after = await _apply(uow, category, edit)
    audit(uow, actor, "add_category", f"category:{category.id}", org_path=community.path, after=after)
    return category


async def _check_parent(uow: UnitOfWork, community_id: int, parent_id: int | None) -> None:
    if parent_id is None:
        return
    parent = await uow.session.get(Category, parent_id)
    if parent is None or parent.community_id != community_id or parent.parent_id is not None:
        raise CategoryEditInvalid("parent_id")


async def edit_category(uow: UnitOfWork, *, actor: Actor, category_id: int, edit: CategoryEdit) -> Category:
    """Change a category; the audit trail keeps what was and what is. Running clocks keep the limit they began with."""
    category, community = await _category(uow, category_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    before = await category_values(uow, category)
    after = await _apply(uow, category, edit)
    changed = {name for name in after if after[name] != before.get(name)}
    if changed:
        audit(
            uow,
            actor,
            "edit_category",
            f"category:{category.id}",
            org_path=community.path,
            before={name: before.get(name) for name in sorted(changed)},
            after={name: after[name] for name in sorted(changed)},
        )
    return category


async def delete_category(uow: UnitOfWork, *, actor: Actor, category_id: int) -> None:
    """Delete what nobody ever used; anything else raises CategoryInUse and can be switched off instead."""
    category, community = await _category(uow, category_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    used = or_(exists().where(Issue.category_id == category.id), exists().where(Category.parent_id == category.id))
    if await uow.session.scalar(select(used)):
        raise CategoryInUse
    before = await category_values(uow, category)
    for limit in await _limits(uow, category):
        await uow.session.delete(limit)
    await uow.session.flush()
    await uow.session.delete(category)
    audit(uow, actor, "delete_category", f"category:{category.id}", org_path=community.path, before=before)


async def category_values(uow: UnitOfWork, category: Category) -> dict[str, Any]:
    """Every editable field as plain JSON: what the audit keeps and the staff's form shows."""
    values = {
        field.name: _plain(getattr(category, field.name)) for field in fields(CategoryEdit) if field.name != "limits"
    }
    limits = {limit.target.value: f"{limit.amount} {limit.unit.value}" for limit in await _limits(uow, category)}
    return {**values, "limits": limits}


def _plain(value: Any) -> Any:
    return value.value if hasattr(value, "value") else value


async def _apply(uow: UnitOfWork, category: Category, edit: CategoryEdit) -> dict[str, Any]:
    for name, value in asdict(edit).items():
        if value is None or name == "limits":
            continue
        setattr(category, name, checked_field(name, value))
    for target, limit in (edit.limits or {}).items():
        await _set_limit(uow, category, target, limit)
    await uow.session.flush()
    return await category_values(uow, category)


async def _set_limit(uow: UnitOfWork, category: Category, target: ClockTarget, limit: Limit | None) -> None:
    row = next((row for row in await _limits(uow, category) if row.target is target), None)
    if limit is None:
        if row is not None:
            await uow.session.delete(row)
        return
    if row is None:
        row = CategoryLimit(category_id=category.id, target=target)
        uow.session.add(row)
    row.amount, row.unit = limit.amount, limit.unit


async def _limits(uow: UnitOfWork, category: Category) -> Sequence[CategoryLimit]:
    await uow.session.flush()
    found = await uow.session.scalars(
        select(CategoryLimit).where(CategoryLimit.category_id == category.id).order_by(CategoryLimit.id)
    )
    return found.all()


async def _category(uow: UnitOfWork, category_id: int) -> tuple[Category, OrgUnit]:
    category = await uow.session.get(Category, category_id)
    if category is None:
        raise CategoryUnknown
    return category, await _community(uow, category.community_id)


async def _community(uow: UnitOfWork, community_id: int) -> OrgUnit:
    community = await uow.session.get(OrgUnit, community_id)
    if community is None or community.kind is not OrgKind.COMMUNITY:
        raise CommunityUnknown
    return community


async def category_count(uow: UnitOfWork, community_id: int) -> int:
    """How many categories the community has; the doctor says when there are none."""
    counted = await uow.session.scalar(
        select(func.count()).select_from(Category).where(Category.community_id == community_id)
    )
    return int(counted or 0)
