"""Requests to carriers are counted by all processes together; receipts and codes stand races."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.kernel.database import Database
from backend.messaging.channel import Later, OutgoingMessage, Sent
from backend.messaging.claim import outgoing_of
from backend.messaging.contents import CallKind, CallScript, ChannelName, Content, Lane
from backend.messaging.events import ReceiptNoted
from backend.messaging.models import Message
from backend.messaging.outbox import enqueue
from backend.messaging.receipt_models import DeliveryReceipt, ReceiptStatus
from backend.messaging.receipts import match_receipts, note_receipt, standing_of
from backend.messaging.reply_codes import allot_reply_code, close_reply_codes, open_codes
from backend.phone.carrier import CarrierAnswer, Doubtful, Down, PhoneRequest, Quota, Refused, Service, Taken
from backend.phone.channel import PhoneChannel
from backend.phone.choosing import OPEN_FOR, NotNow
from backend.phone.reserving import Reserved, note_answer, note_landed, reserve
from backend.registry.telephones import telephone_of, telephone_recipient
from tests.service.world import World, open_world

NUMBER = "+8613900000001"
ONE_A_MINUTE = (Quota(1, timedelta(minutes=1)),)
SCRIPT = CallScript(CallKind.ALERT, "alert:1", contact_id=1)


@dataclass
class Carrier:
    """A carrier by hand: it answers what the test says and knows what the test says that it has."""

    name: str
    quotas: tuple[Quota, ...] = ()
    answer: CarrierAnswer = field(default_factory=lambda: Taken("id-1"))
    has: tuple[str, ...] | None = ()
    asked: list[PhoneRequest] = field(default_factory=list)
    on_request: Callable[[], Awaitable[None]] | None = None

    @property
    def services(self) -> Mapping[ChannelName, Service]:
        return {ChannelName.VOICE: Service(keypress=True, quotas=self.quotas)}

    async def request(self, request: PhoneRequest) -> CarrierAnswer:
        self.asked.append(request)
        if self.on_request is not None:
            await self.on_request()
        return self.answer

    async def find(self, request: PhoneRequest) -> tuple[str, ...] | None:
        return self.has

    async def close(self) -> None:
        """It holds nothing."""


async def nothing_starts() -> None:
    """The outbox's own note of the attempt, which these tests do not look at."""


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    database = Database(database_url)
    yield await open_world(database, hears=(ReceiptNoted,))
    await database.close()


@pytest.fixture
async def call(world: World) -> OutgoingMessage:
    """A call in the outbox."""
    async with world.work.begin() as uow:
        to = telephone_recipient(ChannelName.VOICE, (await telephone_of(uow, NUMBER)).id)
        await enqueue(uow, to=to, content=Content("hello", call=SCRIPT), lane=Lane.EMERGENCY, dedup_key="call")
    async with world.work.look() as uow:
        (message,) = await outgoing_of(uow, list(await uow.session.scalars(select(Message.id))))
    return message


async def test_of_two_processes_only_one_uses_the_last_place_of_a_quota(world: World, call: OutgoingMessage) -> None:
    carrier = Carrier("a", ONE_A_MINUTE)

    async def ask() -> object:
        async with world.work.begin() as uow:
            return await reserve(uow, call, [carrier], but=())

    decisions = await asyncio.gather(ask(), ask(), ask())

    assert sorted(type(decision).__name__ for decision in decisions) == ["NotNow", "NotNow", "Reserved"]
    world.clock.advance(timedelta(minutes=1))
    assert isinstance(await ask(), Reserved)


async def test_what_was_not_carried_uses_up_nothing_and_the_next_is_asked_at_once(
    world: World, call: OutgoingMessage
) -> None:
    broken, other = Carrier("a", ONE_A_MINUTE, Down("no route")), Carrier("b", answer=Taken("b-1"))
    channel = PhoneChannel(world.work, [broken, other])

    outcome = await channel.send(call, nothing_starts)

    assert outcome == Sent("b-1", "b")
    async with world.work.begin() as uow:
        assert isinstance(await reserve(uow, call, [broken], but=()), Reserved)


async def test_two_failures_open_the_circuit_for_all_and_one_tries_later(world: World, call: OutgoingMessage) -> None:
    carrier = Carrier("a", answer=Down("away"))
    channel = PhoneChannel(world.work, [carrier])
    for _ in range(2):
        assert isinstance(await channel.send(call, nothing_starts), Later)

    while_open = await channel.send(call, nothing_starts)
    world.clock.advance(OPEN_FOR)

    async def ask() -> object:
        async with world.work.begin() as uow:
            return await reserve(uow, call, [carrier], but=())

    first, second = await ask(), await ask()
    assert isinstance(while_open, Later)
    assert len(carrier.asked) == 2
    assert isinstance(first, Reserved)
    assert isinstance(second, NotNow)
    async with world.work.begin() as uow:
        await note_answer(uow, first, Taken("id-9"))
    assert isinstance(await ask(), Reserved)


