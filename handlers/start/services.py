"""All services by brand and by scene, and the services that a typed word asks for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.types import CallbackQuery, Message

from backend.kernel.access import Actor, Role
from backend.kernel.brands import Brand
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.models import Account
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.start.catalogue import Scene, Service, catalogue
from handlers.start.naming import Things, things_named, things_of_brand

_BRAND, _SCENE = "b-", "s-"
Kind = TypeVar("Kind", Brand, Scene)


class NamesService(Filter):
    """Fits words that name a service of ours, or something in it; the handler gets `services` and `things`."""

    async def __call__(
        self, message: Message, actor: Actor, uow: UnitOfWork, account: Account, words: Words
    ) -> bool | dict[str, Any]:
        if message.text is None or message.text.startswith("/"):
            return False
        services = catalogue().asked_for(message.text, _roles(actor))
        things = await things_named(uow, account, words, catalogue().meanings(message.text))
        return {"services": services, "things": things} if services or things else False


def services_router() -> Router:
    """Stands before the reports, which take any words: a name alone asks for a service, a sentence begins a report."""
    router = Router(name="start.services")
    router.callback_query.register(all_services, Pressed(MenuPress, button=MenuButton.SERVICES))
    router.message.register(offer, IN_PRIVATE, StateFilter(None), NamesService())
    return router


async def all_services(
    call: CallbackQuery, press: MenuPress, uow: UnitOfWork, account: Account, actor: Actor, words: Words
) -> Reply:
    """The brands and scenes; then the services of the one that was pressed."""
    if press.value is None:
        return show(call, words("catalogue.all"), keyboard(*_overview(words)))
    if press.value.startswith(_BRAND):
        brand = _one_of(Brand, press.value.removeprefix(_BRAND))
        things = await things_of_brand(uow, account, words, brand)
        return _list(call, words, f"catalogue.brand.{brand}", catalogue().of_brand(brand, _roles(actor)), things)
    scene = _one_of(Scene, press.value.removeprefix(_SCENE))
    return _list(call, words, f"catalogue.scene.{scene}", catalogue().of_scene(scene, _roles(actor)))


async def offer(message: Message, services: list[Service], things: Things, words: Words) -> Reply:
    """The thing itself first, then the service that holds it; whoever did mean a report has its button below."""
    buttons = _buttons(words, services)
    report = (words.plain("menu.report"), MenuPress(MenuButton.REPORT))
    every = (words.plain("menu.services"), MenuPress(MenuButton.SERVICES))
    rows: list[Row] = [[each] for each in (*things, *buttons) if each != report]
    return say(message, words("catalogue.found"), keyboard(*rows, [report], [every]))


def _overview(words: Words) -> list[Row]:
    def button(key: str, value: str) -> tuple[str, MenuPress]:
        return words.plain(key), MenuPress(MenuButton.SERVICES, value)

    brands = [button(f"catalogue.brand.{each}", _BRAND + each) for each in Brand]
    scenes = [button(f"catalogue.scene.{each}", _SCENE + each) for each in Scene]
    return [*in_columns(brands, 2), *in_columns(scenes, 3), [_home(words)]]


def _list(call: CallbackQuery, words: Words, title: str, services: Iterable[Service], things: Things = ()) -> Reply:
    back = (words.plain("catalogue.back"), MenuPress(MenuButton.SERVICES))
    rows = [*in_columns(_buttons(words, services), 2), *in_columns(things, 2)]
    text = words("catalogue.of", title=words.plain(title), about=words.plain(f"{title}.about"))
    return show(call, text, keyboard(*rows, [back, _home(words)]))


def _buttons(words: Words, services: Iterable[Service]) -> list[tuple[str, MenuPress]]:
    return [(words.plain(f"menu.{each.opens}"), MenuPress(each.opens)) for each in services]


def _home(words: Words) -> tuple[str, MenuPress]:
    return words.plain("menu.home"), MenuPress(MenuButton.HOME)


def _one_of(kind: type[Kind], value: str) -> Kind:
    try:
        return kind(value)
    except ValueError as error:
        raise BadInput("error.old_button") from error


def _roles(actor: Actor) -> frozenset[Role]:
    return frozenset(grant.role for grant in actor.grants)
