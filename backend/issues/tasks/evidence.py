"""What proves work: given by whoever has the task in hand, measured against the place, asked for by the category."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from backend.issues.errors import EvidenceInvalid, EvidenceRefused, NotYourTask, TooMuchEvidence
from backend.issues.events import EvidenceGiven
from backend.issues.history import checked_words
from backend.issues.holding import hold_task, task_by_id
from backend.issues.limits import check_evidence
from backend.issues.models import Category, Evidence, HistoryEntry, Issue, Task
from backend.issues.movers import HELD, mover_of_task, path_of_unit
from backend.issues.states import EvidenceKind, TaskAction, TaskStatus
from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.geo import Point, distance_m, is_on_earth
from backend.kernel.unit_of_work import UnitOfWork

MOST_PER_TASK = 40
LONGEST_FILE_ID = 255
LONGEST_UNIQUE_ID = 64
_WITHOUT_FILE = frozenset({EvidenceKind.NOTE, EvidenceKind.LOCATION})
# What it looked like before stays true when a check fails; everything else must be shown anew.
_OUTLIVES_A_FAILED_CHECK = frozenset({EvidenceKind.PHOTO_BEFORE, EvidenceKind.DOCUMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenEvidence:
    """One file, note or place as it came in; a file may bring its caption as the note."""

    kind: EvidenceKind
    file_id: str | None = None
    file_unique_id: str | None = None
    media_group_id: str | None = None
    note: str = ""
    point: Point | None = None

    def is_complete(self) -> bool:
        """Whether what its kind needs is there, and nothing longer than a chat would send."""
        if self.point is not None and not is_on_earth(self.point):
            return False
        if self.kind is EvidenceKind.NOTE:
            return bool(self.note.strip())
        if self.kind is EvidenceKind.LOCATION:
            return self.point is not None
        return (
            0 < len(self.file_id or "") <= LONGEST_FILE_ID and 0 < len(self.file_unique_id or "") <= LONGEST_UNIQUE_ID
        )


async def give_evidence(uow: UnitOfWork, *, actor: Actor, task_id: int, given: GivenEvidence) -> Evidence:
    """Add proof to a task in the actor's hands; the same file twice is one. Records EvidenceGiven.

    The late photos of an album that began before submitting still join it. Raises NotYourTask, EvidenceRefused,
    EvidenceInvalid, TooMuchEvidence or TextTooLong.
    """
    task = await task_by_id(uow, task_id)
    if actor.account_id is None or task.assignee_id != actor.account_id:
        raise NotYourTask
    if not (await mover_of_task(uow, task, TaskAction.SUBMIT, actor)).is_doer:
        raise NotYourTask
    if not given.is_complete():
        raise EvidenceInvalid
    if (known := await _same_file(uow, task, given)) is not None:
        return known
    if task.status not in HELD and not await _belongs_to_album(uow, task, given):
        raise EvidenceRefused
    if await _count(uow, task) >= MOST_PER_TASK:
        raise TooMuchEvidence(MOST_PER_TASK)
    return await _add(uow, task, actor.account_id, given, actor)


async def _same_file(uow: UnitOfWork, task: Task, given: GivenEvidence) -> Evidence | None:
    if given.kind in _WITHOUT_FILE:
        return None
    return await uow.session.scalar(
        select(Evidence).where(Evidence.task_id == task.id, Evidence.file_unique_id == given.file_unique_id)
    )


async def _belongs_to_album(uow: UnitOfWork, task: Task, given: GivenEvidence) -> bool:
    if given.media_group_id is None or task.status is not TaskStatus.PENDING_CHECK:
        return False
    begun = select(func.count()).where(Evidence.task_id == task.id, Evidence.media_group_id == given.media_group_id)
    return bool(await uow.session.scalar(begun))


async def _count(uow: UnitOfWork, task: Task) -> int:
    return await uow.session.scalar(select(func.count()).where(Evidence.task_id == task.id)) or 0


async def _add(uow: UnitOfWork, task: Task, account_id: int, given: GivenEvidence, actor: Actor) -> Evidence:
    issue = await hold_task(uow, task)
    has_file = given.kind not in _WITHOUT_FILE
    evidence = Evidence(
        task_id=task.id,
        kind=given.kind,
        account_id=account_id,
        file_id=given.file_id if has_file else None,
        file_unique_id=given.file_unique_id if has_file else None,
        media_group_id=given.media_group_id if has_file else None,
        note=checked_words(given.note),
        longitude=given.point.longitude if given.point else None,
        latitude=given.point.latitude if given.point else None,
        distance_metres=distance_to_issue(issue, given.point),
        given_at=uow.now,
    )
    uow.session.add(evidence)
    await uow.session.flush()
    path = await path_of_unit(uow, issue.org_unit_id)
    audit(uow, actor, "issue.evidence", f"issue:{issue.id}", org_path=path, after={"evidence": evidence.id})
    uow.record(EvidenceGiven(task.id, evidence.id))
    return evidence


def distance_to_issue(issue: Issue, point: Point | None) -> int | None:
    """Whole metres between the point and the issue's place, if both are known."""
    if point is None or issue.latitude is None or issue.longitude is None:
        return None
    return round(distance_m(point, Point(issue.latitude, issue.longitude)))


async def missing_evidence(uow: UnitOfWork, task: Task) -> frozenset[EvidenceKind]:
    """What the category asks for and the task does not show yet (since its last failed check)."""
    required = await required_evidence(uow, task)
    return required - await _given(uow, task) if required else required


async def check_enough_evidence(uow: UnitOfWork, task: Task) -> None:
    """Raise EvidenceMissing, naming all that is missing."""
    if required := await required_evidence(uow, task):
        check_evidence(required, await _given(uow, task))


async def required_evidence(uow: UnitOfWork, task: Task) -> frozenset[EvidenceKind]:
    """What the category of the task's issue asks for."""
    kinds = await uow.session.scalar(
        select(Category.evidence).join(Issue, Issue.category_id == Category.id).where(Issue.id == task.issue_id)
    )
    return frozenset(EvidenceKind(kind) for kind in kinds or ())


async def valid_evidence(uow: UnitOfWork, task: Task) -> list[Evidence]:
    """What still counts: given since the last failed check, or of a kind that stays true."""
    failed_at = await uow.session.scalar(
        select(func.max(HistoryEntry.at)).where(
            HistoryEntry.task_id == task.id, HistoryEntry.action == TaskAction.FAIL.value
        )
    )
    rows = await uow.session.scalars(select(Evidence).where(Evidence.task_id == task.id).order_by(Evidence.id))
    return [
        row for row in rows if failed_at is None or row.given_at >= failed_at or row.kind in _OUTLIVES_A_FAILED_CHECK
    ]


async def _given(uow: UnitOfWork, task: Task) -> frozenset[EvidenceKind]:
    valid = await valid_evidence(uow, task)
    notes = {EvidenceKind.NOTE} if any(row.note for row in valid) else set()
    return frozenset({row.kind for row in valid} | notes)
