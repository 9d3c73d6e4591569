"""Categories are seeded once, edited by staff, and never lost while something hangs on them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.issues.categories.choices import category_choices, questions_of
from backend.issues.categories.editing import (
    CategoryEdit,
    add_category,
    category_count,
    category_values,
    delete_category,
    edit_category,
    seed_categories,
)
from backend.issues.models import Category
from backend.issues.reports.errors import CategoryEditInvalid, CategoryInUse
from backend.issues.states import Acceptance, ClockTarget, ClockUnit, EvidenceKind, RiskGrade
from backend.issues.tasks.routing import RouteTo
from backend.issues.timing.clocks import Limit
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.audit import AuditEntry
from backend.kernel.errors import AccessDenied
from backend.kernel.texts import load_texts
from tests.service.issues.reporting import report
from tests.service.world import World


async def test_seeding_again_keeps_what_staff_edited(world: World):
    neighbour = world.units["neighbour"].id
    async with world.work.begin() as uow:
        added = await seed_categories(uow, actor=SHELL_ACTOR, community_id=neighbour, texts=load_texts())
        smoke = await uow.session.scalar(
            select(Category).where(Category.community_id == neighbour, Category.key == "fire.smoke")
        )
        assert smoke is not None
        edit = CategoryEdit(names={"zh_Hans": "火灾"}, is_active=False)
        await edit_category(uow, actor=world.actor("foreign staff Bai"), category_id=smoke.id, edit=edit)

    async with world.work.begin() as uow:
        again = await seed_categories(uow, actor=SHELL_ACTOR, community_id=neighbour, texts=load_texts())
        kept = await uow.session.get_one(Category, smoke.id)
        values = await category_values(uow, kept)

        assert again == 0
        assert await category_count(uow, neighbour) == added > 30
    assert (kept.names, kept.is_active, kept.is_emergency) == ({"zh_Hans": "火灾"}, False, True)
    assert kept.advice is not None
    assert "119" in kept.advice["zh_Hans"]
    assert values["limits"] == {"accept": "1 hour", "claim": "1 hour", "resolve": "4 hour"}


async def test_people_choose_from_active_categories_in_their_language(world: World):
    async with world.work.look() as uow:
        top = await category_choices(uow, world.community_id, "en")
        below = await category_choices(uow, world.community_id, "zh_Hans", parent_id=world.categories["facility"].id)

    assert [(choice.name, choice.has_children) for choice in top] == [("Safety", True), ("Facilities", True)]
    assert [choice.name for choice in below] == ["路灯不亮", "噪声扰民"]


async def test_staff_edit_every_field_and_the_trail_keeps_both_values(world: World):
    lighting = world.categories["lighting"].id
    edit = CategoryEdit(
        names={"zh_Hans": "路灯坏了", "en": "Street light"},
        emoji="💡",
        risk_grade=RiskGrade.ORANGE,
        route=RouteTo.GRID,
        acceptance=Acceptance.STAFF,
        evidence=[EvidenceKind.PHOTO_AFTER, EvidenceKind.NOTE],
        questions=[{"key": "dark", "zh": "全黑吗？", "en": "All dark?", "kind": "yes_no"}],
        duplicate_radius=0,
        duplicate_days=7,
        advice={"zh_Hans": "小心脚下"},
        position=3,
        limits={ClockTarget.RESOLVE: Limit(5, ClockUnit.WORK_DAY), ClockTarget.ACCEPT: None},
    )

    async with world.work.begin() as uow:
        await edit_category(uow, actor=world.actor("staff Chen"), category_id=lighting, edit=edit)
    async with world.work.begin() as uow:
        await edit_category(uow, actor=world.actor("staff Chen"), category_id=lighting, edit=edit)

    async with world.work.look() as uow:
        category = await uow.session.get_one(Category, lighting)
        values = await category_values(uow, category)
        trail = (await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "edit_category"))).all()
    assert values["limits"] == {"claim": "4 hour", "resolve": "5 work_day"}
    assert (values["route"], values["acceptance"], values["duplicate_radius"]) == ("grid", "staff", 0)
    assert questions_of(category, "en")[0].words == "All dark?"
    assert len(trail) == 1
    assert trail[0].before is not None
    assert trail[0].after is not None
    assert (trail[0].before["risk_grade"], trail[0].after["risk_grade"]) == ("blue", "orange")
    assert "is_active" not in trail[0].after


REFUSED = [
    (CategoryEdit(names={"zh_Hans": " "}), "names"),
    (CategoryEdit(names={"zh_Hans": "长" * 41}), "names"),
    (CategoryEdit(names={"zh_Hans": "好", "fr": "bon"}), "names"),
    (CategoryEdit(emoji="x" * 9), "emoji"),
    (CategoryEdit(duplicate_radius=-1), "duplicate_radius"),
    (CategoryEdit(duplicate_radius=5000), "duplicate_radius"),
    (CategoryEdit(duplicate_days=1000), "duplicate_days"),
    (CategoryEdit(position=-3), "position"),
    (CategoryEdit(questions=[{"key": "x"}]), "questions"),
    (CategoryEdit(questions=[{"key": "a", "zh": "一", "en": "A", "kind": "text"}] * 2), "questions"),
    (CategoryEdit(advice={"zh_Hans": "长" * 301}), "advice"),
]


async def test_what_staff_enter_is_checked(world: World):
    async with world.work.begin() as uow:
        for edit, field in REFUSED:
            with pytest.raises(CategoryEditInvalid) as refusal:
                await edit_category(
                    uow, actor=world.actor("staff Chen"), category_id=world.categories["noise"].id, edit=edit
                )
            assert refusal.value.params == {"field": field}


async def test_only_staff_of_the_community_edit_its_categories(world: World):
    noise = world.categories["noise"].id
    async with world.work.begin() as uow:
        for who in ("Wang Fang", "worker Li", "leader Tang", "plumber Guo", "operator Luo", "foreign staff Bai"):
            with pytest.raises(AccessDenied):
                await edit_category(uow, actor=world.actor(who), category_id=noise, edit=CategoryEdit(position=1))
            with pytest.raises(AccessDenied):
                await delete_category(uow, actor=world.actor(who), category_id=noise)


async def test_own_categories_are_added_and_deleted_only_while_unused(world: World):
    staff, names = world.actor("staff Chen"), CategoryEdit(names={"zh_Hans": "井盖"})
    facility = world.categories["facility"].id
    async with world.work.begin() as uow:
        cover = await add_category(
            uow, actor=staff, community_id=world.community_id, key="cover", parent_id=facility, edit=names
        )
        for key, parent in (("cover", facility), ("Cover!", facility), ("deep", cover.id)):
            with pytest.raises(CategoryEditInvalid):
                await add_category(
                    uow, actor=staff, community_id=world.community_id, key=key, parent_id=parent, edit=names
                )
    await report(world, category="noise")

    async with world.work.begin() as uow:
        await delete_category(uow, actor=staff, category_id=cover.id)
        await delete_category(uow, actor=staff, category_id=world.categories["lighting"].id)
        for used in ("noise", "facility"):
            with pytest.raises(CategoryInUse):
                await delete_category(uow, actor=staff, category_id=world.categories[used].id)
