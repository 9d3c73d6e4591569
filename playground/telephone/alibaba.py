"""Alibaba Cloud's SMS and voice as far as the program speaks with it: signed RPC requests in, JSON posts back."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote

import httpx

ALGORITHM = "ACS3-HMAC-SHA256"
PATIENCE = 5.0
LARGEST_BODY = 256 * 1024
MOST_CALLS_TO_ONE = 5
"""In an hour; the clock of this fake never moves on, so the sixth is always refused."""
HEARD_TO_THE_END, BUSY, UNANSWERED = "200000", "200002", "200003"
KEY = "300000"


@dataclass
class Sms:
    """One SMS: the registered text's code with what fills its blanks."""

    biz_id: str
    number: str
    template: str
    params: dict[str, str]
    signature: str
    out_id: str


@dataclass
class VoiceCall:
    """One call; `keys` are those for which something is said."""

    call_id: str
    number: str
    template: str
    params: dict[str, str]
    out_id: str
    keys: tuple[str, ...] = ()


@dataclass
class AlibabaCloud:
    """Serve it with `serve_application`; `callbacks` is the address of the program's pages, secret included.

    `code` is answered in place of OK as long as it is set; `loses_answers` requests are carried out and answered with
    an error all the same.
    """

    key_id: str
    key_secret: str
    callbacks: str = ""
    code: str = ""
    loses_answers: int = 0
    is_down: bool = False
    sms: list[Sms] = field(default_factory=list)
    calls: list[VoiceCall] = field(default_factory=list)
    forgeries: int = 0
    posts: list[int] = field(default_factory=list)
    """Status codes of the program's answers to what was posted."""
    actions: list[str] = field(default_factory=list)
    """What was asked of it, in order."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, happened: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until something is so that requests of the program make so. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while not happened():
                self._changed.clear()
                await self._changed.wait()

    # -- what people do -------------------------------------------------------------------------------------------

    async def delivers(self, sms: Sms, *, success: bool = True) -> None:
        """The network has, or has not, brought an SMS."""
        report = {"phone_number": sms.number, "success": success, "biz_id": sms.biz_id, "out_id": sms.out_id}
        report |= {"err_code": "DELIVERED" if success else "MK:0001", "report_time": "2026-05-12 12:00:00"}
        await self.post("sms-report", report)

    async def presses(self, call: VoiceCall, key: str) -> None:
        """A key in a call."""
        said = {"status_code": KEY, "dtmf": key, "out_id": call.out_id, "call_id": call.call_id}
        await self.post("voice-call-report", said)

    async def ends(self, call: VoiceCall, status: str = HEARD_TO_THE_END, *, keys: str = "") -> None:
        """The record of a call that is over."""
        record = {"call_id": call.call_id, "callee": call.number, "status_code": status, "out_id": call.out_id}
        await self.post("voice-report", record | {"dtmf": keys, "duration": "12", "voice_type": "voice"})

    async def writes(self, number: str, text: str, sequence: int) -> None:
        """Somebody answers, or writes by themselves."""
        written = {"phone_number": number, "content": text, "sequence_id": sequence, "dest_code": "1069000"}
        await self.post("sms-up", written)

    async def post(self, kind: str, *items: Mapping[str, Any]) -> None:
        """Post a list, as Alibaba Cloud does."""
        async with httpx.AsyncClient(trust_env=False, timeout=15) as client:
            answer = await client.post(f"{self.callbacks}/{kind}", json=list(items))
            self.posts.append(answer.status_code)

    # -- the service ----------------------------------------------------------------------------------------------

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = await _body(receive)
        headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
        query = scope["query_string"].decode()
        status, answer = self._answer(scope["method"], query, headers, body)
        self._changed.set()
        content = json.dumps(answer).encode()
        kind = [(b"content-type", b"application/json;charset=utf-8")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": content})

    def _answer(
        self, method: str, query: str, headers: dict[str, str], body: bytes
    ) -> tuple[int | None, dict[str, Any]]:
        if self.is_down:
            return 503, {"Code": "ServiceUnavailable", "Message": "down", "RequestId": "1"}
        if not self._is_signed(method, query, headers, body):
            self.forgeries += 1
            return 403, {"Code": "SignatureDoesNotMatch", "Message": "signature", "RequestId": "1"}
        fields = dict(parse_qsl(query, keep_blank_values=True))
        self.actions.append(headers.get("x-acs-action", ""))
        act = self._acts().get(self.actions[-1])
        if act is None:
            return 404, {"Code": "InvalidAction.NotFound", "Message": "no such action", "RequestId": "1"}
        if self.code:
            return 200, {"Code": self.code, "Message": "refused", "RequestId": "1"}
        answer = act(fields)
        if self.loses_answers:
            self.loses_answers -= 1
            return 502, {"Code": "BadGateway", "Message": "lost", "RequestId": "1"}
        return 200, {"Code": "OK", "Message": "OK", "RequestId": "1", **answer}

    def _acts(self) -> dict[str, Callable[[dict[str, str]], dict[str, Any]]]:
        return {
            "SendSms": self._send_sms,
            "QuerySendDetails": self._query,
            "IvrCall": self._call,
            "SingleCallByTts": self._call,
        }

    def _send_sms(self, fields: dict[str, str]) -> dict[str, Any]:
        params = json.loads(fields.get("TemplateParam") or "{}")
        biz_id = f"9006{len(self.sms):08d}^0"
        sms = Sms(biz_id, fields["PhoneNumbers"], fields["TemplateCode"], params, fields["SignName"], fields["OutId"])
        self.sms.append(sms)
        return {"BizId": biz_id}

    def _query(self, fields: dict[str, str]) -> dict[str, Any]:
        found = [sms for sms in self.sms if sms.number == fields["PhoneNumber"]]
        rows = [{"OutId": sms.out_id, "PhoneNum": sms.number, "SendStatus": 1} for sms in found]
        return {"TotalCount": str(len(rows)), "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}}

    def _call(self, fields: dict[str, str]) -> dict[str, Any]:
        number = fields["CalledNumber"]
        if sum(call.number == number for call in self.calls) >= MOST_CALLS_TO_ONE:
            return {"Code": "isv.BUSINESS_LIMIT_CONTROL"}
        keys = tuple(value for name, value in sorted(fields.items()) if name.endswith(".Key"))
        params = json.loads(fields.get("StartTtsParams") or fields.get("TtsParam") or "{}")
        template = fields.get("StartCode") or fields.get("TtsCode") or ""
        call = VoiceCall(f"1165{len(self.calls):08d}^1", number, template, params, fields["OutId"], keys)
        self.calls.append(call)
        return {"CallId": call.call_id}

    def _is_signed(self, method: str, query: str, headers: dict[str, str], body: bytes) -> bool:
        """The third version of its signature: over the method, the sorted query, some headers and the body's digest."""
        scheme, _, rest = headers.get("authorization", "").partition(" ")
        parts = dict(part.partition("=")[::2] for part in rest.split(","))
        digest = hashlib.sha256(body).hexdigest()
        if (
            scheme != ALGORITHM
            or parts.get("Credential") != self.key_id
            or headers.get("x-acs-content-sha256") != digest
        ):
            return False
        names = parts.get("SignedHeaders", "").split(";")
        pairs = sorted(parse_qsl(query, keep_blank_values=True))
        canonical_query = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)
        canonical_headers = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in names)
        request = "\n".join((method, "/", canonical_query, canonical_headers, ";".join(names), digest))
        signed = f"{ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
        expected = hmac.new(self.key_secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected, parts.get("Signature", ""))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """It needs nothing beside its memory."""
        yield

    def close(self) -> None:
        """Nobody waits in it."""


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        event: dict[str, Any] = await receive()
        body += bytes(event.get("body", b""))
        if not event.get("more_body") or len(body) > LARGEST_BODY:
            return body
