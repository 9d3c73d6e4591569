"""A carrier with Twilio's API that takes every call at once and never rings anybody: for measuring the program."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

ACCOUNT = "AC" + "0" * 32
NUMBER = "+18005550100"


class StubCarrier:
    """An ASGI application. `heard` is told the number of each call and SMS, before it is answered."""

    def __init__(self, heard: Callable[[str], None]) -> None:
        self._heard = heard

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body = (await receive()).get("body", b"")
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        answer: dict[str, Any] = {"calls": [], "messages": [], "page": 0}
        if scope["method"] == "POST":
            self._heard(form.get("To", ""))
            prefix = "CA" if scope["path"].endswith("/Calls.json") else "SM"
            answer = {"sid": prefix + secrets.token_hex(16), "account_sid": ACCOUNT, "status": "queued"}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """Nobody ever waits here."""
