"""A GPS watch of the kind that elders wear: `[3G*id*len*content]` over TCP, up and down."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from enum import IntFlag
from typing import ClassVar

from playground.devices.lines import DeviceLine
from playground.devices.watch_orders import OBEYING, WatchState
from playground.devices.watch_words import Received, Unpacker, packed, position_block
from playground.telegram.clock import Clock, MachineClock

REPEAT_SECONDS = 10.0
PATIENCE_SECONDS = 30.0


class Status(IntFlag):
    """Bits of the position block's last field, low ones states, high ones alarms."""

    BATTERY_LOW = 1 << 0
    STILL = 1 << 4
    SOS = 1 << 16
    LOW_BATTERY_ALARM = 1 << 17
    TAKEN_OFF = 1 << 20
    FALL = 1 << 21


class Watch:
    """Every method that says something returns when the server has answered, where the protocol has an answer."""

    kind: ClassVar[str] = "watch"
    actions: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "sos": (),
        "fall": (),
        "take_off": (),
        "put_on": (),
        "low_battery": (),
        "beat": ("rate",),
        "oxygen": ("percent",),
        "warm": ("celsius",),
        "pressure": ("systolic", "diastolic"),
        "move_to": ("longitude", "latitude"),
        "battery": ("percent",),
        "walk": ("steps",),
    }

    def __init__(
        self,
        number: str = "8800000015",
        *,
        host: str,
        port: int,
        maker: str = "3G",
        interval: float = 300.0,
        repeat: float = REPEAT_SECONDS,
        clock: Clock | None = None,
    ) -> None:
        self.number = number
        self.state = WatchState()
        self._maker = maker
        self._interval = interval
        self._repeat = repeat
        self._unanswered: dict[str, bytes] = {}
        self._clock = clock or MachineClock()
        self._clock_stands_at: datetime | None = None
        self._unpacker = Unpacker()
        self._line = DeviceLine(host, port, heard=self._heard, opened=self._opened, closed=self._closed)
        self._answers: dict[str, asyncio.Event] = {}
        self._last = b""
        self._living: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Switch on: connect, say `LK`, and go on living; returns when the server has answered."""
        linked = self._expect("LK")
        await self._line.start()
        await self._acked("LK", linked)
        self._living = asyncio.get_running_loop().create_task(self._live(), name=f"watch {self.number}")

    async def stop(self) -> None:
        """Switch off."""
        if self._living is not None:
            self._living.cancel()
            await asyncio.gather(self._living, return_exceptions=True)
        await self._line.stop()

    # What the wearer does

    async def sos(self) -> None:
        """Press the button. Raises TimeoutError when nobody answers; a real watch then says it again."""
        await self._alarm(Status.SOS)

    async def fall(self) -> None:
        """Fall down."""
        await self._alarm(Status.FALL)

    async def take_off(self) -> None:
        """Lay the watch aside: an alarm, and no pulse from now on."""
        self.state.is_worn = False
        await self._alarm(Status.TAKEN_OFF)

    async def put_on(self) -> None:
        """Wear it again: the next reading of the heart tells."""
        self.state.is_worn = True
        await self.beat(self.state.rate)

    async def low_battery(self) -> None:
        """The battery is nearly empty."""
        self.state.battery = min(self.state.battery, 15)
        await self._alarm(Status.LOW_BATTERY_ALARM | Status.BATTERY_LOW)

    async def beat(self, rate: int) -> None:
        """Measure the heart; a watch that is not worn measures nought."""
        if self.state.is_worn:
            self.state.rate = int(rate)
        await self._say(f"heart,{self.state.rate if self.state.is_worn else 0}")

    async def oxygen(self, percent: int) -> None:
        """Measure the oxygen in the blood."""
        await self._say_and_wait(f"oxygen,0,{int(percent)}", "oxygen")

    async def warm(self, celsius: float) -> None:
        """Measure the temperature at the forehead."""
        await self._say_and_wait(f"btemp2,0,{celsius:.1f}", "btemp2")

    async def pressure(self, systolic: int, diastolic: int) -> None:
        """Measure the blood pressure, which these watches do together with the pulse."""
        await self._say_and_wait(f"bphrt,{int(systolic)},{int(diastolic)},{self.state.rate},,,,", "bphrt")

    async def move_to(self, longitude: float, latitude: float) -> None:
        """Be somewhere else (WGS-84), and say so."""
        self.state.longitude, self.state.latitude = longitude, latitude
        await self._say(self._block("UD", Status(0)))

    async def back_fill(self, longitude: float, latitude: float) -> None:
        """Send a fix that was kept while there was no coverage."""
        await self._say(position_block("UD2", self.state, self._now(), Status(0), place=(longitude, latitude)))

    async def lost(self) -> None:
        """Say where one is without knowing it: a void fix at 0,0."""
        await self._say(position_block("UD", self.state, self._now(), Status(0), place=None))

    async def sos_without_fix(self) -> None:
        """Press the button in a cellar."""
        block = position_block("AL_LTE", self.state, self._now(), Status.SOS, place=None)
        await self._say_and_wait(block, "AL")

    async def battery(self, percent: int) -> None:
        """Drain or charge, and say so with the next sign of life."""
        self.state.battery = int(percent)
        await self.link()

    async def walk(self, steps: int) -> None:
        """Walk so many steps."""
        self.state.steps += int(steps)
        await self.link()

    async def link(self) -> None:
        """A sign of life."""
        await self._say_and_wait(f"LK,{self.state.steps},0,{self.state.battery}", "LK")

    # What goes wrong

    def clock_at(self, moment: datetime | None) -> None:
        """Believe from now on that it is `moment`; None is right again."""
        self._clock_stands_at = moment

    async def half_frame(self) -> None:
        """Lose the line in the middle of a word."""
        frame = packed(self._maker, self.number, self._block("UD", Status(0)))
        self._line.send(frame[: len(frame) // 2])
        await self._line.drain()
        self._line.hang_up()

    async def garbage(self, size: int) -> None:
        """Send so many bytes that mean nothing."""
        self._line.send(bytes(number % 91 for number in range(size)))
        await self._line.drain()

    async def replay(self) -> None:
        """Send the last frame again, to the bit."""
        self._line.send(self._last)
        await self._line.drain()

    # How it speaks

    async def _live(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            if self._line.is_open.is_set():
                self._line.send(packed(self._maker, self.number, self._link_word()))

    def _link_word(self) -> str:
        return f"LK,{self.state.steps},0,{self.state.battery}"

    def _opened(self) -> None:
        self._unpacker = Unpacker()
        self.state.is_connected = True
        self._line.send(packed(self._maker, self.number, self._link_word()))
        for frame in self._unanswered.values():
            self._line.send(frame)

    def _closed(self) -> None:
        self.state.is_connected = False

    async def _alarm(self, status: Status) -> None:
        await self._say_and_wait(self._block("AL", status), "AL")

    def _block(self, word: str, status: Status) -> str:
        return position_block(word, self.state, self._now(), status, place=(self.state.longitude, self.state.latitude))

    def _now(self) -> datetime:
        return self._clock_stands_at or self._clock.now()

    async def _say(self, content: str) -> None:
        self._last = packed(self._maker, self.number, content)
        await self._line.is_open.wait()
        self._line.send(self._last)
        await self._line.drain()

    async def _say_and_wait(self, content: str, answer: str) -> None:
        """Say it again and again, on a new line too, until it is answered. Raises TimeoutError in the end."""
        answered = self._expect(answer)
        frame = packed(self._maker, self.number, content)
        self._unanswered[answer] = frame
        try:
            await self._say(content)
            await self._acked(answer, answered, frame)
        finally:
            self._unanswered.pop(answer, None)

    def _expect(self, word: str) -> asyncio.Event:
        return self._answers.setdefault(word.upper(), asyncio.Event())

    async def _acked(self, word: str, answered: asyncio.Event, frame: bytes = b"") -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not answered.is_set():
                try:
                    await asyncio.wait_for(answered.wait(), self._repeat)
                except TimeoutError:
                    if frame and self._line.is_open.is_set():
                        self._line.send(frame)
        self._answers.pop(word.upper(), None)

    def _heard(self, received: bytes) -> None:
        for frame in self._unpacker.feed(received):
            word = frame.word.upper()
            if word in self._answers:
                self._answers.pop(word).set()
            elif word in OBEYING:
                self._obey(frame)

    def _obey(self, frame: Received) -> None:
        """Do what the server says, and answer with the command's word."""
        self.state.commands.append(frame.word.upper())
        OBEYING[frame.word.upper()](self.state, frame.fields)
        self._line.send(packed(self._maker, self.number, frame.word))