@pytest.mark.parametrize(
    ("has", "outcome"), [(("id-7",), Sent("id-7", "a")), ((), Later("the carrier has it not")), (None, None)]
)
async def test_after_a_crash_the_carrier_is_asked_what_it_has(
    world: World, call: OutgoingMessage, has: tuple[str, ...] | None, outcome: object
) -> None:
    carrier = Carrier("a", has=has)
    async with world.work.begin() as uow:
        await reserve(uow, call, [carrier], but=())

    assert await PhoneChannel(world.work, [carrier]).reconcile(call) == outcome


async def test_a_callback_that_was_faster_than_the_answer_proves_that_it_landed(
    world: World, call: OutgoingMessage
) -> None:
    carrier = Carrier("a", answer=Doubtful("silence"), has=("id-7",))
    channel = PhoneChannel(world.work, [carrier])

    async def landing() -> None:
        carrier.on_request = None
        async with world.work.begin() as uow:
            await note_landed(uow, attempt_id=carrier.asked[-1].attempt_id, carrier="a", provider_id="id-7")

    carrier.on_request = landing

    assert await channel.send(call, nothing_starts) == Sent("id-7", "a")
    assert await channel.send(replace(call, doubts=1), nothing_starts) == Sent("id-7", "a")
    assert len(carrier.asked) == 1


async def test_a_crash_before_any_request_is_no_doubt(world: World, call: OutgoingMessage) -> None:
    assert isinstance(await PhoneChannel(world.work, [Carrier("a")]).reconcile(call), Later)


async def test_a_number_that_a_carrier_refuses_for_good_is_taken_off_by_its_own_word(
    world: World, call: OutgoingMessage
) -> None:
    channel = PhoneChannel(world.work, [Carrier("a", answer=Refused("stop", opted_out=True))])

    first = await channel.send(call, nothing_starts)
    second = await channel.send(call, nothing_starts)

    assert [type(first).__name__, type(second).__name__] == ["Never", "Never"]


async def test_receipts_that_come_before_their_message_is_known_wait(world: World, call: OutgoingMessage) -> None:
    async with world.work.begin() as uow:
        for status in (ReceiptStatus.ENDED, ReceiptStatus.RINGING, ReceiptStatus.ENDED):
            await note_receipt(uow, provider="a", provider_id="id-1", status=status)
        assert await standing_of(uow, call.id) is None

    async with world.work.begin() as uow:
        await match_receipts(uow, provider_id="id-1", message_id=call.id)

    async with world.work.look() as uow:
        standing = await standing_of(uow, call.id)
        rows = (await uow.session.scalars(select(DeliveryReceipt))).all()
    assert standing is not None
    assert standing.status is ReceiptStatus.ENDED
    assert len(rows) == 2


async def test_receipts_that_race_each_other_end_at_the_furthest(world: World, call: OutgoingMessage) -> None:
    story = (ReceiptStatus.ACCEPTED, ReceiptStatus.RINGING, ReceiptStatus.ANSWERED, ReceiptStatus.ENDED)

    async def tell(status: ReceiptStatus) -> None:
        async with world.work.begin() as uow:
            await note_receipt(uow, provider="a", provider_id="id-1", status=status, message_id=call.id)

    await asyncio.gather(*(tell(status) for status in story * 2))

    async with world.work.look() as uow:
        standing = await standing_of(uow, call.id)
    assert standing is not None
    assert standing.status is ReceiptStatus.ENDED


async def test_every_open_question_has_its_own_number_and_a_settled_one_frees_it(world: World) -> None:
    until = world.clock.now() + timedelta(hours=1)

    async def allot(ref: str) -> int | None:
        async with world.work.begin() as uow:
            script = CallScript(CallKind.ALERT, ref)
            return await allot_reply_code(uow, address="tel:1", script=script, valid_until=until)

    numbers = await asyncio.gather(*(allot(f"alert:{id_}") for id_ in (1, 2, 1)))
    async with world.work.begin() as uow:
        await close_reply_codes(uow, ref="alert:1")
    again = await allot("alert:3")

    assert sorted({number for number in numbers if number is not None}) == [1, 2]
    assert again == numbers[0]
    world.clock.advance(timedelta(hours=1))
    async with world.work.look() as uow:
        assert await open_codes(uow, "tel:1") == ()
