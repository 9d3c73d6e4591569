"""Asking for words: a reason, a question, a reply. One conversation serves every button that needs them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SendMessage
from aiogram.types import CallbackQuery, ForceReply, Message, ReplyParameters

from backend.issues.words import clean
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.words import Words
from handlers.common.aside import aside_notes, step_aside, step_back
from handlers.common.pressing import Pressing
from handlers.common.reach import IN_REACH
from handlers.common.replies import Reply
from handlers.common.showing import Event, is_private, say

LONGEST = 500
On = TypeVar("On", bound=Pressing[Any])
Target = tuple[int, int | None]
"""The id of the thing that the words are about, and what the button carried besides."""


class Asking(StatesGroup):
    words = State()


@dataclass(frozen=True)
class Asked:
    """What came back: who answered what was asked about which thing. `value` is what the button carried besides."""

    uow: UnitOfWork
    actor: Actor
    words: Words
    event: Message
    target: int
    value: int | None
    text: str


Purpose = Callable[[Asked], Awaitable[Reply]]
"""Does what the words were asked for. A refusal leaves the question open, so that the person may answer again."""


async def ask(
    event: Event, state: FSMContext, words: Words, purpose: str, target: int, value: int | None = None
) -> Reply:
    """Ask for `ask.<purpose>` and remember what for. In a group the answer must be a reply, so that talk stays talk."""
    await step_aside(state, Asking.words, purpose=purpose, target=target, value=value)
    question = words(f"ask.{purpose}")
    if is_private(event):
        return say(event, question)
    return _in_group(event, question)


def asks(purpose: str, about: Callable[[On], Awaitable[Target]]) -> Callable[[On], Awaitable[Reply]]:
    """What a button does that needs words: `about` finds the thing, or refuses, before anything is asked."""

    async def act(on: On) -> Reply:
        target, value = await about(on)
        return await ask(on.call, on.state, on.words, purpose, target, value)

    return act


def _in_group(event: Event, question: str) -> SendMessage:
    """Name the person, so that only their telephone opens the reply."""
    user = event.from_user
    if user is None:
        raise BadInput("error.old_button")
    named = f'<a href="tg://user?id={user.id}">{_escaped(user.full_name)}</a> {question}'
    asked = say(event, named, ForceReply(selective=True))
    if isinstance(event, CallbackQuery) and event.message is not None:
        reply = ReplyParameters(message_id=event.message.message_id, allow_sending_without_reply=True)
        return asked.model_copy(update={"reply_parameters": reply})
    return asked


def _escaped(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def asking_router(purposes: Mapping[str, Purpose]) -> Router:
    """Hears the answers for all `purposes`; stands before the conversations that take any text."""
    router = Router(name="common.asking")

    async def answered(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
        notes = await aside_notes(state)
        purpose = purposes.get(str(notes.get("purpose")))
        if purpose is None:
            raise BadInput("error.old_button")
        text = clean(message.text or message.caption or "", LONGEST)
        asked = Asked(uow, actor, words, message, int(notes["target"]), notes.get("value"), text)
        reply = await purpose(asked)
        await step_back(state)
        return reply

    async def never_mind(message: Message, words: Words, state: FSMContext) -> Reply:
        await step_back(state)
        return say(message, words("ask.never_mind"))

    router.message.register(never_mind, StateFilter(Asking.words), Command("cancel"))
    router.message.register(answered, StateFilter(Asking.words), IN_REACH, F.text & ~F.text.startswith("/"))
    return router
