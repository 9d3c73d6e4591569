"""Submitted work asks aloud for somebody's check, since an edited card rings with nobody; checked, the call is gone."""

from __future__ import annotations

from dataclasses import replace

from backend.issues.events import TaskMoved
from backend.issues.models import Task
from backend.issues.naming import name_of
from backend.issues.states import TaskStatus
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.cards import cards_of, post_card, remove_card
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button, in_rows
from backend.notify.cards import card_key
from backend.notify.heads import head_of
from backend.notify.people import people_of_task
from backend.notify.presses import TaskButton, TaskPress
from backend.notify.words import Voice, Words

_VERDICTS = (TaskButton.PASS, TaskButton.FAIL)


async def hear_task(uow: UnitOfWork, voice: Voice, event: TaskMoved) -> None:
    """Ask the group of the task when work is submitted, and take the question away when it is checked or over."""
    if event.to_status is TaskStatus.PENDING_CHECK:
        await _ask(uow, voice, await uow.session.get_one(Task, event.task_id))
    elif event.from_status is TaskStatus.PENDING_CHECK:
        for asked in await cards_of(uow, _family(event.task_id)):
            await remove_card(uow, key=asked.key, lane=Lane.NORMAL)


async def _ask(uow: UnitOfWork, voice: Voice, task: Task) -> None:
    if task.partner_id is not None:
        return  # whoever checks a partner's work gets a card of their own, and that one rings
    head = await head_of(uow, task.issue_id)
    name = await name_of(uow, task.submitted_by_id)
    hangs = {card.to.address: card.message_id for card in await cards_of(uow, card_key(task.id))}

    def say(words: Words) -> Content:
        verdicts = [button(words, f"card.button.{each.name.lower()}", TaskPress(each, task.id)) for each in _VERDICTS]
        return Content(words("check.wanted", number=head.issue.number, name=name), buttons=in_rows(verdicts))

    for hearer in await people_of_task(uow, task):
        if hearer.account_id is not None and hearer.account_id == task.submitted_by_id:
            continue
        content = replace(say(voice.words(hearer.language)), reply_to_message_id=hangs.get(hearer.to.address))
        key = f"{_family(task.id)}:{hearer.key}"
        await post_card(uow, key=key, to=hearer.to, content=content, lane=head.lane)


def _family(task_id: int) -> str:
    return f"check:{task_id}"
