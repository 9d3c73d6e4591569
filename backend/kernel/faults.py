"""Named fault points: the places at which tests kill the process to prove that nothing is lost."""

from __future__ import annotations

import os
import signal

FAULT_POINTS = (
    "before_commit",
    "after_commit",
    "update_received",
    "update_stored",
    "before_confirm",
    "before_reply",
    "after_reply",
    "reply_noted",
    "replies_resumed",
    "delivery_claimed",
    "delivery_before_call",
    "delivery_after_call",
    "delivery_recorded",
    "carrier_reserved",
    "carrier_asked",
    "carrier_noted",
    "callback_heard",
    "callback_kept",
    "orphans_taken_over",
    "ingest_received",
    "ingest_stored",
    "steps_due",
    "steps_taken",
    "job_claimed",
    "job_done",
)
"""Each stands somewhere in the program, and the test of promise P1 dies at each."""

_armed: dict[str, int] = {}


def arm(name: str, after: int = 1) -> None:
    """Kill this process (SIGKILL, no clean-up) when `name` is reached for the `after`-th time."""
    if name not in FAULT_POINTS:
        raise ValueError(f"no such fault point: {name}")
    _armed[name] = after


def left(name: str) -> int:
    """How often an armed point must still be reached; for tests that count."""
    return _armed[name]


def fault_point(name: str) -> None:
    """Die here if a test armed this point; costs one empty-dictionary look-up otherwise."""
    if not _armed or name not in _armed:
        return
    _armed[name] -= 1
    if _armed[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
