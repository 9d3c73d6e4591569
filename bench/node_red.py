"""Node-RED, fetched from npm by its lock, with a flow that applies one rule of ours and makes the same HTTP call.

What it does is in `node_red/flow.json`. By itself it keeps nothing; with a PostgreSQL database it inserts what it
hears, a statement a message. Either way a message is confirmed to the broker as soon as it is read.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from bench.children import ROOT, end
from bench.pace import free_port

HERE = Path(__file__).with_suffix("")
FETCHED = ROOT / "var" / "node-red"
MOST_SECONDS = 120.0
LOOK_SECONDS = 0.05


class NoNode(Exception):
    """Node or npm is missing here."""


class NodeRed:
    """A Node-RED that listens; asked as `bench.children.Child` is."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, until: int = 0) -> dict[str, Any]:
        """How many messages it has heard and the CPU seconds it used, once it has heard `until`."""
        return self._wait(lambda told: told["stored"] >= until)

    def listen(self) -> None:
        """Wait until it is connected to the broker."""
        self._wait(lambda told: told["listening"])

    def _wait(self, is_enough: Any) -> dict[str, Any]:
        began = monotonic()
        while monotonic() - began < MOST_SECONDS:
            try:
                with urlopen(f"{self._url}/heard", timeout=MOST_SECONDS) as answer:
                    told: dict[str, Any] = json.load(answer)
            except URLError:
                told = {"stored": -1, "listening": False}  # it has not started yet
            if is_enough(told):
                return told
            sleep(LOOK_SECONDS)
        raise TimeoutError("Node-RED did not get that far")


def program(name: str) -> str:
    """The path of node or npm: the machine's, or what `make run` took from its wheel. Raises NoNode."""
    found = shutil.which(name) or shutil.which(name, path=str(ROOT / ".venv" / "bin"))
    if found is None:
        raise NoNode(f"{name} is missing here, so Node-RED was not measured")
    return found


def fetch() -> Path:
    """Fetch what the lock names, unless it is there; gives Node-RED's program. Raises NoNode."""
    lock, stamp = HERE / "package-lock.json", FETCHED / "package-lock.json"
    npm = program("npm")
    started = FETCHED / "node_modules" / "node-red" / "red.js"
    if not started.exists() or stamp.read_bytes() != lock.read_bytes():
        FETCHED.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", FETCHED)
        shutil.copy(lock, stamp)
        command = [npm, "ci", "--silent", "--ignore-scripts", "--no-bin-links", "--no-fund", "--no-audit"]
        subprocess.run(command, cwd=FETCHED, check=True)
    return started


@contextmanager
def node_red(name: str, broker_url: str, alarm_url: str, database_url: str = "") -> Iterator[NodeRed]:
    """Node-RED on one core while the block lasts; it hears the topics below `name`. Raises NoNode."""
    started, port = fetch(), free_port()
    settings = {
        "NODE_PATH": str(FETCHED / "node_modules"),
        "PORT": str(port),
        "BROKER_PORT": str(urlsplit(broker_url).port),
        "CLIENT": name,
        "TOPIC": f"{name}/+/+/up",
        "ALARM_URL": f"{alarm_url}/{name}",
        "DATABASE_URL": database_url.replace("+asyncpg", ""),
    }
    with TemporaryDirectory() as home:
        flow = shutil.copy(HERE / "flow.json", home)
        command = [program("node"), str(started), "--userDir", home, "--settings", str(HERE / "settings.js"), str(flow)]
        with _one_core():
            process = subprocess.Popen(command, env=os.environ | settings)
        try:
            found = NodeRed(f"http://127.0.0.1:{port}")
            found.listen()
            yield found
        finally:
            end(process)


@contextmanager
def _one_core() -> Iterator[None]:
    """What is started in this block gets one core, the same as all that is measured beside it."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)
