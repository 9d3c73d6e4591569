"""The whole exchange: its account and numbers, everybody's telephones, calls, messages, and what is told of them."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playground.telegram.clock import Clock, MachineClock
from playground.telegram.events import EventLog

from .background import Background
from .calling import Calling
from .conferences import Conferences
from .faults import Faults
from .handsets import Handset, Manner, Number
from .names import sid
from .pace import Pace
from .records import Call, CallStatus, Message, Recording
from .refusals import Impossible
from .signing import SharedKey
from .sounds import Sounds
from .texting import Texting
from .views import call_view, handset_view, message_view
from .voice import Voice
from .webhooks import Webhooks, open_client

MOST_COMPLAINTS = 500
MOST_HANDSETS = 20_000


@dataclass(frozen=True)
class Complaint:
    """What Twilio's debugger would show: an error in what the program answered or ordered."""

    code: int
    reason: str
    sid: str


class Exchange:
    """A Twilio account with the world of telephones behind it. Everything is in memory.

    `events` is the log that the page follows. `strangers`: how a number behaves to which nobody has given a telephone.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        events: EventLog | None = None,
        pace: Pace | None = None,
        auth_token: str | None = None,
        shared_key: SharedKey | None = None,
        strangers: Manner = Manner.RINGS_OUT,
    ) -> None:
        self.clock = clock or MachineClock()
        self.events = events or EventLog()
        self.pace = pace or Pace()
        self.account_sid = sid("AC")
        self.auth_token = auth_token or secrets.token_hex(16)
        self.strangers = strangers
        self.faults = Faults()
        self.background = Background()
        self.webhooks = Webhooks(self.background, self.faults, self.auth_token, shared_key)
        self.numbers: dict[str, Number] = {}
        self.handsets: dict[str, Handset] = {}
        self.calls: dict[str, Call] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.complaints: deque[Complaint] = deque(maxlen=MOST_COMPLAINTS)
        self.requests: deque[str] = deque(maxlen=2_000)
        """Names of the REST operations that came in, refused ones too."""
        self.sounds = Sounds()
        self.voice = Voice()
        self.address = "https://api.twilio.com"
        """Where the REST API is served; recordings are named by it."""
        self.conferences = Conferences(self)
        self.calling = Calling(self)
        self.texting = Texting(self)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ring and tell while inside; afterwards every call is over."""
        async with open_client() as client:
            self.webhooks.client = client
            try:
                yield
            finally:
                await self.background.close()
                self.webhooks.client = None

    # -- numbers and telephones -----------------------------------------------------------------------------------

    def add_number(
        self, number: str, *, voice_url: str | None = None, sms_url: str | None = None, status_url: str | None = None
    ) -> Number:
        """Give the program a number; the addresses are asked when somebody calls it or writes to it."""
        self.numbers[number] = owned = Number(number, voice_url, sms_url, status_url)
        return owned

    def add_handset(
        self, number: str, name: str, *, landline: bool = False, manner: Manner = Manner.PERSON, about: str = ""
    ) -> Handset:
        """Give somebody a telephone; a number that is known already gets the new name and manner."""
        handset = self.handsets.get(number)
        if handset is None:
            handset = self.handsets[number] = Handset(number, name, landline, manner)
        handset.name, handset.landline, handset.manner, handset.about = name, landline, manner, about
        self.tell_handset(handset)
        return handset

    def handset(self, number: str) -> Handset:
        """The telephone with this number; a stranger's comes into being when first called."""
        if number not in self.handsets:
            if len(self.handsets) >= MOST_HANDSETS:
                raise Impossible("too many telephones")
            self.handsets[number] = Handset(number, number, manner=self.strangers)
        return self.handsets[number]

    def known_handset(self, number: str) -> Handset:
        if number not in self.handsets:
            raise Impossible("nobody has this number", status=404)
        return self.handsets[number]

    def is_talking(self) -> bool:
        """Whether a telephone rings or somebody talks just now."""
        return any(handset.call is not None for handset in self.handsets.values())

    def clear(self) -> None:
        """End every call, forget what was said and written; the telephones stay."""
        for call in self.calls.values():
            call.end(CallStatus.CANCELED)
        self.calls.clear()
        self.messages.clear()
        self.recordings.clear()
        self.complaints.clear()
        for handset in self.handsets.values():
            handset.calls = [call for call in handset.calls if not call.is_over]
            handset.messages.clear()
            self.tell_handset(handset)

    def set_manner(self, handset: Handset, manner: Manner) -> None:
        """Change how a telephone behaves from now on; a call that rings there just now meets it too."""
        handset.manner = manner
        if handset.call is not None:
            self.calling.meet_manner(handset.call, manner)
        self.tell_handset(handset)

    def recording_url(self, recording: Recording) -> str:
        return f"{self.address}/2010-04-01/Accounts/{self.account_sid}/Recordings/{recording.sid}"

    # -- telling --------------------------------------------------------------------------------------------------

    def tell_handset(self, handset: Handset) -> None:
        self.events.tell("handset", dict(handset_view(handset)))

    def tell_call(self, call: Call) -> None:
        self.events.tell("call", dict(call_view(call)))

    def tell_message(self, number: str, message: Message) -> None:
        self.events.tell("sms", {"number": number, "sms": message_view(message)})

    def complain(self, code: int, reason: str, about: str) -> None:
        """Note an error of the program's, as Twilio's debugger does."""
        self.complaints.append(Complaint(code, reason, about))
        self.events.tell("complaint", {"code": code, "reason": reason, "sid": about})
