"""A Telegram that answers everything with yes and costs next to nothing: for measuring the program, not the protocol.

`python -m bench.stub_telegram` serves it as a process of its own and prints its address.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from time import time
from typing import Any
from urllib.parse import parse_qsl

import uvloop
from PIL import Image

from playground.telegram.serve import serve_application

BOT = {"id": 42, "is_bot": True, "first_name": "Youlin", "username": "youlin_bot"}
TOKEN = "42:bench"
Heard = Callable[[str, dict[str, str]], None]


def _nobody(_method: str, _fields: dict[str, str]) -> None:
    """Listen to nothing."""


class StubTelegram:
    """An ASGI application. `heard` is told each call that came in, before it is answered."""

    def __init__(self, heard: Heard = _nobody) -> None:
        self._heard = heard
        self._numbers = itertools.count(1_000_000)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = await _body(receive)
        if scope["path"].startswith("/file/"):
            await _respond(send, PICTURE, b"image/jpeg")
            return
        method = scope["path"].rpartition("/")[2]
        fields = _fields(scope, body)
        self._heard(method, fields)
        answer = json.dumps({"ok": True, "result": self._result(method, fields)}).encode()
        await _respond(send, answer, b"application/json")

    def _result(self, method: str, fields: dict[str, str]) -> Any:
        if method == "getMe":
            return BOT
        if method == "getFile":
            return {"file_id": fields["file_id"], "file_unique_id": "1", "file_path": "photos/1.jpg"}
        if not method.startswith(("send", "edit", "copy", "forward")):
            return True
        number = int(fields.get("message_id") or next(self._numbers))
        chat = {"id": int(fields["chat_id"]), "type": "private", "first_name": "Resident"}
        text = fields.get("text") or fields.get("caption") or "-"
        return {"message_id": number, "date": int(time()), "chat": chat, "from": BOT, "text": text}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """Nobody ever waits here."""


def _fields(scope: Any, body: bytes) -> dict[str, str]:
    """What a form or JSON says; values of JSON as a form would write them."""
    if dict(scope["headers"]).get(b"content-type") != b"application/json":
        return dict(parse_qsl(body.decode()))
    said = json.loads(body)
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in said.items()}


async def _respond(send: Any, body: bytes, kind: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _picture() -> bytes:
    """A photo of the size that Telegram makes of most."""
    kept = BytesIO()
    Image.effect_noise((1280, 960), 40).convert("RGB").save(kept, "JPEG", quality=60)
    return kept.getvalue()


PICTURE = _picture()


async def _body(receive: Any) -> bytes:
    body = bytearray()
    while True:
        part = await receive()
        body += part.get("body", b"")
        if not part.get("more_body"):
            return bytes(body)


async def main() -> None:
    """Serve until told to end."""
    async with serve_application(StubTelegram()) as address:
        print(json.dumps({"ready": address}), flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
