"""Asks the program for TwiML and tells it how things went, signed, as Twilio does."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urldefrag, urlencode

import httpx

from .background import Background
from .faults import Fault, Faults, TellFault
from .records import Hook
from .signing import SharedKey, signed_headers

ANSWER_SECONDS = 15.0
LARGEST_ANSWER = 256 * 1024
KEPT = 2_000
MOST_RETRIES = 5
AGENT = "TwilioProxy/1.1"
IDEMPOTENCY = "I-Twilio-Idempotency-Token"


@dataclass(frozen=True)
class Told:
    """One request to the program and its answer; `status` None where none came."""

    url: str
    form: Mapping[str, str]
    status: int | None
    forged: bool = False


@dataclass(frozen=True)
class Answer:
    """What the program answered with; a body cut off at the limit is no TwiML any more."""

    status: int
    kind: str
    body: bytes


class Webhooks:
    """The exchange's outgoing side; works while `running` is entered by the exchange."""

    def __init__(self, background: Background, faults: Faults, token: str, key: SharedKey | None = None) -> None:
        self.background, self.faults, self.token, self.key = background, faults, token, key
        self.told: deque[Told] = deque(maxlen=KEPT)
        self.client: httpx.AsyncClient | None = None
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._held: list[tuple[str, Hook, dict[str, str]]] = []
        self._permuting: dict[str, list[tuple[Hook, dict[str, str]]]] = {}

    # -- asking ---------------------------------------------------------------------------------------------------

    async def ask(self, hook: Hook, form: Mapping[str, str]) -> Answer | None:
        """Request and return the answer, None when there is none. A fragment `#rc=2&rp=all` orders more attempts."""
        url, fragment = urldefrag(hook.url)
        wishes = {name: values[-1] for name, values in parse_qs(fragment).items()}
        attempts = 1 + min(int(wishes.get("rc", "0")), MOST_RETRIES) if wishes.get("rc", "0").isdigit() else 1
        token = secrets.token_hex(16)
        answer = None
        for _ in range(attempts):
            answer = await self._request(replace(hook, url=url), form, {IDEMPOTENCY: token})
            if answer is not None and answer.status < 500:
                break
        return answer

    async def _request(
        self, hook: Hook, form: Mapping[str, str], headers: Mapping[str, str], *, forged: bool = False
    ) -> Answer | None:
        assert self.client is not None, "the exchange is not running"
        url, sent = hook.url, dict(form)
        if hook.method == "GET":
            url, sent = f"{url}{'&' if '?' in url else '?'}{urlencode(form)}", {}
        token = secrets.token_hex(16) if forged else self.token
        signed = signed_headers(url, sent, token, None if forged else self.key)
        answer = await self._fetch(hook.method, url, sent, {**headers, **signed, "User-Agent": AGENT})
        self.told.append(Told(url, dict(form), answer.status if answer else None, forged))
        return answer

    async def _fetch(self, method: str, url: str, form: dict[str, str], headers: dict[str, str]) -> Answer | None:
        assert self.client is not None
        try:
            async with self.client.stream(method, url, data=form or None, headers=headers) as response:
                body = b""
                async for piece in response.aiter_bytes():
                    body += piece
                    if len(body) > LARGEST_ANSWER:
                        break
                return Answer(response.status_code, response.headers.get("content-type", ""), body)
        except (httpx.HTTPError, httpx.InvalidURL):
            return None

    async def fetch_sound(self, url: str) -> Answer | None:
        """Get a sound file, unsigned as any file."""
        return await self._fetch("GET", url, {}, {"User-Agent": AGENT})

    # -- telling --------------------------------------------------------------------------------------------------

    def tell(self, stream: str, hook: Hook, form: dict[str, str], *, last: bool = False) -> None:
        """Send a status callback. Those of one `stream` (calls/CA…, messages/SM…) go out in order, but for faults.

        `last`: no other will come in this stream.
        """
        if stream in self._permuting or self._permute(stream):
            self._permuting.setdefault(stream, []).append((hook, form))
            if last:
                for held_hook, held in reversed(self._permuting.pop(stream)):
                    self._send(stream, held_hook, held)
            return
        fault = self.faults.take("callbacks", stream.partition("/")[0])
        if fault is None:
            self._send(stream, hook, form)
        else:
            self._tell_amiss(fault, stream, hook, form)

    def _tell_amiss(self, fault: Fault, stream: str, hook: Hook, form: dict[str, str]) -> None:
        if fault.kind == TellFault.DOUBLED:
            self._send(stream, hook, form)
            self._send(stream, hook, form)
        elif fault.kind == TellFault.FORGED:
            self._send(stream, hook, form, forged=True)
            self._send(stream, hook, form)
        elif fault.kind == TellFault.LATE and fault.seconds:
            self.background.start(self._send_late(fault.seconds, stream, hook, form))
        elif fault.kind == TellFault.LATE:
            self._held.append((stream, hook, form))

    def _permute(self, stream: str) -> bool:
        """Whether the first callback of a stream orders the whole stream to come in reverse."""
        first = next((one for one in self.faults.pending if one.side == "callbacks"), None)
        if first is None or first.kind != TellFault.PERMUTED:
            return False
        return self.faults.take("callbacks", stream.partition("/")[0]) is not None

    def release(self) -> None:
        """Send what was held back as late."""
        held, self._held = self._held, []
        for stream, hook, form in held:
            self._send(stream, hook, form)

    async def _send_late(self, seconds: float, stream: str, hook: Hook, form: dict[str, str]) -> None:
        await asyncio.sleep(seconds)
        self._send(stream, hook, form)

    def _send(self, stream: str, hook: Hook, form: dict[str, str], *, forged: bool = False) -> None:
        before = self._waiting.get(stream)
        self._waiting[stream] = sending = self.background.start(self._send_after(before, hook, form, forged=forged))
        sending.add_done_callback(lambda done: self._forget(stream, done))

    def _forget(self, stream: str, done: asyncio.Future[None]) -> None:
        if self._waiting.get(stream) is done:
            del self._waiting[stream]

    async def _send_after(
        self, before: asyncio.Future[None] | None, hook: Hook, form: dict[str, str], *, forged: bool
    ) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._request(replace(hook, url=urldefrag(hook.url)[0]), form, {}, forged=forged)

    async def all_told(self) -> None:
        """Wait until no callback is on its way; those held back do not count."""
        while self._waiting:
            await asyncio.wait(list(self._waiting.values()))


def open_client() -> httpx.AsyncClient:
    """A client that follows no proxy of the environment."""
    return httpx.AsyncClient(trust_env=False, timeout=ANSWER_SECONDS, follow_redirects=True)
