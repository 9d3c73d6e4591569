"""/help_neighbour: to ask, for oneself or an elder; to look who needs help, to take it, to say that it is done."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points_presses import HelpButton, HelpCheckPress, HelpPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.help.helping import give_back_help, say_helped, take_help
from backend.points.help.models import HelpKind
from backend.points.help.reading import help_card, my_help, offer_help, offered_kinds, open_help
from backend.points.help.requests import Asked as AskedHelp
from backend.points.help.requests import ask_help, cancel_help
from backend.points.people import own_person
from backend.registry.acting import wards_of
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, keyboard
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.neighbours import screens

KINDS = tuple(HelpKind)


def neighbours_router() -> Router:
    router = Router(name="neighbours")
    router.message.register(home, IN_PRIVATE, Command("help_neighbour"))
    router.callback_query.register(home, Pressed(MenuPress, button=MenuButton.NEIGHBOURS))
    router.callback_query.register(pressed, Pressed(HelpPress))
    router.callback_query.register(checked, Pressed(HelpCheckPress))
    return router


async def home(event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """What one can do, and what is under way."""
    for_others = actor.has_role(*PERMISSIONS[Permission.USE_POINTS_FOR_OTHERS])
    for_oneself = actor.person_id is not None
    if not for_others:
        own_person(actor)
    mine = await my_help(uow, actor=actor)
    markup = screens.home_keyboard(words, mine, for_others=for_others, for_oneself=for_oneself)
    return say(event, words("help.home" if for_oneself else "help.home_for_others"), markup)


async def pressed(
    call: CallbackQuery, press: HelpPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def checked(call: CallbackQuery, press: HelpCheckPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """A worker confirms for somebody who did not."""
    status = await say_helped(uow, actor=actor, request_id=press.request_id)
    return show(call, words(f"help.said.{status.value}"))


async def _ask(on: Pressing[HelpPress]) -> Reply:
    person_id = on.press.target or own_person(on.actor)
    return show(on.call, on.words("help.which_kind"), screens.kinds_keyboard(on.words, person_id))


async def _kind(on: Pressing[HelpPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "help.words", on.press.target, KINDS.index(_kind_of(on)))


def _kind_of(on: Pressing[HelpPress]) -> HelpKind:
    if on.press.kind not in {kind.value for kind in HelpKind}:
        raise BadInput("error.old_button")
    return HelpKind(on.press.kind)


async def _words(asked: Asked) -> Reply:
    kind = KINDS[asked.value or 0]
    wish = AskedHelp(kind=kind, words=asked.text, person_id=asked.target)
    request_id = await ask_help(asked.uow, actor=asked.actor, asked=wish)
    view = (asked.words.plain("help.button.view"), HelpPress(HelpButton.VIEW, request_id))
    return say(asked.event, asked.words("help.asked"), keyboard([view]))


async def _for_other(on: Pressing[HelpPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "help.for_whom", 0)


async def _whom(asked: Asked) -> Reply:
    found = await wards_of(asked.uow, asked.actor, asked.text, permission=Permission.USE_POINTS_FOR_OTHERS)
    if not found:
        return say(asked.event, asked.words("people.nobody", name=asked.text[:20]))
    rows: list[Row] = [[(one.name, HelpPress(HelpButton.ASK, one.id))] for one in found]
    return say(asked.event, asked.words("help.choose_person"), keyboard(*rows))


async def _open(on: Pressing[HelpPress]) -> Reply:
    cards = await open_help(on.uow, actor=on.actor)
    text = on.words("help.open" if cards else "help.nobody_asks")
    return show(on.call, text, screens.open_keyboard(on.words, cards))


async def _view(on: Pressing[HelpPress]) -> Reply:
    card = await help_card(on.uow, actor=on.actor, request_id=on.press.target)
    return show(on.call, screens.card_text(on.words, card), screens.card_keyboard(on.words, card))


async def _take(on: Pressing[HelpPress]) -> Reply:
    await take_help(on.uow, actor=on.actor, request_id=on.press.target)
    return await _view(on)


async def _give_back(on: Pressing[HelpPress]) -> Reply:
    await give_back_help(on.uow, actor=on.actor, request_id=on.press.target)
    return show(on.call, on.words("help.you_gave_back"))


async def _done(on: Pressing[HelpPress]) -> Reply:
    status = await say_helped(on.uow, actor=on.actor, request_id=on.press.target)
    return show(on.call, on.words(f"help.said.{status.value}"))


async def _cancel(on: Pressing[HelpPress]) -> Reply:
    await cancel_help(on.uow, actor=on.actor, request_id=on.press.target)
    return show(on.call, on.words("help.cancelled"))


async def _offer(on: Pressing[HelpPress]) -> Reply:
    chosen = await offered_kinds(on.uow, actor=on.actor)
    return show(on.call, on.words("help.offer"), screens.offer_keyboard(on.words, chosen))


async def _toggle(on: Pressing[HelpPress]) -> Reply:
    chosen = await offered_kinds(on.uow, actor=on.actor) ^ {_kind_of(on)}
    await offer_help(on.uow, actor=on.actor, kinds=sorted(chosen))
    return show(on.call, on.words("help.offer"), screens.offer_keyboard(on.words, chosen))


ACTS: Mapping[HelpButton, Act[HelpPress]] = {
    HelpButton.ASK: _ask,
    HelpButton.KIND: _kind,
    HelpButton.FOR_OTHER: _for_other,
    HelpButton.OPEN: _open,
    HelpButton.VIEW: _view,
    HelpButton.TAKE: _take,
    HelpButton.GIVE_BACK: _give_back,
    HelpButton.DONE: _done,
    HelpButton.CANCEL: _cancel,
    HelpButton.OFFER: _offer,
    HelpButton.TOGGLE: _toggle,
}

PURPOSES: Mapping[str, Purpose] = {"help.words": _words, "help.for_whom": _whom}
