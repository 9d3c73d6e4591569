"""Who hears what, and how urgently: one row per thing that happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from backend.issues.demands.between_units import Sending, answer_dispatch, send_issue_down, send_issue_up
from backend.issues.demands.requests import decide_request, request_suspension, resume_issue, suspend_issue
from backend.issues.demands.supervision import reply_to_supervision, supervise_issue, tell_overdue_supervisions
from backend.issues.merging import merge_issues
from backend.issues.reports.reporter import answer_question, close_unrated, rate_issue, request_reopen
from backend.issues.tasks.dispatching import accept_issue, cancel_issue, reject_issue
from backend.issues.tasks.doing import (
    arrive,
    ask_reporter,
    fail_task,
    pass_task,
    return_task,
    submit_task,
    transfer_task,
)
from backend.issues.tasks.hands import WorkTarget
from backend.issues.timing.overdue import look_at_clocks
from backend.messaging.contents import Lane
from backend.messaging.models import Action
from backend.registry.grants import end_role
from backend.registry.queries import live_grants
from tests.service.issues.reporting import report
from tests.service.issues.scenes import (
    LEADER,
    OTHER_WORKER,
    REPORTER,
    STAFF,
    WORKER,
    claimed,
    dispatched,
    photo,
    reported,
    resolved,
    submitted,
)
from tests.service.notify.post import letters, post_leaves
from tests.service.world import World

Scene = Callable[[World], Awaitable[None]]
OFFICE, GROUP, PROPERTY = "group community", "group grid-1", "group property"
SUPERIOR = "operator Luo"


async def before(world: World) -> None:
    """What came earlier has been delivered."""
    await post_leaves(world)


async def a_stranger_reports(world: World) -> None:
    await report(world, "stranger")


async def staff_accept(world: World) -> None:
    async with world.work.begin() as uow:
        issue = await reported(uow, world)
    async with world.work.begin() as uow:
        await accept_issue(uow, actor=world.actor(STAFF), issue_id=issue.id)


async def staff_reject(world: World) -> None:
    async with world.work.begin() as uow:
        issue = await reported(uow, world)
    async with world.work.begin() as uow:
        await reject_issue(uow, actor=world.actor(STAFF), issue_id=issue.id, reason="不属于社区")


async def staff_dispatch_to_a_person(world: World) -> None:
    target = WorkTarget(account_id=world.account_id(WORKER))
    await dispatched(world, targets=[target])


async def a_worker_claims(world: World) -> None:
    await claimed(world)


async def a_partner_claims(world: World) -> None:
    await claimed(world, by="plumber Guo", targets=[WorkTarget(partner_id=world.partners["property"].id)])


async def the_workers_role_ends(world: World) -> None:
    await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        grants = await live_grants(uow, world.account_id(WORKER))
        await end_role(uow, actor=world.actor("admin Yin"), grant_id=grants[0][0].id)


async def a_worker_arrives(world: World) -> None:
    _, task_id = await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        await arrive(uow, actor=world.actor(WORKER), task_id=task_id)


async def a_worker_submits(world: World) -> None:
    _, task_id = await claimed(world)
    await photo(world, task_id)
    await before(world)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor(WORKER), task_id=task_id)


async def a_partner_submits(world: World) -> None:
    target = WorkTarget(partner_id=world.partners["property"].id)
    _, task_id = await claimed(world, by="plumber Guo", targets=[target])
    await photo(world, task_id, by="plumber Guo")
    await before(world)
    async with world.work.begin() as uow:
        await submit_task(uow, actor=world.actor("plumber Guo"), task_id=task_id)


async def the_check_fails(world: World) -> None:
    _, task_id = await submitted(world)
    await before(world)
    async with world.work.begin() as uow:
        await fail_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id, reason="没扫干净")


async def the_check_passes(world: World) -> None:
    _, task_id = await submitted(world)
    await before(world)
    async with world.work.begin() as uow:
        await pass_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id)


async def a_worker_gives_it_back(world: World) -> None:
    _, task_id = await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        await return_task(uow, actor=world.actor(WORKER), task_id=task_id, reason="不归我们")


async def a_leader_hands_it_to_a_partner(world: World) -> None:
    _, task_id = await claimed(world)
    await before(world)
    target = WorkTarget(partner_id=world.partners["property"].id)
    async with world.work.begin() as uow:
        await transfer_task(uow, actor=world.actor(LEADER), task_id=task_id, to=target, reason="要物业来")


async def a_worker_asks(world: World) -> None:
    issue_id, task_id = await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        await ask_reporter(uow, actor=world.actor(WORKER), issue_id=issue_id, question="几楼？", task_id=task_id)


async def the_reporter_answers(world: World) -> None:
    await a_worker_asks(world)
    await before(world)
    async with world.work.begin() as uow:
        await answer_question(uow, actor=world.actor(REPORTER), issue_id=1, words="三楼")


async def a_worker_wants_to_suspend(world: World) -> None:
    issue_id, _ = await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        await request_suspension(uow, actor=world.actor(WORKER), issue_id=issue_id, reason="等配件")


async def the_suspension_is_granted(world: World) -> None:
    await a_worker_wants_to_suspend(world)
    await before(world)
    async with world.work.begin() as uow:
        await decide_request(uow, actor=world.actor(LEADER), request_id=1, is_granted=True)


async def the_suspension_is_refused(world: World) -> None:
    await a_worker_wants_to_suspend(world)
    await before(world)
    async with world.work.begin() as uow:
        await decide_request(uow, actor=world.actor(LEADER), request_id=1, is_granted=False, reason="今天必须办")


async def work_is_taken_up_again(world: World) -> None:
    issue_id, _ = await claimed(world)
    async with world.work.begin() as uow:
        await suspend_issue(uow, actor=world.actor(LEADER), issue_id=issue_id, reason="等配件")
    await before(world)
    async with world.work.begin() as uow:
        await resume_issue(uow, actor=world.actor(LEADER), issue_id=issue_id)


async def staff_cancel(world: World) -> None:
    issue_id, _ = await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        await cancel_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="已经清走")


async def the_reporter_is_unhappy(world: World) -> None:
    issue_id, _ = await resolved(world)
    await before(world)
    async with world.work.begin() as uow:
        await rate_issue(uow, actor=world.actor(REPORTER), issue_id=issue_id, stars=1)


async def the_reporter_is_happy(world: World) -> None:
    issue_id, _ = await resolved(world)
    await before(world)
    async with world.work.begin() as uow:
        await rate_issue(uow, actor=world.actor(REPORTER), issue_id=issue_id, stars=5)


async def nobody_rates(world: World) -> None:
    await resolved(world)
    await before(world)
    world.hours_pass(73)
    async with world.work.begin() as uow:
        await close_unrated(uow)


async def the_reporter_wants_it_reopened(world: World) -> None:
    issue_id, _ = await resolved(world)
    await before(world)
    async with world.work.begin() as uow:
        await request_reopen(uow, actor=world.actor(REPORTER), issue_id=issue_id, reason="又堆满了")


async def it_is_reopened(world: World) -> None:
    await the_reporter_wants_it_reopened(world)
    await before(world)
    async with world.work.begin() as uow:
        await decide_request(uow, actor=world.actor(STAFF), request_id=1, is_granted=True)


async def the_reopening_is_refused(world: World) -> None:
    await the_reporter_wants_it_reopened(world)
    await before(world)
    async with world.work.begin() as uow:
        await decide_request(uow, actor=world.actor(STAFF), request_id=1, is_granted=False, reason="是新的一堆")


async def two_become_one(world: World) -> None:
    first, second = await report(world), await report(world, "Liu Yang", category="noise")
    await before(world)
    async with world.work.begin() as uow:
        await merge_issues(
            uow, actor=world.actor(STAFF), issue_id=second.issue_id, into_issue_id=first.issue_id, reason="同一堆"
        )


async def a_superior_tells_to_hurry(world: World) -> None:
    issue_id, _ = await claimed(world)
    await before(world)
    async with world.work.begin() as uow:
        await supervise_issue(uow, actor=world.actor(SUPERIOR), issue_id=issue_id, words="今天办完")


async def a_superior_tells_nobody_in_particular_to_hurry(world: World) -> None:
    issue_id, _ = await dispatched(world)
    await before(world)
    async with world.work.begin() as uow:
        await supervise_issue(uow, actor=world.actor(SUPERIOR), issue_id=issue_id, words="今天办完")


async def the_worker_replies(world: World) -> None:
    await a_superior_tells_to_hurry(world)
    await before(world)
    async with world.work.begin() as uow:
        await reply_to_supervision(uow, actor=world.actor(WORKER), supervision_id=1, words="下午就去")


async def nobody_replies(world: World) -> None:
    await a_superior_tells_to_hurry(world)
    await before(world)
    world.hours_pass(13)
    async with world.work.begin() as uow:
        await tell_overdue_supervisions(uow)


async def a_matter_comes_down(world: World) -> None:
    issue_id, _ = await claimed(world)
    await before(world)
    sending = Sending(to_unit_id=world.community_id, words="请核实")
    async with world.work.begin() as uow:
        await send_issue_down(uow, actor=world.actor(SUPERIOR), sending=sending, issue_id=issue_id)


async def the_answer_goes_back(world: World) -> None:
    await a_matter_comes_down(world)
    await before(world)
    async with world.work.begin() as uow:
        await answer_dispatch(uow, actor=world.actor(STAFF), dispatch_id=1, words="已核实")


async def a_matter_goes_up(world: World) -> None:
    issue_id, _ = await claimed(world)
    await before(world)
    sending = Sending(to_unit_id=world.units["subdistrict"].id, words="社区解决不了")
    async with world.work.begin() as uow:
        await send_issue_up(uow, actor=world.actor(STAFF), sending=sending, issue_id=issue_id)


def clocks_are_looked_at(hours: float, *, scene: Callable[[World], Awaitable[object]] = claimed) -> Scene:
    """So many hours after the scene the clock job has looked once more, an hour after it looked before."""

    async def look(world: World) -> None:
        await scene(world)
        world.hours_pass(hours - 0.2)
        async with world.work.begin() as uow:
            await look_at_clocks(uow)
        await before(world)
        world.hours_pass(0.2)
        async with world.work.begin() as uow:
            await look_at_clocks(uow)

    return look


async def waits_for_staff(world: World) -> None:
    await report(world, "stranger")


CARD, URGENT, NORMAL = "card", Lane.URGENT, Lane.NORMAL

TABLE: list[tuple[str, Scene, set[tuple[str, str | Lane]]]] = [
    ("a stranger's report waits for staff", a_stranger_reports, {(OFFICE, CARD)}),
    ("accepted", staff_accept, {(OFFICE, CARD), (REPORTER, NORMAL)}),
    ("rejected", staff_reject, {(REPORTER, NORMAL)}),
    ("given to a person", staff_dispatch_to_a_person, {(GROUP, CARD), (WORKER, URGENT), (REPORTER, NORMAL)}),
    ("claimed", a_worker_claims, {(GROUP, CARD), (REPORTER, NORMAL)}),
    ("claimed by a partner", a_partner_claims, {(PROPERTY, CARD), (REPORTER, NORMAL)}),
    ("arrived", a_worker_arrives, {(GROUP, CARD), (REPORTER, NORMAL)}),
    ("submitted", a_worker_submits, {(GROUP, CARD), (REPORTER, NORMAL)}),
    ("a partner's work to check", a_partner_submits, {(PROPERTY, CARD), (GROUP, CARD), (REPORTER, NORMAL)}),
    ("check failed", the_check_fails, {(GROUP, CARD), (WORKER, URGENT)}),
    ("check passed", the_check_passes, {(GROUP, CARD), (WORKER, NORMAL), (REPORTER, NORMAL)}),
    ("given back", a_worker_gives_it_back, {(GROUP, CARD), (OFFICE, CARD)}),
    ("handed to a partner", a_leader_hands_it_to_a_partner, {(GROUP, CARD), (PROPERTY, CARD), (WORKER, NORMAL)}),
    ("question", a_worker_asks, {(GROUP, CARD), (REPORTER, URGENT)}),
    ("answer", the_reporter_answers, {(GROUP, CARD), (WORKER, URGENT)}),
    ("suspension asked for", a_worker_wants_to_suspend, {(OFFICE, CARD), (LEADER, CARD)}),
    (
        "suspension granted",
        the_suspension_is_granted,
        {(GROUP, CARD), (OFFICE, CARD), (LEADER, CARD), (WORKER, NORMAL), (REPORTER, NORMAL)},
    ),
    (
        "suspension refused",
        the_suspension_is_refused,
        {(GROUP, CARD), (OFFICE, CARD), (LEADER, CARD), (WORKER, NORMAL)},
    ),
    ("taken up again", work_is_taken_up_again, {(GROUP, CARD), (WORKER, URGENT), (REPORTER, NORMAL)}),
    ("cancelled", staff_cancel, {(GROUP, CARD), (WORKER, NORMAL), (REPORTER, NORMAL)}),
    ("one star", the_reporter_is_unhappy, {(WORKER, NORMAL), (OFFICE, NORMAL)}),
    ("five stars", the_reporter_is_happy, {(WORKER, NORMAL)}),
    ("closed by silence", nobody_rates, {(REPORTER, NORMAL)}),
    ("reopening asked for", the_reporter_wants_it_reopened, {(OFFICE, CARD)}),
    ("reopened", it_is_reopened, {(OFFICE, CARD), (GROUP, CARD), (REPORTER, NORMAL)}),
    ("reopening refused", the_reopening_is_refused, {(OFFICE, CARD), (REPORTER, NORMAL)}),
    ("merged", two_become_one, {(GROUP, CARD), ("Liu Yang", NORMAL)}),
    ("told to hurry", a_superior_tells_to_hurry, {(GROUP, CARD), (WORKER, URGENT)}),
    (
        "nobody has it and all are told to hurry",
        a_superior_tells_nobody_in_particular_to_hurry,
        {(GROUP, CARD), (GROUP, URGENT)},
    ),
    ("the worker's role ends", the_workers_role_ends, {(GROUP, CARD)}),
    ("reply to the order", the_worker_replies, {(SUPERIOR, NORMAL)}),
    ("no reply", nobody_replies, {(SUPERIOR, URGENT), (OFFICE, URGENT)}),
    ("sent down", a_matter_comes_down, {(OFFICE, URGENT), (GROUP, CARD)}),
    ("answered upwards", the_answer_goes_back, {(SUPERIOR, NORMAL), (GROUP, CARD)}),
    ("sent up", a_matter_goes_up, {(SUPERIOR, URGENT)}),
    ("near the limit", clocks_are_looked_at(38.5), {(GROUP, CARD), (WORKER, URGENT)}),
    ("late: the worker", clocks_are_looked_at(48.1), {(GROUP, CARD), (WORKER, URGENT)}),
    ("late: the leader", clocks_are_looked_at(49.1), {(GROUP, CARD), (LEADER, URGENT)}),
    ("late: the office", clocks_are_looked_at(52.1), {(GROUP, CARD), (OFFICE, URGENT)}),
    ("late: above", clocks_are_looked_at(72.1), {(GROUP, CARD), (SUPERIOR, URGENT)}),
    ("unclaimed: the group", clocks_are_looked_at(4.1, scene=dispatched), {(GROUP, CARD), (GROUP, URGENT)}),
    ("unclaimed: the leader", clocks_are_looked_at(4.6, scene=dispatched), {(GROUP, CARD), (LEADER, URGENT)}),
    ("unaccepted: the desk is warned", clocks_are_looked_at(1.7, scene=waits_for_staff), {(OFFICE, URGENT)}),
    ("unaccepted: the leader", clocks_are_looked_at(2.1, scene=waits_for_staff), {(LEADER, URGENT)}),
]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who hears what does not depend on the database; `test_cards` and `test_followers` look at both."""
    return sqlite_url


@pytest.mark.parametrize(("scene", "heard"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
async def test_those_hear_who_must_and_nobody_else(world: World, scene: Scene, heard: set[tuple[str, str | Lane]]):
    await scene(world)

    waiting = await letters(world)
    assert {(letter.to, CARD if letter.action is not Action.POST else letter.lane) for letter in waiting} == heard
    assert all(letter.text or letter.action is Action.REMOVE for letter in waiting)
