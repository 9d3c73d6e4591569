"""/family: relatives see what the elder lets them see, call back with one key, and mute what is not critical."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from aiogram import F, Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.methods import SendContact, SendLocation, SendPhoto
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.alerts.live_places import ask_for_place, see_place
from backend.devices import DeviceKind, LatestState, heart_rates_of_day, states_of_person
from backend.kernel.access import Actor
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.elder_presses import FamilyButton, FamilyPress
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.contacts_editing import mute_contact
from backend.registry.contacts_linking import link_account
from backend.registry.contacts_models import ContactScope
from backend.registry.models import Account
from backend.registry.relatives import Elder, my_elder, my_elders, telephone_of_elder
from handlers.common.keyboards import Row, keyboard
from handlers.common.links import CONTACT
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, chat_of, say, show
from handlers.elders.chart import heart_chart

MUTED_FOR = timedelta(days=1)


def family_router() -> Router:
    router = Router(name="elders.family")
    router.message.register(linked, IN_PRIVATE, CommandStart(deep_link=True, magic=F.args.startswith(CONTACT)))
    router.message.register(family, IN_PRIVATE, Command("family"))
    router.callback_query.register(family, Pressed(MenuPress, button=MenuButton.FAMILY))
    router.callback_query.register(pressed, Pressed(FamilyPress))
    return router


async def linked(
    message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, account: Account, words: Words
) -> Reply:
    """The relative opened the link that staff gave them."""
    token = (command.args or "").removeprefix(CONTACT)
    contact = await link_account(uow, actor=actor, account=account, token=token)
    elder = next(one for one in await my_elders(uow, actor=actor) if one.contact.id == contact.id)
    text = words("family.linked", name=elder.person.name)
    return say(message, text, _menu(words, elder, is_muted=False))


async def family(event: Event, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """One's elders; with only one, how that one is."""
    elders = await my_elders(uow, actor=actor)
    if not elders:
        return say(event, words("family.none"))
    if len(elders) == 1:
        return await _state_of(event, uow, actor, words, elders[0].contact.id)
    rows: list[Row] = [[(one.person.name, FamilyPress(FamilyButton.STATE, one.contact.id))] for one in elders]
    return say(event, words("family.which"), keyboard(*rows))


