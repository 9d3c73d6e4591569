"""The buttons of a task's card. The outbox edits the card itself; whoever pressed hears a short word."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendLocation, SendMediaGroup, SendPhoto
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, InputMediaPhoto

from backend.issues.demands.requests import request_suspension
from backend.issues.reports.reporter import comment_issue
from backend.issues.tasks.doing import (
    arrive,
    ask_reporter,
    claim_task,
    fail_task,
    pass_task,
    return_task,
    set_out,
    transfer_task,
)
from backend.issues.tasks.hands import WorkTarget
from backend.issues.views.cards import TaskCard, task_card_for
from backend.kernel.access import WORKERS, Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import TaskButton, TaskPress
from backend.notify.words import Words
from backend.registry.queries import on_duty, partners_of
from handlers.common.asking import Asked, Purpose, Target, asks
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.links import Links
from handlers.common.pressed import Pressed
from handlers.common.pressing import Pressing
from handlers.common.replies import Reply
from handlers.common.showing import chat_of, say, thread_of
from handlers.tasks.evidence import begin_evidence, finish_evidence


@dataclass(frozen=True)
class CardPressing(Pressing[TaskPress]):
    """One press on a card, and where links into the private chat lead."""

    links: Links


Act = Callable[[CardPressing], Awaitable[Reply]]


def pressing_router() -> Router:
    router = Router(name="tasks.pressing")
    router.callback_query.register(pressed, Pressed(TaskPress))
    return router


async def pressed(
    call: CallbackQuery, press: TaskPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext, links: Links
) -> Reply:
    if press.button not in ACTS:
        raise BadInput("error.old_button")
    return await ACTS[press.button](CardPressing(call, press, uow, actor, words, state, links))


async def _claim(on: CardPressing) -> Reply:
    await claim_task(on.uow, actor=on.actor, task_id=on.press.task_id)
    return on.answer("task.claimed")


async def _set_out(on: CardPressing) -> Reply:
    await set_out(on.uow, actor=on.actor, task_id=on.press.task_id)
    return on.answer("task.on_the_way")


async def _arrive(on: CardPressing) -> Reply:
    await arrive(on.uow, actor=on.actor, task_id=on.press.task_id)
    return on.answer("task.arrived")


async def _pass(on: CardPressing) -> Reply:
    await pass_task(on.uow, actor=on.actor, task_id=on.press.task_id)
    return on.answer("task.passed")


async def _this(on: CardPressing) -> Target:
    card = await task_card_for(on.uow, actor=on.actor, task_id=on.press.task_id)
    return card.task_id, on.press.value


async def _begin_evidence(on: CardPressing) -> Reply:
    card = await task_card_for(on.uow, actor=on.actor, task_id=on.press.task_id)
    return await begin_evidence(on.call, on.uow, on.state, on.words, card, on.links)


async def _finish_evidence(on: CardPressing) -> Reply:
    return await finish_evidence(on.call, on.uow, on.actor, on.words, on.state, on.press.task_id)


async def _offer_transfer(on: CardPressing) -> Reply:
    """The colleagues on duty in the task's unit, then the partners of the community."""
    card = await task_card_for(on.uow, actor=on.actor, task_id=on.press.task_id)
    return say(on.call, on.words("task.transfer_to", number=card.number), await _targets(on, card))


async def _targets(on: CardPressing, card: TaskCard) -> InlineKeyboardMarkup:
    people = await on_duty(on.uow, card.org_unit_id, *WORKERS)
    to_person = [
        (f"👤 {one.display_name}", TaskPress(TaskButton.TRANSFER_TO_PERSON, card.task_id, one.id))
        for one in people
        if one.id != card.assignee_id
    ]
    to_partner = [
        (f"🤝 {one.name}", TaskPress(TaskButton.TRANSFER_TO_PARTNER, card.task_id, one.id))
        for one in await partners_of(on.uow, card.community_id)
        if one.id != card.partner_id
    ]
    return keyboard(*in_columns(to_person, 2), *in_columns(to_partner, 2))


