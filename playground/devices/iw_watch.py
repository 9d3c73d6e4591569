"""A watch of the second family: `IW...#` over TCP. It names itself once, and every packet is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from playground.devices.lines import DeviceLine
from playground.devices.watch_words import text_of
from playground.telegram.clock import Clock, MachineClock

ACK_SECONDS = 10.0
SOS, FALL = "01", "05"


@dataclass(slots=True)
class IwState:
    """What the server has told it so far; `commands` are the words in their order."""

    interval_s: int = 600
    heart_minutes: int = 0
    sos_numbers: list[str] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    language: str = ""
    shown: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


def _set_interval(state: IwState, fields: list[str]) -> None:
    state.interval_s = int(fields[0])


def _set_numbers(state: IwState, fields: list[str]) -> None:
    state.sos_numbers = [number for number in fields if number]


def _set_contacts(state: IwState, fields: list[str]) -> None:
    entries = [entry.split("|") for entry in fields if entry]
    state.contacts = {number: text_of(name) for name, number in entries}


def _set_heart(state: IwState, fields: list[str]) -> None:
    state.heart_minutes = int(fields[1]) if fields[0] == "1" else 0


def _show(state: IwState, fields: list[str]) -> None:
    state.shown.append(text_of(fields[0]))


def _speak(state: IwState, fields: list[str]) -> None:
    state.language = ",".join(fields)


def _nothing(_: IwState, __: list[str]) -> None:
    """Only the answer tells."""


OBEYING: Mapping[str, tuple[int, Callable[[IwState, list[str]], None]]] = {
    "BP12": (3, _set_numbers),
    "BP14": (10, _set_contacts),
    "BP15": (1, _set_interval),
    "BP16": (0, _nothing),
    "BP20": (2, _speak),
    "BP40": (1, _show),
    "BP86": (2, _set_heart),
    "BPXL": (0, _nothing),
}
"""The commands that it knows: how many fields each must have, and what changes."""


class IwWatch:
    """Every method returns when the server has answered; TimeoutError when it does not."""

    kind: ClassVar[str] = "iw_watch"
    actions: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "sos": (),
        "fall": (),
        "beat": ("rate",),
        "move_to": ("longitude", "latitude"),
        "battery": ("percent",),
    }

    def __init__(self, imei: str = "353456789012345", *, host: str, port: int, clock: Clock | None = None) -> None:
        self.imei = imei
        self.longitude, self.latitude = 106.5360, 29.5770
        self.percent = 80
        self.state = IwState()
        self._clock = clock or MachineClock()
        self._buffer = b""
        self._answers: dict[str, asyncio.Event] = {}
        self._line = DeviceLine(host, port, heard=self._heard, opened=self._log_in, closed=self._buffer_off)

    async def start(self) -> None:
        """Connect and log in."""
        logged_in = self._answers.setdefault("BP00", asyncio.Event())
        await self._line.start()
        async with asyncio.timeout(ACK_SECONDS):
            await logged_in.wait()

    async def stop(self) -> None:
        """Switch off."""
        await self._line.stop()

    async def sos(self) -> None:
        """Press the button."""
        await self._say("AP10", f"{self._block()},460,00,9529,21809,{SOS},zh-cn,00", comma="")

    async def fall(self) -> None:
        """Fall down."""
        await self._say("AP10", f"{self._block()},460,00,9529,21809,{FALL},zh-cn,00", comma="")

    async def beat(self, rate: int) -> None:
        """Measure the heart."""
        await self._say("AP49", str(int(rate)))

    async def move_to(self, longitude: float, latitude: float) -> None:
        """Be somewhere else (WGS-84), and say so."""
        self.longitude, self.latitude = longitude, latitude
        await self._say("AP01", f"{self._block()},460,0,9529,21809", comma="")

    async def battery(self, percent: int) -> None:
        """Drain or charge, and say so with a sign of life."""
        self.percent = int(percent)
        await self._say("AP03", f"{self._status()},1200,0")

    def _status(self) -> str:
        return f"{80:03d}{9:03d}{self.percent:03d}00102"

    def _block(self) -> str:
        now = self._clock.now()
        north = f"{int(self.latitude):02d}{self.latitude % 1 * 60:07.4f}N"
        east = f"{int(self.longitude):03d}{self.longitude % 1 * 60:07.4f}E"
        return f"{now:%y%m%d}A{north}{east}000.1{now:%H%M%S}323.87{self._status()}"

    async def _say(self, kind: str, content: str, *, comma: str = ",") -> None:
        answered = self._answers.setdefault(f"B{kind[1:]}", asyncio.Event())
        await self._line.is_open.wait()
        self._line.send(f"IW{kind}{comma}{content}#".encode())
        async with asyncio.timeout(ACK_SECONDS):
            await answered.wait()

    def _log_in(self) -> None:
        self._line.send(f"IWAP00{self.imei}#".encode())

    def _buffer_off(self) -> None:
        self._buffer = b""

    def _heard(self, received: bytes) -> None:
        *answers, self._buffer = (self._buffer + received).split(b"#")
        for answer in answers:
            self._obey(answer.decode("ascii", "replace"))
            waiting = self._answers.pop(answer[2:6].decode("ascii", "replace"), None)
            if waiting is not None:
                waiting.set()

    def _obey(self, packet: str) -> None:
        """Do what the server says, if it names this watch and has as many fields as it must."""
        word, *rest = packet[2:].split(",")
        count, change = OBEYING.get(word, (-1, _nothing))
        if len(rest) != count + 2 or rest[0] != self.imei:
            return
        self.state.commands.append(word)
        change(self.state, rest[2:])
        self._line.send(f"IWA{word[1:]},{rest[1]}#".encode())
