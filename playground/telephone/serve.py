"""The exchange as an ASGI application of its own, for tests, benches, and inside the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playground.telegram.requests import Receive, Scope
from playground.telegram.serve import serve_application

from .api import TwilioApi
from .control import TelephoneControl
from .exchange import Exchange

TWILIO_PATH = "/2010-04-01/"
CONTROL_PATH = "/playground/telephone/"


class TelephoneServer:
    """Twilio's API and the telephones' control API; a larger application enters `running()` while it serves."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.api = TwilioApi(exchange)
        self.control = TelephoneControl(exchange)

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        if scope["type"] != "http":
            return
        inner = self.control if scope["path"].startswith(CONTROL_PATH) else self.api
        await inner(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.exchange.running():
            try:
                yield
            finally:
                self.close()

    def close(self) -> None:
        self.api.close()


@asynccontextmanager
async def serve(exchange: Exchange, port: int = 0) -> AsyncIterator[str]:
    """Serve `exchange` on loopback and give its address; it becomes the name of its recordings."""
    async with serve_application(TelephoneServer(exchange), port) as address:
        exchange.address = address
        yield address
