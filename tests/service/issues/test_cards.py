"""What cards and digests show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from backend.issues.demands.requests import suspend_issue
from backend.issues.models import Rating
from backend.issues.states import EvidenceKind, IssueAction, IssueStatus, RiskGrade, TaskAction, TaskStatus
from backend.issues.tasks.doing import ask_reporter
from backend.issues.tasks.hands import WorkTarget
from backend.issues.timing.reminders import group_digest, ratings_to_ask_for, worker_digest, workers_to_greet
from backend.issues.views.cards import task_card, task_card_for, tasks_in_hand, tasks_of_group, tasks_to_claim
from backend.kernel.errors import NotFound
from tests.service.issues.scenes import REPORTER, STAFF, WORKER, claimed, dispatched, photo, resolved, submitted
from tests.service.world import NOON, World


async def test_a_card_shows_everything_about_the_task(world: World):
    _, task_id = await claimed(world)
    await photo(world, task_id)

    async with world.work.look() as uow:
        card = await task_card(uow, task_id)

    assert (card.number, card.category_names["en"], card.emoji) == ("26-0001", "Blocked corridor", "🔧")
    assert (card.grade, card.colour, card.place) == (RiskGrade.ORANGE, RiskGrade.ORANGE, "石油路1号")
    assert (card.status, card.issue_status) == (TaskStatus.CLAIMED, IssueStatus.IN_PROGRESS)
    assert (card.assignee_name, card.unit_name, card.partner_name) == (WORKER, "第1网格", "")
    assert (card.due_at, card.left, card.claim_due_at) == (NOON + timedelta(hours=48), timedelta(hours=48), None)
    assert (card.required, card.evidence) == ((EvidenceKind.PHOTO_AFTER,), {EvidenceKind.PHOTO_AFTER: 1})
    assert not card.is_overdue


async def test_the_colour_follows_the_time_left_and_the_grade_stays(world: World):
    _, task_id = await claimed(world)

    seen = []
    for hours in (30, 10, 10):
        world.hours_pass(hours)
        async with world.work.look() as uow:
            card = await task_card(uow, task_id)
            seen.append((card.grade, card.colour, card.is_overdue))

    orange = RiskGrade.ORANGE
    assert seen == [(orange, orange, False), (orange, RiskGrade.RED, False), (orange, RiskGrade.RED, True)]


async def test_while_the_clock_stands_the_time_left_on_the_card_stands_too(world: World):
    issue_id, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await ask_reporter(uow, actor=world.actor(WORKER), issue_id=issue_id, question="where?")
    world.hours_pass(100)

    async with world.work.look() as uow:
        card = await task_card(uow, task_id)

    assert (card.is_paused, card.left) == (True, timedelta(hours=48))


T, A = TaskAction, IssueAction
WORKING = (T.TRANSFER, T.RETURN, T.SUBMIT)


@pytest.mark.parametrize(
    ("scene", "buttons"),
    [
        (dispatched, {T.CLAIM, T.TRANSFER, T.RETURN}),
        (claimed, {*WORKING, T.EN_ROUTE, T.ARRIVE, A.ASK_REPORTER, A.REQUEST_SUSPEND}),
        (submitted, {T.PASS, T.FAIL}),
        (resolved, set()),
    ],
)
async def test_a_card_has_the_buttons_of_its_state(world: World, scene, buttons):
    _, tasks = await scene(world)

    async with world.work.look() as uow:
        card = await task_card(uow, tasks[0] if isinstance(tasks, list) else tasks)

    assert set(card.buttons) == buttons


async def test_a_suspended_card_has_no_buttons(world: World):
    issue_id, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await suspend_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="permit")

    async with world.work.look() as uow:
        assert (await task_card(uow, task_id)).buttons == ()


async def test_mine_is_what_is_assigned_to_me(world: World):
    _, mine = await claimed(world)
    await claimed(world, by="worker Zhao")
    await dispatched(world)

    async with world.work.look() as uow:
        cards = await tasks_in_hand(uow, world.account_id(WORKER))

    assert [card.task_id for card in cards] == [mine]


async def test_each_group_sees_its_own_tasks(world: World):
    grid, partner = world.units["grid-1"].id, world.partners["property"].id
    both = [WorkTarget(org_unit_id=grid), WorkTarget(partner_id=partner)]
    _, (grid_task, partner_task) = await dispatched(world, targets=both)

    async with world.work.look() as uow:
        assert [card.task_id for card in await tasks_of_group(uow, grid)] == [grid_task]
        assert [card.task_id for card in await tasks_of_group(uow, None, partner)] == [partner_task]
        assert [card.task_id for card in await tasks_to_claim(uow, world.actor(WORKER))] == [grid_task]
        assert [card.task_id for card in await tasks_to_claim(uow, world.actor("plumber Guo"))] == [partner_task]


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (WORKER, True),
        (STAFF, True),
        ("worker Sun", False),
        ("plumber Guo", False),
        (REPORTER, False),
        ("foreign staff Bai", False),
    ],
)
async def test_a_card_is_shown_only_to_those_of_its_unit(world: World, who: str, sees: bool):
    _, (task_id,) = await dispatched(world)

    async with world.work.look() as uow:
        if sees:
            assert (await task_card_for(uow, actor=world.actor(who), task_id=task_id)).task_id == task_id
        else:
            with pytest.raises(NotFound):
                await task_card_for(uow, actor=world.actor(who), task_id=task_id)


async def test_a_long_list_takes_as_many_queries_as_a_short_one(world: World):
    async def queries() -> int:
        statements = []
        engine = world.work.database.engine.sync_engine
        listener = lambda *args: statements.append(args[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listener)
        async with world.work.look() as uow:
            await tasks_of_group(uow, world.units["grid-1"].id)
        event.remove(engine, "before_cursor_execute", listener)
        return len(statements)

    await dispatched(world)
    short = await queries()
    for _ in range(10):
        await dispatched(world)

    assert await queries() == short


async def test_the_morning_tells_what_is_late_and_what_is_due(world: World):
    await claimed(world)
    world.hours_pass(30)
    await claimed(world, category="fire")
    await claimed(world)
    await dispatched(world)
    world.hours_pass(20)

    async with world.work.look() as uow:
        digest = await worker_digest(uow, world.account_id(WORKER))

    assert (len(digest.in_hand), digest.overdue, digest.due_soon, digest.to_claim) == (3, 2, 0, 1)
    assert not digest.is_empty


async def test_workers_and_partners_on_duty_are_greeted(world: World):
    async with world.work.begin() as uow:
        (await uow.session.merge(world.accounts[WORKER])).on_duty = False

    async with world.work.look() as uow:
        greeted = await workers_to_greet(uow)

    names = {name for name, account in world.accounts.items() if account.id in greeted}
    assert names == {"worker Zhao", "worker Sun", "leader Tang", "plumber Guo", "officer He"}


async def test_the_evening_tells_what_the_group_did_and_has(world: World):
    await resolved(world)
    await submitted(world)
    await dispatched(world)
    world.hours_pass(60)

    async with world.work.look() as uow:
        digest = await group_digest(uow, org_unit_id=world.units["grid-1"].id, partner_id=None, since=NOON)

    assert (len(digest.live), digest.unclaimed, digest.to_check, digest.overdue, digest.done) == (2, 1, 1, 1, 1)


async def test_reporters_who_have_not_rated_are_asked(world: World):
    issues = [(await resolved(world))[0] for _ in range(3)]
    reporter = world.account_id(REPORTER)
    async with world.work.begin() as uow:
        uow.session.add(Rating(issue_id=issues[0], account_id=reporter, stars=5, rated_at=uow.now))
    world.hours_pass(24)

    async with world.work.look() as uow:
        first = await ratings_to_ask_for(uow, resolved_before=uow.now, limit=1)
        rest = await ratings_to_ask_for(uow, resolved_before=uow.now, after=first[-1])

    assert first + rest == [(issues[1], reporter), (issues[2], reporter)]
