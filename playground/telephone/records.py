"""What exists in the exchange: calls, messages, recordings, conferences, and what is said in a call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from .ear import Ear

MOST_LINES = 200
"""Lines of one call that are kept for the page."""


class CallStatus(StrEnum):
    """The values are Twilio's; `initiated` is only ever told by callbacks."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


ENDED = frozenset({CallStatus.COMPLETED, CallStatus.BUSY, CallStatus.NO_ANSWER, CallStatus.FAILED, CallStatus.CANCELED})


class MessageStatus(StrEnum):
    """The values are Twilio's."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    RECEIVED = "received"


class Direction(StrEnum):
    """Whether a person called, the API ordered it, or a TwiML document dialled."""

    INBOUND = "inbound"
    OUTBOUND_API = "outbound-api"
    OUTBOUND_DIAL = "outbound-dial"


@dataclass(frozen=True)
class Hook:
    """An address of the program that Twilio calls."""

    url: str
    method: str = "POST"


@dataclass(frozen=True)
class Script:
    """Where the TwiML of a call comes from: an address, or the document itself."""

    hook: Hook | None = None
    document: str | None = None
    fallback: Hook | None = None


@dataclass(frozen=True)
class Watch:
    """Who is told how a call goes, and of which steps."""

    hook: Hook | None = None
    events: frozenset[str] = frozenset({"completed"})


@dataclass(frozen=True)
class MachineCheck:
    """What was ordered of the recognition of answering machines; `hook` where it runs beside the call."""

    hook: Hook | None = None
    waits: bool = False


@dataclass(frozen=True)
class Line:
    """One thing heard in a call: `said`, `played` or `spoken` (by the person at the other end)."""

    kind: str
    text: str
    language: str = ""
    sound: str | None = None
    by: str | None = None


@dataclass(eq=False)
class Call:
    """One leg between the exchange and one telephone, which is `to` when called and `from_` when calling."""

    sid: str
    to: str
    from_: str
    direction: Direction
    created_at: datetime
    script: Script
    watch: Watch = field(default_factory=Watch)
    ring_seconds: float = 60
    time_limit: float = 14_400
    machine_check: MachineCheck | None = None
    parent: Call | None = None
    status: CallStatus = CallStatus.QUEUED
    updated_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    answered_by: str | None = None
    sequence: int = 0
    lines: list[Line] = field(default_factory=list)
    ear: Ear = field(default_factory=Ear)
    picked_up: asyncio.Event = field(default_factory=asyncio.Event)
    put_down: asyncio.Event = field(default_factory=asyncio.Event)
    """The person, the program or the network has ended it."""
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    redirected: asyncio.Event = field(default_factory=asyncio.Event)
    joined: asyncio.Event = field(default_factory=asyncio.Event)
    """A dialled leg has been answered and may hear who dialled."""
    outcome: CallStatus = CallStatus.COMPLETED
    """How it is to be called once it has been put down."""
    partners: list[Call] = field(default_factory=list)
    """Who hears what is spoken in this call."""
    conference: Conference | None = None

    @property
    def number(self) -> str:
        """The number of the person's telephone."""
        return self.from_ if self.direction is Direction.INBOUND else self.to

    @property
    def other(self) -> str:
        """Whose number the person sees."""
        return self.to if self.direction is Direction.INBOUND else self.from_

    @property
    def is_over(self) -> bool:
        return self.status in ENDED

    @property
    def seconds(self) -> int:
        if self.started_at is None or self.ended_at is None:
            return 0
        return max(round((self.ended_at - self.started_at).total_seconds()), 1)

    def end(self, outcome: CallStatus = CallStatus.COMPLETED) -> None:
        """Put down; the first reason counts."""
        if not self.put_down.is_set():
            self.outcome = outcome
            self.put_down.set()


@dataclass(eq=False)
class Message:
    """One SMS, in either direction."""

    sid: str
    to: str
    from_: str
    body: str
    direction: str
    created_at: datetime
    status: MessageStatus
    segments: int
    status_hook: Hook | None = None
    valid_seconds: float = 36_000
    sent_at: datetime | None = None
    updated_at: datetime | None = None
    error_code: int | None = None


@dataclass(eq=False)
class Recording:
    """What somebody said to the program."""

    sid: str
    call: Call
    created_at: datetime
    seconds: int
    wav: bytes


@dataclass(eq=False)
class Conference:
    """Several calls that hear each other."""

    sid: str
    name: str
    created_at: datetime
    calls: list[Call] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_begun: bool = False
    """Somebody is there with whom it begins; until then the others hear music, not each other."""

    @property
    def status(self) -> str:
        if self.ended.is_set():
            return "completed"
        return "in-progress" if self.is_begun and len(self.calls) > 1 else "init"
