"""After a crash: what was never called goes out, what is in doubt follows the lane's policy, nothing is forgotten."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.messaging.channel import Sent, Unknown
from backend.messaging.claim import Lease, claim_messages
from backend.messaging.contents import Lane
from backend.messaging.ledger import Ledger
from backend.messaging.models import DeliveryAttempt, Message
from backend.messaging.recovery import renew_leases
from tests.service.messaging.post_office import PostOffice, later, open_office

WANG = 7001
DEAD = Lease("dead process", timedelta(seconds=15))


async def claim_and_die(office: PostOffice, *, in_call: bool) -> None:
    """Claim everything as a process that ends, either right after its claim or in the middle of its calls."""
    async with office.work.begin() as uow:
        messages = await claim_messages(uow, lease=DEAD, rooms=dict.fromkeys(Lane, 10), pace=None)
    assert messages
    if in_call:
        async with office.work.begin() as uow:
            await Ledger(office.work, DEAD.holder)._begin_attempts(uow, messages)
    office.clock.advance(timedelta(seconds=20))


async def test_what_was_claimed_and_not_called_goes_out_once(office: PostOffice) -> None:
    await office.write(WANG, "hello", Lane.BULK)
    await claim_and_die(office, in_call=False)

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts() == ["hello"]
    assert await office.states() == {"hello": "sent"}


@pytest.mark.parametrize("lane", list(Lane))
async def test_what_was_cut_off_in_its_call_is_said_once_more(office: PostOffice, lane: Lane) -> None:
    await office.write(WANG, "hello", lane)
    await claim_and_die(office, in_call=True)

    async with office.opened():
        await office.until_idle_as_time_passes()

    assert office.channel.texts() == ["hello"]
    assert await office.states() == {"hello": "sent"}


async def test_what_was_cut_off_and_then_timed_out_stays_in_doubt(office: PostOffice) -> None:
    await office.write(WANG, "hello", Lane.EMERGENCY)
    await claim_and_die(office, in_call=True)
    office.channel.answers[str(WANG)] = [Unknown("timed out")]

    async with office.opened():
        await office.until_idle_as_time_passes()

    assert office.channel.texts() == ["hello"]
    assert await office.states() == {"hello": "unknown"}


async def test_where_the_provider_can_be_asked_its_word_counts(office: PostOffice) -> None:
    await office.write(WANG, "hello")
    await claim_and_die(office, in_call=True)
    office.channel.knows[str(WANG)] = Sent("55", "main")

    async with office.opened():
        await office.until_idle()

    assert office.channel.taken == []
    assert await office.states() == {"hello": "sent"}


async def test_every_attempt_is_written_down_before_it_is_made(office: PostOffice) -> None:
    seen: list[tuple[int, str | None]] = []

    async def look(_: object) -> None:
        async with office.work.look() as uow:
            seen.extend((row.number, row.outcome) for row in await uow.session.scalars(select(DeliveryAttempt)))

    office.channel.during_call = look
    await office.write(WANG, "hello")

    async with office.opened():
        await office.until_idle()

    assert seen == [(1, None)]
    async with office.work.look() as uow:
        attempt = await uow.session.scalar(select(DeliveryAttempt))
    assert attempt is not None
    assert attempt.outcome == "sent"
    assert attempt.sender.startswith("loop-1:")


async def test_a_process_that_slept_too_long_does_not_send_what_another_took_over(office: PostOffice) -> None:
    await office.write(WANG, "hello")
    async with office.work.begin() as uow:
        messages = await claim_messages(uow, lease=DEAD, rooms={Lane.NORMAL: 10}, pace=None)
    office.clock.advance(timedelta(seconds=20))
    async with office.opened():
        await office.until_idle()

    async with office.work.begin() as uow:
        lost = await Ledger(office.work, DEAD.holder)._begin_attempts(uow, messages)

    assert lost == {messages[0].id}


async def test_an_orderly_end_gives_back_what_has_not_left(office: PostOffice) -> None:
    waits, may_go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: object) -> None:
        waits.set()
        await may_go_on.wait()

    office.channel.before_call = wait
    await office.write(WANG, "hello")

    async with office.opened() as loop:
        await waits.wait()
        await loop.close(0.05)
        may_go_on.set()

    assert await office.states() == {"hello": "pending"}
    assert office.channel.taken == []


@pytest.mark.postgres
async def test_a_renewal_waits_for_no_row_that_the_book_of_attempts_holds(postgres_url: str) -> None:
    office = open_office(postgres_url)
    for number in (1, 2):
        await office.write(number, f"hello {number}", Lane.NORMAL)
    async with office.work.begin() as uow:
        claimed = await claim_messages(uow, lease=DEAD, rooms={Lane.NORMAL: 5}, pace=None)
    held, free = (message.id for message in claimed)

    async with office.work.begin() as book:
        await book.session.execute(select(Message.id).where(Message.id == held).with_for_update())
        async with asyncio.timeout(5), office.work.begin() as uow:
            await renew_leases(uow, Lease(DEAD.holder, later(100)), own=[held, free])

    async with office.work.look() as uow:
        until = {id_: (await uow.session.get_one(Message, id_)).lease_until for id_ in (held, free)}
    await office.work.database.close()
    assert None not in until.values()
    assert str(until[free]) > str(until[held])
