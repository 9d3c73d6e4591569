"""Joining as a resident: one's own telephone, shared by Telegram's key, matched with the registry."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import CallbackQuery, KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.joining import SharedContact, join_as_resident
from backend.registry.models import Account
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say


def joining_router() -> Router:
    router = Router(name="start.joining")
    router.callback_query.register(ask_contact, Pressed(MenuPress, button=MenuButton.JOIN))
    router.message.register(shared_contact, IN_PRIVATE, F.contact)
    return router


async def ask_contact(call: CallbackQuery, words: Words) -> Reply:
    """Say what the number is for before asking for it (PIPL, article 17)."""
    key = KeyboardButton(text=words.plain("join.button.share"), request_contact=True)
    return say(
        call, words("join.ask"), ReplyKeyboardMarkup(keyboard=[[key]], resize_keyboard=True, one_time_keyboard=True)
    )


async def shared_contact(message: Message, uow: UnitOfWork, actor: Actor, account: Account, words: Words) -> Reply:
    assert message.contact is not None
    contact = SharedContact(message.contact.phone_number, message.contact.user_id)
    result = await join_as_resident(uow, actor=actor, account=account, contact=contact)
    return say(message, words(f"join.{result.value}"), ReplyKeyboardRemove())
