"""How a permitted step is written down: status, history, audit, clocks, event. Only `moving` calls it."""

from __future__ import annotations

from backend.issues.demands.answers import answer_by_ending
from backend.issues.errors import WorkAwaitsCheck
from backend.issues.events import IssueCommented, IssueMoved, TaskMoved
from backend.issues.history import Step, write_history
from backend.issues.holding import tasks_of_issue
from backend.issues.models import HistoryEntry, Issue, Task
from backend.issues.movers import LIVE, path_of_unit
from backend.issues.moves import ClockEffect, IssueMove
from backend.issues.states import ClockTarget, IssueAction, IssueStatus, TaskAction, TaskStatus
from backend.issues.timing.clock_rows import pause_clocks, run_clocks, start_clock, stop_clocks, take_stop_off
from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork

PAUSED = frozenset({IssueStatus.WAITING_REPORTER, IssueStatus.SUSPENDED})
OVER = frozenset({IssueStatus.CLOSED, IssueStatus.REJECTED, IssueStatus.MERGED, IssueStatus.CANCELLED})
_WORK_DONE = frozenset({IssueStatus.PENDING_CHECK, IssueStatus.RESOLVED})
_COMES_BACK = PAUSED | {IssueStatus.REOPEN_REQUESTED}


async def take_issue_step(
    uow: UnitOfWork, issue: Issue, step: Step, to: IssueStatus, moves_as: IssueAction | None
) -> HistoryEntry:
    """Bring the issue to `to` (or leave it there) and write the step down; `moves_as` is how the event names it."""
    before = issue.status
    if to is not before:
        _enter(uow, issue, step.action, to)
    entry = await write_history(uow, issue, step, before)
    audit(
        uow,
        step.actor,
        f"issue.{step.action}",
        f"issue:{issue.id}",
        org_path=await path_of_unit(uow, issue.org_unit_id),
        before={"status": before.value},
        after={"status": to.value, "task": step.task_id},
    )
    if moves_as is not None and (to is not before or moves_as is IssueAction.ESCALATE):
        uow.record(IssueMoved(issue.id, moves_as, before, to, step.actor.account_id, entry.id))
    elif step.action in (IssueAction.COMMENT, TaskAction.COMMENT):
        uow.record(IssueCommented(issue.id, entry.id))
    if to in OVER and to is not before:
        await answer_by_ending(uow, issue, step.actor, step.words)
    return entry


def _enter(uow: UnitOfWork, issue: Issue, action: IssueAction | TaskAction, to: IssueStatus) -> None:
    issue.resume_status = issue.status if to in _COMES_BACK else None
    issue.status = to
    issue.status_entered_at = uow.now
    if to is IssueStatus.RESOLVED and issue.resolved_at is None:
        issue.resolved_at = uow.now
    if to in OVER and issue.closed_at is None:
        issue.closed_at = uow.now
    if action is IssueAction.REOPEN:
        issue.reopened_count += 1
        issue.resolved_at = issue.closed_at = None


async def take_task_step(uow: UnitOfWork, issue: Issue, task: Task, step: Step, to: TaskStatus) -> None:
    """Bring the task to `to`; who waited for somebody to claim it waits no longer."""
    before = task.status
    if to is before or not isinstance(step.action, TaskAction):
        return
    task.status = to
    task.status_entered_at = uow.now
    await uow.session.flush()
    if before is TaskStatus.OPEN:
        await stop_clocks(uow, issue, task_id=task.id)
    uow.record(TaskMoved(task.id, step.action, before, to, step.actor.account_id))


async def move_clocks(uow: UnitOfWork, issue: Issue, move: IssueMove) -> None:
    """Let the issue's own clocks follow a move of the issue; claim clocks belong to tasks and follow those."""
    if move.clocks is ClockEffect.PAUSE:
        await pause_clocks(uow, issue)
    elif move.clocks is ClockEffect.RUN:
        await run_clocks(uow, issue)
        if issue.status in _WORK_DONE:  # all work was submitted while it waited
            await stop_clocks(uow, issue, target=ClockTarget.RESOLVE)
    if move.meets is not None:
        await stop_clocks(uow, issue, target=move.meets)
    if move.starts is ClockTarget.RESOLVE:
        await start_clock(uow, issue, ClockTarget.RESOLVE)
    if issue.status in OVER:
        await stop_clocks(uow, issue)


async def move_work_clock(uow: UnitOfWork, issue: Issue, before: IssueStatus) -> None:
    """Stop the limit for resolving when all work is submitted; let it run on when a check fails."""
    if issue.status in _WORK_DONE and before not in _WORK_DONE:
        await stop_clocks(uow, issue, target=ClockTarget.RESOLVE)
    elif before in _WORK_DONE and issue.status not in _WORK_DONE:
        await take_stop_off(uow, issue, ClockTarget.RESOLVE)


async def cancel_live_tasks(uow: UnitOfWork, issue: Issue, actor: Actor, ending: Step) -> None:
    """Cancel the work that nobody needs any more. Raises WorkAwaitsCheck if some of it was submitted."""
    live = [task for task in await tasks_of_issue(uow, issue) if task.status in LIVE]
    if any(task.status is TaskStatus.PENDING_CHECK for task in live):
        raise WorkAwaitsCheck
    for task in live:
        step = Step(
            action=TaskAction.CANCEL,
            actor=actor,
            mover=ending.mover,
            words=ending.words,
            task_id=task.id,
            is_public=False,
        )
        await take_task_step(uow, issue, task, step, TaskStatus.CANCELLED)
        await write_history(uow, issue, step)
