"""What the parts of an exchange need of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from playground.telegram.clock import Clock

from .background import Background
from .faults import Faults
from .handsets import Handset, Number
from .pace import Pace
from .records import Call, Message, Recording
from .sounds import Sounds
from .voice import Voice
from .webhooks import Webhooks

if TYPE_CHECKING:
    from .calling import Calling
    from .conferences import Conferences


class Surroundings(Protocol):
    """The exchange, seen from inside."""

    clock: Clock
    pace: Pace
    account_sid: str
    faults: Faults
    background: Background
    webhooks: Webhooks
    numbers: dict[str, Number]
    calls: dict[str, Call]
    messages: dict[str, Message]
    recordings: dict[str, Recording]
    sounds: Sounds
    voice: Voice
    conferences: Conferences
    calling: Calling

    def handset(self, number: str) -> Handset: ...

    def recording_url(self, recording: Recording) -> str: ...

    def tell_call(self, call: Call) -> None: ...

    def tell_message(self, number: str, message: Message) -> None: ...

    def complain(self, code: int, reason: str, about: str) -> None: ...
