"""Several delivery processes on one PostgreSQL: none of ten thousand messages is sent twice, none is left (P3)."""

from __future__ import annotations

from collections import Counter
from contextlib import AsyncExitStack

import pytest

from backend.messaging.contents import Content, Lane, telegram_chat
from backend.messaging.deliver import Rhythm
from backend.messaging.models import Message
from backend.messaging.rows import insert_new, message_row
from backend.messaging.written import write_content
from tests.service.messaging.post_office import PostOffice, open_office

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

MANY = 10_000
CHATS = 4_000
RHYTHM = Rhythm(sweep=0.1, paced_sweep=0.02, renewal=2)


async def write_many(office: PostOffice) -> None:
    content = write_content(Content("news"))
    for start in range(0, MANY, 500):
        async with office.work.begin() as uow:
            rows = [
                message_row(
                    telegram_chat(7000 + n % CHATS),
                    lane=Lane(2 + n % 3),
                    content=content,
                    dedup_key=str(n),
                    now=uow.now,
                )
                for n in range(start, start + 500)
            ]
            await insert_new(uow, Message, rows)


@pytest.mark.parametrize("workers", [2, 4])
async def test_workers_send_ten_thousand_messages_once_each(postgres_url: str, workers: int) -> None:
    offices = [open_office(postgres_url) for _ in range(workers)]
    await write_many(offices[0])

    async with AsyncExitStack() as stack:
        for number, office in enumerate(offices):
            await stack.enter_async_context(office.opened(name=f"worker {number}", rhythm=RHYTHM))
        await offices[0].until(lambda: sum(len(office.channel.taken) for office in offices) >= MANY, 240)
        await offices[0].until_idle(30)

    sent = Counter(message.dedup_key for office in offices for message in office.channel.taken)
    assert len(sent) == MANY
    assert set(sent.values()) == {1}
    assert set((await offices[0].states()).values()) == {"sent"}
    assert all(office.channel.taken for office in offices)
    for office in offices:
        await office.work.database.close()
