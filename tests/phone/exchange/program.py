"""A small program on the other side of the exchange: answers with the TwiML of the test, and checks every signature."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from twilio.request_validator import SIGNATURE_SETTINGS_HEADER, RequestValidator, get_signature_algorithm

from playground.telegram.requests import read_body
from playground.telephone.api import respond_bytes


@dataclass
class Request:
    """What came to the program; `valid` is what Twilio's own validator says of it."""

    path: str
    query: str
    form: dict[str, str]
    valid: bool
    headers: dict[str, str]


@dataclass
class Program:
    """`pages`: path to document; `requests`: everything that came, in order."""

    secret: str
    address: str = ""
    pages: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)

    def twiml(self, path: str, inside: str) -> str:
        """Let `path` answer with a document, and return its address."""
        self.pages[path] = f"<Response>{inside}</Response>"
        return self.address + path

    def sent_to(self, path: str) -> list[dict[str, str]]:
        return [request.form for request in self.requests if request.path == path]

    def statuses(self, path: str = "/status") -> list[str]:
        return [form.get("CallStatus" if "CallSid" in form else "MessageStatus", "") for form in self.sent_to(path)]

    # -- serving -----------------------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await read_body(receive)
        path, query = scope["path"], scope["query_string"].decode()
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        valid = RequestValidator(self.secret).validate(
            self.address + path + (f"?{query}" if query else ""),
            form,
            headers.get("x-twilio-signature", ""),
            get_signature_algorithm(headers.get(SIGNATURE_SETTINGS_HEADER.lower(), "")),
        )
        told = form or dict(parse_qsl(query))
        self.requests.append(Request(path, query, told, valid, headers))
        if path in self.pages:
            await respond_bytes(send, 200, self.pages[path].encode(), self.kinds.get(path, "text/xml"))
        else:
            await respond_bytes(send, 204 if path.startswith("/status") else 404, b"", "text/plain")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """Nobody waits here."""
