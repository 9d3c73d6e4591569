"""The answers that go back between org units: given by somebody, or by the end of the issue itself."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.events import AnsweredBetweenUnits
from backend.issues.models import Issue, OrgDispatch
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork


def give_answer(uow: UnitOfWork, dispatch: OrgDispatch, actor: Actor, words: str) -> None:
    """Write the answer down; empty words mean that the issue's end is the answer. Records AnsweredBetweenUnits."""
    dispatch.answer, dispatch.answered_at, dispatch.answered_by_id = words, uow.now, actor.account_id
    uow.record(AnsweredBetweenUnits(dispatch.id))


async def answer_by_ending(uow: UnitOfWork, issue: Issue, actor: Actor, words: str) -> None:
    """The issue is over: whatever was sent down or up for it and still waits is answered by that."""
    waiting = await uow.session.scalars(
        select(OrgDispatch)
        .where(OrgDispatch.issue_id == issue.id, OrgDispatch.answered_at.is_(None))
        .order_by(OrgDispatch.id)
    )
    for dispatch in waiting.all():
        give_answer(uow, dispatch, actor, words)
