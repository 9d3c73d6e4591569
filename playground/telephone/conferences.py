"""Conferences: calls that a document put into one room hear each other."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from .background import first_of
from .names import sid
from .records import Call, CallStatus, Conference, Hook

if TYPE_CHECKING:
    from .surroundings import Surroundings

CAPACITY = 250
DEFAULT_EVENTS = frozenset[str]()


@dataclass(frozen=True)
class Entry:
    """How a call enters: what its document ordered."""

    name: str
    begins: bool = True
    ends: bool = False
    most: int = CAPACITY
    hook: Hook | None = None
    events: frozenset[str] = DEFAULT_EVENTS


class Conferences:
    """The rooms of one exchange; a name is free again when its room has ended."""

    def __init__(self, exchange: Surroundings) -> None:
        self.exchange = exchange
        self.all: dict[str, Conference] = {}
        self._sequence: dict[str, int] = {}

    async def attend(self, call: Call, entry: Entry) -> None:
        """Be in the room until it ends; raises nothing when the room is full: the call just goes on."""
        room = self._room(entry.name)
        if len(room.calls) >= min(entry.most, CAPACITY):
            return
        self._enter(room, call, entry)
        try:
            await first_of(room.ended.wait(), call.put_down.wait())
        finally:
            self._leave(room, call, entry)

    def _room(self, name: str) -> Conference:
        for room in self.all.values():
            if room.name == name and not room.ended.is_set():
                return room
        room = Conference(sid("CF"), name, self.exchange.clock.now())
        self.all[room.sid] = room
        return room

    def _enter(self, room: Conference, call: Call, entry: Entry) -> None:
        room.calls.append(call)
        call.conference = room
        room.is_begun = room.is_begun or entry.begins
        self._tell(room, "participant-join", entry, call)
        if room.is_begun:
            _connect(room)
        if entry.begins and len(room.calls) > 1:
            self._tell(room, "conference-start", entry, call)
        for one in room.calls:
            self.exchange.tell_call(one)

    def _leave(self, room: Conference, call: Call, entry: Entry) -> None:
        room.calls.remove(call)
        call.conference = None
        for other in room.calls:
            if call in other.partners:
                other.partners.remove(call)
        call.partners = []
        self._tell(room, "participant-leave", entry, call)
        if not room.ended.is_set() and (entry.ends or not room.calls):
            room.ended.set()
            self._tell(room, "conference-end", entry, call)
        for one in [call, *room.calls]:
            self.exchange.tell_call(one)

    def end(self, room: Conference) -> None:
        """End a room for everybody in it; their documents go on."""
        room.ended.set()

    def remove(self, room: Conference, call: Call) -> None:
        """Put one participant's call down."""
        call.end(CallStatus.COMPLETED)

    def _tell(self, room: Conference, event: str, entry: Entry, call: Call) -> None:
        # Documents name events in short (start, end, join, leave), the callback in full.
        if entry.hook is None or event.rpartition("-")[2] not in entry.events:
            return
        number = self._sequence[room.sid] = self._sequence.get(room.sid, 0) + 1
        form = {
            "AccountSid": self.exchange.account_sid,
            "ConferenceSid": room.sid,
            "FriendlyName": room.name,
            "StatusCallbackEvent": event,
            "CallSid": call.sid,
            "SequenceNumber": str(number),
            "Timestamp": format_datetime(self.exchange.clock.now()),
        }
        self.exchange.webhooks.tell(f"conferences/{room.sid}", entry.hook, form, last=event == "conference-end")


def _connect(room: Conference) -> None:
    """Everybody in a room that has begun hears everybody else."""
    for call in room.calls:
        call.partners += [other for other in room.calls if other is not call and other not in call.partners]
