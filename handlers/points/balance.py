"""/points: the balance and its lines, a picture of it, what earns points, and sharing in the household."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiogram import Router
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendPhoto
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.points import named
from backend.notify.points_presses import MarketButton, MarketPress, PointsButton, PointsPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.points.earning.editing import rules_of
from backend.points.ledger.accounts import account_of_person
from backend.points.ledger.reading import balance_of, daily_balances, next_lapse
from backend.points.market.redeeming import coupons_of_person
from backend.points.people import own_person
from backend.points.pooling import is_pooled, join_pool, leave_pool
from backend.points.statement import lines_for_person
from backend.registry.joining import access_person
from handlers.common.keyboards import Row, keyboard
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, chat_of, say, show
from handlers.points.chart import balance_chart
from handlers.points.lines import balance_lines
from handlers.points.others import buttons_for_others

PAGE = 8


def balance_router() -> Router:
    router = Router(name="points.balance")
    router.message.register(points, IN_PRIVATE, Command("points"))
    router.callback_query.register(points, Pressed(MenuPress, button=MenuButton.POINTS))
    router.callback_query.register(pressed, Pressed(PointsPress))
    return router


async def points(event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """What one has, and the newest lines. A worker or relative who is no resident here looks for others only."""
    if actor.person_id is None:
        others = await buttons_for_others(uow, actor, words)
        if others:
            return say(event, words("points.for_others"), keyboard(*others))
    return await _lines(event, uow, actor, words, 0)


async def pressed(
    call: CallbackQuery, press: PointsPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _turn(on: Pressing[PointsPress]) -> Reply:
    return await _lines(on.call, on.uow, on.actor, on.words, max(0, min(on.press.value, 1_000)))


async def _lines(event: Event, uow: UnitOfWork, actor: Actor, words: Words, page: int) -> Reply:
    person = own_person(actor)
    balance = await balance_of(uow, person)
    lines = await lines_for_person(uow, person, page=page, size=PAGE)
    lapse = await next_lapse(uow, await account_of_person(uow, person))
    head = words("points.balance", available=balance.available)
    warning = words("points.lapses", points=lapse[1], day=lapse[0].isoformat()) if lapse else ""
    text = balance_lines(words, head, balance, lines, lapse=warning)
    others = await buttons_for_others(uow, actor, words) if page == 0 else []
    markup = _menu(words, page, others, has_more=len(lines) == PAGE)
    return show(event, text, markup) if isinstance(event, CallbackQuery) else say(event, text, markup)


def _menu(words: Words, page: int, others: Sequence[Row], *, has_more: bool) -> InlineKeyboardMarkup:
    def button(key: str, press: PointsPress) -> tuple[str, PointsPress]:
        return words.plain(f"points.button.{key}"), press

    turning = [
        *([button("newer", PointsPress(PointsButton.LINES, page - 1))] if page else []),
        *([button("older", PointsPress(PointsButton.LINES, page + 1))] if has_more else []),
    ]
    return keyboard(
        turning,
        [
            button("coupons", PointsPress(PointsButton.COUPONS)),
            button("chart", PointsPress(PointsButton.CHART)),
        ],
        [button("rules", PointsPress(PointsButton.RULES)), button("pool", PointsPress(PointsButton.POOL))],
        *others,
    )


async def _chart(on: Pressing[PointsPress]) -> Reply:
    person = own_person(on.actor)
    days = await daily_balances(on.uow, await account_of_person(on.uow, person), on.words.zone)
    caption = on.words("points.chart", available=days[-1][1])
    return SendPhoto(chat_id=chat_of(on.call), photo=balance_chart(days), caption=caption)


async def _rules(on: Pressing[PointsPress]) -> Reply:
    """What is worth how much, and how often."""
    person = await access_person(on.uow, actor=on.actor, person_id=own_person(on.actor))
    rules = [rule for rule in await rules_of(on.uow, person.community_id) if rule.is_active]
    lines = [
        on.words("points.rule", name=named(on.words, rule.names), points=rule.points, most=rule.most_per_day or "∞")
        for rule in rules
    ]
    help_button = (on.words.plain("points.button.help"), MenuPress(MenuButton.NEIGHBOURS))
    return say(on.call, "\n".join([on.words("points.rules"), *lines]), keyboard([help_button]))


async def _coupons(on: Pressing[PointsPress]) -> Reply:
    """The newest coupons; each opens its receipt."""
    found = await coupons_of_person(on.uow, own_person(on.actor))
    rows: list[Row] = [
        [
            (
                f"{on.words.plain(f'market.state.{receipt.state.value}')} {receipt.title} · {receipt.price}"[:60],
                MarketPress(MarketButton.RECEIPT, coupon_id),
            )
        ]
        for coupon_id, receipt in found
    ]
    market = (on.words.plain("menu.market"), MenuPress(MenuButton.MARKET))
    text = on.words("points.coupons" if found else "points.no_coupons")
    return say(on.call, text, keyboard(*rows, [market]))


async def _pool(on: Pressing[PointsPress]) -> Reply:
    """What sharing means, before it is done."""
    is_in = await is_pooled(on.uow, own_person(on.actor))
    button = PointsButton.LEAVE if is_in else PointsButton.JOIN
    choice = (on.words.plain(f"points.button.{button.value}"), PointsPress(button))
    return say(on.call, on.words("points.pool.in" if is_in else "points.pool.out"), keyboard([choice]))


async def _join(on: Pressing[PointsPress]) -> Reply:
    balance = await join_pool(on.uow, actor=on.actor)
    return show(on.call, on.words("points.pool.joined", available=balance.available))


async def _leave(on: Pressing[PointsPress]) -> Reply:
    balance = await leave_pool(on.uow, actor=on.actor)
    return show(on.call, on.words("points.pool.left", available=balance.available))


ACTS: Mapping[PointsButton, Act[PointsPress]] = {
    PointsButton.LINES: _turn,
    PointsButton.CHART: _chart,
    PointsButton.RULES: _rules,
    PointsButton.COUPONS: _coupons,
    PointsButton.POOL: _pool,
    PointsButton.JOIN: _join,
    PointsButton.LEAVE: _leave,
}
