"""A warm parent of programs: imports everything once, then forks a child for each order; `python -m` this file.

Orders come as JSON lines on stdin, what became of the children goes as JSON lines to stdout. Only here is the program
ever armed with faults: nothing that an installation could set by accident does it.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import selectors
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.kernel.clock import MovableClock
from backend.kernel.faults import arm, left
from backend.kernel.logs import set_up_logs
from backend.kernel.settings import LogFormat, Settings
from bot.app import open_app
from bot.role_names import RoleName
from bot.roles import run_roles
from scheduler import runner

assert runner, "loaded here, so that no child has to"

ENDLESS = 10**9
DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class ForkServer:
    """Reads orders, forks, and tells how each child ended."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._children: dict[int, tuple[int, int]] = {}
        self._unread = b""

    def run(self) -> None:
        """Serve until stdin ends; children still alive then are killed."""
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fd != sys.stdin.fileno():
                    self._bury(key.fd)
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        received = os.read(sys.stdin.fileno(), 1 << 16)
        *orders, self._unread = (self._unread + received).split(b"\n")
        for order in orders:
            self._fork(json.loads(order))
        return bool(received)

    def _fork(self, order: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            play(order)
        watch = os.pidfd_open(pid)
        self._children[watch] = (pid, order["number"])
        self._selector.register(watch, selectors.EVENT_READ)
        tell({"number": order["number"], "pid": pid})

    def _bury(self, watch: int) -> None:
        self._selector.unregister(watch)
        os.close(watch)
        pid, number = self._children.pop(watch)
        _, status = os.waitpid(pid, 0)
        tell({"number": number, "ended": os.waitstatus_to_exitcode(status)})


def tell(fact: dict[str, Any]) -> None:
    os.write(sys.stdout.fileno(), json.dumps(fact).encode() + b"\n")


def play(order: dict[str, Any]) -> None:
    """Be the program, in the forked child; never returns."""
    code = 1
    try:
        ctypes.CDLL(None).prctl(DIES_WITH_PARENT, signal.SIGKILL)
        _turn_output_to(Path(order["log"]))
        asyncio.run(_run(order))
        code = 0
    except BaseException:  # noqa: BLE001 - the child must end here whatever happens, and say why
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _turn_output_to(log: Path) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, number)


async def _run(order: dict[str, Any]) -> None:
    settings = Settings(_env_file=None, **order["settings"])  # type: ignore[call-arg]
    set_up_logs(LogFormat.JSON, "INFO")
    clock = MovableClock()
    clock.advance(timedelta(seconds=order["shift"]))
    counted = order.get("counts", [])
    for name in counted:
        arm(name, ENDLESS)
    for name, after in order["faults"]:
        arm(name, after)
    async with open_app(settings, clock=clock) as app:
        await run_roles(app, [RoleName(role) for role in order["roles"]])
    if counted:
        Path(order["log"]).with_suffix(".counts").write_text(
            json.dumps({name: ENDLESS - left(name) for name in counted})
        )


if __name__ == "__main__":
    ForkServer().run()
