"""The program as processes of their own, to be killed and started again; the parent side of `fork_server`."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any

ROLES = ("bot", "delivery", "clock")
Fault = tuple[str, int]
"""A fault point, and at which time of reaching it the process dies."""


@dataclass
class Process:
    """One life of the program. `code` is the exit code; minus a signal's number when one ended it."""

    born: asyncio.Future[int]
    ended: asyncio.Future[int]
    ended_at: float = 0.0

    @property
    def is_alive(self) -> bool:
        return not self.ended.done()

    @property
    def was_killed(self) -> bool:
        return self.ended.done() and self.ended.result() == -signal.SIGKILL

    def signal(self, number: signal.Signals) -> None:
        if self.is_alive and self.born.done():
            with suppress(ProcessLookupError):
                os.kill(self.born.result(), number)

    async def ends(self, within: float = 30) -> int:
        """Wait for its end."""
        return await asyncio.wait_for(asyncio.shield(self.ended), within)


class WarmParent:
    """The fork server: started once for a whole test run, because importing the program takes seconds."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.faults.fork_server"]
        environment = os.environ | {"PYTHONWARNINGS": "ignore"}
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment
        )
        self._numbers = itertools.count(1)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self.facts = self._process.stdin, self._process.stdout

    def order(self, order: dict[str, Any]) -> int:
        """Have a child forked; returns the number under which its facts come."""
        number = next(self._numbers)
        self._orders.write(json.dumps(order | {"number": number}).encode() + b"\n")
        return number

    def close(self) -> None:
        """Whatever it has forked ends with it."""
        self._orders.close()
        self._process.wait(10)
        self.facts.close()


@dataclass
class Forge:
    """Makes processes for one test, and hears what becomes of them."""

    parent: WarmParent
    processes: dict[int, Process] = field(default_factory=dict)
    _unread: bytes = b""

    async def start(self, order: dict[str, Any]) -> Process:
        """Fork a program; returns when it has its process id."""
        loop = asyncio.get_running_loop()
        process = Process(loop.create_future(), loop.create_future())
        self.processes[self.parent.order(order)] = process
        await asyncio.wait_for(asyncio.shield(process.born), 60)
        return process

    def hear(self) -> None:
        """Read what the parent has to tell."""
        received = os.read(self.parent.facts.fileno(), 1 << 16)
        if not received:
            asyncio.get_running_loop().remove_reader(self.parent.facts.fileno())
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            fact = json.loads(line)
            process = self.processes[fact["number"]]
            if "pid" in fact:
                process.born.set_result(fact["pid"])
            else:
                process.ended_at = monotonic()
                process.ended.set_result(fact["ended"])


@asynccontextmanager
async def open_forge(parent: WarmParent) -> AsyncIterator[Forge]:
    """A forge in the running loop; at its end no process that it made is left."""
    forge = Forge(parent)
    loop = asyncio.get_running_loop()
    loop.add_reader(parent.facts.fileno(), forge.hear)
    try:
        yield forge
    finally:
        for process in forge.processes.values():
            process.signal(signal.SIGKILL)
            await process.ends()
        loop.remove_reader(parent.facts.fileno())


@dataclass
class Program:
    """One installation: a process that is started again when it dies, each life with the faults planned for it."""

    forge: Forge
    settings: dict[str, Any]
    log: Path
    shift: float
    roles: Sequence[str] = ROLES
    lives: list[Process] = field(default_factory=list)
    counts: Sequence[str] = ()

    async def start(self, *faults: Fault) -> Process:
        """Begin a life that ends at one of `faults`, if it gets there."""
        order = {
            "settings": self.settings,
            "log": str(self.log),
            "shift": self.shift,
            "roles": list(self.roles),
            "faults": list(faults),
            "counts": list(self.counts),
        }
        life = await self.forge.start(order)
        self.lives.append(life)
        return life

    async def keep_alive(self, plan: Sequence[Sequence[Fault]]) -> None:
        """Start, and start again after each death; when the plan is used up without faults. Ends by cancelling, or
        with an error when the program ends by itself."""
        number = 0
        while True:
            life = await self.start(*(plan[number] if number < len(plan) else ()))
            number += 1
            code = await asyncio.shield(life.ended)
            if code != -signal.SIGKILL:
                raise AssertionError(f"the program ended by itself with {code}:\n{self.last_words()}")

    async def stop(self) -> None:
        """End the present life in order; if it dies while ending, `crashes` tells."""
        if self.lives and self.lives[-1].is_alive:
            self.lives[-1].signal(signal.SIGTERM)
            await self.lives[-1].ends()

    @property
    def crashes(self) -> int:
        """How many lives ended by SIGKILL."""
        return sum(life.was_killed for life in self.lives)

    def last_words(self) -> str:
        """The end of the log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else "(no log)"

    def counted(self) -> dict[str, int]:
        """How often each counted point was reached in the last life, which must have ended in order."""
        found: dict[str, int] = json.loads(self.log.with_suffix(".counts").read_text())
        return found
