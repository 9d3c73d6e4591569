"""Processes under measurement: asked in JSON, a line a question, so that two of them can take turns while warm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


class Child:
    """One process running a module of this package; it says `{"ready": ...}` when it can be asked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.ready: Any = self._answer()["ready"]

    def ask(self, **question: Any) -> dict[str, Any]:
        """Put a question and wait for the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def child(module: str, *arguments: str) -> Iterator[Child]:
    """Run `python -m module arguments`; it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Child(process)
    finally:
        end(process)


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a program under measurement: what the shell needs, and no setting but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("YOULIN_")}
    return kept | {f"YOULIN_{name}": value for name, value in settings.items()}


def end(process: subprocess.Popen[Any]) -> None:
    """Ask the process to end, and see to it."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
