"""The program as processes of their own, to be killed and started again; the parent side of `fork_server`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
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


@dataclass
class Forge:
    """Makes processes. One warm parent serves many tests at once."""

    parent: asyncio.subprocess.Process
    processes: dict[int, Process] = field(default_factory=dict)
    _count: int = 0

    async def start(self, order: dict[str, Any]) -> Process:
        """Fork a program; returns when it has its process id."""
        self._count += 1
        loop = asyncio.get_running_loop()
        process = self.processes[self._count] = Process(loop.create_future(), loop.create_future())
        assert self.parent.stdin is not None
        self.parent.stdin.write(json.dumps(order | {"number": self._count}).encode() + b"\n")
        await self.parent.stdin.drain()
        await process.born
        return process

    async def listen(self) -> None:
        """Hear from the parent what becomes of its children, until it ends."""
        assert self.parent.stdout is not None
        while line := await self.parent.stdout.readline():
            fact = json.loads(line)
            process = self.processes[fact["number"]]
            if "pid" in fact:
                process.born.set_result(fact["pid"])
            else:
                process.ended_at = monotonic()
                process.ended.set_result(fact["ended"])


@asynccontextmanager
async def open_forge() -> AsyncIterator[Forge]:
    """A warm parent; whatever it has forked ends with it."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.faults.fork_server",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    forge = Forge(parent)
    listening = asyncio.ensure_future(forge.listen())
    try:
        yield forge
    finally:
        for process in forge.processes.values():
            process.signal(signal.SIGKILL)
        assert parent.stdin is not None
        parent.stdin.close()
        await parent.wait()
        await listening


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
