"""`youlin run`: the roles against real Telegram, or everything at once in the playground."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from rich.console import Console

from backend.kernel.clock import MovableClock
from backend.kernel.settings import Settings, TelegramMode
from backend.kernel.texts import load_texts
from bot.app import open_app, open_work
from bot.doctor import webhook_fault
from bot.installing import bring_up_to_date
from bot.playing import open_world, playground_settings, watch_port_of
from bot.preparing import can_begin_anew, prepare, put_away
from bot.role_names import RoleName
from bot.roles import run_roles
from bot.sample_devices import Addresses, lay_out
from bot.sample_story import open_exchange
from playground.bench.bench import DeviceBench
from playground.community.generator import generate
from playground.devices.broker import HOST, Broker, NoBroker, running_broker
from playground.page.app import build_playground_app
from playground.telegram.serve import serve_application


class SettingsUnfit(Exception):
    """What is set does not do; the message says in plain words what to change."""


async def run_everything(settings: Settings, roles: Sequence[RoleName]) -> None:
    """Run until told to end. The tables are brought up to date first, which is safe with several processes.

    Raises SettingsUnfit before anything is opened: a webhook without its secret would believe everybody.
    """
    if settings.telegram_mode is TelegramMode.WEBHOOK and (fault := webhook_fault(settings)) is not None:
        raise SettingsUnfit(fault)
    if settings.is_playground:
        while await _play(settings, roles):
            put_away(settings)
        return
    work = open_work(settings, load_texts())
    await bring_up_to_date(work.database)
    await work.database.close()
    async with open_app(settings) as app:
        await run_roles(app, roles)


async def _play(settings: Settings, roles: Sequence[RoleName]) -> bool:
    """Local Telegram, telephones and devices on loopback, the sample community, and the program talking to them.

    Returns whether somebody wants to start over: then all of it was let go, and nobody holds the database.
    """
    clock, community, anew = MovableClock(), generate(), asyncio.Event()
    web = f"http://{settings.http_host}:{settings.http_port}"
    seated = await prepare(settings, community)
    world = open_world(community, clock, load_texts())
    exchange = open_exchange(community, clock, world.events, settings.public_url or web)
    bench = DeviceBench(clock=clock, events=world.events)
    page = build_playground_app(
        world,
        exchange=exchange,
        bench=bench,
        community_files=settings.home / "sample",
        clock=clock,
        staff_url=f"{web}/web",
        start_over=anew.set if can_begin_anew(settings) else None,
    )
    async with AsyncExitStack() as stack:
        broker = None if settings.mqtt_url else await _broker(stack, settings)
        # The devices lie on the bench before it begins to run; they look for their doors until these are open.
        mqtt_url = broker.url if broker is not None else settings.mqtt_url
        doors = Addresses(web=web, host=HOST, watch_port=watch_port_of(settings), mqtt_url=mqtt_url)
        lay_out(bench, seated, doors, clock)
        address = await stack.enter_async_context(serve_application(page, settings.playground_port))
        exchange.address = address
        local = playground_settings(settings, address, exchange, broker)
        app = await stack.enter_async_context(open_app(local, clock=clock))
        Console().print(f"\n  Youlin playground: [bold]{address}/[/]\n", highlight=False)
        await run_roles(app, roles, until=anew)
    return anew.is_set()


async def _broker(stack: AsyncExitStack, settings: Settings) -> Broker | None:
    """A broker of our own where one is installed; without one the tank speaks over HTTP."""
    try:
        return await stack.enter_async_context(running_broker(settings.home / "broker"))
    except NoBroker:
        return None
