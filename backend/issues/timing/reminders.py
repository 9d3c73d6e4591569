"""Facts for the jobs that remind: a worker's morning, a group's evening, and whom to ask for a rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from backend.issues.models import Issue, IssueClock, IssueFollower, Rating, Task
from backend.issues.movers import LIVE
from backend.issues.states import ClockTarget, IssueStatus, TaskStatus
from backend.issues.views.cards import TaskCard, tasks_in_hand, tasks_of_group, tasks_to_claim
from backend.kernel.access import FIELD
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account, OrgUnit, RoleGrant

SOON = timedelta(hours=24)
_STANDING = (IssueStatus.SUSPENDED, IssueStatus.WAITING_REPORTER)
"""While an issue stands like this no limit runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerDigest:
    """A worker's day: what is in hand, how much of it is late or due within 24 hours, and what could be taken."""

    account_id: int
    in_hand: tuple[TaskCard, ...]
    overdue: int
    due_soon: int
    to_claim: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say; then nothing is sent."""
        return not self.in_hand and not self.to_claim


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDigest:
    """A group's day: what is open, unclaimed, waiting for a check, overdue, and what was finished since.

    `live` are the most urgent tasks, `open` counts them all; `waiting` are reports that nobody has accepted or sent to
    work, which concerns offices only.
    """

    live: tuple[TaskCard, ...]
    open: int
    unclaimed: int
    to_check: int
    overdue: int
    done: int
    waiting: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say; then nothing is sent."""
        return not (self.open or self.done or self.waiting)


async def workers_to_greet(uow: UnitOfWork) -> list[int]:
    """The accounts that get a morning digest: on duty, with a worker's role, not blocked; in id order."""
    found = await uow.session.scalars(
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.ended_at.is_(None),
            RoleGrant.role.in_(FIELD),
            Account.on_duty,
            Account.blocked_at.is_(None),
        )
        .distinct()
        .order_by(Account.id)
    )
    return list(found)


async def worker_digest(uow: UnitOfWork, account_id: int) -> WorkerDigest:
    """What this worker hears in the morning."""
    account = await uow.session.get_one(Account, account_id)
    in_hand = await tasks_in_hand(uow, account_id)
    return WorkerDigest(
        account_id=account_id,
        in_hand=tuple(in_hand),
        overdue=sum(card.is_overdue for card in in_hand),
        due_soon=sum(_is_due_soon(card, uow.now) for card in in_hand),
        to_claim=len(await tasks_to_claim(uow, await actor_of_account(uow, account))),
    )


def _is_due_soon(card: TaskCard, now: datetime) -> bool:
    return card.due_at is not None and not card.is_overdue and not card.is_paused and card.due_at - now <= SOON


async def group_digest(
    uow: UnitOfWork, *, org_unit_id: int | None, partner_id: int | None, since: datetime
) -> GroupDigest:
    """What this group hears in the evening; `done` counts what passed its check since then."""
    live = await tasks_of_group(uow, org_unit_id, partner_id)
    group = Task.partner_id == partner_id if partner_id else Task.partner_id.is_(None)
    unit = Task.org_unit_id == org_unit_id if org_unit_id is not None else Task.org_unit_id.is_not(None)
    done = select(func.count()).where(group, unit, Task.status == TaskStatus.DONE, Task.status_entered_at >= since)
    return GroupDigest(
        live=tuple(live),
        open=len(live),
        unclaimed=sum(card.status is TaskStatus.OPEN for card in live),
        to_check=sum(card.status is TaskStatus.PENDING_CHECK for card in live),
        overdue=sum(card.is_overdue for card in live),
        done=await uow.session.scalar(done) or 0,
    )


async def office_digest(uow: UnitOfWork, *, org_path: str, since: datetime) -> GroupDigest:
    """What the office of a unit hears in the evening: everything at or below it, whoever works on it; in numbers."""
    within = select(OrgUnit.id).where(OrgUnit.path.startswith(org_path, autoescape=True))
    is_task, is_issue = Task.org_unit_id.in_(within), Issue.org_unit_id.in_(within)
    is_late = exists().where(
        IssueClock.issue_id == Issue.id,
        IssueClock.target == ClockTarget.RESOLVE,
        IssueClock.stopped_at.is_(None),
        IssueClock.due_at <= uow.now,
    )
    counts = {
        "open": select(func.count()).where(is_task, Task.status.in_(LIVE)),
        "unclaimed": select(func.count()).where(is_task, Task.status == TaskStatus.OPEN),
        "to_check": select(func.count()).where(is_task, Task.status == TaskStatus.PENDING_CHECK),
        "done": select(func.count()).where(is_task, Task.status == TaskStatus.DONE, Task.status_entered_at >= since),
        "overdue": select(func.count()).where(is_issue, Issue.status.not_in(_STANDING), is_late),
        "waiting": select(func.count()).where(is_issue, Issue.status.in_((IssueStatus.REPORTED, IssueStatus.ACCEPTED))),
    }
    return GroupDigest(live=(), **{name: await uow.session.scalar(count) or 0 for name, count in counts.items()})


async def ratings_to_ask_for(
    uow: UnitOfWork, *, resolved_before: datetime, after: tuple[int, int] = (0, 0), limit: int = 200
) -> list[tuple[int, int]]:
    """(issue id, account id) of reporters who have not rated what was resolved before then, in this order.

    `after` is the last pair of the page before, so that a long list is read in pages.
    """
    rated = exists().where(Rating.issue_id == Issue.id, Rating.account_id == IssueFollower.account_id)
    later = (Issue.id > after[0]) | ((Issue.id == after[0]) & (IssueFollower.account_id > after[1]))
    found = await uow.session.execute(
        select(Issue.id, IssueFollower.account_id)
        .join(IssueFollower, IssueFollower.issue_id == Issue.id)
        .where(
            Issue.status == IssueStatus.RESOLVED,
            Issue.resolved_at < resolved_before,
            IssueFollower.is_reporter,
            ~rated,
            later,
        )
        .order_by(Issue.id, IssueFollower.account_id)
        .limit(limit)
    )
    return [(issue_id, account_id) for issue_id, account_id in found]
