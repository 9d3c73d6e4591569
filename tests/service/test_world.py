"""The world itself: everybody is where the story says."""

from __future__ import annotations

from sqlalchemy import func, select

from backend.issues.models import Category
from backend.kernel.access import Role
from tests.service.world import World


async def test_the_world_has_its_people_units_and_categories_on_both_databases(world: World):
    async with world.work.look() as uow:
        categories = await uow.session.scalar(select(func.count()).select_from(Category))

    assert categories == 7
    assert world.actor("worker Li").roles_at(world.path("grid-1")) == {Role.GRID_WORKER, Role.RESIDENT}
    assert world.actor("worker Li").roles_at(world.path("grid-2")) == {Role.RESIDENT}
    assert world.actor("stranger").person_id is None
