"""What machines watch: alive, ready, and the counts."""

from __future__ import annotations

from datetime import timedelta

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from backend.cockpit.app import create_web_app
from backend.kernel.database import Database
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from backend.messaging.contents import Content, Lane, telegram_chat
from backend.messaging.outbox import enqueue
from tests.service.world import World
from tests.web.browsing import on_both

HERE = ("127.0.0.1", 50_000)
ELSEWHERE = ("10.1.1.1", 50_000)


async def ask(app: FastAPI, path: str, client: tuple[str, int] = HERE, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(app=app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://youlin.test") as one:
        return await one.get(path, headers=headers)


@on_both
async def test_a_program_with_its_database_is_ready(app: FastAPI):
    answer = await ask(app, "/readyz")

    assert answer.status_code == 200
    assert answer.json() == {"database": True, "schema": True, "outbox": True}


async def test_without_a_database_it_lives_but_is_not_ready(world: World, settings: Settings):
    gone = Work(Database("sqlite+aiosqlite:////nowhere/youlin.db"), world.clock, world.work.vault)
    app = create_web_app(gone, load_texts(), settings)

    assert (await ask(app, "/healthz")).text == "ok\n"
    assert (await ask(app, "/readyz")).status_code == 503
    await gone.database.close()


async def test_messages_that_do_not_leave_make_it_unready(app: FastAPI, world: World):
    async with world.work.begin() as uow:
        await enqueue(uow, to=telegram_chat(1), content=Content("hello"), lane=Lane.URGENT, dedup_key="one")
    assert (await ask(app, "/readyz")).status_code == 200

    world.clock.advance(timedelta(minutes=2))

    answer = await ask(app, "/readyz")
    assert answer.status_code == 503
    assert answer.json()["outbox"] is False


@on_both
async def test_the_counts_are_told_to_this_machine(world: World, settings: Settings):
    metrics = Metrics()
    metrics.updates.labels("answered").inc(3)
    app = create_web_app(world.work, load_texts(), settings, metrics=metrics)

    told = (await ask(app, "/metrics")).text

    assert 'youlin_updates_total{outcome="answered"} 3.0' in told
    assert 'youlin_outbox_waiting{lane="emergency"} 0.0' in told
    assert 'youlin_issues_open{status="reported"} 0.0' in told
    assert "youlin_clocks_overdue 0.0" in told


async def test_nobody_else_reads_the_counts(app: FastAPI):
    assert (await ask(app, "/metrics", ELSEWHERE)).status_code == 404
    # A proxy on this machine asks for somebody else.
    assert (await ask(app, "/metrics", HERE, **{"X-Forwarded-For": "203.0.113.9"})).status_code == 404


async def test_a_token_opens_the_counts_from_elsewhere(world: World):
    settings = Settings(_env_file=None, metrics_token=SecretStr("let-me-count"))
    app = create_web_app(world.work, load_texts(), settings)

    assert (await ask(app, "/metrics", ELSEWHERE, Authorization="Bearer let-me-count")).status_code == 200
    assert (await ask(app, "/metrics", ELSEWHERE, Authorization="Bearer guess")).status_code == 404
