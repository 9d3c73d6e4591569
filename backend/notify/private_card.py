"""A task's card shown to one worker in private, as it hangs in the group and with the same buttons."""

from __future__ import annotations

from backend.issues.holding import task_by_id
from backend.issues.views.cards import task_card_for
from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.card_words import card_content
from backend.notify.cards import card_facts
from backend.notify.words import Voice


async def private_card(uow: UnitOfWork, voice: Voice, *, actor: Actor, task_id: int) -> Content:
    """The card in the actor's language. Raises NotFound for a task that is not theirs to see."""
    await task_card_for(uow, actor=actor, task_id=task_id)
    facts = await card_facts(uow, voice, await task_by_id(uow, task_id))
    return card_content(voice.words(actor.language), facts)
