"""What a watch does when the server tells it something: the table of commands, and the state that they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playground.devices.watch_words import text_of


@dataclass(slots=True)
class WatchState:
    """What the wearer could see, and what the watch knows of itself."""

    longitude: float = 106.5360
    latitude: float = 29.5770
    rate: int = 72
    battery: int = 86
    steps: int = 1200
    is_worn: bool = True
    is_connected: bool = False
    interval_s: int = 600
    heart_rate_s: int = 0
    is_ringing: bool = False
    sos_numbers: list[str] = field(default_factory=list)
    contacts: dict[str, str] = field(default_factory=dict)
    quiet_times: list[str] = field(default_factory=list)
    language: str = ""
    shown: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


def _set_contacts(state: WatchState, fields: list[str]) -> None:
    entries = zip(fields[0::2], fields[1::2], strict=False)
    state.contacts.update({number: text_of(name) for number, name in entries})


def _set_interval(state: WatchState, fields: list[str]) -> None:
    state.interval_s = int(fields[0])


def _set_numbers(state: WatchState, fields: list[str]) -> None:
    state.sos_numbers = [number for number in fields if number]


def _measure(state: WatchState, fields: list[str]) -> None:
    state.heart_rate_s = int(fields[0])


def _ring(state: WatchState, _: list[str]) -> None:
    state.is_ringing = True


def _show(state: WatchState, fields: list[str]) -> None:
    state.shown.append(text_of(fields[0]))


def _be_quiet(state: WatchState, fields: list[str]) -> None:
    state.quiet_times = fields


def _speak(state: WatchState, fields: list[str]) -> None:
    state.language = ",".join(fields)


def _nothing(_: WatchState, __: list[str]) -> None:
    """Only the answer tells."""


OBEYING: Mapping[str, Callable[[WatchState, list[str]], None]] = {
    "CR": _nothing,
    "UPLOAD": _set_interval,
    "SOS": _set_numbers,
    "PHB": _set_contacts,
    "PHB2": _set_contacts,
    "HRTSTART": _measure,
    "FIND": _ring,
    "MESSAGE": _show,
    "SILENCETIME": _be_quiet,
    "LZ": _speak,
}
"""The commands that it knows, and what changes."""
