"""Telephones for tests: what a person does, hears and waits for, without sleeping and without missing anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from playground.telegram.events import Event

from .ear import Kind
from .exchange import Exchange
from .handsets import Handset, Manner
from .records import Call, CallStatus
from .views import CallView, SmsView, call_view, message_view

PATIENCE = 5.0


class NotHeard(AssertionError):
    """What a test waited for did not come; says what came instead."""


class Telephone:
    """One person's telephone.

    Calls and messages that come are kept until a step of the test consumes them; see `TelephoneBook.unexpected`.
    """

    def __init__(self, exchange: Exchange, handset: Handset) -> None:
        self.exchange, self.handset = exchange, handset
        self.new_calls: list[str] = []
        self.new_messages: list[str] = []
        self._known: set[str] = set()
        self._read = 0
        self._reading: str | None = None
        self._changed = asyncio.Event()

    @property
    def number(self) -> str:
        return self.handset.number

    # -- calls that come ------------------------------------------------------------------------------------------

    async def rings(self, *, within: float = PATIENCE) -> CallView:
        """Wait until it rings; consume the call."""
        return await self._take_call(lambda call: call.status is CallStatus.RINGING, "did not ring", within)

    async def is_called(self, *outcomes: str, within: float = PATIENCE) -> CallView:
        """Wait for a call that ended with one of `outcomes` (busy, no-answer, …; none named: any); consume it."""
        return await self._take_call(
            lambda call: call.is_over and (not outcomes or call.status.value in outcomes), f"no call {outcomes}", within
        )

    async def answer(self, *, within: float = PATIENCE) -> CallView:
        """Answer what rings, or is about to; consume the call."""
        ringing = self.handset.call
        if ringing is None or ringing.sid in self.new_calls:
            await self.rings(within=within)
        call = self.exchange.calling.pick_up(self.handset)
        await self._until(lambda: call.status is not CallStatus.RINGING, within)
        return call_view(call)

    async def hears(self, *fragments: str, within: float = PATIENCE) -> str:
        """Wait for something said with all `fragments` in it, in the call of now or the last one; return it.

        What was said before it is over.
        """
        found: list[str] = []

        def heard() -> bool:
            found.clear()
            found.extend(line for line in self._lines() if all(part in line for part in fragments))
            return bool(found)

        if not await self._until(heard, within):
            raise NotHeard(f"{self.handset.name} did not hear {fragments}; heard: {self._lines()}")
        self._read += self._lines().index(found[0]) + 1
        return found[0]

    async def press(self, keys: str, *, within: float = PATIENCE) -> None:
        """Press keys as soon as somebody listens."""
        await self._listened_to(Kind.KEYS, within)
        for key in keys:
            self.exchange.calling.press(self.handset, key)

    def press_anyway(self, keys: str) -> bool:
        """Press keys whether anybody listens or not; return whether somebody did."""
        return self.exchange.calling.press(self.handset, keys)

    async def says(self, words: str, *, within: float = PATIENCE) -> None:
        """Say something as soon as somebody listens: a document, or the other people in the call."""
        if not self._call().partners:
            await self._listened_to(Kind.WORDS, within)
        self.exchange.calling.speak(self.handset, words)

    async def meets(self, other: Telephone, *, within: float = PATIENCE) -> None:
        """Wait until the two are connected, directly or in a conference."""
        if not await self._until(lambda: other.number in [one.number for one in self._call().partners], within):
            raise NotHeard(f"{self.handset.name} is not connected with {other.handset.name}")

    async def says_nothing(self, *, within: float = PATIENCE) -> None:
        """Let the document's patience run out, now."""
        await self._until(lambda: bool(self._call().ear.open), within)
        self._call().ear.fall_silent()

    async def hangs_up(self, *, within: float = PATIENCE) -> None:
        """Put down, or refuse what rings; returns when the call is over."""
        call = self.exchange.calling.put_down(self.handset)
        await self._until(lambda: call.is_over, within)

    async def is_hung_up(self, *, within: float = PATIENCE) -> CallView:
        """Wait until the program has ended the call."""
        call = self.handset.calls[-1]
        if not await self._until(lambda: call.is_over, within):
            raise NotHeard(f"the call of {self.handset.name} goes on; heard: {self._lines()}")
        return call_view(call)

    # -- how it behaves -------------------------------------------------------------------------------------------

    def busy(self) -> None:
        self.exchange.set_manner(self.handset, Manner.BUSY)

    def lets_it_ring(self) -> None:
        self.exchange.set_manner(self.handset, Manner.RINGS_OUT)

    def voicemail(self) -> None:
        self.exchange.set_manner(self.handset, Manner.VOICEMAIL)

    def unreachable(self) -> None:
        self.exchange.set_manner(self.handset, Manner.UNREACHABLE)

    def is_there(self) -> None:
        self.exchange.set_manner(self.handset, Manner.PERSON)

    # -- calling and writing --------------------------------------------------------------------------------------

    async def calls(self, number: str | None = None, *, within: float = PATIENCE) -> CallView:
        """Call one of the program's numbers (none named: the first); returns when it has answered or refused."""
        call = self.exchange.calling.dial(self.handset, number or next(iter(self.exchange.numbers)))
        await self._until(lambda: call.started_at is not None or call.is_over, within)
        return call_view(call)

    async def sends_sms(self, text: str, *, to: str | None = None) -> SmsView:
        """Write to one of the program's numbers (the first, when none is named)."""
        message = self.exchange.texting.write(self.handset, to or next(iter(self.exchange.numbers)), text)
        return message_view(message)

    async def receives_sms(self, *fragments: str, within: float = PATIENCE) -> SmsView:
        """Wait for a message with all `fragments` in it; consume it."""

        def fitting() -> list[str]:
            texts = ((one, self.exchange.messages[one].body) for one in self.new_messages)
            return [sid for sid, text in texts if all(part in text for part in fragments)]

        if not await self._until(lambda: bool(fitting()), within):
            raise NotHeard(f"{self.handset.name} received no SMS {fragments}; came: {self.unexpected()}")
        taken = fitting()[0]
        self.new_messages.remove(taken)
        return message_view(self.exchange.messages[taken])

    # -- what was not expected ------------------------------------------------------------------------------------

    def unexpected(self) -> list[str]:
        """Calls and messages that no step of the test has consumed."""
        calls = [f"call {self.exchange.calls[sid].status.value}" for sid in self.new_calls]
        return calls + [f"sms {self.exchange.messages[sid].body}" for sid in self.new_messages]

    def expects_nothing(self) -> None:
        """Fail when anything came that no step consumed."""
        assert self.unexpected() == [], f"{self.handset.name} did not expect {self.unexpected()}"

    def forget(self) -> None:
        """Consume everything that has come so far."""
        self.new_calls.clear()
        self.new_messages.clear()

    # -- how ------------------------------------------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """Take in what happened with this telephone."""
        content: dict[str, Any] = event.content
        if content.get("number") != self.number:
            return
        if event.kind == "call" and content["incoming"]:
            self._note(self.new_calls, content["sid"])
        elif event.kind == "sms" and content["sms"]["incoming"] and content["sms"]["status"] == "delivered":
            self._note(self.new_messages, content["sms"]["sid"])
        self._changed.set()

    def _note(self, pile: list[str], sid: str) -> None:
        if sid not in self._known:
            self._known.add(sid)
            pile.append(sid)

    async def _take_call(self, fits: Callable[[Call], bool], complaint: str, within: float) -> CallView:
        def fitting() -> list[Call]:
            return [call for call in map(self.exchange.calls.__getitem__, self.new_calls) if fits(call)]

        if not await self._until(lambda: bool(fitting()), within):
            raise NotHeard(f"{self.handset.name}: {complaint} within {within} s; came: {self.unexpected()}")
        call = fitting()[0]
        self.new_calls.remove(call.sid)
        return call_view(call)

    def _call(self) -> Call:
        if self.handset.call is None:
            raise NotHeard(f"{self.handset.name} is in no call; heard: {self._lines()}")
        return self.handset.call

    async def _listened_to(self, kind: Kind, within: float) -> None:
        open_for = {kind, Kind.RECORDING}
        if not await self._until(lambda: bool(self._call().ear.open & open_for), within):
            raise NotHeard(f"nobody listens to {self.handset.name}; heard: {self._lines()}")

    def _lines(self) -> list[str]:
        """What was said in the newest call since the last look."""
        call = self.handset.calls[-1] if self.handset.calls else None
        if call is None:
            return []
        if call.sid != self._reading:
            self._reading, self._read = call.sid, 0
        return [line.text for line in call.lines[self._read :]]

    async def _until(self, happened: Callable[[], bool], within: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not happened():
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), max(deadline - loop.time(), 0))
            except TimeoutError:
                return happened()
        return True


