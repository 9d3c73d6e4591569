"""What did not arrive: a task's card must be seen by somebody, so its failure goes the next way."""

from __future__ import annotations

from backend.issues.models import Task
from backend.kernel.access import OFFICE
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.cards import HangingCard, card_of_message
from backend.messaging.contents import Content, Lane
from backend.messaging.events import MessageFailed
from backend.notify.cards import refresh_card, task_of_card
from backend.notify.heads import head_of
from backend.notify.messages import tell
from backend.notify.people import office_of, persons
from backend.notify.words import Voice, Words
from backend.registry import queries
from backend.registry.models import BoundChat


async def hear_failure(uow: UnitOfWork, voice: Voice, event: MessageFailed) -> None:
    """A private card goes to whoever else can be reached; of a group that refuses a card the office hears."""
    card = await card_of_message(uow, event.dedup_key)
    task_id = task_of_card(card.key) if card is not None else None
    task = await uow.session.get(Task, task_id) if task_id is not None else None
    if card is None or task is None:
        return
    if not card.to.is_group:
        await refresh_card(uow, voice, task.id)
        return
    bound = await queries.binding_of_chat(uow, int(event.address))
    if bound is not None:  # a group that put the bot out serves nobody any more: that was told already
        await _tell_office(uow, voice, card, task, bound)


async def _tell_office(uow: UnitOfWork, voice: Voice, card: HangingCard, task: Task, bound: BoundChat) -> None:
    head = await head_of(uow, task.issue_id)
    hearers = await office_of(uow, task.org_unit_id)
    if any(hearer.to.address == card.to.address for hearer in hearers):
        hearers = persons(await queries.holders_of(uow, task.community_id, *OFFICE))

    def say(words: Words) -> Content:
        return Content("\n".join((words("chat.refused", title=bound.title), head.said(words))))

    await tell(uow, voice, hearers, say, key=f"undelivered:{card.key}", lane=Lane.URGENT)
