"""Serves a `World` on loopback inside the running event loop, or inside a larger ASGI application."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import uvicorn

from .api import BotApi
from .connections import TearableProtocol
from .control import ControlApi
from .requests import Receive, Scope
from .webhooks import Webhooks
from .world import World

LOOPBACK = "127.0.0.1"
BACKLOG = 512
GRACE_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 75  # uvicorn's 5 would tear connections under clients that pause


class Served(Protocol):
    """An application that works while `running()` is entered and lets everybody go on `close()`."""

    def running(self) -> AbstractAsyncContextManager[None]: ...

    def close(self) -> None: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None: ...


class Telegram:
    """The whole local Telegram as an ASGI application: `/bot…`, `/file/bot…` and `/playground/api/…`.

    A larger application mounts it at its root and enters `running()` for as long as it serves.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.bot_api = BotApi(world)
        self.control = ControlApi(world)
        self.webhooks = Webhooks(self.bot_api)

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        if scope["type"] != "http":
            return
        inner = self.control if scope["path"].startswith("/playground/") else self.bot_api
        await inner(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver to webhooks while inside; afterwards everybody who still waits is let go."""
        async with self.webhooks.delivering():
            try:
                yield
            finally:
                self.close()

    def close(self) -> None:
        self.bot_api.close()
        self.control.close()


def listen(port: int, host: str = LOOPBACK) -> socket.socket:
    """Bind a port. The protocol is named so that asyncio turns off Nagle's algorithm on what it accepts."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


async def stop(server: uvicorn.Server) -> None:
    """Close everything at once; uvicorn's own way waits a tenth of a second in every test."""
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    if server.server_state.tasks:
        _, late = await asyncio.wait(server.server_state.tasks, timeout=GRACE_SECONDS)
        for task in late:
            task.cancel()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    await asyncio.sleep(0)


@asynccontextmanager
async def serve(world: World, port: int = 0) -> AsyncIterator[str]:
    """Serve `world` and give its address, `http://127.0.0.1:PORT`; port 0 takes a free one."""
    async with serve_application(Telegram(world), port) as address:
        yield address


@asynccontextmanager
async def serve_application(application: Served, port: int = 0, host: str = LOOPBACK) -> AsyncIterator[str]:
    """Serve `Telegram`, or an application around one, in the running event loop, and give its address."""
    config = uvicorn.Config(
        application,
        http=TearableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listener = listen(port, host)
    async with application.running():
        await server.startup(sockets=[listener])
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            application.close()
            await stop(server)
