"""What is on a task's card: read in bulk, derived where it is derived, with the buttons that its state has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import Row, Select, bindparam, select

from backend.issues.models import Category, HistoryEntry, Issue, Task
from backend.issues.movers import HELD, LIVE, mover_of_task
from backend.issues.moves import ISSUE_MOVES, TASK_MOVES
from backend.issues.states import (
    EvidenceKind,
    IssueAction,
    IssueStatus,
    RiskGrade,
    TaskAction,
    TaskStatus,
)
from backend.issues.timing.colours import Urgency, urgency_of
from backend.issues.views.card_reads import claim_dues_of, evidence_of, explanations_of, photos_of
from backend.kernel.access import Actor, Role
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account, OrgUnit, Partner

MOST_CARDS = 100
_NO_BUTTON = frozenset({TaskAction.RELEASE, TaskAction.COMMENT, TaskAction.CANCEL})
_ALSO_WHILE_HELD = (IssueAction.ASK_REPORTER, IssueAction.REQUEST_SUSPEND)

Button: TypeAlias = TaskAction | IssueAction
CardRow: TypeAlias = Row[Task, Issue, Category, str, str, str]
CardQuery: TypeAlias = Select[Task, Issue, Category, str, str, str]
"""Task, issue, category, and the names of unit, partner and assignee (the last two may be missing)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """All that a card shows. `grade` is judged, `colour` is derived from it and the time left.

    `left` is the time until `due_at` in the limit's own time, negative when overdue, as it stood when a pause began;
    None while no limit runs. `claim_due_at` is the limit for taking it, while nobody has. `explained` is the reason of
    the last return, transfer or failed check. `buttons` are what its state allows; who may press is checked on press.
    """

    task_id: int
    issue_id: int
    number: str
    community_id: int
    category_names: Mapping[str, str]
    emoji: str
    is_emergency: bool
    grade: RiskGrade
    colour: RiskGrade
    summary: str
    place: str
    longitude: float | None
    latitude: float | None
    instructions: str
    explained: str
    status: TaskStatus
    issue_status: IssueStatus
    opened_at: datetime
    due_at: datetime | None
    left: timedelta | None
    claim_due_at: datetime | None
    is_paused: bool
    org_unit_id: int
    unit_name: str
    partner_id: int | None
    partner_name: str
    assignee_id: int | None
    assignee_name: str
    supervision_level: int
    reopened_count: int
    video_room: str
    required: tuple[EvidenceKind, ...]
    evidence: Mapping[EvidenceKind, int]
    photos: tuple[str, ...]
    buttons: tuple[Button, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether the limit for resolving has passed."""
        return self.left is not None and self.left <= timedelta(0)


def _rows() -> CardQuery:
    return (
        select(Task, Issue, Category, OrgUnit.name, Partner.name, Account.display_name)
        .join(Issue, Issue.id == Task.issue_id)
        .join(Category, Category.id == Issue.category_id)
        .join(OrgUnit, OrgUnit.id == Task.org_unit_id)
        .outerjoin(Partner, Partner.id == Task.partner_id)
        .outerjoin(Account, Account.id == Task.assignee_id)
    )


_ROW = _rows().where(Task.id == bindparam("task_id")).execution_options(populate_existing=True)
"""As they stand now, for whoever had to wait until they may draw."""


async def task_card(uow: UnitOfWork, task_id: int) -> TaskCard:
    """The card of one task, for the group whose card it is: no reader is checked here. Raises NotFound."""
    cards = await _cards(uow, _ROW, task_id=task_id)
    if not cards:
        raise NotFound
    return cards[0]


async def task_card_for(uow: UnitOfWork, *, actor: Actor, task_id: int) -> TaskCard:
    """The card as somebody asks for it in private; what is not theirs to see is NotFound."""
    task = await uow.session.get(Task, task_id)
    if task is None:
        raise NotFound
    mover = await mover_of_task(uow, task, TaskAction.COMMENT, actor)
    if not mover.is_doer and not mover.roles - {Role.RESIDENT}:
        raise NotFound
    return await task_card(uow, task_id)


async def tasks_in_hand(uow: UnitOfWork, account_id: int) -> list[TaskCard]:
    """What this worker has to do, the most urgent first. "Mine" is what is assigned to me, nothing else."""
    return _by_urgency(
        await _cards(
            uow,
            _rows().where(Task.assignee_id == account_id, Task.status.in_(HELD)).order_by(Task.id).limit(MOST_CARDS),
        )
    )


async def tasks_of_group(uow: UnitOfWork, org_unit_id: int | None, partner_id: int | None = None) -> list[TaskCard]:
    """What is not over in a group, the most urgent first: a unit's own, or a partner's in all units or in one."""
    query = _rows().where(Task.status.in_(LIVE))
    query = query.where(Task.partner_id == partner_id) if partner_id else query.where(Task.partner_id.is_(None))
    if org_unit_id is not None:
        query = query.where(Task.org_unit_id == org_unit_id)
    return _by_urgency(await _cards(uow, query.order_by(Task.id).limit(MOST_CARDS)))


async def tasks_to_claim(uow: UnitOfWork, actor: Actor) -> list[TaskCard]:
    """Open tasks that this worker could take: of the grids served, or of the partner; the most urgent first."""
    account = await uow.session.get(Account, actor.account_id or 0)
    query = _rows().where(Task.status == TaskStatus.OPEN)
    if account is not None and account.partner_id is not None:
        query = query.where(Task.partner_id == account.partner_id)
    else:
        paths = actor.paths_of((Role.GRID_WORKER, Role.GRID_LEADER))
        query = query.where(Task.partner_id.is_(None), OrgUnit.path.in_(paths))
    return _by_urgency(await _cards(uow, query.order_by(Task.id).limit(MOST_CARDS)))


async def live_tasks_of_issue(uow: UnitOfWork, issue_id: int) -> list[TaskCard]:
    """The cards of one issue that are not over, oldest first."""
    return await _cards(uow, _rows().where(Task.issue_id == issue_id, Task.status.in_(LIVE)).order_by(Task.id))


def _by_urgency(cards: list[TaskCard]) -> list[TaskCard]:
    return sorted(cards, key=lambda card: (card.due_at is None, card.due_at or card.opened_at, card.task_id))


async def _cards(uow: UnitOfWork, query: CardQuery, **values: int) -> list[TaskCard]:
    rows = (await uow.session.execute(query, values)).all()
    issue_ids, worked_on = {row.Issue.id for row in rows}, [row.Task for row in rows if _has_a_past(row.Task)]
    urgency = await urgency_of(uow, [row.Issue for row in rows])
    claim_dues = await claim_dues_of(uow, [row.Task.id for row in rows if row.Task.status is TaskStatus.OPEN])
    evidence = await evidence_of(uow, [task.id for task in worked_on])
    explained = await explanations_of(uow, {task.issue_id for task in worked_on})
    photos = await photos_of(uow, issue_ids)
    return [
        _card(
            row,
            urgency[row.Issue.id],
            claim_dues.get(row.Task.id),
            evidence.get(row.Task.id, {}),
            explained,
            photos.get(row.Issue.id, ()),
        )
        for row in rows
    ]


def _has_a_past(task: Task) -> bool:
    """Whether anybody can have given a reason or evidence yet: not for new work that nobody has taken."""
    return task.status is not TaskStatus.OPEN or task.predecessor_id is not None


def _card(
    row: CardRow,
    urgency: Urgency,
    claim_due_at: datetime | None,
    evidence: Mapping[EvidenceKind, int],
    explained: Mapping[int, HistoryEntry],
    photos: tuple[str, ...],
) -> TaskCard:
    task, issue, category, unit_name, partner_name, assignee_name = row
    return TaskCard(
        task_id=task.id,
        issue_id=issue.id,
        number=issue.number,
        community_id=issue.community_id,
        category_names=category.names,
        emoji=category.emoji,
        is_emergency=category.is_emergency,
        grade=issue.risk_grade,
        colour=urgency.colour,
        summary=issue.summary,
        place=issue.place,
        longitude=issue.longitude,
        latitude=issue.latitude,
        instructions=task.instructions,
        explained=_reason_for(task, explained),
        status=task.status,
        issue_status=issue.status,
        opened_at=issue.opened_at,
        due_at=urgency.due_at,
        left=urgency.left,
        claim_due_at=claim_due_at,
        is_paused=urgency.is_paused,
        org_unit_id=task.org_unit_id,
        unit_name=unit_name,
        partner_id=task.partner_id,
        partner_name=partner_name or "",
        assignee_id=task.assignee_id,
        assignee_name=assignee_name or "",
        supervision_level=issue.supervision_level,
        reopened_count=issue.reopened_count,
        video_room=issue.video_room,
        required=tuple(EvidenceKind(kind) for kind in category.evidence),
        evidence=evidence,
        photos=photos,
        buttons=buttons_of(task.status, issue.status),
    )


def buttons_of(status: TaskStatus, issue_status: IssueStatus) -> tuple[Button, ...]:
    """What can be done to a task in this state, whoever presses; nothing while the issue is suspended."""
    if issue_status is IssueStatus.SUSPENDED:
        return ()
    own: tuple[Button, ...] = tuple(
        action for action in TaskAction if action not in _NO_BUTTON and (status, action) in TASK_MOVES
    )
    if status not in HELD:
        return own
    return own + tuple(action for action in _ALSO_WHILE_HELD if (issue_status, action) in ISSUE_MOVES)


def _reason_for(task: Task, explained: Mapping[int, HistoryEntry]) -> str:
    """Why the work lies here: its own failed check, else what its predecessor said on leaving."""
    entry = explained.get(task.id) or explained.get(task.predecessor_id or 0)
    return entry.words if entry is not None else ""
