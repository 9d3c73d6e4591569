"""The Bot API over HTTP: an ASGI application around one `World`, bare of frameworks as benches hit it too."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from typing import Any
from urllib.parse import unquote

from .connections import reset
from .errors import Refusal, forbidden, not_found, too_many_requests
from .faults import Fault
from .files import Upload
from .methods import BY_LOWER_NAME
from .methods.call import Call
from .parameters import METHODS
from .requests import Disconnected, Receive, Scope, read_arguments
from .world import World

CALL = re.compile(r"^/bot([^/]+)/([A-Za-z]+)$")
FILE = re.compile(r"^/file/bot([^/]+)/(.+)$")
JSON_TYPE = [(b"content-type", b"application/json")]
BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>"
)
BEFORE = frozenset({"timeout_before", "reset", "forbidden", "server_error", "bad_gateway", "too_many_requests"})
Send = Any


class BotApi:
    """Answers `/bot…` and `/file/bot…`; anything else is 404."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = asyncio.Event()

    def close(self) -> None:
        """Let go of everybody who waits for an answer."""
        self.closing.set()
        for bot in self.world.bots.values():
            bot.updates.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = unquote(scope["path"])
        try:
            if call := CALL.match(path):
                await self._answer_call(call[1], call[2], scope, receive, send)
            elif file := FILE.match(path):
                await self._answer_file(file[1], file[2], send)
            else:
                raise not_found()
        except Refusal as refusal:
            await respond(send, refusal.code, refusal.body())
        except Disconnected:
            return

    async def _answer_call(self, token: str, name: str, scope: Scope, receive: Receive, send: Send) -> None:
        arguments, uploads = await read_arguments(scope, receive)
        fault = self.world.faults.take(name) if self.world.faults.pending else None
        if fault is not None and await self._befall(fault, scope, receive, send):
            return
        try:
            status, body = 200, {"ok": True, "result": await self.call(token, name, arguments, uploads)}
        except Refusal as refusal:
            status, body = refusal.code, refusal.body()
            self.world.refusals[refusal.code] += 1
        if fault is not None and fault.kind == "never_answer":
            await self._hold(scope, receive, send)
        elif fault is not None and fault.kind == "reset_after":
            await reset(scope, send)
        else:
            await respond(send, status, body)

    async def call(self, token: str, name: str, arguments: dict[str, Any], uploads: dict[str, Upload]) -> Any:
        """Do one call and return its result, or raise `Refusal`."""
        bot = self.world.bot_with(token)
        known, played = METHODS.get(name.lower()), BY_LOWER_NAME.get(name.lower())
        if known is None or played is None:
            raise not_found(f"{known.name} is not played here" if known else None)
        self.world.calls[known.name] += 1
        call = Call(self.world, bot, known.name, known.read(arguments, uploads), uploads)
        result = played[1](call)
        return await result if inspect.isawaitable(result) else result

    async def _befall(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> bool:
        """Let a fault happen; return whether the call is over with it."""
        if fault.seconds and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        if fault.kind not in BEFORE:
            return False
        if fault.kind == "timeout_before":
            await self._hold(scope, receive, send)
        elif fault.kind == "reset":
            await reset(scope, send)
        elif fault.kind == "bad_gateway":
            await respond_bytes(send, 502, BAD_GATEWAY, "text/html")
        else:
            refusal = ORDERED[fault.kind](fault)
            self.world.refusals[refusal.code] += 1
            await respond(send, refusal.code, refusal.body())
        return True

    async def _hold(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say nothing until the client gives up or the server ends."""
        gone = asyncio.ensure_future(receive())
        closing = asyncio.ensure_future(self.closing.wait())
        await asyncio.wait({gone, closing}, return_when=asyncio.FIRST_COMPLETED)
        if not gone.done():
            await reset(scope, send)
        gone.cancel()
        closing.cancel()

    async def _answer_file(self, token: str, path: str, send: Send) -> None:
        self.world.bot_with(token)
        fault = self.world.faults.take("file") if self.world.faults.pending else None
        file = self.world.files.paths.get(path)
        if file is None or fault is not None:
            raise not_found()
        await respond_bytes(send, 200, file.content, "application/octet-stream")


ORDERED = {
    "forbidden": lambda fault: forbidden("bot was blocked by the user"),
    "server_error": lambda fault: Refusal(500, "Internal Server Error"),
    "too_many_requests": lambda fault: too_many_requests(max(1, round(fault.seconds))),
}


async def respond(send: Send, status: int, body: dict[str, Any]) -> None:
    encoded = json.dumps(body, separators=(",", ":")).encode()
    await send({"type": "http.response.start", "status": status, "headers": [*JSON_TYPE, length_of(encoded)]})
    await send({"type": "http.response.body", "body": encoded})


async def respond_bytes(send: Send, status: int, body: bytes, kind: str) -> None:
    headers = [(b"content-type", kind.encode()), length_of(body)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def length_of(body: bytes) -> tuple[bytes, bytes]:
    return b"content-length", str(len(body)).encode()
