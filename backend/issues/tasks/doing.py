"""What workers do with a task: claim, hand on, give back, go there, submit; and what others do: check it, ask."""

from __future__ import annotations

from backend.issues.errors import AlreadyClaimed, TargetSame, TaskOver
from backend.issues.holding import hold_task, issue_by_id, task_by_id, tasks_of_issue
from backend.issues.models import HistoryEntry, Issue, Task
from backend.issues.movers import LIVE
from backend.issues.moving import check_task_step, move_issue, move_task
from backend.issues.naming import name_of
from backend.issues.states import EvidenceKind, IssueAction, TaskAction, TaskStatus
from backend.issues.tasks.evidence import GivenEvidence, check_enough_evidence, give_evidence
from backend.issues.tasks.hands import (
    Group,
    WorkTarget,
    account_in_group,
    check_has_room,
    check_person_may_take,
    group_of_target,
)
from backend.issues.tasks.opening import give_task, open_task
from backend.issues.tasks.releasing import release_if_gone
from backend.kernel.access import Actor
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork


async def claim_task(uow: UnitOfWork, *, actor: Actor, task_id: int) -> Task:
    """Take an open task on. A second press of the one who has it changes nothing.

    Raises NotYourGroup, AlreadyClaimed with the name of who was faster, TaskOver, OffDuty, TooManyTasks, IssuePaused.
    """
    task = await task_by_id(uow, task_id)
    if actor.account_id is not None and task.assignee_id == actor.account_id and task.status in LIVE:
        return task
    account = await account_in_group(uow, actor, Group(task.org_unit_id, task.partner_id))
    if task.status in LIVE and task.status is not TaskStatus.OPEN:
        raise AlreadyClaimed(await name_of(uow, task.assignee_id))
    if task.status is not TaskStatus.OPEN:
        raise TaskOver
    await check_has_room(uow, account)
    await move_task(uow, task, TaskAction.CLAIM, actor=actor)
    return task


async def transfer_task(uow: UnitOfWork, *, actor: Actor, task_id: int, to: WorkTarget, reason: str) -> Task:
    """Hand the work on to a person, a partner's group or another unit's group; returns the successor.

    A person has the successor at once, a group must claim it. Raises TargetSame, TargetOutside, TargetUnfit.
    """
    task = await task_by_id(uow, task_id)
    await check_task_step(uow, task, TaskAction.TRANSFER, actor=actor, reason=reason)
    issue = await hold_task(uow, task)
    group = await group_of_target(uow, issue, to)
    await _check_is_elsewhere(uow, task, group, to.account_id)
    await _answer_from(uow, issue, task, group)
    successor = await open_task(uow, issue, group, instructions=task.instructions, predecessor=task)
    await move_task(uow, task, TaskAction.TRANSFER, actor=actor, reason=reason)
    if to.account_id is not None:
        await give_task(uow, successor, to.account_id)
    return successor


async def _check_is_elsewhere(uow: UnitOfWork, task: Task, group: Group, account_id: int | None) -> None:
    is_same_group = group == Group(task.org_unit_id, task.partner_id)
    if account_id is not None and account_id != task.assignee_id:
        await check_person_may_take(uow, account_id, group)
    elif account_id is not None or (is_same_group and task.status is TaskStatus.OPEN):
        raise TargetSame


async def _answer_from(uow: UnitOfWork, issue: Issue, task: Task, group: Group) -> None:
    """Let the unit that gets the work answer for the issue, unless others of the old unit still work on it."""
    others = [each for each in await tasks_of_issue(uow, issue) if each.id != task.id and each.status in LIVE]
    if not others:
        issue.org_unit_id = group.org_unit_id


async def return_task(uow: UnitOfWork, *, actor: Actor, task_id: int, reason: str) -> HistoryEntry:
    """Give the work back to whoever dispatches; without other hands the issue waits to be dispatched again."""
    return await move_task(uow, await task_by_id(uow, task_id), TaskAction.RETURN, actor=actor, reason=reason)


async def set_out(uow: UnitOfWork, *, actor: Actor, task_id: int) -> Task:
    """Say that one is on the way; a second press changes nothing."""
    task = await task_by_id(uow, task_id)
    if task.status is not TaskStatus.EN_ROUTE or task.assignee_id != actor.account_id:
        await move_task(uow, task, TaskAction.EN_ROUTE, actor=actor)
    return task


async def arrive(uow: UnitOfWork, *, actor: Actor, task_id: int, point: Point | None = None) -> Task:
    """Say that one is there; a place, if given, is kept as evidence with its distance to the issue."""
    task = await task_by_id(uow, task_id)
    if task.status is not TaskStatus.ON_SCENE or task.assignee_id != actor.account_id:
        await move_task(uow, task, TaskAction.ARRIVE, actor=actor)
    if point is not None:
        place = GivenEvidence(kind=EvidenceKind.LOCATION, point=point)
        await give_evidence(uow, actor=actor, task_id=task_id, given=place)
    return task


async def submit_task(uow: UnitOfWork, *, actor: Actor, task_id: int, note: str = "") -> Task:
    """Say that the work is done and hand it to somebody else's check; a second press changes nothing.

    Raises EvidenceMissing, naming what the category still asks for; a `note` given here counts.
    """
    task = await task_by_id(uow, task_id)
    if task.status is TaskStatus.PENDING_CHECK and task.submitted_by_id == actor.account_id:
        return task
    await check_task_step(uow, task, TaskAction.SUBMIT, actor=actor)
    if note.strip():
        await give_evidence(uow, actor=actor, task_id=task_id, given=GivenEvidence(kind=EvidenceKind.NOTE, note=note))
    await check_enough_evidence(uow, task)
    await move_task(uow, task, TaskAction.SUBMIT, actor=actor)
    return task


async def pass_task(uow: UnitOfWork, *, actor: Actor, task_id: int, words: str = "") -> HistoryEntry:
    """Confirm somebody else's work. Raises CheckerIsDoer for one's own."""
    return await move_task(uow, await task_by_id(uow, task_id), TaskAction.PASS, actor=actor, reason=words)


async def fail_task(uow: UnitOfWork, *, actor: Actor, task_id: int, reason: str) -> HistoryEntry:
    """Send somebody else's work back to them with the reason; the limit for resolving runs on as if never stopped.

    Whoever serves there no more does not get it back: the group does.
    """
    task = await task_by_id(uow, task_id)
    entry = await move_task(uow, task, TaskAction.FAIL, actor=actor, reason=reason)
    await release_if_gone(uow, task)
    return entry


async def ask_reporter(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, question: str, task_id: int | None = None
) -> HistoryEntry:
    """Ask the reporter something; the clocks stand still until the answer."""
    issue = await issue_by_id(uow, issue_id)
    return await move_issue(uow, issue, IssueAction.ASK_REPORTER, actor=actor, reason=question, task_id=task_id)
