"""Supervision and matters between org units."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.issues.demands.between_units import (
    Sending,
    answer_dispatch,
    escalate_issue,
    send_issue_down,
    send_issue_up,
    send_report_down,
)
from backend.issues.demands.supervision import reply_to_supervision, supervise_issue, tell_overdue_supervisions
from backend.issues.errors import AlreadyAnswered, MoveNotYours, NotInLine, ReasonMissing, UntilInvalid
from backend.issues.events import (
    AnsweredBetweenUnits,
    IssueMoved,
    SentBetweenUnits,
    SupervisionIssued,
    SupervisionOverdue,
    SupervisionReplied,
)
from backend.issues.models import Direction, Issue, OrgDispatch, Report, Supervision, Task
from backend.issues.reports.new_report import NewReport
from backend.issues.states import ClockTarget, IssueAction, IssueStatus, ReportSource
from backend.issues.tasks.dispatching import cancel_issue
from backend.kernel.access import Actor
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.geo import Point
from tests.service.issues.scenes import (
    LEADER,
    OTHER_WORKER,
    REPORTER,
    STAFF,
    WORKER,
    claimed,
    clock_of,
    history_of,
    issue_now,
)
from tests.service.world import World, middle_of

OPERATOR, DIRECTOR = "operator Luo", "director Fu"


async def supervised(world: World, *, by: str = STAFF) -> tuple[int, int]:
    issue_id, _ = await claimed(world)
    async with world.work.begin() as uow:
        order = await supervise_issue(uow, actor=world.actor(by), issue_id=issue_id, words="hurry please")
        return issue_id, order.id


@pytest.mark.parametrize(("by", "level", "hours"), [(STAFF, 1, 24), (OPERATOR, 2, 12), (DIRECTOR, 3, 4)])
async def test_the_higher_the_author_the_sooner_the_reply_is_due(world: World, by: str, level: int, hours: int):
    issue_id, order_id = await supervised(world, by=by)

    async with world.work.look() as uow:
        order = await uow.session.get_one(Supervision, order_id)
    assert (order.level, order.reply_due_at - order.issued_at) == (level, timedelta(hours=hours))
    assert (await issue_now(world, issue_id)).supervision_level == level


async def test_supervision_moves_neither_status_nor_clock_and_a_second_press_is_no_second_order(world: World):
    issue_id, order_id = await supervised(world)
    due = (await clock_of(world, issue_id, ClockTarget.RESOLVE)).due_at
    steps = len(await history_of(world, issue_id))
    world.hours_pass(1)

    async with world.work.begin() as uow:
        again = await supervise_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, words="hurry please")

    assert again.id == order_id
    assert len(world.events(SupervisionIssued)) == 1
    assert len(await history_of(world, issue_id)) == steps
    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS
    assert (await clock_of(world, issue_id, ClockTarget.RESOLVE)).due_at == due


@pytest.mark.parametrize("who", [WORKER, LEADER, "plumber Guo", REPORTER, "foreign staff Bai"])
async def test_only_the_office_supervises(world: World, who: str):
    issue_id, _ = await claimed(world)

    with pytest.raises(MoveNotYours):
        async with world.work.begin() as uow:
            await supervise_issue(uow, actor=world.actor(who), issue_id=issue_id, words="hurry")


async def test_a_late_reply_is_told_once_to_the_author(world: World):
    _, order_id = await supervised(world)

    for hours, told in ((23, 0), (2, 1), (5, 0)):
        world.hours_pass(hours)
        async with world.work.begin() as uow:
            assert await tell_overdue_supervisions(uow) == told

    assert world.events(SupervisionOverdue) == [SupervisionOverdue(order_id)]


async def test_a_reply_is_given_once_and_who_is_slower_hears_who_gave_it(world: World):
    _, order_id = await supervised(world)

    async with world.work.begin() as uow:
        await reply_to_supervision(uow, actor=world.actor(WORKER), supervision_id=order_id, words="in an hour")
        await reply_to_supervision(uow, actor=world.actor(WORKER), supervision_id=order_id, words="in an hour")
    with pytest.raises(AlreadyAnswered) as refusal:
        async with world.work.begin() as uow:
            await reply_to_supervision(uow, actor=world.actor(OTHER_WORKER), supervision_id=order_id, words="soon")

    assert refusal.value.params == {"name": WORKER}
    assert len(world.events(SupervisionReplied)) == 1
    world.hours_pass(48)
    async with world.work.begin() as uow:
        assert await tell_overdue_supervisions(uow) == 0


async def test_a_reply_has_words_and_comes_from_those_who_answer_for_the_issue(world: World):
    _, order_id = await supervised(world)

    for who, words, refusal in (
        (WORKER, " ", ReasonMissing),
        (REPORTER, "x", MoveNotYours),
        ("plumber Guo", "x", MoveNotYours),
    ):
        with pytest.raises(refusal):
            async with world.work.begin() as uow:
                await reply_to_supervision(uow, actor=world.actor(who), supervision_id=order_id, words=words)
    with pytest.raises(NotFound):
        async with world.work.begin() as uow:
            await reply_to_supervision(uow, actor=world.actor(WORKER), supervision_id=987654, words="x")


def matter(world: World, *, grid: int | None = 2) -> NewReport:
    longitude, latitude = middle_of(grid or 1)
    return NewReport(
        community_id=0,
        source=ReportSource.RESIDENT,
        category_id=world.categories["noise"].id,
        text="民呼我为转办：夜间噪声",
        point=Point(latitude, longitude) if grid else None,
    )


async def sent_down(world: World, *, to: str = "community", grid: int | None = 2) -> OrgDispatch:
    sending = Sending(to_unit_id=world.units[to].id, words="answer within two days")
    async with world.work.begin() as uow:
        return await send_report_down(
            uow, actor=world.actor(OPERATOR), sending=sending, report=matter(world, grid=grid)
        )


async def test_a_matter_from_above_becomes_an_issue_at_work_below(world: World):
    dispatch = await sent_down(world)

    issue = await issue_now(world, dispatch.issue_id)
    async with world.work.look() as uow:
        report = await uow.session.scalar(select(Report).where(Report.issue_id == issue.id))
    assert report is not None
    assert report.source is ReportSource.SUPERIOR
    assert (issue.status, issue.org_unit_id) == (IssueStatus.DISPATCHED, world.units["grid-2"].id)
    assert (dispatch.direction, dispatch.from_unit_id) == (Direction.DOWN, world.units["subdistrict"].id)
    assert world.events(SentBetweenUnits) == [SentBetweenUnits(dispatch.id)]


async def test_a_matter_sent_to_a_grid_gives_that_grid_work(world: World):
    dispatch = await sent_down(world, to="grid-3", grid=None)

    async with world.work.look() as uow:
        units = set(await uow.session.scalars(select(Task.org_unit_id).where(Task.issue_id == dispatch.issue_id)))
    assert world.units["grid-3"].id in units


@pytest.mark.parametrize("who", [STAFF, LEADER, WORKER, REPORTER])
async def test_only_superiors_send_down(world: World, who: str):
    sending = Sending(to_unit_id=world.units["community"].id, words="do it")

    with pytest.raises(AccessDenied):
        async with world.work.begin() as uow:
            await send_report_down(uow, actor=world.actor(who), sending=sending, report=matter(world))


async def test_what_lies_at_or_above_a_superiors_own_unit_is_not_below_it(world: World):
    for unit in ("subdistrict", "district"):
        sending = Sending(to_unit_id=world.units[unit].id, words="do it")
        with pytest.raises((NotInLine, AccessDenied)):
            async with world.work.begin() as uow:
                await send_report_down(uow, actor=world.actor(OPERATOR), sending=sending, report=matter(world))

    async with world.work.look() as uow:
        assert (await uow.session.scalars(select(Issue))).all() == []


async def test_the_answer_goes_back_to_the_superior_once(world: World):
    dispatch = await sent_down(world)

    with pytest.raises(MoveNotYours):
        await answer(world, OPERATOR, dispatch.id)
    for who in ("worker Li", "foreign staff Bai", REPORTER):
        with pytest.raises(AccessDenied):
            await answer(world, who, dispatch.id)
    await answer(world, STAFF, dispatch.id)
    await answer(world, STAFF, dispatch.id)
    with pytest.raises(AlreadyAnswered):
        await answer(world, "staff Xu", dispatch.id)

    assert world.events(AnsweredBetweenUnits) == [AnsweredBetweenUnits(dispatch.id)]


async def answer(world: World, who: str, dispatch_id: int, words: str = "the music stops at ten now") -> None:
    async with world.work.begin() as uow:
        await answer_dispatch(uow, actor=world.actor(who), dispatch_id=dispatch_id, words=words)


async def test_the_end_of_the_issue_answers_what_nobody_answered(world: World):
    dispatch = await sent_down(world)

    async with world.work.begin() as uow:
        await cancel_issue(uow, actor=world.actor(STAFF), issue_id=dispatch.issue_id, reason="sent twice")

    async with world.work.look() as uow:
        stored = await uow.session.get_one(OrgDispatch, dispatch.id)
    assert (stored.answer, stored.answered_at) == ("sent twice", world.clock.now())
    assert len(world.events(AnsweredBetweenUnits)) == 1


async def test_an_issue_that_exists_is_handed_to_another_grid_from_above(world: World):
    issue_id, _ = await claimed(world)
    sending = Sending(to_unit_id=world.units["grid-2"].id, words="help them")

    async with world.work.begin() as uow:
        await send_issue_down(uow, actor=world.actor(OPERATOR), sending=sending, issue_id=issue_id)

    async with world.work.look() as uow:
        units = set(await uow.session.scalars(select(Task.org_unit_id).where(Task.issue_id == issue_id)))
    assert units == {world.units["grid-1"].id, world.units["grid-2"].id}


async def test_an_issue_is_not_handed_to_a_community_that_is_not_its_own(world: World):
    issue_id, _ = await claimed(world)
    sending = Sending(to_unit_id=world.units["neighbour"].id, words="help them")

    with pytest.raises(NotInLine):
        async with world.work.begin() as uow:
            await send_issue_down(uow, actor=world.actor(OPERATOR), sending=sending, issue_id=issue_id)


async def sent_up(world: World, issue_id: int, to: str = "subdistrict", by: str = STAFF) -> OrgDispatch:
    sending = Sending(to_unit_id=world.units[to].id, words="we have no crane")
    async with world.work.begin() as uow:
        return await send_issue_up(uow, actor=world.actor(by), sending=sending, issue_id=issue_id)


async def test_a_matter_goes_up_and_its_answer_comes_down_while_the_work_goes_on(world: World):
    issue_id, _ = await claimed(world)

    dispatch = await sent_up(world, issue_id)
    again = await sent_up(world, issue_id)
    with pytest.raises(AccessDenied):
        await answer(world, "staff Xu", dispatch.id)
    await answer(world, OPERATOR, dispatch.id, "a crane comes on Friday")

    assert again.id == dispatch.id
    assert (await issue_now(world, issue_id)).status is IssueStatus.IN_PROGRESS
    assert world.events(AnsweredBetweenUnits) == [AnsweredBetweenUnits(dispatch.id)]


@pytest.mark.parametrize("to", ["community", "grid-1", "neighbour"])
async def test_up_means_above_the_community(world: World, to: str):
    issue_id, _ = await claimed(world)

    with pytest.raises(NotInLine):
        await sent_up(world, issue_id, to)


@pytest.mark.parametrize("who", [WORKER, "plumber Guo", REPORTER, "foreign staff Bai"])
async def test_only_the_office_of_the_community_sends_up(world: World, who: str):
    issue_id, _ = await claimed(world)

    with pytest.raises(AccessDenied):
        await sent_up(world, issue_id, by=who)


async def test_an_answer_by_yesterday_is_refused(world: World):
    issue_id, _ = await claimed(world)
    yesterday = world.clock.now() - timedelta(days=1)
    sending = Sending(to_unit_id=world.units["subdistrict"].id, words="x", answer_due_at=yesterday)

    with pytest.raises(UntilInvalid):
        async with world.work.begin() as uow:
            await send_issue_up(uow, actor=world.actor(STAFF), sending=sending, issue_id=issue_id)


async def test_a_worker_calls_for_those_above_and_keeps_the_work(world: World):
    issue_id, _ = await claimed(world)
    worker: Actor = world.actor(WORKER)

    async with world.work.begin() as uow:
        await escalate_issue(uow, actor=worker, issue_id=issue_id, reason="he threatens me")

    moves = [event for event in world.events(IssueMoved) if event.action is IssueAction.ESCALATE]  # type: ignore[attr-defined]
    assert [(move.from_status, move.to_status) for move in moves] == [(IssueStatus.IN_PROGRESS,) * 2]  # type: ignore[attr-defined]
