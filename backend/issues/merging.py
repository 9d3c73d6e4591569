"""Two issues turn out to be one: followers and work move to the survivor, and everybody hears."""

from __future__ import annotations

from sqlalchemy import exists, select, update

from backend.issues.errors import MergeIntoItself, MoveNotYours
from backend.issues.events import IssueMerged
from backend.issues.history import history_row, write_rows
from backend.issues.holding import issue_by_id, tasks_of_issue
from backend.issues.limits import check_merge
from backend.issues.models import Evidence, Issue, IssueClock, IssueFollower, Task
from backend.issues.movers import LIVE, mover_of_issue, path_of_unit, role_shown
from backend.issues.moves import LEADERS
from backend.issues.moving import align_with_tasks, check_issue_step, move_issue
from backend.issues.reports.duplicates import OPEN
from backend.issues.reports.errors import IssueOver, MergeOutsideCommunity
from backend.issues.reports.following import LONGEST_CHAIN, add_follower
from backend.issues.states import IssueAction, IssueStatus, TaskStatus
from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork

ABSORBED = "absorb"
"""The step in the survivor's history; its words are the number of the issue that ended."""


async def merge_issues(uow: UnitOfWork, *, actor: Actor, issue_id: int, into_issue_id: int, reason: str = "") -> Issue:
    """End `issue_id` in favour of `into_issue_id`; returns the survivor. Doing it again changes nothing.

    All followers follow the survivor. Work with evidence, or submitted for a check, is carried over; other work ends.
    The actor must lead both. Raises MergeIntoItself, MergeOutsideCommunity, MoveNotYours, IssueOver if the survivor
    is over, and what the table of moves says of the other.
    """
    issue, into = await _both_held(uow, issue_id, into_issue_id)
    if issue.merged_into_id == into.id:
        return into
    await _check_may_become_one(uow, actor, issue, into)
    await check_issue_step(uow, issue, IssueAction.MERGE, actor=actor, reason=reason)
    carried = await _carry_work(uow, issue, into)
    await _move_followers(uow, issue, into)
    issue.merged_into_id = into.id
    await move_issue(uow, issue, IssueAction.MERGE, actor=actor, reason=reason)
    if carried:
        await _take_up_work(uow, into)
    await _write_down(uow, actor, issue, into)
    uow.record(IssueMerged(issue_id=issue.id, into_issue_id=into.id))
    return into


async def _both_held(uow: UnitOfWork, issue_id: int, into_issue_id: int) -> tuple[Issue, Issue]:
    """Hold both in id order, so that two merges the opposite way round never wait for each other."""
    if issue_id == into_issue_id:
        raise MergeIntoItself
    held = {each: await issue_by_id(uow, each) for each in sorted((issue_id, into_issue_id))}
    return held[issue_id], held[into_issue_id]


async def _check_may_become_one(uow: UnitOfWork, actor: Actor, issue: Issue, into: Issue) -> None:
    if issue.community_id != into.community_id:
        raise MergeOutsideCommunity
    check_merge(issue.id, into.id, await _merges_from(uow, into))
    if into.status not in OPEN:
        raise IssueOver(into.number)
    if not (await mover_of_issue(uow, into, actor)).roles & LEADERS:
        raise MoveNotYours(into.status, IssueAction.MERGE)


async def _merges_from(uow: UnitOfWork, issue: Issue) -> dict[int, int]:
    merges: dict[int, int] = {}
    current: Issue | None = issue
    while current is not None and current.merged_into_id is not None and len(merges) < LONGEST_CHAIN:
        merges[current.id] = current.merged_into_id
        current = await uow.session.get(Issue, current.merged_into_id)
    return merges


async def _carry_work(uow: UnitOfWork, issue: Issue, into: Issue) -> list[Task]:
    carried = [task for task in await tasks_of_issue(uow, issue) if await _is_worth_keeping(uow, task)]
    for task in carried:
        task.issue_id, task.reopening = into.id, into.reopened_count
        await uow.session.execute(update(IssueClock).where(IssueClock.task_id == task.id).values(issue_id=into.id))
    await uow.session.flush()
    return carried


async def _is_worth_keeping(uow: UnitOfWork, task: Task) -> bool:
    if task.status not in LIVE:
        return False
    shown = exists().where(Evidence.task_id == task.id)
    return task.status is TaskStatus.PENDING_CHECK or bool(await uow.session.scalar(select(shown)))


async def _take_up_work(uow: UnitOfWork, into: Issue) -> None:
    if into.status is IssueStatus.REPORTED:
        await move_issue(uow, into, IssueAction.ACCEPT, actor=CLOCK_ACTOR)
    await align_with_tasks(uow, into, actor=CLOCK_ACTOR)


async def _move_followers(uow: UnitOfWork, issue: Issue, into: Issue) -> None:
    followers = await uow.session.scalars(
        select(IssueFollower).where(IssueFollower.issue_id == issue.id).order_by(IssueFollower.account_id)
    )
    for follower in followers.all():
        await add_follower(uow, into.id, follower.account_id, is_reporter=follower.is_reporter)


async def _write_down(uow: UnitOfWork, actor: Actor, issue: Issue, into: Issue) -> None:
    role = role_shown(await mover_of_issue(uow, into, actor))
    said = {"account_id": actor.account_id, "words": issue.number, "is_public": False}
    await write_rows(uow, [history_row(uow, into, action=ABSORBED, role=role, **said)])
    path = await path_of_unit(uow, into.org_unit_id)
    audit(uow, actor, "merge_issues", f"issue:{into.id}", org_path=path, after={"merged": issue.id})
