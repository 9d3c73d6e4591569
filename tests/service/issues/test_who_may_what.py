"""Role by action, through the services: the golden tables hold for real people with real grants."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from backend.issues.models import Issue, Task
from backend.issues.moving import STEP_OF_TASK, move_issue, move_task
from backend.issues.states import IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.issues.tasks.dispatching import dispatch_issue
from backend.issues.tasks.hands import WorkTarget
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import UnitOfWork
from tests.service.issues.scenes import claimed
from tests.service.world import World
from tests.unit.issues.test_moves import ISSUE_ROWS, TASK_ROWS

PEOPLE = {
    "Wang Fang": "r",
    "Liu Yang": "R",
    "worker Li": "d",
    "worker Zhao": "w",
    "worker Sun": "R",  # of another grid: no more than a resident here
    "leader Tang": "l",
    "plumber Guo": "p",  # the property company has a task of the issue
    "officer He": "R",  # the police were not called
    "staff Chen": "c",
    "foreign staff Bai": "R",
    "operator Luo": "S",
    "director Fu": "D",
    "admin Yin": "A",
    "clock": "*",
}
CAME_FROM = IssueStatus.DISPATCHED
ISSUE_STEPS = [action for action in IssueAction if action not in STEP_OF_TASK.values()]


async def outcome(world: World, act: Callable[[UnitOfWork], Awaitable[str]]) -> str | None:
    """The status that the act led to, or None when it was refused; nothing of it is kept."""
    async with world.work.look() as uow:
        try:
            return await act(uow)
        except DomainError:
            return None


def expected(rows: dict, status: str, action: str, letter: str) -> str | None:
    to, movers = rows.get((status, action), (None, ""))
    if letter not in movers:
        return None
    return {"=": status, "<": CAME_FROM.value}.get(to, to)


async def worked_on(world: World) -> int:
    """An issue with worker Li's task and a second one of the property company."""
    issue_id, _ = await claimed(world)
    target = WorkTarget(partner_id=world.partners["property"].id)
    async with world.work.begin() as uow:
        await dispatch_issue(uow, actor=world.actor("staff Chen"), issue_id=issue_id, targets=[target])
    return issue_id


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Who may what does not depend on the database: SQLite alone will do."""
    return sqlite_url


@pytest.mark.parametrize("status", IssueStatus)
async def test_everybody_moves_issues_as_the_golden_table_says(world: World, status: IssueStatus):
    issue_id = await worked_on(world)
    wrong = []

    for name, letter in PEOPLE.items():
        for action in ISSUE_STEPS:

            async def act(uow: UnitOfWork, action: IssueAction = action, name: str = name) -> str:
                issue = await uow.session.get_one(Issue, issue_id)
                issue.status, issue.resume_status = status, CAME_FROM
                actor = CLOCK_ACTOR if name == "clock" else world.actor(name)
                await move_issue(uow, issue, action, actor=actor, reason="because")
                return issue.status.value

            seen = await outcome(world, act)
            # The clock also holds every office's rights, since it must act everywhere.
            letters = (letter, "A") if name == "clock" else (letter,)
            wanted = [expected(ISSUE_ROWS, status.value, action.value, each) for each in letters]
            if seen != next((each for each in wanted if each is not None), None):
                wrong.append((name, action.value, seen))

    assert wrong == []


@pytest.mark.parametrize("status", TaskStatus)
async def test_everybody_moves_tasks_as_the_golden_table_says(world: World, status: TaskStatus):
    _, task_id = await claimed(world)
    # The task is the grid's: to a partner's people it is as foreign as to any resident.
    people = {name: "R" if letter in "pr" else letter for name, letter in PEOPLE.items() if name != "clock"}
    wrong = []

    for name, letter in people.items():
        for action in TaskAction:

            async def act(uow: UnitOfWork, action: TaskAction = action, name: str = name) -> str:
                task = await uow.session.get_one(Task, task_id)
                task.status = status
                if status is TaskStatus.PENDING_CHECK:
                    task.submitted_by_id = task.assignee_id
                await move_task(uow, task, action, actor=world.actor(name), reason="because")
                return task.status.value

            seen = await outcome(world, act)
            if seen != expected(TASK_ROWS, status.value, action.value, letter):
                wrong.append((name, action.value, seen))

    assert wrong == []
