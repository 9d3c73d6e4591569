"""On patrol: a place or a photo as proof of a round, and the worker's yes or no."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import Actor
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import HelpButton, HelpPress, PatrolButton, PatrolPress
from backend.notify.words import Words
from backend.points.patrol.rounds import Proof, decide_patrol, say_patrolled
from backend.points.people import own_person
from handlers.common.aside import step_aside, step_back
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.reports.content import media_of


class Patrolling(StatesGroup):
    proof = State()


def patrolling_router() -> Router:
    router = Router(name="neighbours.patrolling")
    proving = StateFilter(Patrolling.proof)
    router.callback_query.register(begin, Pressed(HelpPress, button=HelpButton.PATROL))
    router.callback_query.register(decided, Pressed(PatrolPress))
    router.message.register(never_mind, proving, Command("cancel"))
    router.message.register(proved, proving, IN_PRIVATE, F.location | F.photo)
    router.message.register(unproven, proving, IN_PRIVATE, F.text & ~F.text.startswith("/"))
    return router


async def begin(call: CallbackQuery, actor: Actor, words: Words, state: FSMContext) -> Reply:
    """Ask for the proof."""
    own_person(actor)
    await step_aside(state, Patrolling.proof)
    return say(call, words("patrol.ask"))


async def proved(message: Message, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext) -> Reply:
    """A place or a photo: the round is kept, and a worker is asked."""
    await say_patrolled(uow, actor=actor, proof=_proof(message))
    await step_back(state)
    return say(message, words("patrol.said"))


async def unproven(message: Message, words: Words) -> Reply:
    """Words alone prove nothing; the question stays open."""
    return say(message, words("patrol.error.unproven"))


async def never_mind(message: Message, words: Words, state: FSMContext) -> Reply:
    await step_back(state)
    return say(message, words("ask.never_mind"))


async def decided(call: CallbackQuery, press: PatrolPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """Whoever looked says yes or no; the first word counts."""
    is_true = press.button is PatrolButton.YES
    await decide_patrol(uow, actor=actor, round_id=press.round_id, is_true=is_true)
    return show(call, words("patrol.you_confirmed" if is_true else "patrol.you_refused"))


def _proof(message: Message) -> Proof:
    if message.location is not None:
        return Proof(point=Point(latitude=message.location.latitude, longitude=message.location.longitude))
    return Proof(photo=media_of(message).file_id, words=message.caption or "")
