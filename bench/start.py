"""F8: from a clean checkout to a playable page, and from a started process to one that serves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

import httpx

from bench.children import ROOT, environment
from bench.figures import Row, Section, Spread, ratios
from bench.machine import Noise
from bench.pace import free_port

NAME = "start"
METHOD = """`make run` in a fresh clone, with empty caches of pip and npm: the virtual environment, the pinned
requirements, the web assets, the database, the sample community, until the playground's page is served and the program
says that it has started. Then the same program again and again in that checkout, from the process's first moment to
`youlin.started`, in turns with a Python that only imports aiogram."""
CHECKOUTS, STARTS = 1, 5
PATIENCE = 900.0


class Run:
    """One run of the program: its own ports, its output in a file."""

    def __init__(self, command: Sequence[str], folder: Path, caches: Path) -> None:
        self._log = folder / "bench.log"
        self.page = free_port()
        ports = {"PLAYGROUND_PORT": str(self.page), "HTTP_PORT": str(free_port())}
        more = {"PIP_CACHE_DIR": str(caches / "pip"), "npm_config_cache": str(caches / "npm"), "PYTHONUNBUFFERED": "1"}
        self._began = perf_counter()
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment(ports) | more,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def seconds_until(self, is_so: Callable[[], bool]) -> float:
        """Seconds from the beginning until `is_so`; raises when the program ends before."""
        while not is_so():
            if self._process.poll() is not None or perf_counter() - self._began > PATIENCE:
                raise RuntimeError(f"it ended or hangs:\n{self._log.read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.02)
        return perf_counter() - self._began

    def has_started(self) -> bool:
        return b"youlin.started" in self._log.read_bytes()

    def serves_page(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.page}/", timeout=5, follow_redirects=True).is_success
        except httpx.TransportError:
            return False

    def end(self) -> None:
        """End it and all that it started."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(timeout=30)


@contextmanager
def checkout() -> Iterator[Path]:
    """A clone of what is committed, without anything that this checkout has made."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "clone", "-q", "--no-local", str(ROOT), f"{folder}/youlin"], check=True)
        yield Path(folder)


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Whole checkouts first, then starts in the last of them."""
    checkouts, starts = (1, 2) if is_smoke else (CHECKOUTS, STARTS)
    whole: list[float] = []
    for number in range(checkouts):
        with checkout() as folder:
            whole.append(_from_nothing(folder, noise))
            if number == checkouts - 1:
                ours, theirs = _starts(folder, starts, noise)
    rows = [
        Row("clean checkout to a playable page", Spread.of(whole), "s", "≤ 120"),
        Row("process to `youlin.started`", Spread.of(ours), "s", "≤ 6"),
        Row("importing aiogram alone", Spread.of(theirs), "s"),
        Row("**start / importing aiogram**", ratios(ours, theirs), "×"),
    ]
    return Section(NAME, "from a clean checkout to a page that can be played (F8)", METHOD, rows)


def _from_nothing(folder: Path, noise: Noise) -> float:
    with noise.watched():
        run = Run(["make", "run", f"PYTHON={sys.executable}"], folder / "youlin", folder)
        try:
            return run.seconds_until(lambda: run.has_started() and run.serves_page())
        finally:
            run.end()


def _starts(folder: Path, count: int, noise: Noise) -> tuple[list[float], list[float]]:
    ours, theirs = [], []
    python = folder / "youlin/.venv/bin/python"
    for _ in range(count):
        with noise.watched():
            run = Run([str(python.with_name("youlin")), "run"], folder / "youlin", folder)
            try:
                ours.append(run.seconds_until(run.has_started))
            finally:
                run.end()
            began = perf_counter()
            subprocess.run([str(python), "-c", "import aiogram"], check=True)
            theirs.append(perf_counter() - began)
    return ours, theirs
