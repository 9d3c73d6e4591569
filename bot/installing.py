"""Setting an installation up: its tables, its org units, its sample, its first administrator."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from sqlalchemy.engine import make_url

from backend.bookings.offerings import seed_offerings
from backend.issues.categories.editing import seed_categories
from backend.kernel.access import SHELL_ACTOR, Role
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.migrations.running import current_revision, head_revision, upgrade
from backend.points.earning.editing import seed_rules
from backend.points.market.merchants import seed_kinds
from backend.registry.invitations import OpenInvitation, invite
from backend.registry.models import OrgUnit
from backend.registry.org_units import load_org_units
from backend.registry.queries import communities, org_unit_by_code, units_within
from backend.registry.records import load_registry
from handlers.common.links import INVITATION, Links


async def bring_up_to_date(database: Database) -> None:
    """Make the folder of a SQLite file and run what migrations are missing."""
    _make_folder(str(database.url))
    if await current_revision(database.engine) != head_revision():
        await upgrade(database.engine)


def _make_folder(url: str) -> None:
    path = make_url(url).database
    if make_url(url).get_backend_name() == "sqlite" and path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)


async def is_set_up(work: Work) -> bool:
    """Whether there is a community yet."""
    async with work.look() as uow:
        return bool(await communities(uow))


async def load_org_file(work: Work, texts: Texts, text: str) -> str:
    """Load an org-unit file and give every community its defaults: categories, rules of earning, shops, offerings.

    Returns what was done, in words.
    """
    async with work.begin() as uow:
        loaded = await load_org_units(uow, actor=SHELL_ACTOR, text=text)
        await _seed(uow, texts)
        return str(loaded)


async def give_defaults(work: Work, texts: Texts) -> None:
    """Give every community the defaults that came with a newer version; what staff made of theirs stays."""
    async with work.begin() as uow:
        await _seed(uow, texts)


async def _seed(uow: UnitOfWork, texts: Texts) -> None:
    for community in await communities(uow):
        await seed_categories(uow, actor=SHELL_ACTOR, community_id=community.id, texts=texts)
        await seed_rules(uow, actor=SHELL_ACTOR, community_id=community.id)
        await seed_kinds(uow, actor=SHELL_ACTOR, community_id=community.id)
        await seed_offerings(uow, community.id)


async def load_registry_lines(work: Work, lines: Iterable[str]) -> str:
    """Load registry records, all or none; returns what was done, in words."""
    async with work.begin() as uow:
        return str(await load_registry(uow, actor=SHELL_ACTOR, lines=lines))


async def invite_first(work: Work, role: Role, unit_code: str | None) -> OpenInvitation:
    """Make the one-time link of whoever begins: for `unit_code`, else for the topmost unit."""
    async with work.begin() as uow:
        unit = await org_unit_by_code(uow, unit_code) if unit_code else await _topmost(uow)
        return await invite(uow, actor=SHELL_ACTOR, role=role, unit=unit)


async def _topmost(uow: UnitOfWork) -> OrgUnit:
    return min(await units_within(uow, ("/",)), key=lambda unit: (unit.path.count("/"), unit.code))


async def deep_link(settings: Settings, token: str) -> str:
    """The link that opens the bot with an invitation; without a reachable bot only the payload, with a word why."""
    if settings.bot_token is None:
        return f"/start {INVITATION}{token}"
    bot = Bot(
        settings.bot_token.get_secret_value(),
        session=AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api.rstrip("/"))),
    )
    try:
        me = await bot.get_me()
    finally:
        await bot.session.close()
    return Links(me.username or "", "").invitation(token)
