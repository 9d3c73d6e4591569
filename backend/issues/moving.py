"""The only writers of status: who may is told by the tables, what it brings by `stepping`."""

from __future__ import annotations

from dataclasses import replace

from backend.issues.errors import IssuePaused, MoveNotPossible
from backend.issues.history import Step, checked_words
from backend.issues.holding import hold_issue, hold_task, tasks_of_issue
from backend.issues.models import HistoryEntry, Issue, Task
from backend.issues.movers import mover_of_issue, mover_of_task
from backend.issues.moves import IssueMove, allowed_actions, check_move, check_task_move, status_from_tasks
from backend.issues.states import IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.issues.stepping import (
    OVER,
    PAUSED,
    cancel_live_tasks,
    move_clocks,
    move_work_clock,
    take_issue_step,
    take_task_step,
)
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork

_TOLD_BY_TASKS = frozenset(
    {IssueStatus.ACCEPTED, IssueStatus.DISPATCHED, IssueStatus.IN_PROGRESS, IssueStatus.PENDING_CHECK}
)

STEP_OF_TASK = {
    TaskAction.CLAIM: IssueAction.CLAIM,
    TaskAction.TRANSFER: IssueAction.TRANSFER,
    TaskAction.RETURN: IssueAction.RETURN,
    TaskAction.SUBMIT: IssueAction.SUBMIT,
    TaskAction.PASS: IssueAction.PASS,
    TaskAction.FAIL: IssueAction.FAIL,
    # The work comes back to whoever dispatches; the issue itself is not cancelled.
    TaskAction.CANCEL: IssueAction.RETURN,
    TaskAction.RELEASE: IssueAction.TRANSFER,
}
"""Which step of the issue a step of its task is, where it moves the issue at all."""

_LEAVES_PAUSES = frozenset({TaskAction.COMMENT, TaskAction.RELEASE})
_WORK_STEPS = frozenset(STEP_OF_TASK.values())
_TOLD_TO_FOLLOWERS = frozenset(
    {TaskAction.CLAIM, TaskAction.EN_ROUTE, TaskAction.ARRIVE, TaskAction.SUBMIT, TaskAction.PASS}
)


async def move_issue(
    uow: UnitOfWork,
    issue: Issue,
    action: IssueAction,
    *,
    actor: Actor,
    reason: str = "",
    task_id: int | None = None,
    is_public: bool = True,
) -> HistoryEntry:
    """Do `action` to the issue as it stands now, after whoever was faster.

    What is done to a task (claim, submit, check ...) goes through `move_task` and is refused here. Ending an issue
    cancels its open tasks, but never work that waits for its check. Raises what `check_move` raises, WorkAwaitsCheck
    and TextTooLong. Records IssueMoved when the status changed or it was escalated, IssueCommented for a comment.
    """
    step, to, move = await check_issue_step(uow, issue, action, actor=actor, reason=reason)
    step = replace(step, task_id=task_id, is_public=is_public)
    if to in OVER:
        await cancel_live_tasks(uow, issue, actor, step)
    entry = await take_issue_step(uow, issue, step, to, action)
    await move_clocks(uow, issue, move)
    return entry


async def move_task(
    uow: UnitOfWork,
    task: Task,
    action: TaskAction,
    *,
    actor: Actor,
    reason: str = "",
    assignee_id: int | None = None,
) -> HistoryEntry:
    """Do `action` to the task as it stands now; the issue follows its tasks.

    `assignee_id` is for the program's own claim, which gives the task to somebody. Who works on while the issue waits
    for its reporter ends the waiting. Raises what `check_task_move` raises, IssuePaused and TextTooLong.
    """
    step, to = await check_task_step(uow, task, action, actor=actor, reason=reason)
    issue = await hold_task(uow, task)
    if action not in _LEAVES_PAUSES:
        await _end_pause(uow, issue, actor)
    _take_part(task, action, assignee_id or actor.account_id)
    await take_task_step(uow, issue, task, step, to)
    return await _follow_tasks(uow, issue, step)


async def check_issue_step(
    uow: UnitOfWork, issue: Issue, action: IssueAction, *, actor: Actor, reason: str = ""
) -> tuple[Step, IssueStatus, IssueMove]:
    """Hold the issue and raise what `move_issue` would raise, for services that must write something first."""
    await hold_issue(uow, issue)
    if action in _WORK_STEPS:
        raise MoveNotPossible(issue.status, action)
    mover, words = await mover_of_issue(uow, issue, actor), checked_words(reason)
    to, move = check_move(issue.status, action, mover, reason=words, came_from=issue.resume_status)
    return Step(action=action, actor=actor, mover=mover, words=words), to, move


async def check_task_step(
    uow: UnitOfWork, task: Task, action: TaskAction, *, actor: Actor, reason: str = ""
) -> tuple[Step, TaskStatus]:
    """Hold the task and raise what `move_task` would raise of the task itself."""
    await hold_task(uow, task)
    mover, words = await mover_of_task(uow, task, action, actor), checked_words(reason)
    to, _ = check_task_move(task.status, action, mover, reason=words)
    is_public = action in _TOLD_TO_FOLLOWERS
    return Step(action=action, actor=actor, mover=mover, words=words, task_id=task.id, is_public=is_public), to


def _take_part(task: Task, action: TaskAction, account_id: int | None) -> None:
    if action is TaskAction.CLAIM:
        task.assignee_id = account_id
    elif action is TaskAction.SUBMIT:
        task.submitted_by_id = account_id


async def _end_pause(uow: UnitOfWork, issue: Issue, actor: Actor) -> None:
    if issue.status not in PAUSED:
        return
    mover = await mover_of_issue(uow, issue, actor)
    # Whoever may lift a suspension lifts it by its own button, not by the way.
    if issue.status is IssueStatus.SUSPENDED or IssueAction.RESUME not in allowed_actions(issue.status, mover):
        raise IssuePaused(issue.status)
    await move_issue(uow, issue, IssueAction.RESUME, actor=actor, is_public=False)


async def _follow_tasks(uow: UnitOfWork, issue: Issue, step: Step) -> HistoryEntry:
    before = to = issue.status
    assert isinstance(step.action, TaskAction)
    moves_as = STEP_OF_TASK.get(step.action)
    if issue.status in _TOLD_BY_TASKS and moves_as is not None:
        to = status_from_tasks([each.status for each in await tasks_of_issue(uow, issue)])
    entry = await take_issue_step(uow, issue, step, to, moves_as)
    await move_work_clock(uow, issue, before)
    return entry


async def align_with_tasks(uow: UnitOfWork, issue: Issue, *, actor: Actor) -> None:
    """Let the issue stand where its tasks say after work of another issue was carried over to it.

    A paused issue stays paused and goes on from there later.
    """
    await hold_issue(uow, issue)
    to = status_from_tasks([task.status for task in await tasks_of_issue(uow, issue)])
    if issue.status in PAUSED:
        issue.resume_status = to
    elif issue.status in _TOLD_BY_TASKS and issue.status is not to:
        before, mover = issue.status, await mover_of_issue(uow, issue, actor)
        await take_issue_step(
            uow, issue, Step(action=IssueAction.MERGE, actor=actor, mover=mover, is_public=False), to, IssueAction.MERGE
        )
        await move_work_clock(uow, issue, before)
