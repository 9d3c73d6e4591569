"""Twilio's REST API over HTTP: finds the operation, checks who asks, lets ordered misfortunes happen."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
from typing import Any
from urllib.parse import parse_qs

from playground.telegram.connections import reset
from playground.telegram.errors import Refusal
from playground.telegram.requests import Disconnected, Receive, Scope, header, read_body

from .exchange import Exchange
from .faults import Fault, Outage, RestFault
from .operations import Operations
from .refusals import Refused, not_found, server_error, too_many_requests, unauthorized, unavailable

PATH = re.compile(r"^/2010-04-01/Accounts/(?P<account>AC[0-9a-f]{32})/(?P<rest>.+)$")
MEDIA = re.compile(r"^Recordings/(?P<recording>RE[0-9a-f]{32})(?:\.wav|\.mp3)?$")
MOST_FIELDS = 100
REFUSALS = {RestFault.SERVER_ERROR: server_error, RestFault.TOO_MANY_REQUESTS: too_many_requests}

# Method, path below the account, operation (the name that faults aim at), name of the function, status.
ROUTES = [
    (method, re.compile(f"^{path}\\.json$"), name, function, status)
    for method, path, name, function, status in (
        ("POST", "Calls", "calls.create", "create_call", 201),
        ("GET", "Calls", "read", "list_calls", 200),
        ("GET", "Calls/(?P<call>CA[0-9a-f]{32})", "read", "fetch_call", 200),
        ("POST", "Calls/(?P<call>CA[0-9a-f]{32})", "calls.update", "update_call", 200),
        ("POST", "Messages", "messages.create", "create_message", 201),
        ("GET", "Messages", "read", "list_messages", 200),
        ("GET", "Messages/(?P<message>SM[0-9a-f]{32})", "read", "fetch_message", 200),
        ("GET", "Conferences", "read", "list_conferences", 200),
        ("GET", "Conferences/(?P<room>CF[0-9a-f]{32})", "read", "fetch_conference", 200),
        ("POST", "Conferences/(?P<room>CF[0-9a-f]{32})", "conferences.update", "update_conference", 200),
        ("GET", "Conferences/(?P<room>CF[0-9a-f]{32})/Participants", "read", "list_participants", 200),
        (
            "GET",
            "Conferences/(?P<room>CF[0-9a-f]{32})/Participants/(?P<call>CA[0-9a-f]{32})",
            "read",
            "fetch_participant",
            200,
        ),
        (
            "DELETE",
            "Conferences/(?P<room>CF[0-9a-f]{32})/Participants/(?P<call>CA[0-9a-f]{32})",
            "participants.delete",
            "remove_participant",
            204,
        ),
        ("GET", "Recordings", "read", "list_recordings", 200),
        ("GET", "Recordings/(?P<recording>RE[0-9a-f]{32})", "read", "fetch_recording", 200),
        ("DELETE", "Recordings/(?P<recording>RE[0-9a-f]{32})", "recordings.delete", "delete_recording", 204),
    )
]


class TwilioApi:
    """Answers `/2010-04-01/…`."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.operations = Operations(exchange)
        self.closing = asyncio.Event()

    def close(self) -> None:
        """Let go of everybody who waits for an answer."""
        self.closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        try:
            await self._answer(scope, receive, send)
        except Refused as refused:
            await respond(send, refused.status, refused.body())
        except Refusal as refusal:  # of the shared reading of requests: too large
            await respond(send, refusal.code, Refused(refusal.code, 20001, refusal.description).body())
        except Disconnected:
            return

    async def _answer(self, scope: Scope, receive: Receive, send: Any) -> None:
        if await self._is_away(scope, receive, send):
            return
        found = PATH.match(scope["path"])
        self._check_account(scope, found["account"] if found else "")
        assert found is not None
        body = await read_body(receive)
        if scope["method"] == "GET" and (media := MEDIA.match(found["rest"])):
            recording = self.operations.recording(media["recording"])
            await respond_bytes(send, 200, recording.wav, "audio/x-wav")
            return
        await self._operate(found["rest"], body, scope, receive, send)

    async def _operate(self, rest: str, body: bytes, scope: Scope, receive: Receive, send: Any) -> None:
        for method, pattern, name, function, status in ROUTES:
            if method != scope["method"] or not (named := pattern.match(rest)):
                continue
            self.exchange.requests.append(name)
            fault = self.exchange.faults.take("rest", name)
            if fault is not None and await self._befall(fault, scope, receive, send):
                return
            form = fields(scope["query_string"] if method == "GET" else body)
            answer = getattr(self.operations, function)(form, **named.groupdict())
            if fault is not None and fault.kind == RestFault.HANG_AFTER:
                await self._hold(scope, receive, send)
            elif fault is not None and fault.kind == RestFault.RESET_AFTER:
                await reset(scope, send)
            else:
                await respond(send, status, answer)
            return
        raise not_found(scope["path"])

    def _check_account(self, scope: Scope, account: str) -> None:
        expected = f"{self.exchange.account_sid}:{self.exchange.auth_token}"
        if credentials(header(scope, b"authorization")) != expected:
            raise unauthorized()
        if account != self.exchange.account_sid:
            raise not_found(scope["path"])

    async def _is_away(self, scope: Scope, receive: Receive, send: Any) -> bool:
        outage = self.exchange.faults.outage
        if outage is None:
            return False
        self.exchange.requests.append("outage")
        if outage is Outage.HANG:
            await read_body(receive)
            await self._hold(scope, receive, send)
        elif outage is Outage.RESET:
            await reset(scope, send)
        else:
            raise unavailable()
        return True

    async def _befall(self, fault: Fault, scope: Scope, receive: Receive, send: Any) -> bool:
        """Let a fault happen that comes before the deed; return whether the request is over with it."""
        if fault.kind == RestFault.SLOW:
            await asyncio.sleep(fault.seconds)
        elif fault.kind == RestFault.HANG_BEFORE:
            await self._hold(scope, receive, send)
        elif fault.kind == RestFault.RESET_BEFORE:
            await reset(scope, send)
        elif fault.kind in REFUSALS:
            raise REFUSALS[RestFault(fault.kind)]()
        return fault.kind in {RestFault.HANG_BEFORE, RestFault.RESET_BEFORE}

    async def _hold(self, scope: Scope, receive: Receive, send: Any) -> None:
        """Say nothing until the client gives up or the exchange closes."""
        gone = asyncio.ensure_future(receive())
        closing = asyncio.ensure_future(self.closing.wait())
        await asyncio.wait({gone, closing}, return_when=asyncio.FIRST_COMPLETED)
        if not gone.done():
            await reset(scope, send)
        gone.cancel()
        closing.cancel()


def credentials(authorization: str) -> str:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def fields(encoded: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(encoded.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise Refused(400, 20001, "The request cannot be read") from None


async def respond(send: Any, status: int, body: dict[str, Any] | None) -> None:
    encoded = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    await respond_bytes(send, status, encoded, "application/json; charset=utf-8")


async def respond_bytes(send: Any, status: int, body: bytes, kind: str) -> None:
    length = (b"content-length", str(len(body)).encode())
    headers = [(b"content-type", kind.encode()), length, (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
