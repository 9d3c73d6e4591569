"""Twilio as a carrier. Its package blocks, so it runs in threads of its own, with its own client and time limits."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, TypeVar

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from backend.messaging.contents import CallKind, ChannelName, Lane
from backend.messaging.receipt_models import ReceiptStatus
from backend.phone.carrier import CarrierAnswer, Doubtful, PhoneRequest, Quota, Service, Taken
from backend.phone.sms_text import CHINA, fitted
from backend.phone.twilio.answers import MACHINES, TEXT_STATES, answer_to, call_status
from backend.phone.twilio.settings import NAME, TwilioAccount

SECONDS = 5.0
"""For one request of the package: connecting and reading each have so many."""
LONGEST = 6.0
"""Then the answer counts as not heard, whatever the thread still waits for."""
LOOK_UP_LONGEST = 3.0
"""After silence one question more; both together leave the next carrier its turn within ten seconds (promise P9)."""
BRING_IN_LONGEST = 4.0
"""Somebody listens to silence meanwhile, and Twilio waits for our page fifteen seconds at most."""
THREADS = 32
ALERT_VALIDITY = timedelta(minutes=5)
"""An SMS about an alarm that the network cannot deliver by then has been overtaken by the escalation."""
LONGEST_VALIDITY = timedelta(hours=10)
RING_SECONDS = 25
"""Long enough to reach for the telephone, short enough for the next rung."""
CALL_EVENTS = ["initiated", "ringing", "answered", "completed"]
LOOK_BACK = timedelta(minutes=1)
"""Clocks differ: what Twilio dates so much earlier may still be ours."""
CHINA_SMS_QUOTAS = (Quota(4, timedelta(days=1)),)
"""To +86 the fifth different text within a day is held for a manual review, and identical ones are refused."""

RECORDING = re.compile(r"RE[0-9a-f]{32}")
Result = TypeVar("Result")


class TwilioCarrier:
    """Calls with keys everywhere but where Twilio does not call; SMS, which only come back outside of China."""

    name = NAME

    def __init__(self, account: TwilioAccount) -> None:
        self._account = account
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="twilio")
        quiet = logging.getLogger("twilio.quiet")
        quiet.setLevel(logging.CRITICAL)  # the package would log the numbers that it dials
        self._http = TwilioHttpClient(timeout=SECONDS, logger=quiet)
        self._client = Client(
            account.sid,
            account.auth_tokens[0],
            http_client=self._http,
            environment={"TWILIO_REGION": "", "TWILIO_EDGE": ""},  # only our settings say where Twilio is
        )
        self._client.api.base_url = account.api

    @property
    def services(self) -> Mapping[ChannelName, Service]:
        return {
            ChannelName.VOICE: Service(keypress=True, bridge=True, not_to=self._account.not_called),
            ChannelName.SMS: Service(two_way=True, quotas=CHINA_SMS_QUOTAS, quota_countries=frozenset({CHINA})),
        }

    async def request(self, request: PhoneRequest) -> CarrierAnswer:
        order = self._call if request.channel is ChannelName.VOICE else self._text
        try:
            return Taken(await self._in_thread(lambda: order(request)))
        except TimeoutError:
            return Doubtful("Twilio did not answer in time")
        except (TwilioException, requests.RequestException, OSError) as error:
            return answer_to(error)

    async def find(self, request: PhoneRequest) -> tuple[str, ...] | None:
        look = self._recent_calls if request.channel is ChannelName.VOICE else self._recent_texts
        try:
            return await self._in_thread(lambda: look(request), LOOK_UP_LONGEST)
        except (TimeoutError, TwilioException, requests.RequestException, OSError):
            return None

    async def is_known(self) -> bool:
        """Whether Twilio answers and takes our credentials; for the doctor."""
        try:
            await self._in_thread(lambda: self._client.api.accounts(self._account.sid).fetch())
        except (TimeoutError, TwilioException, requests.RequestException, OSError):
            return False
        return True

    async def status_of(self, channel: ChannelName, provider_id: str) -> ReceiptStatus | None:
        """How a call or an SMS stands, by Twilio's id; None when Twilio cannot say just now."""
        ask = self._call_status if channel is ChannelName.VOICE else self._text_status
        try:
            return await self._in_thread(lambda: ask(provider_id), LOOK_UP_LONGEST)
        except (TimeoutError, TwilioException, requests.RequestException, OSError):
            return None

    async def hang_up(self, call_id: str) -> None:
        """End a call, if it still goes on: nobody is there to hear it."""
        try:
            await self._in_thread(lambda: self._client.calls(call_id).update(status="completed"))
        except (TimeoutError, TwilioException, requests.RequestException, OSError):
            return  # it ends by itself

    async def bring_in(self, number: str, pages: str) -> str | None:
        """Call somebody who is to join a call that goes on; `pages` is the path of what they hear and how it went.

        The id of that call; None where it is not known to be on its way: who joins late is told so by the pages.
        """
        try:
            return await self._in_thread(lambda: self._call_in(number, pages), BRING_IN_LONGEST)
        except (TimeoutError, TwilioException, requests.RequestException, OSError):
            return None

    async def go_on_at(self, call_id: str, path: str) -> None:
        """Let a call that goes on continue at another page of ours; one that is over stays so."""
        url = self._account.page(path)
        for _ in range(2):
            try:
                await self._in_thread(lambda: self._client.calls(call_id).update(url=url, method="POST"))
            except (TimeoutError, requests.RequestException, OSError):
                continue  # nothing happens when it is said twice
            except TwilioException:
                return
            return

    async def fetch_recording(self, provider_id: str, largest: int) -> bytes | None:
        """The sound of a recording; None when it cannot be had (yet), or is larger than `largest`."""
        if not RECORDING.fullmatch(provider_id):
            return None
        url = f"{self._account.api}/2010-04-01/Accounts/{self._account.sid}/Recordings/{provider_id}.mp3"
        try:
            return await self._in_thread(lambda: self._download(url, largest))
        except (TimeoutError, requests.RequestException, OSError):
            return None

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._http.session is not None:
            self._http.session.close()

    async def _in_thread(self, work: Callable[[], Result], longest: float = LONGEST) -> Result:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(longest):
            return await loop.run_in_executor(self._threads, work)

    def _call(self, request: PhoneRequest) -> str:
        at = f"{request.message_id}/{request.attempt_id}"
        watch: dict[str, Any] = {}
        if request.content.call is not None and request.content.call.kind is not CallKind.VERIFY:
            # Only a key counts as an answer; this just tells a machine from a person who has not pressed yet.
            watch = {
                "machine_detection": "Enable",
                "async_amd": "true",
                "async_amd_status_callback": self._account.page(f"voice/{at}/machine"),
            }
        call = self._client.calls.create(
            to=request.number,
            from_=self._account.number,
            url=self._account.page(f"voice/{at}/answer"),
            status_callback=self._account.page(f"voice/{at}/status"),
            status_callback_event=CALL_EVENTS,
            timeout=RING_SECONDS,
            **watch,
        )
        return str(call.sid)

    def _call_in(self, number: str, pages: str) -> str:
        call = self._client.calls.create(
            to=number,
            from_=self._account.number,
            url=self._account.page(f"{pages}/join"),
            status_callback=self._account.page(f"{pages}/status"),
            status_callback_event=["completed"],
            timeout=RING_SECONDS,
            machine_detection="Enable",
            async_amd="true",
            async_amd_status_callback=self._account.page(f"{pages}/machine"),
        )
        return str(call.sid)

    def _text(self, request: PhoneRequest) -> str:
        message = self._client.messages.create(
            to=request.number,
            from_=self._account.number,
            body=self._body(request),
            status_callback=self._account.page(f"sms/{request.message_id}/{request.attempt_id}/status"),
            validity_period=int(_validity(request).total_seconds()),
        )
        return str(message.sid)

    def _body(self, request: PhoneRequest) -> str:
        return fitted(request.content.text, country=request.country, signature=self._account.signature)

    def _recent_calls(self, request: PhoneRequest) -> tuple[str, ...]:
        since = request.started_at - LOOK_BACK
        calls = self._client.calls.list(to=request.number, start_time_after=since, limit=20)
        return tuple(str(call.sid) for call in calls if call.date_created is None or call.date_created >= since)

    def _recent_texts(self, request: PhoneRequest) -> tuple[str, ...]:
        since, body = request.started_at - LOOK_BACK, self._body(request)
        texts = self._client.messages.list(to=request.number, date_sent_after=since, limit=20)
        return tuple(str(text.sid) for text in texts if text.body == body)

    def _call_status(self, provider_id: str) -> ReceiptStatus | None:
        call = self._client.calls(provider_id).fetch()
        status = call_status(str(call.status))
        is_machine = status is ReceiptStatus.ENDED and call.answered_by in MACHINES
        return ReceiptStatus.VOICEMAIL if is_machine else status

    def _text_status(self, provider_id: str) -> ReceiptStatus | None:
        return TEXT_STATES.get(str(self._client.messages(provider_id).fetch().status))

    def _download(self, url: str, largest: int) -> bytes | None:
        auth = (self._account.sid, self._account.auth_tokens[0])
        with requests.get(url, auth=auth, timeout=SECONDS, stream=True, allow_redirects=False) as response:
            if response.status_code != requests.codes.ok:
                return None
            content = response.raw.read(largest + 1, decode_content=True)
        return content if 0 < len(content) <= largest else None


def _validity(request: PhoneRequest) -> timedelta:
    left = request.expires_at - request.started_at if request.expires_at is not None else LONGEST_VALIDITY
    longest = ALERT_VALIDITY if request.lane is Lane.EMERGENCY else LONGEST_VALIDITY
    return min(max(left, timedelta(seconds=1)), longest)
