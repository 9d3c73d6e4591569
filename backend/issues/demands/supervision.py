"""The order to hurry: issued from above, with a reply due, and a word to its author when nobody replies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.issues.errors import AlreadyAnswered, MoveNotYours, ReasonMissing, UntilInvalid
from backend.issues.events import SupervisionIssued, SupervisionOverdue, SupervisionReplied
from backend.issues.history import Step, checked_words, write_history
from backend.issues.holding import as_it_stands, hold_issue, issue_by_id
from backend.issues.models import Issue, Supervision
from backend.issues.movers import mover_of_issue, path_of_unit
from backend.issues.moves import LEADERS
from backend.issues.moving import check_issue_step, move_issue
from backend.issues.naming import name_of
from backend.issues.states import IssueAction
from backend.issues.timing.community_limits import limits_of
from backend.kernel.access import Actor, Role
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork

LATEST_REPLY = timedelta(days=60)

_LEVELS: Mapping[Role, int] = {Role.DISTRICT: 3, Role.ADMIN: 3, Role.SUBDISTRICT: 2, Role.STAFF: 1}
_ANSWERABLE = LEADERS | {Role.GRID_WORKER}


async def supervise_issue(
    uow: UnitOfWork, *, actor: Actor, issue_id: int, words: str, reply_due_at: datetime | None = None
) -> Supervision:
    """Order those who work on the issue to hurry; the rank of the author is the level. Records SupervisionIssued.

    Neither status nor clocks move. The same words of the same author again, while no reply has come, change nothing.
    """
    issue = await issue_by_id(uow, issue_id)
    if reply_due_at is not None and not uow.now < reply_due_at <= uow.now + LATEST_REPLY:
        raise UntilInvalid
    step, _, _ = await check_issue_step(uow, issue, IssueAction.SUPERVISE, actor=actor, reason=words)
    if (same := await _same_order(uow, issue, actor, step.words)) is not None:
        return same
    entry = await move_issue(uow, issue, IssueAction.SUPERVISE, actor=actor, reason=words, is_public=False)
    level = _LEVELS.get(Role(entry.actor_role), 1)
    within = timedelta(hours=(await limits_of(uow, issue.community_id))[f"reply_{level}"])
    supervision = Supervision(
        issue_id=issue.id,
        level=level,
        issued_by_id=actor.account_id,
        issued_at=uow.now,
        words=entry.words,
        reply_due_at=reply_due_at or uow.now + within,
    )
    uow.session.add(supervision)
    issue.supervision_level = max(issue.supervision_level, level)
    await uow.session.flush()
    uow.record(SupervisionIssued(supervision.id))
    return supervision


async def _same_order(uow: UnitOfWork, issue: Issue, actor: Actor, words: str) -> Supervision | None:
    return await uow.session.scalar(
        select(Supervision).where(
            Supervision.issue_id == issue.id,
            Supervision.issued_by_id == actor.account_id,
            Supervision.words == words,
            Supervision.replied_at.is_(None),
        )
    )


async def reply_to_supervision(uow: UnitOfWork, *, actor: Actor, supervision_id: int, words: str) -> Supervision:
    """Tell the author how it stands: whoever works on the issue or answers for its unit may.

    Raises AlreadyAnswered with the name if another was faster; one's own second reply changes nothing.
    """
    supervision = await uow.session.get(Supervision, supervision_id)
    if supervision is None:
        raise NotFound
    issue = await hold_issue(uow, await uow.session.get_one(Issue, supervision.issue_id))
    await as_it_stands(uow, supervision)
    mover = await mover_of_issue(uow, issue, actor)
    if not (mover.is_doer or mover.roles & _ANSWERABLE):
        raise MoveNotYours(issue.status, IssueAction.SUPERVISE)
    if supervision.replied_at is not None:
        if supervision.replied_by_id == actor.account_id:
            return supervision
        raise AlreadyAnswered(await name_of(uow, supervision.replied_by_id))
    reply = checked_words(words)
    if not reply:
        raise ReasonMissing(IssueAction.SUPERVISE)
    supervision.reply, supervision.replied_at, supervision.replied_by_id = reply, uow.now, actor.account_id
    step = Step(action=IssueAction.COMMENT, actor=actor, mover=mover, words=reply, is_public=False)
    await write_history(uow, issue, step)
    path = await path_of_unit(uow, issue.org_unit_id)
    audit(uow, actor, "issue.supervision_reply", f"issue:{issue.id}", org_path=path, after={"order": supervision.id})
    uow.record(SupervisionReplied(supervision.id))
    return supervision


async def tell_overdue_supervisions(uow: UnitOfWork, limit: int = 200) -> int:
    """Say once of every order whose reply is late that nobody replied; returns how many. Twice is safe."""
    late = await uow.session.scalars(
        select(Supervision)
        .where(
            Supervision.reply_due_at <= uow.now,
            Supervision.replied_at.is_(None),
            Supervision.overdue_told_at.is_(None),
        )
        .order_by(Supervision.reply_due_at, Supervision.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    told = 0
    for supervision in late.all():
        supervision.overdue_told_at = uow.now
        uow.record(SupervisionOverdue(supervision.id))
        told += 1
    return told
