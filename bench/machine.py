"""The machine under a measurement, and how much of it others took meanwhile."""

from __future__ import annotations

import os
import platform
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter

from bench.figures import Spread

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
QUIET_FOREIGN = 0.15
"""Cores that others may take on average before a figure counts as measured on a noisy machine."""
QUIET_CALIBRATION = 1.15
"""How much the slowest calibration may be slower than the fastest."""


class Noise:
    """Collects readings around the runs of one bench; readings of CPU are those of Linux."""

    def __init__(self) -> None:
        self.calibrations: list[float] = []
        self.foreign: list[float] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Calibrate before and after the block, and note how many cores others took during it."""
        self.calibrations.append(calibration())
        began, busy, own = monotonic(), busy_seconds(), own_seconds()
        yield
        passed = monotonic() - began
        others = (busy_seconds() - busy) - (own_seconds() - own)
        self.foreign.append(max(others, 0.0) / passed)
        self.calibrations.append(calibration())

    @property
    def is_quiet(self) -> bool:
        calibrations, foreign = Spread.of(self.calibrations), Spread.of(self.foreign)
        return calibrations.high <= calibrations.low * QUIET_CALIBRATION and foreign.middle <= QUIET_FOREIGN

    def __str__(self) -> str:
        calibrations, foreign = Spread.of(self.calibrations), Spread.of(self.foreign)
        verdict = "quiet" if self.is_quiet else "**noisy**: compare ratios, not absolute times"
        return (
            f"Machine: {verdict}. A fixed loop of Python took {calibrations.low * 1000:.0f} / "
            f"{calibrations.middle * 1000:.0f} / {calibrations.high * 1000:.0f} ms around the runs; other processes "
            f"took {foreign.low:.2f} / {foreign.middle:.2f} / {foreign.high:.2f} cores meanwhile (min / median / max)."
        )


def calibration() -> float:
    """Seconds of wall clock that a fixed piece of work takes."""
    began = perf_counter()
    total = 0
    for number in range(600_000):
        total += number * number % 7
    return perf_counter() - began


def description() -> str:
    """Processor, cores, memory, kernel and Python, in one line."""
    model = next((_value(line) for line in _lines("cpuinfo") if line.startswith("model name")), "unknown processor")
    memory = next(int(_value(line).split()[0]) for line in _lines("meminfo") if line.startswith("MemTotal"))
    return (
        f"{model}, {os.cpu_count()} cores, {memory / 2**20:.0f} GiB, Linux {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def busy_seconds() -> float:
    """CPU seconds that all processes of the machine have used since it started."""
    user, nice, system, _idle, _wait, irq, softirq, *_ = (int(word) for word in _lines("stat")[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


def own_seconds() -> float:
    """CPU seconds of this process and of all that it started, ended ones included."""
    used, children = _processes()
    waiting, total = [os.getpid()], 0.0
    while waiting:
        process = waiting.pop()
        total += used.get(process, 0.0)
        waiting += children[process]
    return total


def _processes() -> tuple[dict[int, float], dict[int, list[int]]]:
    used: dict[int, float] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has just ended
        process = int(folder.name)
        children[int(words[1])].append(process)
        used[process] = sum(int(word) for word in words[11:15]) / TICKS
    return used, children


def _lines(name: str) -> list[str]:
    return (PROC / name).read_text().splitlines()


def _value(line: str) -> str:
    return line.partition(":")[2].strip()
