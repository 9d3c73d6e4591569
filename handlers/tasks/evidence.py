"""Evidence of the work: photos, words and a place, in the group by reply or in private, until "done" is pressed."""

from __future__ import annotations

import re
from typing import Any

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import CommandObject, CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from backend.issues.holding import task_by_id
from backend.issues.states import EvidenceKind
from backend.issues.tasks.doing import submit_task
from backend.issues.tasks.evidence import GivenEvidence, give_evidence, missing_evidence, required_evidence
from backend.issues.views.cards import TaskCard, task_card_for
from backend.issues.words import clean
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import TaskButton, TaskPress
from backend.notify.words import Words
from handlers.common.aside import aside_notes, note_aside, step_aside, step_back
from handlers.common.keyboards import keyboard
from handlers.common.links import Links
from handlers.common.reach import IN_PRIVATE, IN_REACH
from handlers.common.replies import Reply
from handlers.common.showing import Event, is_private, say
from handlers.reports.content import media_of

EVIDENCE_LINK = "proof-"
"""A deep link's payload for giving evidence in private; the rest is the task's id."""

LINKED = re.compile(r"[0-9]{1,18}")
"""An id that a database can look up; anybody may write a longer one behind a link."""

FILE_KINDS = {
    "voice": EvidenceKind.VOICE,
    "video": EvidenceKind.VIDEO,
    "document": EvidenceKind.DOCUMENT,
}


class Proving(StatesGroup):
    """The notes hold `task_id` and the albums that were answered already."""

    evidence = State()


def evidence_router() -> Router:
    router = Router(name="tasks.evidence")
    proving = StateFilter(Proving.evidence)
    # Whoever has pressed "submit" sends photos as proof; words in a group are proof only as a reply.
    router.message.register(gave_file, proving, F.photo | F.voice | F.video | F.document)
    router.message.register(gave_place, proving, F.location)
    router.message.register(gave_words, proving, IN_REACH, F.text & ~F.text.startswith("/"))
    link = CommandStart(deep_link=True, magic=F.args.startswith(EVIDENCE_LINK))
    router.message.register(begin_in_private, IN_PRIVATE, link)
    return router


async def begin_evidence(
    event: Event, uow: UnitOfWork, state: FSMContext, words: Words, card: TaskCard, links: Links
) -> Reply:
    """Say what the category wants and take what comes next from this person in this chat; a group is left by a link."""
    await step_aside(state, Proving.evidence, task_id=card.task_id, albums=[])
    wanted = await _missing(uow, words, card.task_id)
    text = words("task.evidence_wanted" if wanted else "task.evidence_free", number=card.number, wanted=wanted)
    markup = _done_keyboard(words, card.task_id)
    if not is_private(event):
        link = links.deep(f"{EVIDENCE_LINK}{card.task_id}")
        markup.inline_keyboard.append([InlineKeyboardButton(text=words.plain("task.button.in_private"), url=link)])
    return say(event, f"{_named(event)}{text}", markup)


async def begin_in_private(
    message: Message,
    command: CommandObject,
    uow: UnitOfWork,
    actor: Actor,
    words: Words,
    state: FSMContext,
    links: Links,
) -> Reply:
    number = (command.args or "").removeprefix(EVIDENCE_LINK)
    card = await task_card_for(uow, actor=actor, task_id=int(number) if LINKED.fullmatch(number) else 0)
    return await begin_evidence(message, uow, state, words, card, links)


async def finish_evidence(
    call: CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext, task_id: int
) -> Reply:
    """Submit the work; what is still missing is said and the conversation stays open."""
    await submit_task(uow, actor=actor, task_id=task_id)
    if (await aside_notes(state)).get("task_id") == task_id:
        await step_back(state)
    return call.answer(words.plain("task.submitted"))


async def gave_file(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    notes = await _notes(state)
    item = media_of(message)
    card = await task_card_for(uow, actor=actor, task_id=notes["task_id"])
    given = GivenEvidence(
        kind=FILE_KINDS.get(item.kind) or kind_of_photo(card),
        file_id=item.file_id,
        file_unique_id=item.file_unique_id,
        media_group_id=item.media_group_id,
        note=clean(message.caption or "", 500),
    )
    await give_evidence(uow, actor=actor, task_id=card.task_id, given=given)
    if item.media_group_id in notes["albums"]:
        return None  # one word per album is enough
    albums = [*notes["albums"], item.media_group_id] if item.media_group_id else notes["albums"]
    await note_aside(state, albums=albums)
    return await _noted(message, uow, words, card.task_id)


async def gave_place(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    assert message.location is not None
    place = Point(message.location.latitude, message.location.longitude)
    given = GivenEvidence(kind=EvidenceKind.LOCATION, point=place)
    return await _give(message, uow, actor, words, state, given)


async def gave_words(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    given = GivenEvidence(kind=EvidenceKind.NOTE, note=clean(message.text or "", 500))
    return await _give(message, uow, actor, words, state, given)


async def _give(
    message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext, given: GivenEvidence
) -> Reply:
    task_id = (await _notes(state))["task_id"]
    await give_evidence(uow, actor=actor, task_id=task_id, given=given)
    return await _noted(message, uow, words, task_id)


async def _notes(state: FSMContext) -> dict[str, Any]:
    """What the step was begun with; a step that a restart of another version left without it is over."""
    notes = await aside_notes(state)
    if "task_id" not in notes or "albums" not in notes:
        await step_back(state)
        raise BadInput("error.old_button")
    return notes


def kind_of_photo(card: TaskCard) -> EvidenceKind:
    """The first photo shows how it was, where the category asks for that; every further one how it is now."""
    wants_before = EvidenceKind.PHOTO_BEFORE in card.required and not card.evidence.get(EvidenceKind.PHOTO_BEFORE)
    return EvidenceKind.PHOTO_BEFORE if wants_before else EvidenceKind.PHOTO_AFTER


async def _noted(message: Message, uow: UnitOfWork, words: Words, task_id: int) -> Reply:
    """What is still missing; that all is there, or that more may come where nothing was asked for."""
    if missing := await _missing(uow, words, task_id):
        said = words("task.evidence_still", missing=missing)
    else:
        is_asked_for = await required_evidence(uow, await task_by_id(uow, task_id))
        said = words("task.evidence_complete" if is_asked_for else "task.evidence_noted")
    return say(message, said, _done_keyboard(words, task_id))


async def _missing(uow: UnitOfWork, words: Words, task_id: int) -> str:
    """What the category still asks for, in the order in which it comes about; empty when nothing."""
    missing = await missing_evidence(uow, await task_by_id(uow, task_id))
    kinds = sorted(missing, key=list(EvidenceKind).index)
    return words.plain("task.list_comma").join(words.plain(f"evidence.{kind.value}") for kind in kinds)


def _done_keyboard(words: Words, task_id: int) -> InlineKeyboardMarkup:
    return keyboard([(words.plain("task.button.done"), TaskPress(TaskButton.DONE, task_id))])


def _named(event: Event) -> str:
    """In a group: whom the question is for."""
    message = event if isinstance(event, Message) else event.message
    if message is None or message.chat.type == ChatType.PRIVATE or event.from_user is None:
        return ""
    return f"{event.from_user.mention_html()} "
