"""Group chats: an admin binds one to a grid, the community or a partner; upgrades and removals are followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.filters import Command
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message

from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.errors import AccessDenied, BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.presses import Press
from backend.notify.words import Words
from backend.registry.chats import Served, bind_chat, lose_chat, migrate_chat, unbind_chat
from backend.registry.models import OrgKind
from backend.registry.queries import binding_of_chat, org_unit, partner, partners_of, units_within
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.pressed import Pressed
from handlers.common.replies import Reply
from handlers.common.showing import say, show

GROUPS = F.chat.type.in_({ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True)
class BindPress(Press):
    """Binds this chat to a unit or a partner; `thread` is the topic in which /bind was said."""

    prefix: ClassVar[str] = "g1"
    in_groups: ClassVar[bool] = True

    unit_id: int | None = None
    partner_id: int | None = None
    thread: int | None = None


def groups_router() -> Router:
    router = Router(name="staff.groups")
    router.message.register(ask_what_to_bind, GROUPS, Command("bind"))
    router.message.register(unbind, GROUPS, Command("unbind"))
    router.message.register(upgraded, F.migrate_to_chat_id)
    router.callback_query.register(bind, Pressed(BindPress))
    router.my_chat_member.register(membership_changed, GROUPS)
    return router


async def ask_what_to_bind(message: Message, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    """Offer the units and partners that this person may bind."""
    paths = actor.paths_of(PERMISSIONS[Permission.BIND_CHAT])
    if not paths:
        raise AccessDenied
    thread = message.message_thread_id if message.is_topic_message else None
    units = await units_within(uow, paths)
    buttons: list[tuple[str, BindPress]] = [(unit.name, BindPress(unit.id, None, thread)) for unit in units]
    for unit in units:
        if unit.kind is OrgKind.COMMUNITY:
            buttons += [(one.name, BindPress(None, one.id, thread)) for one in await partners_of(uow, unit.id)]
    return say(message, words("bind.ask"), keyboard(*_rows(buttons)))


def _rows(buttons: Sequence[tuple[str, BindPress]]) -> list[Sequence[tuple[str, Press]]]:
    return [list(row) for row in in_columns(buttons[:90], 2)]  # Telegram shows at most a hundred buttons


async def bind(call: CallbackQuery, press: BindPress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    message = call.message
    if message is None or (press.unit_id is None) == (press.partner_id is None):
        raise BadInput("error.old_button")
    served = Served(org_unit_id=press.unit_id, partner_id=press.partner_id)
    chat = message.chat
    await bind_chat(uow, actor=actor, chat_id=chat.id, served=served, title=chat.title or "", thread_id=press.thread)
    return show(call, words("bind.done", name=await _name_of(uow, served)))


async def _name_of(uow: UnitOfWork, served: Served) -> str:
    if served.org_unit_id is not None:
        return (await org_unit(uow, served.org_unit_id)).name
    assert served.partner_id is not None
    return (await partner(uow, served.partner_id)).name


async def unbind(message: Message, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    await unbind_chat(uow, actor=actor, chat_id=message.chat.id)
    return say(message, words("bind.ended"))


async def upgraded(message: Message, uow: UnitOfWork) -> Reply:
    """The group became a supergroup with a new id."""
    assert message.migrate_to_chat_id is not None
    await migrate_chat(uow, from_chat_id=message.chat.id, to_chat_id=message.migrate_to_chat_id)
    return None


async def membership_changed(event: ChatMemberUpdated, uow: UnitOfWork, words: Words) -> Reply:
    """Removed: the chat serves nobody any more. Added: say what to do next."""
    status = event.new_chat_member.status
    if status in ("left", "kicked"):
        await lose_chat(uow, chat_id=event.chat.id)
        return None
    is_new_here = event.old_chat_member.status in ("left", "kicked")
    if is_new_here and await binding_of_chat(uow, event.chat.id) is None:
        return event.answer(words("bind.hello"))
    return None
