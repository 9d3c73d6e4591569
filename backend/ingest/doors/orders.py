"""Commands on their way to the watches that are connected here: taken, put into the protocol's words, sent, noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time
from typing import Any

import structlog

from backend.devices import CommandKind, TakenCommand, note_command_answered, note_command_sent, take_commands
from backend.devices.observations import Protocol
from backend.ingest import iw_downlinks as iw
from backend.ingest import watch_downlinks as words
from backend.ingest.doors.present import Line, Present
from backend.kernel.database import DatabaseAway
from backend.kernel.unit_of_work import Work
from backend.kernel.wakeup import WakeUp

SWEEP_SECONDS = 5.0
MOST_ASKED = 1_000
"""Devices of one question to the database."""
MOST_ROUNDS = 50
LANGUAGES = {"zh_Hans": words.Language.SIMPLIFIED_CHINESE, "en": words.Language.ENGLISH}

Arguments = Mapping[str, Any]

log = structlog.get_logger(__name__)


def _entries(given: Arguments) -> list[words.Contact]:
    return [words.Contact(one["number"], one["name"]) for one in given["contacts"]]


def _contacts(given: Arguments) -> list[bytes]:
    return words.set_contacts(_entries(given))


def _quiet_times(given: Arguments) -> list[bytes]:
    stretches = [
        words.QuietTime(time.fromisoformat(begin), time.fromisoformat(end)) for begin, end in given["stretches"]
    ]
    return [words.set_quiet_times(stretches)]


Orders = Mapping[CommandKind, Callable[[Arguments], list[bytes]]]

_OF_WATCHES: Orders = {
    CommandKind.LOCATE_NOW: lambda _: [words.locate_now()],
    CommandKind.UPLOAD_INTERVAL: lambda given: [words.set_upload_interval(given["seconds"])],
    CommandKind.SOS_NUMBERS: lambda given: [words.set_sos_numbers(given["numbers"])],
    CommandKind.CONTACTS: _contacts,
    CommandKind.HEART_RATE_PERIOD: lambda given: [words.measure_heart_rate(given["seconds"])],
    CommandKind.FIND: lambda _: [words.find_watch()],
    CommandKind.MESSAGE: lambda given: [words.show_message(given["text"])],
    CommandKind.QUIET_TIMES: _quiet_times,
    CommandKind.LANGUAGE_ZONE: lambda given: [
        words.set_language_and_zone(LANGUAGES[given["language"]], given["hours_east"])
    ],
}
_OF_THE_SECOND_FAMILY: Orders = {
    CommandKind.LOCATE_NOW: lambda _: [iw.locate_now()],
    CommandKind.UPLOAD_INTERVAL: lambda given: [iw.set_upload_interval(given["seconds"])],
    CommandKind.SOS_NUMBERS: lambda given: [iw.set_sos_numbers(given["numbers"])],
    CommandKind.CONTACTS: lambda given: [iw.set_contacts(_entries(given))],
    CommandKind.HEART_RATE_PERIOD: lambda given: [iw.measure_heart_rate(given["seconds"])],
    CommandKind.MESSAGE: lambda given: [iw.show_message(given["text"])],
    CommandKind.LANGUAGE_ZONE: lambda given: [
        iw.set_language_and_zone(LANGUAGES[given["language"]], given["hours_east"])
    ],
}
ORDERS: Mapping[Protocol, Orders] = {Protocol.WATCH: _OF_WATCHES, Protocol.IW: _OF_THE_SECOND_FAMILY}
"""What each command is in the words of each family of watches; the keys are `devices.commands.COMMANDS_OF`."""


class Courier:
    """One per process that has watches at its doors; commands for watches of other processes are left to these."""

    def __init__(self, work: Work, doors: Sequence[Present], bell: WakeUp) -> None:
        self._work = work
        self._doors = doors
        self._bell = bell
        for present in doors:
            present.rung = bell.ring

    async def run(self) -> None:
        """Deliver whenever the bell rings, and now and then without, for ever."""
        while True:
            await self._bell.wait(SWEEP_SECONDS)
            try:
                await self.deliver()
            except DatabaseAway:
                log.warning("ingest.orders_wait")

    async def deliver(self) -> int:
        """Send what waits for those who are here; returns how many commands. Raises DatabaseAway."""
        here = [entry for present in self._doors for entry in present.newest().items()]
        groups = [dict(here[start : start + MOST_ASKED]) for start in range(0, len(here), MOST_ASKED)]
        return sum([await self._deliver_to(group) for group in groups])

    async def answered(self, device_id: int, kinds: Sequence[CommandKind]) -> None:
        """A watch has repeated the words of these commands."""
        try:
            async with self._work.begin() as uow:
                for kind in kinds:
                    await note_command_answered(uow, device_id, kind)
        except DatabaseAway:
            log.warning("ingest.orders_wait")

    async def _deliver_to(self, lines: Mapping[int, Line]) -> int:
        delivered = 0
        for _ in range(MOST_ROUNDS):
            async with self._work.begin() as uow:
                taken = await take_commands(uow, lines.keys())
            sent = [command for command in taken if _send(lines[command.device_id], command)]
            if sent:
                async with self._work.begin() as uow:
                    for command in sent:
                        await note_command_sent(uow, command.id)
            delivered += len(sent)
            if not taken:
                break
        return delivered


def _send(line: Line, command: TakenCommand) -> bool:
    """Whether the command went out; what a watch of this line cannot be told stays until it expires."""
    contents = ORDERS[command.protocol][command.kind](command.arguments)
    framed = [line.order(content) for content in contents]
    if not all(framed):
        return False
    line.sent[command.kind] = contents[-1]
    for order in framed:
        if order is not None:
            line.write(order)
    return True
