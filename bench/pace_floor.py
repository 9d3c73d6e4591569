"""The floor by webhook: the bare handler of `report_floor`, fed by posts and confirming each after its commit.

`python -m bench.pace_floor DATABASE_URL API PORT`
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import uvicorn
import uvloop
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from fastapi import FastAPI, Request
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from bench.report_floor import Base, build_dispatcher
from bench.stub_telegram import TOKEN


async def main(database_url: str, api: str, port: str) -> None:
    """Serve until told to end."""
    engine = create_async_engine(database_url, pool_size=10, max_overflow=10)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    session = AiohttpSession(api=TelegramAPIServer.from_base(api))
    dispatcher, application = build_dispatcher(async_sessionmaker(engine, expire_on_commit=False)), FastAPI()
    async with Bot(TOKEN, session=session).context() as bot:

        @application.post("/telegram/main")
        async def receive(request: Request) -> dict[str, Any]:
            await dispatcher.feed_raw_update(bot, await request.json())
            return {}

        @application.get("/healthz")
        async def answer() -> dict[str, Any]:
            return {}

        await uvicorn.Server(uvicorn.Config(application, port=int(port), log_config=None, access_log=False)).serve()
    await engine.dispose()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(*sys.argv[1:]))
