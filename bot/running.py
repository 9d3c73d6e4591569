"""`youlin run`: the roles against real Telegram, or everything at once in the playground."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

import structlog
from rich.console import Console

from backend.kernel.clock import MovableClock
from backend.kernel.settings import Settings, TelegramMode
from backend.kernel.texts import load_texts
from bot.app import open_app, open_work
from bot.doctor import webhook_fault
from bot.installing import bring_up_to_date, is_set_up
from bot.playing import load_sample, open_world, playground_settings, seat_cast
from bot.role_names import RoleName
from bot.roles import run_roles
from playground.community.generator import generate
from playground.page.app import build_playground_app
from playground.telegram.serve import serve_application

log = structlog.get_logger(__name__)


class SettingsUnfit(Exception):
    """What is set does not do; the message says in plain words what to change."""


async def run_everything(settings: Settings, roles: Sequence[RoleName]) -> None:
    """Run until told to end. The tables are brought up to date first, which is safe with several processes.

    Raises SettingsUnfit before anything is opened: a webhook without its secret would believe everybody.
    """
    if settings.telegram_mode is TelegramMode.WEBHOOK and (fault := webhook_fault(settings)) is not None:
        raise SettingsUnfit(fault)
    if settings.is_playground:
        await _play(settings, roles)
        return
    work = open_work(settings, load_texts())
    await bring_up_to_date(work.database)
    await work.database.close()
    async with open_app(settings) as app:
        await run_roles(app, roles)


async def _play(settings: Settings, roles: Sequence[RoleName]) -> None:
    """The local Telegram on loopback, the sample community, and the program talking to it over HTTP."""
    clock = MovableClock()
    community = generate()
    sample = settings.home / "sample"
    await _prepare(settings)
    world = open_world(community, clock, load_texts())
    staff = f"http://{settings.http_host}:{settings.http_port}/web"
    page = build_playground_app(world, community_files=sample, clock=clock, staff_url=staff)
    async with AsyncExitStack() as stack:
        address = await stack.enter_async_context(serve_application(page, settings.playground_port))
        app = await stack.enter_async_context(open_app(playground_settings(settings, address), clock=clock))
        Console().print(f"\n  Youlin playground: [bold]{address}/[/]\n", highlight=False)
        await run_roles(app, roles)


async def _prepare(settings: Settings) -> None:
    texts = load_texts()
    work = open_work(settings, texts)
    await bring_up_to_date(work.database)
    if not await is_set_up(work):
        log.info("playground.loading_sample")
        community = await load_sample(work, texts, settings.home / "sample")
        await seat_cast(work, community)
    await work.database.close()
