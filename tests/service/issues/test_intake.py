"""A report becomes an issue with a number, a place and work, or is plainly refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from backend.issues.events import IssueMoved, ReportReceived, TaskOpened
from backend.issues.models import (
    Category,
    HistoryEntry,
    Issue,
    IssueClock,
    IssueFollower,
    Report,
    ReportMedia,
    Task,
)
from backend.issues.reports.errors import (
    AnswerInvalid,
    BuildingUnknown,
    CategoryUnknown,
    IssueOver,
    IssueUnknown,
    OnBehalfInvalid,
    PlaceInvalid,
    PlaceOutside,
    ReportEmpty,
    SourceNotYours,
    TextTooLong,
    TooManyMedia,
)
from backend.issues.reports.intake import submit_report
from backend.issues.reports.new_report import OnBehalfOf, goes_straight_to_work
from backend.issues.states import Acceptance, ClockTarget, IssueStatus, ReportSource
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.audit import AuditEntry
from backend.kernel.geo import Point, SourceCrs, from_wgs84
from backend.registry.errors import PhoneUnreadable
from tests.service.issues.reporting import a_report, photo, report, spot
from tests.service.world import OUTSIDE, World


async def issue_of(world: World, issue_id: int) -> Issue:
    async with world.work.look() as uow:
        return await uow.session.get_one(Issue, issue_id)


async def test_a_known_residents_report_is_accepted_and_dispatched_to_its_grid_at_once(world: World):
    told = await report(world, media=(photo("a"), photo("b")))

    issue = await issue_of(world, told.issue_id)
    async with world.work.look() as uow:
        task = (await uow.session.scalars(select(Task))).one()
        clocks = (await uow.session.scalars(select(IssueClock).order_by(IssueClock.id))).all()
        files = await uow.session.scalar(select(func.count()).select_from(ReportMedia))
        steps = (await uow.session.scalars(select(HistoryEntry.action).order_by(HistoryEntry.id))).all()
        follower = (await uow.session.scalars(select(IssueFollower))).one()
    assert told.number == "26-0001"
    assert told.status is issue.status is IssueStatus.DISPATCHED
    assert issue.org_unit_id == task.org_unit_id == world.units["grid-1"].id
    assert task.partner_id is None
    assert {clock.target for clock in clocks} == set(ClockTarget)
    assert files == 2
    assert steps == ["report", "accept", "dispatch"]
    assert follower.account_id == world.account_id("Wang Fang")
    assert follower.is_reporter
    assert [type(event) for event in world.heard] == [ReportReceived, IssueMoved, TaskOpened, IssueMoved]


async def test_a_category_of_a_partner_goes_to_the_partners_group_for_that_grid(world: World):
    told = await report(world, category="lighting", point=spot(2))

    async with world.work.look() as uow:
        task = (await uow.session.scalars(select(Task))).one()
    assert told.status is IssueStatus.DISPATCHED
    assert task.org_unit_id == world.units["grid-2"].id
    assert task.partner_id == world.partners["property"].id


async def test_without_a_group_of_the_partner_the_grids_own_people_take_it(world: World):
    async with world.work.begin() as uow:
        chat = await uow.session.merge(world.chats["property"])
        chat.ended_at = uow.now

    await report(world, category="lighting")

    async with world.work.look() as uow:
        task = (await uow.session.scalars(select(Task))).one()
    assert task.partner_id is None


async def test_a_strangers_report_waits_for_staff_but_a_strangers_fire_does_not(world: World):
    calm = await report(world, "stranger")
    fire = await report(world, "stranger", category="fire")

    assert calm.status is IssueStatus.REPORTED
    assert fire.status is IssueStatus.DISPATCHED


async def test_a_known_neighbour_who_joins_vouches_for_a_strangers_report(world: World):
    first = await report(world, "stranger")

    second = await report(world, "Wang Fang", join_issue_id=first.issue_id)

    assert second.status is IssueStatus.DISPATCHED
    assert second.issue_id == first.issue_id


@pytest.mark.parametrize(
    ("source", "acceptance", "is_emergency", "is_known", "straight"),
    [
        (ReportSource.RESIDENT, Acceptance.KNOWN, False, True, True),
        (ReportSource.RESIDENT, Acceptance.KNOWN, False, False, False),
        (ReportSource.RESIDENT, Acceptance.KNOWN, True, False, True),
        (ReportSource.RESIDENT, Acceptance.AT_ONCE, False, False, True),
        (ReportSource.RESIDENT, Acceptance.STAFF, False, True, False),
        (ReportSource.RESIDENT, Acceptance.STAFF, True, False, True),
        (ReportSource.PHONE, Acceptance.KNOWN, False, False, False),
        (ReportSource.PATROL, Acceptance.STAFF, False, True, True),
        (ReportSource.SENSOR, Acceptance.STAFF, False, False, True),
        (ReportSource.HOTLINE, Acceptance.STAFF, False, True, True),
    ],
)
def test_who_must_be_looked_at_first(source, acceptance, is_emergency, is_known, straight):
    verdict = goes_straight_to_work(source, acceptance, is_emergency=is_emergency, is_known=is_known)

    assert verdict is straight


async def test_staff_choose_per_category_that_they_look_first(world: World):
    async with world.work.begin() as uow:
        noise = await uow.session.get_one(Category, world.categories["noise"].id)
        noise.acceptance = Acceptance.STAFF

    told = await report(world, category="noise")

    assert told.status is IssueStatus.REPORTED


async def test_words_and_the_person_behind_are_sealed_and_groups_read_masked_ones(world: World):
    told = await report(
        world,
        text="王奶奶家门口漏水，电话 138 0013 8000",
        place="3单元 13800138000",
        on_behalf_of=OnBehalfOf("王奶奶", "138 0013 8000"),
    )

    issue = await issue_of(world, told.issue_id)
    async with world.work.look() as uow:
        stored = (await uow.session.scalars(select(Report))).one()
        entries = (await uow.session.scalars(select(AuditEntry))).all()
    assert "8000" not in issue.summary + issue.place + stored.place
    assert "漏水" in issue.summary
    assert "漏水" not in stored.text_sealed
    assert world.work.vault.open(stored.text_sealed).endswith("138 0013 8000")
    assert "+8613800138000" in world.work.vault.open(stored.on_behalf_of_sealed or "")
    assert all("王" not in str(entry.after) for entry in entries)


async def test_a_building_places_a_report_that_has_no_point_or_one_far_away(world: World):
    far = Point(OUTSIDE[1], OUTSIDE[0])

    without = await report(world, point=None, building_id=world.buildings["2"].id)
    away = await report(world, point=far, building_id=world.buildings["3"].id)

    first, second = await issue_of(world, without.issue_id), await issue_of(world, away.issue_id)
    assert first.org_unit_id == world.units["grid-2"].id
    assert first.place == "石油路2号"
    assert (first.latitude, first.longitude) == tuple(spot(2))
    assert second.org_unit_id == world.units["grid-3"].id
    assert (second.latitude, second.longitude) == tuple(spot(3))


async def test_without_point_and_building_the_community_answers(world: World):
    told = await report(world, point=None, place="小区门口")

    issue = await issue_of(world, told.issue_id)
    assert issue.org_unit_id == world.community_id
    assert issue.place == "小区门口"


async def test_a_point_of_a_chinese_map_is_moved_to_where_it_really_is(world: World):
    shown = from_wgs84(spot(2), SourceCrs.GCJ02)

    told = await report(world, point=shown, source_crs=SourceCrs.GCJ02)

    issue = await issue_of(world, told.issue_id)
    assert issue.org_unit_id == world.units["grid-2"].id
    assert issue.latitude == pytest.approx(spot(2).latitude, abs=2e-5)


async def test_a_residents_place_outside_is_refused_and_leaves_nothing(world: World):
    with pytest.raises(PlaceOutside):
        await report(world, point=Point(OUTSIDE[1], OUTSIDE[0]))

    async with world.work.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Report)) == 0
    assert (await report(world)).number == "26-0001"


async def test_a_fire_outside_goes_to_the_community_with_a_note(world: World):
    told = await report(world, category="fire", point=Point(OUTSIDE[1], OUTSIDE[0]))

    issue = await issue_of(world, told.issue_id)
    async with world.work.look() as uow:
        steps = (await uow.session.scalars(select(HistoryEntry.action).order_by(HistoryEntry.id))).all()
    assert issue.org_unit_id == world.community_id
    assert issue.status is IssueStatus.DISPATCHED
    assert "place_outside" in steps


async def test_what_the_hotline_passes_on_from_outside_waits_for_staff(world: World):
    told = await report(
        world, "staff Chen", source=ReportSource.HOTLINE, point=Point(OUTSIDE[1], OUTSIDE[0]), external_id="12345-77"
    )

    assert told.status is IssueStatus.REPORTED


async def test_the_same_number_of_a_source_is_one_report(world: World):
    first = await report(world, "staff Chen", source=ReportSource.HOTLINE, external_id="12345-88")
    again = await report(world, "staff Chen", source=ReportSource.HOTLINE, external_id="12345-88")

    assert (again.report_id, again.issue_id) == (first.report_id, first.issue_id)
    assert not again.is_new_issue
    assert len(world.events(ReportReceived)) == 1


async def test_a_sensor_has_no_account_and_its_report_is_work_at_once(world: World):
    async with world.work.begin() as uow:
        told = await submit_report(
            uow, actor=CLOCK_ACTOR, report=a_report(world, source=ReportSource.SENSOR, external_id="s-1")
        )

    async with world.work.look() as uow:
        followers = await uow.session.scalar(select(func.count()).select_from(IssueFollower))
    assert told.status is IssueStatus.DISPATCHED
    assert followers == 0


async def test_a_neighbour_joins_an_open_issue_nearby_and_follows_it(world: World):
    first = await report(world)

    second = await report(world, "Liu Yang", point=spot(1, east_m=20), join_issue_id=first.issue_id)

    async with world.work.look() as uow:
        issues = await uow.session.scalar(select(func.count()).select_from(Issue))
        reporters = (await uow.session.scalars(select(IssueFollower.account_id).order_by("account_id"))).all()
        public = (await uow.session.scalars(select(HistoryEntry.action).where(HistoryEntry.is_public))).all()
    assert not second.is_new_issue
    assert issues == 1
    assert reporters == sorted([world.account_id("Wang Fang"), world.account_id("Liu Yang")])
    assert "join" not in public


async def test_nobody_joins_by_guessing_a_number(world: World):
    first = await report(world)

    with pytest.raises(IssueUnknown):
        await report(world, "Liu Yang", point=spot(3), join_issue_id=first.issue_id)
    with pytest.raises(IssueUnknown):
        await report(world, "Liu Yang", join_issue_id=999_999)


async def test_an_issue_that_is_over_is_not_joined(world: World):
    first = await report(world)
    async with world.work.begin() as uow:
        issue = await uow.session.get_one(Issue, first.issue_id)
        issue.status = IssueStatus.CLOSED

    with pytest.raises(IssueOver):
        await report(world, "Liu Yang", join_issue_id=first.issue_id)


async def test_a_patrols_report_goes_to_work_and_a_resident_is_no_patrol(world: World):
    told = await report(world, "worker Li", source=ReportSource.PATROL)

    assert told.status is IssueStatus.DISPATCHED
    with pytest.raises(SourceNotYours):
        await report(world, "Wang Fang", source=ReportSource.PATROL)
    with pytest.raises(SourceNotYours):
        await report(world, "worker Li", source=ReportSource.HOTLINE)
    with pytest.raises(SourceNotYours):
        await report(world, "foreign staff Bai", source=ReportSource.STAFF)


async def test_an_anonymous_report_names_nobody_in_the_history(world: World):
    told = await report(world, is_anonymous=True)

    async with world.work.look() as uow:
        named = (await uow.session.scalars(select(HistoryEntry.account_id))).all()
        followers = (await uow.session.scalars(select(IssueFollower.account_id))).all()
    assert set(named) == {None}
    assert followers == [world.account_id("Wang Fang")]
    assert told.number == "26-0001"


REFUSED = [
    ({"text": "长" * 4001}, TextTooLong),
    ({"text": " \u202e\x00 "}, ReportEmpty),
    ({"media": tuple(photo(str(number)) for number in range(21))}, TooManyMedia),
    ({"media": (replace(photo("x"), kind="sticker"),)}, ReportEmpty),
    ({"media": (replace(photo("x"), file_id="f" * 300),)}, ReportEmpty),
    ({"media": (replace(photo("x"), file_unique_id="a\x00"),)}, ReportEmpty),
    ({"media": (replace(photo("x"), media_group_id="\ud800"),)}, ReportEmpty),
    ({"external_id": "9" * 101}, TextTooLong),
    ({"join_issue_id": 2**63 - 1}, IssueUnknown),
    ({"category": "retired"}, CategoryUnknown),
    ({"category": "safety"}, CategoryUnknown),
    ({"answers": {"floor": "3"}}, AnswerInvalid),
    ({"building_id": 999_999}, BuildingUnknown),
    ({"point": Point(float("nan"), 106.5)}, PlaceInvalid),
    ({"point": Point(29.5, 1e9)}, PlaceInvalid),
    ({"on_behalf_of": OnBehalfOf("  ", "13800138000")}, OnBehalfInvalid),
    ({"on_behalf_of": OnBehalfOf("王奶奶", "no number")}, PhoneUnreadable),
    ({"place": "路" * 301}, TextTooLong),
]


async def test_what_does_not_fit_is_refused_with_a_reason_and_leaves_nothing(world: World):
    for changes, refusal in REFUSED:
        with pytest.raises(refusal):
            await report(world, **changes)

    async with world.work.look() as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Issue)) == 0


async def test_a_building_of_another_community_is_unknown_here(world: World):
    with pytest.raises(BuildingUnknown):
        await report(world, point=None, building_id=world.buildings["far"].id)


async def test_characters_that_deceive_or_break_databases_are_taken_out(world: World):
    told = await report(world, text="楼道\x00堵\u202e了\ud800 👵🏻")

    issue = await issue_of(world, told.issue_id)
    assert issue.summary == "楼道堵了 👵🏻"


async def test_reports_at_the_same_moment_get_different_numbers(world: World):
    told = await asyncio.gather(*(report(world, point=spot(1, north_m=index)) for index in range(8)))

    assert sorted(each.number for each in told) == [f"26-{serial:04d}" for serial in range(1, 9)]
