"""/start and the main menu, cut to what the person may do."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from backend.kernel.access import FIELD, Actor, Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.accounts import actor_of_account
from backend.registry.invitations import accept_invitation
from backend.registry.models import Account
from backend.registry.queries import org_unit
from handlers.common.commands import own_menu
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.links import INVITATION
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.start.catalogue import LEADING

MENU: tuple[tuple[MenuButton, ...], ...] = (
    (MenuButton.REPORT,),
    (MenuButton.MINE, MenuButton.BOOK),
    (MenuButton.POINTS, MenuButton.CANTEEN),
)
"""What everybody sees first, short enough to be read without glasses; the catalogue holds the rest."""

STAFF_MENU: tuple[tuple[MenuButton, frozenset[Role]], ...] = (
    (MenuButton.TASKS, FIELD),
    (MenuButton.DUTY, FIELD),
    (MenuButton.FIND, LEADING),
    (MenuButton.STATISTICS, LEADING),
    (MenuButton.WEB, LEADING),
)


def menu_router() -> Router:
    router = Router(name="start.menu")
    router.message.register(start, IN_PRIVATE, CommandStart())
    router.message.register(help_words, Command("help"))
    router.callback_query.register(home, Pressed(MenuPress, button=MenuButton.HOME))
    router.callback_query.register(help_words, Pressed(MenuPress, button=MenuButton.HELP))
    return router


async def start(
    message: Message,
    command: CommandObject,
    uow: UnitOfWork,
    actor: Actor,
    account: Account,
    words: Words,
    state: FSMContext,
) -> Reply:
    """Greet; a link with an invitation grants its role first. A half-written report stays where it is."""
    payload = command.args or ""
    if payload.startswith(INVITATION):
        return await _accept(message, uow, actor, account, words, payload.removeprefix(INVITATION))
    greeting = say(message, words("start.greeting", name=account.display_name), main_menu(words, actor, account))
    return [own_menu(words, actor, message.chat.id), greeting]


async def _accept(message: Message, uow: UnitOfWork, actor: Actor, account: Account, words: Words, token: str) -> Reply:
    grant = await accept_invitation(uow, actor=actor, account=account, token=token)
    unit = await org_unit(uow, grant.org_unit_id)
    actor = await actor_of_account(uow, account)
    welcome = words("start.role_granted", role=words.plain(f"role.{grant.role}"), unit=unit.name)
    return [own_menu(words, actor, message.chat.id), say(message, welcome, main_menu(words, actor, account))]


async def home(call: CallbackQuery, actor: Actor, account: Account, words: Words) -> Reply:
    return show(call, words("start.greeting", name=account.display_name), main_menu(words, actor, account))


async def help_words(event: Message | CallbackQuery, actor: Actor, words: Words) -> Reply:
    """What one can do here, by role."""
    parts = ["help.resident"]
    parts += ["help.worker"] if actor.has_role(*FIELD) else []
    parts += ["help.office"] if actor.has_role(*LEADING) else []
    return say(event, "\n\n".join(words(part) for part in parts))


def main_menu(words: Words, actor: Actor, account: Account) -> InlineKeyboardMarkup:
    """The buttons for this person; joining is offered until the registry knows them."""
    held = frozenset(grant.role for grant in actor.grants) | {Role.RESIDENT}

    def button(each: MenuButton) -> tuple[str, MenuPress]:
        return words.plain(f"menu.{each}"), MenuPress(each)

    rows = [[button(each) for each in row] for row in MENU]
    if account.person_id is None and held == {Role.RESIDENT}:
        rows.append([button(MenuButton.JOIN)])
    staff = [button(each) for each, seen_by in STAFF_MENU if held & seen_by]
    return keyboard(*rows, *in_columns(staff, 2), [button(MenuButton.SERVICES)])
