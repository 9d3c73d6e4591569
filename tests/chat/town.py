"""The whole program against the local Telegram: the people of the test world hold telephones and talk to the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cryptography.fernet import Fernet
from pydantic import SecretStr

from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.settings import Settings
from bot.app import App, open_app
from bot.polling import Poller
from playground.telegram.groups import create_group, promote
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.serve import serve
from playground.telegram.state import Group
from playground.telegram.world import World as Telegram
from tests.service.world import World, open_world

TOKEN = "900000001:town"
MEMBERS = {
    "community": ("staff Chen", "staff Xu", "admin Yin"),
    "grid-1": ("worker Li", "worker Zhao", "leader Tang", "staff Chen"),
    "grid-2": ("worker Sun", "staff Chen"),
    "grid-3": ("staff Chen",),
    "property": ("plumber Guo", "staff Chen"),
    "police": ("officer He", "staff Chen"),
}
"""Who sits in which group of the test world; the first one made it."""


@dataclass
class Town:
    """`phone("Wang Fang")` is her telephone; `group("grid-1")` the chat of that grid; `clock` moves the time."""

    app: App
    world: World
    telegram: Telegram
    phones: PhoneBook

    @property
    def clock(self) -> MovableClock:
        return self.world.clock

    def phone(self, name: str) -> Phone:
        return self.phones.of(self.telegram.person(self.world.accounts[name].telegram_id))

    def group(self, key: str) -> Group:
        return self.telegram.group(self.world.chats[key].chat_id)

    def hours_pass(self, hours: float) -> None:
        self.clock.advance(timedelta(hours=hours))


@asynccontextmanager
async def open_town(
    database_url: str, home: Path, *, starts_bot: bool = True, more: Mapping[str, Any] = MappingProxyType({})
) -> AsyncIterator[Town]:
    """Open the program on a database with all tables; every role runs but the clock and the web.

    `more` are further settings.
    """
    key = Fernet.generate_key().decode()
    database = Database(database_url)
    world = await open_world(database, vault=Vault([key]))
    await database.close()
    telegram = Telegram(world.clock)
    phones = PhoneBook(telegram)
    async with serve(telegram) as address:
        seat(telegram, world, phones)
        settings = Settings(
            database_url=database_url,
            home=home,
            bot_token=SecretStr(TOKEN),
            telegram_api=address,
            encryption_keys=(SecretStr(key),),
            updates_per_person_per_minute=10_000,
            messages_per_second=1_000,
            group_messages_per_minute=100_000,
            **more,
        )
        async with open_app(settings, clock=world.clock) as app:
            if starts_bot:
                start_roles(app)
            yield Town(app, world, telegram, phones)


def start_roles(app: App) -> None:
    """Hear, answer and deliver until the app is taken apart."""
    app.nursery.start(Poller(app.bots["main"], "main", app.updates).run(), name="polling")
    app.nursery.start(app.answers.note_forever(), name="answers")
    app.nursery.start(app.delivery_loop().run(), name="delivery")


def seat(telegram: Telegram, world: World, phones: PhoneBook) -> None:
    """Give the people of the test world telephones and put them and the bot into their groups."""
    bot = telegram.add_bot(TOKEN, "youlin_bot", "友邻")
    for index, (name, account) in enumerate(world.accounts.items()):
        person = telegram.add_person(name, id=account.telegram_id, phone=f"+86138000{index:05d}")
        phones.of(person)
        telegram.private_chat(bot, person).started = True  # an account is made by the first word to the bot
    for key, names in MEMBERS.items():
        members = [world.accounts[name].telegram_id for name in names]
        chat_id = world.chats[key].chat_id
        create_group(telegram, key, members[0], [*members[1:], bot.id], supergroup=True, group_id=chat_id)
        promote(telegram, chat_id, bot.id)
    phones.forget()
