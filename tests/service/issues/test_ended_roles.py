"""A role that ended opens nothing any more, not even the work that its holder still has in hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from backend.issues.demands.requests import request_suspension, suspend_issue
from backend.issues.reports.reporter import comment_issue
from backend.issues.states import EvidenceKind, IssueStatus, TaskStatus
from backend.issues.tasks.doing import arrive, ask_reporter, fail_task, return_task, set_out, submit_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence
from backend.issues.tasks.releasing import release_tasks_of
from backend.issues.views.cards import task_card_for
from backend.kernel.access import Actor, Grant, Role
from backend.kernel.errors import AccessDenied, DomainError, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.grants import end_role
from backend.registry.models import RoleGrant
from tests.service.issues.scenes import OTHER_WORKER, STAFF, WORKER, claimed, issue_now, submitted, task_now
from tests.service.world import World

NOTE = GivenEvidence(kind=EvidenceKind.NOTE, note="done")
Act = Callable[[UnitOfWork, Actor, int], Awaitable[object]]
ACTS: dict[str, Act] = {
    "set_out": lambda uow, actor, task: set_out(uow, actor=actor, task_id=task),
    "arrive": lambda uow, actor, task: arrive(uow, actor=actor, task_id=task),
    "submit": lambda uow, actor, task: submit_task(uow, actor=actor, task_id=task),
    "return": lambda uow, actor, task: return_task(uow, actor=actor, task_id=task, reason="no"),
    "evidence": lambda uow, actor, task: give_evidence(uow, actor=actor, task_id=task, given=NOTE),
    "card": lambda uow, actor, task: task_card_for(uow, actor=actor, task_id=task),
    "ask": lambda uow, actor, _: ask_reporter(uow, actor=actor, issue_id=1, question="where?"),
    "suspend": lambda uow, actor, _: request_suspension(uow, actor=actor, issue_id=1, reason="no"),
    "comment": lambda uow, actor, _: comment_issue(uow, actor=actor, issue_id=1, words="hm", is_internal=True),
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who may what does not depend on the database: SQLite alone will do."""
    return sqlite_url


@pytest.mark.parametrize("elsewhere", [False, True], ids=["serves nowhere", "serves another grid"])
async def test_whoever_lost_the_role_can_do_nothing_with_the_task_in_hand(world: World, elsewhere: bool):
    _, task_id = await claimed(world)
    grants = (Grant(Role.GRID_WORKER, world.path("grid-2")),) if elsewhere else ()
    former = replace(world.actor(WORKER), grants=grants)
    refused = set()

    for name, act in ACTS.items():
        async with world.work.look() as uow:
            try:
                await act(uow, former, task_id)
            except (AccessDenied, NotFound):
                refused.add(name)

    assert refused == set(ACTS)


async def test_whoever_serves_still_goes_on(world: World):
    _, task_id = await claimed(world)

    for name, act in ACTS.items():
        async with world.work.look() as uow:
            if name == "submit":
                with pytest.raises(DomainError, match="evidence_missing"):
                    await act(uow, world.actor(WORKER), task_id)
            else:
                await act(uow, world.actor(WORKER), task_id)


async def leaves(
    world: World,
) -> int:
    """The worker's role ends; returns how many tasks went back."""
    account_id = world.account_id(WORKER)
    async with world.work.begin() as uow:
        grant_id = await uow.session.scalar(select(RoleGrant.id).where(RoleGrant.account_id == account_id))
        await end_role(uow, actor=world.actor("admin Yin"), grant_id=grant_id or 0)
        return await release_tasks_of(uow, account_id=account_id)


async def test_work_in_hand_goes_back_to_the_group_and_is_claimed_anew(world: World):
    issue_id, task_id = await claimed(world)
    _, elsewhere = await claimed(world, by="worker Sun", unit="grid-2")

    assert await leaves(world) == 1

    async with world.work.look() as uow:
        assert await release_tasks_of(uow, account_id=world.account_id(WORKER)) == 0
    successor = await task_now(world, elsewhere + 1)
    assert (await task_now(world, task_id)).status is TaskStatus.TRANSFERRED
    assert (successor.predecessor_id, successor.status, successor.assignee_id) == (task_id, TaskStatus.OPEN, None)
    assert (await issue_now(world, issue_id)).status is IssueStatus.DISPATCHED
    assert (await task_now(world, elsewhere)).status is TaskStatus.CLAIMED


async def test_work_of_a_suspended_issue_goes_back_and_stays_suspended(world: World):
    issue_id, task_id = await claimed(world)
    async with world.work.begin() as uow:
        await suspend_issue(uow, actor=world.actor(STAFF), issue_id=issue_id, reason="rain")

    await leaves(world)

    issue = await issue_now(world, issue_id)
    assert (issue.status, issue.resume_status) == (IssueStatus.SUSPENDED, IssueStatus.DISPATCHED)
    assert (await task_now(world, task_id)).status is TaskStatus.TRANSFERRED


async def test_submitted_work_is_checked_and_if_it_fails_goes_to_the_group(world: World):
    issue_id, task_id = await submitted(world)
    await leaves(world)
    assert (await task_now(world, task_id)).status is TaskStatus.PENDING_CHECK

    async with world.work.begin() as uow:
        await fail_task(uow, actor=world.actor(OTHER_WORKER), task_id=task_id, reason="not clean")

    assert (await task_now(world, task_id)).status is TaskStatus.TRANSFERRED
    assert (await task_now(world, task_id + 1)).status is TaskStatus.OPEN
    assert (await issue_now(world, issue_id)).status is IssueStatus.DISPATCHED
