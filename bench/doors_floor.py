"""The floor: a bare subscriber on the same broker, with the same client library, that parses and counts; on one core.

`python -m bench.doors_floor BROKER_URL`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import suppress
from time import process_time
from typing import Any
from urllib.parse import urlsplit

import aiomqtt

from bench.answering import answer_questions, run

TOPIC = "floor/+/+/up"


async def main(broker_url: str) -> None:
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
    count = 0
    where = urlsplit(broker_url)

    async with aiomqtt.Client(where.hostname or "", where.port or 1883, identifier="floor") as client:
        await client.subscribe(TOPIC, qos=1)

        async def listen() -> None:
            nonlocal count
            async for message in client.messages:
                json.loads(message.payload if isinstance(message.payload, bytes) else b"null")
                count += 1

        async def answer(question: dict[str, Any]) -> dict[str, Any]:
            while count < question.get("until", 0):  # noqa: ASYNC110 - a bare count
                await asyncio.sleep(0.002)
            return {"stored": count, "cpu": process_time()}

        listening = asyncio.ensure_future(listen())
        await answer_questions(answer)
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


if __name__ == "__main__":
    run(main(sys.argv[1]))
