"""Staff find issues of their own units, see them by role, and count them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.issues.errors import ReasonMissing
from backend.issues.reports.errors import IssueUnknown, SearchTooShort
from backend.issues.reports.new_report import OnBehalfOf
from backend.issues.reports.numbers import number_in
from backend.issues.reports.reporter import comment_issue
from backend.issues.states import IssueAction, IssueStatus, RiskGrade
from backend.issues.views.find import IssueQuery, find_issues
from backend.issues.views.issue_view import reveal_reporter, view_issue
from backend.issues.views.statistics import Period, statistics
from backend.kernel.access import Actor
from backend.kernel.audit import AuditEntry
from backend.kernel.errors import AccessDenied
from tests.service.issues.reporting import photo, report, spot
from tests.service.issues.test_reporter import rate, solve
from tests.service.world import NOON, World


async def found(world: World, who: str = "staff Chen", **query: object) -> list[str]:
    async with world.work.look() as uow:
        page = await find_issues(uow, actor=world.actor(who), query=IssueQuery(**query))  # type: ignore[arg-type]
    return [line.number for line in page.issues]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("26-0123", (2026, 123)),
        ("#26-123", (2026, 123)),
        ("2025-7", (2025, 7)),
        ("２６－０１２３", (2026, 123)),
        ("26 123", (2026, 123)),
        ("123", (2026, 123)),
        ("0007", (2026, 7)),
        ("路灯", None),
        ("12栋", None),
        ("", None),
    ],
)
def test_a_number_is_read_in_every_form_in_which_people_type_it(typed, number):
    assert number_in(typed, 2026) == number


async def test_staff_find_by_number_words_place_status_colour_grid_category_and_time(world: World):
    await report(world, text="飞线充电很危险", place="3号楼")
    world.hours_pass(1)
    await report(world, "stranger", category="noise", point=spot(2), text="半夜唱歌 100%")
    world.hours_pass(1)
    await report(world, category="fire", point=spot(3), text="着火了")

    assert await found(world) == ["26-0003", "26-0002", "26-0001"]
    assert await found(world, text="26-2") == ["26-0002"]
    assert await found(world, text="3") == ["26-0003", "26-0001"]
    assert await found(world, text="充电") == ["26-0001"]
    assert await found(world, text="3号楼 飞线") == ["26-0001"]
    assert await found(world, text="第2网格") == ["26-0002"]
    assert await found(world, text="%") == ["26-0002"]
    assert await found(world, statuses=frozenset({IssueStatus.REPORTED})) == ["26-0002"]
    assert await found(world, colours=frozenset({RiskGrade.RED})) == ["26-0003"]
    assert await found(world, org_unit_id=world.units["grid-1"].id) == ["26-0001"]
    assert await found(world, category_id=world.categories["safety"].id) == ["26-0003", "26-0001"]
    assert await found(world, opened_until=NOON + timedelta(minutes=30)) == ["26-0001"]
    assert await found(world, is_open=False) == []
    assert await found(world, text="充\x00电\ud800") == ["26-0001"]


async def test_the_colour_follows_the_clock_and_not_the_grade_alone(world: World):
    await report(world, category="noise")
    yellow = await found(world, colours=frozenset({RiskGrade.YELLOW}))
    world.hours_pass(40)
    orange = await found(world, colours=frozenset({RiskGrade.ORANGE}))
    world.hours_pass(9)
    red = await found(world, colours=frozenset({RiskGrade.RED}))

    assert yellow == orange == red == ["26-0001"]


async def test_everybody_finds_only_what_lies_in_their_units(world: World):
    await report(world, point=spot(1))
    await report(world, point=spot(2))

    assert await found(world, "leader Tang") == ["26-0001"]
    assert await found(world, "operator Luo") == ["26-0002", "26-0001"]
    assert await found(world, "foreign staff Bai") == []
    for who in ("Wang Fang", "worker Li", "plumber Guo"):
        with pytest.raises(AccessDenied):
            await found(world, who)
    with pytest.raises(SearchTooShort):
        await found(world, text="  ")


async def test_pages_are_bounded(world: World):
    for _ in range(3):
        await report(world)

    async with world.work.look() as uow:
        last = await find_issues(uow, actor=world.actor("staff Chen"), query=IssueQuery(), page=99, size=2)
    assert ([line.number for line in last.issues], last.page, last.pages, last.total) == (["26-0001"], 1, 2, 3)


async def test_the_readers_role_decides_whether_the_reporter_is_named(world: World):
    told = await report(
        world, category="lighting", text="灯坏了 13800138000", on_behalf_of=OnBehalfOf("王奶奶", "13800138000")
    )
    async with world.work.look() as uow:
        seen = {
            who: await view_issue(uow, actor=world.actor(who), issue_id=told.issue_id)
            for who in ("staff Chen", "worker Li", "plumber Guo")
        }
        for who in ("Wang Fang", "worker Sun", "officer He", "foreign staff Bai"):
            with pytest.raises(IssueUnknown):
                await view_issue(uow, actor=world.actor(who), issue_id=told.issue_id)

    for who in ("staff Chen", "worker Li"):
        assert seen[who].reports[0].reporter == "Wang Fang"
        assert seen[who].reports[0].words == "灯坏了 13800138000"
        assert seen[who].reports[0].on_behalf_of == OnBehalfOf("王奶奶", "+8613800138000")
    assert (seen["plumber Guo"].reports[0].reporter, seen["plumber Guo"].reports[0].words) == ("", "")
    assert seen["plumber Guo"].reports[0].on_behalf_of is None
    assert seen["plumber Guo"].summary == "灯坏了 ***"
    assert seen["staff Chen"].tasks[0].partner == "石油物业"
    assert IssueAction.SUPERVISE in seen["staff Chen"].actions


async def test_an_anonymous_reporter_is_opened_only_to_staff_with_a_reason_on_record(world: World):
    told = await report(world, is_anonymous=True, text="我是王芳")
    async with world.work.begin() as uow:
        await comment_issue(uow, actor=world.actor("Wang Fang"), issue_id=told.issue_id, words="还在吗")

    async with world.work.begin() as uow:
        view = await view_issue(uow, actor=world.actor("staff Chen"), issue_id=told.issue_id)
        with pytest.raises(AccessDenied):
            await reveal_reporter(uow, actor=world.actor("worker Li"), report_id=told.report_id, reason="want to know")
        with pytest.raises(ReasonMissing):
            await reveal_reporter(uow, actor=world.actor("staff Chen"), report_id=told.report_id, reason=" ")
        opened = await reveal_reporter(
            uow, actor=world.actor("staff Chen"), report_id=told.report_id, reason="police asks"
        )

    async with world.work.look() as uow:
        trail = (await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal_reporter"))).one()
    assert (view.reports[0].reporter, view.reports[0].words) == ("", "")
    assert all(step.name == "" for step in view.history)
    assert (opened.name, opened.words) == ("Wang Fang", "我是王芳")
    assert trail.after == {"reason": "police asks"}
    assert trail.account_id == world.account_id("staff Chen")


async def test_the_view_holds_files_history_and_urgency(world: World):
    told = await report(world, media=(photo("a"),))
    await solve(world, told)
    await rate(world, told, 4)

    async with world.work.look() as uow:
        view = await view_issue(uow, actor=world.actor("leader Tang"), issue_id=told.issue_id)
    assert [item.file_id for item in view.reports[0].media] == ["file-a"]
    assert view.stars == (4,)
    assert view.urgency.due_at is None
    assert [step.action for step in view.history][:3] == ["report", "accept", "dispatch"]
    assert "worker Li" in {step.name for step in view.history}


async def test_statistics_count_from_facts_by_grid_category_and_worker(world: World):
    done, late = await report(world), await report(world, category="noise", point=spot(2))
    await solve(world, done)
    await rate(world, done, 5)
    world.hours_pass(60)
    await report(world, "stranger")

    async with world.work.look() as uow:
        told = await statistics(
            uow,
            actor=world.actor("staff Chen"),
            org_unit_id=world.community_id,
            period=Period(NOON, NOON + timedelta(days=7)),
        )
        with pytest.raises(AccessDenied):
            await statistics(
                uow,
                actor=world.actor("worker Li"),
                org_unit_id=world.community_id,
                period=Period(NOON, NOON + timedelta(days=7)),
            )
    assert (told.reported, told.solved, told.closed, told.open_now) == (3, 1, 1, 2)
    assert (told.score.on_time.good, told.score.on_time.of) == (1, 2)
    assert told.score.satisfied.share == 1
    assert {line.name: line.count for line in told.grids} == {"第1网格": 2, "第2网格": 1}
    assert [(line.name, line.count) for line in told.workers] == [("worker Li", 1)]
    assert told.by_colour[RiskGrade.RED] == 1
    assert late.is_new_issue


async def test_the_program_itself_searches_nothing(world: World):
    async with world.work.look() as uow:
        with pytest.raises(AccessDenied):
            await find_issues(uow, actor=Actor(account_id=None), query=IssueQuery())
