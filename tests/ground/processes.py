"""Child processes that never outlive the test run."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

PATIENCE = 60.0
"""Seconds to wait for a server on a busy machine; a healthy one needs one or two."""


def spawn(command: Sequence[str], *, log: Path, user: str | None = None) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches only pytest, which then stops it in order.

    Where the kernel can, the child is also told to end when pytest itself is killed.
    """
    setpriv = shutil.which("setpriv")
    guard = [setpriv, "--pdeathsig", "INT"] if setpriv else []
    if user is not None:
        guard += [] if not setpriv else ["--reuid", user, "--regid", str(group_of(user)), "--clear-groups"]
    with log.open("wb") as output:
        return subprocess.Popen(
            [*guard, *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(log.parent)},
        )


def group_of(user: str) -> int:
    """The main group of a system user."""
    import pwd

    return pwd.getpwnam(user).pw_gid


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, log: Path) -> None:
    """Return once `ready`; if the process ends first, or takes too long, fail with its last words."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], *, first: signal.Signals) -> None:
    """Ask the process to end with signal `first`, then end its whole session."""
    if process.poll() is None:
        process.send_signal(first)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
