"""The child's side of `bench.children`: answers questions until nobody asks any more."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine
from time import perf_counter, process_time
from typing import Any

import uvloop

Answering = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


async def answer_questions(answering: Answering, ready: Any = "yes") -> None:
    """Say that we are ready, then answer line by line."""
    _say({"ready": ready})
    while line := await asyncio.to_thread(sys.stdin.readline):
        _say(await answering(json.loads(line)))


async def timed(work: Awaitable[int]) -> dict[str, Any]:
    """Await `work`, which gives how many units it did, and say what they took."""
    wall, cpu = perf_counter(), process_time()
    done = await work
    return {"done": done, "seconds": perf_counter() - wall, "cpu": process_time() - cpu}


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a child on the event loop that `youlin run` uses."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


def _say(answer: dict[str, Any]) -> None:
    print(json.dumps(answer), flush=True)