async def pressed(
    call: CallbackQuery, press: FamilyPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    return await ACTS[press.button](Pressing(call, press, uow, actor, words, state))


async def _state(on: Pressing[FamilyPress]) -> Reply:
    return await _state_of(on.call, on.uow, on.actor, on.words, on.press.contact_id)


async def _state_of(event: Event, uow: UnitOfWork, actor: Actor, words: Words, contact_id: int) -> Reply:
    elder = await my_elder(uow, actor=actor, contact_id=contact_id, scope=ContactScope.STATE)
    watch = await _watch(uow, elder)
    lines = [words("family.state", name=elder.person.name), *(_lines(words, elder, watch) if watch else [])]
    if watch is None:
        lines.append(words("family.no_watch"))
    return show(event, "\n".join(lines), _menu(words, elder, is_muted=_is_muted(uow, elder)))


async def _watch(uow: UnitOfWork, elder: Elder) -> LatestState | None:
    states = await states_of_person(uow, elder.person.id)
    return next((one for one in states if one.kind is DeviceKind.WATCH), None)


def _lines(words: Words, elder: Elder, watch: LatestState) -> Sequence[str]:
    """Each line by the scope it needs."""
    seen = watch.last_seen_at.astimezone(words.zone).strftime("%m-%d %H:%M") if watch.last_seen_at else "—"
    lines = [
        words("family.seen", at=seen, state=words.plain(f"elder.device_status.{watch.state.value}")),
        words("family.battery", percent=watch.battery if watch.battery is not None else "—"),
    ]
    if watch.is_worn is False:
        lines.append(words("family.not_worn"))
    if elder.may(ContactScope.PLACE) and watch.is_home is not None:
        lines.append(words("family.home" if watch.is_home else "family.out"))
    if elder.may(ContactScope.HEALTH) and watch.heart_rate is not None:
        heart = watch.heart_rate
        lines.append(words("family.heart", low=heart.low, high=heart.high, last=heart.last or "—"))
    return lines


def _menu(words: Words, elder: Elder, *, is_muted: bool) -> InlineKeyboardMarkup:
    """Only what this relative may see and do."""

    def button(which: FamilyButton) -> tuple[str, FamilyPress]:
        return words.plain(f"family.button.{which.value}"), FamilyPress(which, elder.contact.id)

    looks = [button(FamilyButton.STATE)]
    if elder.may(ContactScope.HEALTH):
        looks.append(button(FamilyButton.CHART))
    if elder.may(ContactScope.PLACE):
        looks.append(button(FamilyButton.LOCATE))
    live = [[button(FamilyButton.LIVE)]] if elder.may(ContactScope.PLACE) else []
    quiet = FamilyButton.UNMUTE if is_muted else FamilyButton.MUTE
    return keyboard(looks, *live, [button(FamilyButton.CALL)], [button(quiet)])


def _is_muted(uow: UnitOfWork, elder: Elder) -> bool:
    return elder.contact.muted_until is not None and elder.contact.muted_until > uow.now


async def _chart(on: Pressing[FamilyPress]) -> Reply:
    """Today's heart rates as a picture; not medical advice."""
    elder = await my_elder(on.uow, actor=on.actor, contact_id=on.press.contact_id, scope=ContactScope.HEALTH)
    watch = await _watch(on.uow, elder)
    if watch is None:
        raise NotFound("family.error.no_watch")
    today = on.uow.now.astimezone(on.words.zone).date()
    rates = await heart_rates_of_day(on.uow, device_id=watch.device_id, day=today)
    if not rates:
        return on.answer("family.no_heart_yet")
    caption = on.words("family.chart", name=elder.person.name)
    return SendPhoto(chat_id=chat_of(on.call), photo=heart_chart(rates, on.words.zone), caption=caption)


async def _place(on: Pressing[FamilyPress]) -> Reply:
    """Where the watch was last believed to be, as a pin on the map."""
    elder = await my_elder(on.uow, actor=on.actor, contact_id=on.press.contact_id, scope=ContactScope.PLACE)
    watch = await _watch(on.uow, elder)
    if watch is None or watch.fix is None:
        return on.answer("family.no_place")
    at = watch.fix.at.astimezone(on.words.zone).strftime("%H:%M")
    pin = SendLocation(
        chat_id=chat_of(on.call),
        latitude=watch.fix.latitude,
        longitude=watch.fix.longitude,
        horizontal_accuracy=min(watch.fix.accuracy_m, 1500),
    )
    return [pin, say(on.call, on.words("family.place", at=at, metres=round(watch.fix.accuracy_m)))]


async def _live(on: Pressing[FamilyPress]) -> Reply:
    """Where she is just now, by her own telephone or by who is with her; nobody shares it yet: they are asked."""
    seen = await see_place(on.uow, actor=on.actor, contact_id=on.press.contact_id)
    if seen is None:
        await ask_for_place(on.uow, actor=on.actor, contact_id=on.press.contact_id)
        return [on.answer("family.place.asking"), say(on.call, on.words("family.place.asking"))]
    pin = SendLocation(chat_id=chat_of(on.call), latitude=seen.point.latitude, longitude=seen.point.longitude)
    at, until = (moment.astimezone(on.words.zone).strftime("%H:%M") for moment in (seen.at, seen.until))
    return [pin, say(on.call, on.words("family.place.now", name=seen.name, at=at, until=until))]


async def _call(on: Pressing[FamilyPress]) -> Reply:
    """The elder's number as a card: one tap calls."""
    elder = await my_elder(on.uow, actor=on.actor, contact_id=on.press.contact_id, scope=ContactScope.STATE)
    number = telephone_of_elder(on.uow, elder)
    if number is None:
        return on.answer("family.no_number")
    return SendContact(chat_id=chat_of(on.call), phone_number=number, first_name=elder.person.name)


async def _mute(on: Pressing[FamilyPress]) -> Reply:
    """For a day nothing but what is critical."""
    return await _muted(on, is_muted=True)


async def _unmute(on: Pressing[FamilyPress]) -> Reply:
    return await _muted(on, is_muted=False)


async def _muted(on: Pressing[FamilyPress], *, is_muted: bool) -> Reply:
    until = on.uow.now + MUTED_FOR if is_muted else None
    await mute_contact(on.uow, actor=on.actor, contact_id=on.press.contact_id, until=until)
    return [on.answer("family.muted" if is_muted else "family.unmuted"), await _state(on)]


ACTS: Mapping[FamilyButton, Act[FamilyPress]] = {
    FamilyButton.STATE: _state,
    FamilyButton.CHART: _chart,
    FamilyButton.LOCATE: _place,
    FamilyButton.LIVE: _live,
    FamilyButton.CALL: _call,
    FamilyButton.MUTE: _mute,
    FamilyButton.UNMUTE: _unmute,
}
