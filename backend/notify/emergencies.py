"""Emergencies: work begins without anybody's yes, so the office hears of them at once."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.events import ReportReceived
from backend.issues.models import Category, Issue, Task
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import Rows, button, in_rows
from backend.notify.heads import Head, head_of
from backend.notify.messages import tell
from backend.notify.people import Hearer, office_of, people_of_task
from backend.notify.presses import StaffButton, StaffPress
from backend.notify.words import Voice, Words

_OFFERED = (StaffButton.VIEW, StaffButton.DISPATCH)


async def hear_report(uow: UnitOfWork, voice: Voice, event: ReportReceived) -> None:
    """The first report of an emergency; whoever has its card before their eyes hears nothing twice."""
    if not event.is_new_issue:
        return
    issue = await uow.session.get_one(Issue, event.issue_id)
    if not (await uow.session.get_one(Category, issue.category_id)).is_emergency:
        return
    head = await head_of(uow, event.issue_id)
    seen = await _who_has_the_card(uow, event.issue_id)
    hearers = [hearer for hearer in await office_of(uow, head.issue.org_unit_id) if hearer.key not in seen]

    def say(words: Words) -> Content:
        return Content(_said(words, head), buttons=_buttons(words, head))

    await tell(uow, voice, hearers, say, key=f"emergency:{event.issue_id}", lane=Lane.URGENT)


async def _who_has_the_card(uow: UnitOfWork, issue_id: int) -> set[str]:
    tasks = await uow.session.scalars(select(Task).where(Task.issue_id == issue_id))
    hearers: list[Hearer] = []
    for task in tasks.all():
        hearers += await people_of_task(uow, task)
    return {hearer.key for hearer in hearers}


def _said(words: Words, head: Head) -> str:
    summary = head.quoted(head.issue.summary)
    lines = (words("desk.emergency"), head.said(words), words("desk.summary", words=summary) if summary else "")
    return "\n".join(line for line in lines if line)


def _buttons(words: Words, head: Head) -> Rows:
    return in_rows([button(words, f"desk.button.{each}", StaffPress(each, head.issue.id)) for each in _OFFERED])
