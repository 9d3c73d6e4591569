"""Steps that several tests of the registry take."""

from __future__ import annotations

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.accounts import TelegramUser, account_for_telegram_user, actor_of_account
from backend.registry.models import Account
from tests.service.world import World


async def somebody_new(uow: UnitOfWork, telegram_id: int = 9_000, name: str = "newcomer") -> tuple[Account, Actor]:
    """Somebody who writes to the bot for the first time."""
    account = await account_for_telegram_user(uow, TelegramUser(telegram_id, name, language_code="zh-hans"))
    return account, await actor_of_account(uow, account)


async def account_of(uow: UnitOfWork, world: World, name: str) -> Account:
    """The account of somebody in the world, in this unit of work."""
    account = await uow.session.get(Account, world.account_id(name))
    assert account is not None
    return account


async def acting(uow: UnitOfWork, world: World, name: str) -> Actor:
    """Somebody in the world with the roles that they hold at this moment."""
    return await actor_of_account(uow, await account_of(uow, world, name))
