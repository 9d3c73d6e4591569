"""How a notice leaves: one message to one hearer, said once whatever is repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.messaging.outbox import enqueue
from backend.notify.people import Hearer
from backend.notify.words import Voice, Words

KEPT = timedelta(days=2)
"""What was not delivered after so long would only confuse."""


async def tell(
    uow: UnitOfWork,
    voice: Voice,
    hearers: Iterable[Hearer],
    say: Callable[[Words], Content],
    *,
    key: str,
    lane: Lane = Lane.NORMAL,
    kept: timedelta = KEPT,
) -> None:
    """Say something to each in their language; `key` names what is said, once for each hearer."""
    for hearer in hearers:
        await enqueue(
            uow,
            to=hearer.to,
            content=say(voice.words(hearer.language)),
            lane=lane,
            dedup_key=f"{key}:{hearer.key}",
            expires_at=uow.now + kept,
        )
