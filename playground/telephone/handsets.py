"""The people's telephones as the exchange sees them: a number, what it can do, and how it behaves when called."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .records import Call, Message


class Manner(StrEnum):
    """How a telephone behaves when it is called."""

    PERSON = "person"
    """It rings until its person answers, refuses or the caller gives up."""
    BUSY = "busy"
    RINGS_OUT = "rings_out"
    VOICEMAIL = "voicemail"
    UNREACHABLE = "unreachable"
    """Calls fail, messages are not delivered."""


@dataclass(eq=False)
class Handset:
    """One telephone. A landline cannot receive messages."""

    number: str
    name: str
    landline: bool = False
    manner: Manner = Manner.PERSON
    about: str = ""
    """What its owner is to the story, a key of the page's words: daughter, elder, ..."""
    messages: list[Message] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    refuses_from: set[str] = field(default_factory=set)
    """Numbers to which its owner has sent STOP: Twilio itself then refuses to send."""

    @property
    def call(self) -> Call | None:
        """The call that it rings for or talks in: there is at most one, the newest."""
        return self.calls[-1] if self.calls and not self.calls[-1].is_over else None


@dataclass
class Number:
    """A number of the program, and whom Twilio asks when somebody calls it or writes to it."""

    number: str
    voice_url: str | None = None
    sms_url: str | None = None
    status_url: str | None = None
