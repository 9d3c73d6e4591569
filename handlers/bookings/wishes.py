"""/wish: what one, or one's child, would like to learn; a child's record needs the guardian's consent first."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from backend.bookings import add_child, make_wish, my_children, my_wishes, remove_child, topics, withdraw_wish
from backend.bookings.errors import ChildInvalid
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.booking_presses import BookButton, BookPress, WishButton, WishPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.models import Account
from handlers.bookings.browsing import community_of
from handlers.bookings.people_text import child_in
from handlers.bookings.teaching import topic_name
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show


def learning_router() -> Router:
    router = Router(name="bookings.wishes")
    router.message.register(choose_topic, IN_PRIVATE, Command("wish"))
    router.callback_query.register(choose_topic, Pressed(MenuPress, button=MenuButton.WISH))
    router.callback_query.register(choose_topic, Pressed(WishPress, button=WishButton.TOPICS))
    router.callback_query.register(pressed, Pressed(WishPress))
    return router


def _press(words: Words, key: str, press: WishPress) -> tuple[str, WishPress]:
    return words.plain(f"wish.button.{key}"), press


async def choose_topic(event: Event, words: Words) -> Reply:
    buttons = [(topic_name(words, key), WishPress(WishButton.TOPIC, key)) for key in topics()]
    mine = [_press(words, "mine", WishPress(WishButton.MINE))]
    courses: Row = [(words.plain("booking.button.courses"), BookPress(BookButton.COURSES))]
    return show(event, words("wish.which_topic"), keyboard(*in_columns(buttons, 2), mine, courses))


async def pressed(
    call: CallbackQuery, press: WishPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _topic(on: Pressing[WishPress]) -> Reply:
    """For whom: oneself, a child we know, or another child."""
    topic = _key(on.press)
    rows: list[Row] = [[_press(on.words, "myself", WishPress(WishButton.FOR, topic))]]
    for child, name in await my_children(on.uow, actor=on.actor):
        rows.append([(name, WishPress(WishButton.FOR, topic, child.id))])
    rows.append([_press(on.words, "child", WishPress(WishButton.CHILD, topic))])
    return show(on.call, on.words("wish.for_whom", topic=topic_name(on.words, topic)), keyboard(*rows))


async def _for(on: Pressing[WishPress]) -> Reply:
    account = await on.uow.session.get_one(Account, on.actor.account_id)
    wish, is_new = await make_wish(
        on.uow,
        actor=on.actor,
        community=await community_of(on.uow, account),
        topic=_key(on.press),
        child_id=on.press.target,
    )
    key = "wish.made" if is_new else "wish.had_already"
    row = [_press(on.words, "withdraw", WishPress(WishButton.WITHDRAW, None, wish.id))]
    return show(on.call, on.words(key, topic=topic_name(on.words, wish.topic)), keyboard(row))


async def _child(on: Pressing[WishPress]) -> Reply:
    """What is kept about the child, for what, how long: read before it is agreed to (PIPL, articles 17 and 31)."""
    agree = [_press(on.words, "consent", WishPress(WishButton.CONSENT, _key(on.press)))]
    back = [_press(on.words, "back", WishPress(WishButton.TOPIC, _key(on.press)))]
    return show(on.call, on.words("wish.consent"), keyboard(agree, back))


async def _consented(on: Pressing[WishPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "wish.child", list(topics()).index(_key(on.press)))


async def _child_named(asked: Asked) -> Reply:
    """Keep the child's record and the wish for which it was asked."""
    named = child_in(asked.text)
    if named is None:
        raise ChildInvalid
    account = await asked.uow.session.get_one(Account, asked.actor.account_id)
    community = await community_of(asked.uow, account)
    child = await add_child(
        asked.uow,
        actor=asked.actor,
        community=community,
        name=named.name,
        birth_year=named.year,
        birth_month=named.month,
        pick_up=named.rest,
    )
    topic = list(topics())[asked.target]
    wish, _ = await make_wish(asked.uow, actor=asked.actor, community=community, topic=topic, child_id=child.id)
    row = [_press(asked.words, "withdraw", WishPress(WishButton.WITHDRAW, None, wish.id))]
    return say(asked.event, asked.words("wish.made", topic=topic_name(asked.words, topic)), keyboard(row))


async def _mine(on: Pressing[WishPress]) -> Reply:
    """One's wishes and children: both can be taken back."""
    rows: list[Row] = [
        [
            (
                on.words.plain("wish.label.withdraw", topic=topic_name(on.words, one.topic)),
                WishPress(WishButton.WITHDRAW, None, one.id),
            )
        ]
        for one in await my_wishes(on.uow, actor=on.actor)
    ]
    for child, name in await my_children(on.uow, actor=on.actor):
        label = on.words.plain("wish.label.remove_child", name=name)
        rows.append([(label, WishPress(WishButton.REMOVE_CHILD, None, child.id))])
    text = on.words("wish.mine" if rows else "wish.none")
    rows.append([_press(on.words, "topics", WishPress(WishButton.TOPICS))])
    return show(on.call, text, keyboard(*rows))


async def _withdraw(on: Pressing[WishPress]) -> Reply:
    await withdraw_wish(on.uow, actor=on.actor, wish_id=_id(on.press))
    return [on.answer("wish.withdrawn"), await _mine(on)]


async def _remove_child(on: Pressing[WishPress]) -> Reply:
    await remove_child(on.uow, actor=on.actor, child_id=_id(on.press))
    return [on.answer("wish.child_removed"), await _mine(on)]


def _key(press: WishPress) -> str:
    if press.topic is None or press.topic not in topics():
        raise BadInput("error.old_button")
    return press.topic


def _id(press: WishPress) -> int:
    if press.target is None:
        raise BadInput("error.old_button")
    return press.target


ACTS: Mapping[WishButton, Act[WishPress]] = {
    WishButton.TOPIC: _topic,
    WishButton.FOR: _for,
    WishButton.CHILD: _child,
    WishButton.CONSENT: _consented,
    WishButton.MINE: _mine,
    WishButton.WITHDRAW: _withdraw,
    WishButton.REMOVE_CHILD: _remove_child,
}

PURPOSES: Mapping[str, Purpose] = {"wish.child": _child_named}