class TelephoneBook:
    """All telephones of an exchange; make it before anything happens."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self._telephones: dict[str, Telephone] = {}
        exchange.events.add_listener(self._hear)

    def _hear(self, event: Event) -> None:
        number = event.content.get("number")
        if number in self.exchange.handsets and event.kind in {"call", "sms"}:
            self.of(str(number)).hear(event)

    def of(self, number: str) -> Telephone:
        """The telephone with a number, a stranger's too."""
        if number not in self._telephones:
            self._telephones[number] = Telephone(self.exchange, self.exchange.handset(number))
        return self._telephones[number]

    def new(self, number: str, name: str, *, landline: bool = False) -> Telephone:
        """Give a person a telephone."""
        self.exchange.add_handset(number, name, landline=landline)
        return self.of(number)

    def unexpected(self) -> list[tuple[str, str]]:
        """(who, what) of every call and message that no step of the test consumed, strangers' included."""
        return [(one.handset.name, what) for one in self._telephones.values() for what in one.unexpected()]

    def expects_nothing(self) -> None:
        """Fail when anybody was called or written to whom no step of the test expected to be, or Twilio complained."""
        assert self.unexpected() == []
        assert list(self.exchange.complaints) == []

    def forget(self) -> None:
        """Consume everything that has come so far."""
        for telephone in self._telephones.values():
            telephone.forget()
