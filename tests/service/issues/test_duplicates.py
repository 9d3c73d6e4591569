"""Open issues nearby are offered before another one is opened."""

from __future__ import annotations

from sqlalchemy import text

from backend.issues.models import Category, Issue
from backend.issues.reports.duplicates import NearbyIssue, nearby_open_issues
from backend.issues.states import IssueStatus
from backend.kernel.geo import Point
from tests.service.issues.reporting import photo, report, spot
from tests.service.world import World


async def offered(
    world: World, point: Point | None = None, category: str = "corridor", building_id: int | None = None
) -> list[NearbyIssue]:
    async with world.work.look() as uow:
        kind = await uow.session.get_one(Category, world.categories[category].id)
        return await nearby_open_issues(uow, kind, point, building_id)


async def test_near_issues_come_nearest_first_with_enough_to_judge(world: World):
    far = await report(world, point=spot(1, north_m=40))
    near = await report(world, point=spot(1, east_m=10), media=(photo("first"), photo("second")), place="3号楼")
    await report(world, "Liu Yang", point=spot(1), join_issue_id=near.issue_id, media=(photo("third"),))
    await report(world, point=spot(1, north_m=60))
    await report(world, category="lighting", point=spot(1))

    found = await offered(world, spot(1))

    assert [each.issue_id for each in found] == [near.issue_id, far.issue_id]
    first = found[0]
    assert (first.number, first.place, first.distance, first.followers) == (near.number, "3号楼", 10, 2)
    assert first.photo_file_id == "file-first"
    assert first.status is IssueStatus.DISPATCHED


async def test_at_most_five_are_offered(world: World):
    for index in range(7):
        await report(world, point=spot(1, north_m=index))

    assert len(await offered(world, spot(1))) == 5


async def test_a_radius_of_0_turns_the_offer_off(world: World):
    await report(world, category="noise")

    assert await offered(world, spot(1), "noise") == []


async def test_what_is_old_solved_or_over_is_not_offered(world: World):
    old = await report(world)
    world.hours_pass(24 * 15)
    solved, closed = await report(world), await report(world)
    async with world.work.begin() as uow:
        for told, status in ((solved, IssueStatus.RESOLVED), (closed, IssueStatus.CLOSED)):
            (await uow.session.get_one(Issue, told.issue_id)).status = status

    assert await offered(world, spot(1)) == []
    assert old.number == "26-0001"


async def test_without_a_point_the_building_finds_them(world: World):
    building = world.buildings["2"].id
    told = await report(world, point=None, building_id=building)

    found = await offered(world, None, building_id=building)

    assert [each.issue_id for each in found] == [told.issue_id]
    assert await offered(world, None) == []


async def test_looking_nearby_uses_an_index_on_both_databases(world: World):
    query = (
        "SELECT id FROM issue WHERE community_id = 1 AND category_id = 2 AND latitude BETWEEN 29.5 AND 29.6"
        " AND longitude BETWEEN 106.5 AND 106.6"
    )
    async with world.work.look() as uow:
        if uow.is_sqlite:
            plan = await uow.session.execute(text(f"EXPLAIN QUERY PLAN {query}"))
        else:
            # So few rows are read faster without an index; whether it can be used is the question.
            await uow.session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = await uow.session.execute(text(f"EXPLAIN {query}"))

        assert "ix_issue_" in str(plan.all())
