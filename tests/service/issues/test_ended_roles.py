"""A role that ended opens nothing any more, not even the work that its holder still has in hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from backend.issues.cards import task_card_for
from backend.issues.evidence import GivenEvidence, give_evidence
from backend.issues.reporter import comment_issue
from backend.issues.requests import request_suspension
from backend.issues.states import EvidenceKind
from backend.issues.tasks import arrive, ask_reporter, return_task, set_out, submit_task
from backend.kernel.access import Actor, Grant, Role
from backend.kernel.errors import AccessDenied, DomainError, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from tests.service.issues.scenes import WORKER, claimed
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