async def _photos(on: CardPressing) -> Reply:
    """The reporter's photos, in the chat where the card hangs."""
    card = await task_card_for(on.uow, actor=on.actor, task_id=on.press.task_id)
    if not card.photos:
        return on.answer("task.no_photos")
    chat, thread = chat_of(on.call), thread_of(on.call)
    caption = on.words("task.photos_of", number=card.number)
    if len(card.photos) == 1:
        return SendPhoto(chat_id=chat, message_thread_id=thread, photo=card.photos[0], caption=caption)
    first, *others = card.photos
    media = [InputMediaPhoto(media=first, caption=caption), *(InputMediaPhoto(media=file) for file in others)]
    return SendMediaGroup(chat_id=chat, message_thread_id=thread, media=list(media))


async def _place(on: CardPressing) -> Reply:
    """The point as a map that the telephone can lead to."""
    card = await task_card_for(on.uow, actor=on.actor, task_id=on.press.task_id)
    if card.latitude is None or card.longitude is None:
        return on.answer("task.no_place")
    chat, thread = chat_of(on.call), thread_of(on.call)
    return SendLocation(chat_id=chat, message_thread_id=thread, latitude=card.latitude, longitude=card.longitude)


async def _answer_transfer(asked: Asked, target: WorkTarget) -> Reply:
    await transfer_task(asked.uow, actor=asked.actor, task_id=asked.target, to=target, reason=asked.text)
    return say(asked.event, asked.words("task.transferred"))


async def _to_person(asked: Asked) -> Reply:
    return await _answer_transfer(asked, WorkTarget(account_id=asked.value))


async def _to_partner(asked: Asked) -> Reply:
    return await _answer_transfer(asked, WorkTarget(partner_id=asked.value))


async def _return(asked: Asked) -> Reply:
    await return_task(asked.uow, actor=asked.actor, task_id=asked.target, reason=asked.text)
    return say(asked.event, asked.words("task.returned"))


async def _fail(asked: Asked) -> Reply:
    await fail_task(asked.uow, actor=asked.actor, task_id=asked.target, reason=asked.text)
    return say(asked.event, asked.words("task.failed"))


async def _ask_reporter(asked: Asked) -> Reply:
    card = await task_card_for(asked.uow, actor=asked.actor, task_id=asked.target)
    await ask_reporter(asked.uow, actor=asked.actor, issue_id=card.issue_id, question=asked.text, task_id=card.task_id)
    return say(asked.event, asked.words("task.asked"))


async def _suspend(asked: Asked) -> Reply:
    card = await task_card_for(asked.uow, actor=asked.actor, task_id=asked.target)
    await request_suspension(asked.uow, actor=asked.actor, issue_id=card.issue_id, reason=asked.text)
    return say(asked.event, asked.words("task.suspension_asked"))


async def _comment(asked: Asked) -> Reply:
    card = await task_card_for(asked.uow, actor=asked.actor, task_id=asked.target)
    await comment_issue(asked.uow, actor=asked.actor, issue_id=card.issue_id, words=asked.text, is_internal=True)
    return say(asked.event, asked.words("task.commented"))


ACTS: Mapping[TaskButton, Act] = {
    TaskButton.CLAIM: _claim,
    TaskButton.EN_ROUTE: _set_out,
    TaskButton.ARRIVE: _arrive,
    TaskButton.SUBMIT: _begin_evidence,
    TaskButton.DONE: _finish_evidence,
    TaskButton.PASS: _pass,
    TaskButton.FAIL: asks("task.fail", _this),
    TaskButton.RETURN: asks("task.return", _this),
    TaskButton.TRANSFER: _offer_transfer,
    TaskButton.TRANSFER_TO_PERSON: asks("task.to_person", _this),
    TaskButton.TRANSFER_TO_PARTNER: asks("task.to_partner", _this),
    TaskButton.ASK: asks("task.ask_reporter", _this),
    TaskButton.SUSPEND: asks("task.suspend", _this),
    TaskButton.COMMENT: asks("task.comment", _this),
    TaskButton.PHOTOS: _photos,
    TaskButton.PLACE: _place,
}

PURPOSES: Mapping[str, Purpose] = {
    "task.fail": _fail,
    "task.return": _return,
    "task.to_person": _to_person,
    "task.to_partner": _to_partner,
    "task.ask_reporter": _ask_reporter,
    "task.suspend": _suspend,
    "task.comment": _comment,
}
