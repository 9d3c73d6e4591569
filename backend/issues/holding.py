"""Rows held until the commit, always in this order: the issue, its tasks by id, then accounts. So nobody deadlocks.

Whoever holds the issue decides about it and all its tasks alone. On SQLite the unit of work holds the whole database
already. The lock leaves keys readable, so that reports, history and messages about the issue can be added meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import select

from backend.issues.models import Issue, IssueClock, Task
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account

_HELD = "issues held"
_NEW = "issues opened"
Part = TypeVar("Part", Task, IssueClock)


async def hold_issue(uow: UnitOfWork, issue: Issue) -> Issue:
    """Wait for whoever changes the issue now, then hold it as it stands after them; twice costs nothing."""
    held: set[int] = uow.session.info.setdefault(_HELD, set())
    if issue.id not in held and not uow.is_sqlite:
        await uow.session.refresh(issue, with_for_update={"key_share": True})
    held.add(issue.id)
    return issue


def hold_new_issue(uow: UnitOfWork, issue: Issue) -> None:
    """Nobody else sees an issue before the commit that opens it: it is held without asking."""
    for noted in (_HELD, _NEW):
        uow.session.info.setdefault(noted, set()).add(issue.id)


def parts_of_new(uow: UnitOfWork, issue: Issue, kind: type[Part]) -> list[Part] | None:
    """The tasks or clocks of an issue that this transaction opened, oldest first; None for any other issue.

    Nobody else can have added any, so there is no need to ask: all of them are in the session, written or not.
    """
    if issue.id not in uow.session.info.get(_NEW, ()):
        return None
    parts = [row for row in uow.session if isinstance(row, kind) and row.issue_id == issue.id]
    return sorted(parts, key=lambda part: (part.id is None, part.id or 0))


async def as_it_stands(uow: UnitOfWork, row: object) -> None:
    """Read a row again once its issue is held, for somebody faster may have changed it.

    What this transaction changed itself is written first; reading again would drop it.
    """
    if not uow.is_sqlite:
        await uow.session.flush()
        await uow.session.refresh(row)


async def issue_by_id(uow: UnitOfWork, issue_id: int) -> Issue:
    """The issue, held. Raises NotFound."""
    issue = await uow.session.get(Issue, issue_id)
    if issue is None:
        raise NotFound
    return await hold_issue(uow, issue)


async def hold_task(uow: UnitOfWork, task: Task) -> Issue:
    """Hold the task and the issue it belongs to, as both stand after whoever was faster; returns the issue."""
    issue = await uow.session.get_one(Issue, task.issue_id)
    was_held = issue.id in uow.session.info.get(_HELD, set())
    await hold_issue(uow, issue)
    if not was_held and not uow.is_sqlite:
        await uow.session.refresh(task, with_for_update={"key_share": True})
    return issue


async def task_by_id(uow: UnitOfWork, task_id: int) -> Task:
    """The task, held together with its issue. Raises NotFound."""
    task = await uow.session.get(Task, task_id)
    if task is None:
        raise NotFound
    await hold_task(uow, task)
    return task


async def tasks_of_issue(uow: UnitOfWork, issue: Issue) -> Sequence[Task]:
    """The tasks of the issue's present life (what was done before a reopening does not count), oldest first."""
    found = await uow.session.scalars(
        select(Task).where(Task.issue_id == issue.id, Task.reopening == issue.reopened_count).order_by(Task.id)
    )
    return found.all()


async def account_by_id(uow: UnitOfWork, account_id: int) -> Account:
    """The account, held, so that two claims of one worker are counted one after the other. Raises NotFound."""
    account = await uow.session.get(
        Account, account_id, with_for_update={"key_share": True}, populate_existing=not uow.is_sqlite
    )
    if account is None:
        raise NotFound
    return account
