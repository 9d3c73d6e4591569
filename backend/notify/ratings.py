"""Ratings: the stars go to whoever did the work, poor ones also to the office."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.events import IssueRated
from backend.issues.models import Issue, Rating, Task
from backend.issues.states import TaskStatus
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button, in_rows
from backend.notify.heads import head_of
from backend.notify.messages import tell
from backend.notify.people import Hearer, office_of, person
from backend.notify.presses import StaffButton, StaffPress
from backend.notify.words import Voice, Words

POOR = 2


async def hear_rating(uow: UnitOfWork, voice: Voice, event: IssueRated) -> None:
    """Nobody is told who rated. A changed rating is told again."""
    rating = await uow.session.get_one(Rating, event.rating_id)
    head = await head_of(uow, rating.issue_id)
    stars = "⭐" * rating.stars
    said = head.quoted(rating.words)

    def lines(words: Words, key: str) -> str:
        parts = (words(key, stars=stars), head.said(words), words("worker.said", words=said) if said else "")
        return "\n".join(part for part in parts if part)

    def for_office(words: Words) -> Content:
        view = button(words, "desk.button.view", StaffPress(StaffButton.VIEW, rating.issue_id))
        return Content(lines(words, "rating.poor"), buttons=in_rows([view]))

    key = f"rating:{rating.id}:{rating.stars}"
    doers = await _doers(uow, head.issue)
    await tell(uow, voice, doers, lambda words: Content(lines(words, "rating.received")), key=key)
    if rating.stars <= POOR:
        await tell(uow, voice, await office_of(uow, head.issue.org_unit_id), for_office, key=f"{key}:office")


async def _doers(uow: UnitOfWork, issue: Issue) -> list[Hearer]:
    ids = await uow.session.scalars(
        select(Task.submitted_by_id)
        .where(Task.issue_id == issue.id, Task.reopening == issue.reopened_count, Task.status == TaskStatus.DONE)
        .distinct()
    )
    return [hearer for account_id in ids.all() for hearer in await person(uow, account_id)]
