"""Jobs that sum up: the morning for each worker, the evening for each group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from backend.issues.timing.reminders import workers_to_greet
from backend.notify.digests import close_day, greet_worker, local_moment
from backend.registry.queries import live_chats
from scheduler.turn import Turn

BATCH = 10
MORNING_ENDS, EVENING_ENDS = 10, 21
"""Local hours after which a summary of this day is not sent any more."""

T = TypeVar("T")


async def greet_workers(turn: Turn) -> int:
    """Tell every worker on duty in private what is in hand, late, due and to be claimed; returns how many heard."""
    async with turn.work.look() as uow:
        workers = await workers_to_greet(uow)
    until, told = local_moment(turn.day, MORNING_ENDS, turn.zone), 0
    for batch in _batches(workers):
        async with turn.batch() as uow:
            for account_id in batch:
                told += await greet_worker(uow, turn.voice, account_id, on=turn.day, until=until)
    return told


async def close_day_of_groups(turn: Turn) -> int:
    """Tell every group how its day went; returns how many heard."""
    async with turn.work.look() as uow:
        chats = await live_chats(uow)
    until, told = local_moment(turn.day, EVENING_ENDS, turn.zone), 0
    for batch in _batches(chats):
        async with turn.batch() as uow:
            for bound in batch:
                told += await close_day(uow, turn.voice, bound, on=turn.day, until=until)
    return told


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
