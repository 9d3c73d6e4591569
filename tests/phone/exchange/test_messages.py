"""SMS through the exchange, both ways, and what is told of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from twilio.base.exceptions import TwilioRestException

from backend.kernel.clock import MovableClock
from playground.telephone.exchange import Exchange
from playground.telephone.pace import Pace
from playground.telephone.telephones import Telephone, TelephoneBook
from playground.telephone.texting import segments

from .conftest import OURS, Official
from .program import Program

NOON = datetime(2026, 5, 10, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(frozen_at=NOON)


@pytest.fixture
def exchange(clock: MovableClock) -> Exchange:
    return Exchange(clock, pace=Pace(quick=True))


async def test_a_message_is_queued_sent_and_delivered(twilio: Official, program: Program, daughter: Telephone) -> None:
    sent = await twilio.write(daughter.number, "您母亲按了求救键", status_callback=f"{program.address}/status?m=7")
    received = await daughter.receives_sms("求救")

    await daughter.exchange.webhooks.all_told()
    assert (sent.status, sent.num_segments, received["other"]) == ("queued", "1", OURS)
    assert program.statuses() == ["queued", "sent", "delivered"]
    assert all(request.valid and request.query == "m=7" for request in program.requests)


async def test_a_message_to_a_telephone_that_is_off_is_not_delivered(
    twilio: Official, program: Program, daughter: Telephone, phones: TelephoneBook
) -> None:
    daughter.unreachable()

    message = await twilio.write(daughter.number, "喂", status_callback=f"{program.address}/status")

    await daughter.exchange.webhooks.all_told()
    assert program.statuses() == ["queued", "sent", "undelivered"]
    assert program.sent_to("/status")[-1]["ErrorCode"] == "30003"
    assert (await twilio(lambda client: client.messages(message.sid).fetch())).error_code == 30003
    phones.expects_nothing()


async def test_a_reply_comes_to_the_program_and_its_answer_back(
    program: Program, address: str, daughter: Telephone
) -> None:
    program.twiml("/sms", "<Message>已收到，谢谢。</Message>")

    await daughter.sends_sms("收到 1")
    await daughter.receives_sms("谢谢")

    (came,) = program.sent_to("/sms")
    assert (came["Body"], came["From"], came["To"], came["NumMedia"]) == ("收到 1", daughter.number, OURS, "0")
    assert program.requests[0].valid


async def test_who_writes_stop_is_not_written_to_until_start(
    twilio: Official, program: Program, daughter: Telephone
) -> None:
    program.twiml("/sms", "")
    await daughter.sends_sms("STOP")

    with pytest.raises(TwilioRestException) as refused:
        await twilio.write(daughter.number, "喂")
    await daughter.sends_sms("start")
    await twilio.write(daughter.number, "又来了")

    assert refused.value.code == 21610
    await daughter.receives_sms("又来了")


async def test_what_waits_longer_than_it_is_valid_is_never_delivered(
    twilio: Official, program: Program, exchange: Exchange, clock: MovableClock, daughter: Telephone
) -> None:
    exchange.texting.queue_stands = True
    await twilio.write(daughter.number, "旧消息", validity_period=300, status_callback=f"{program.address}/status")
    clock.advance(timedelta(minutes=4))
    await twilio.write(daughter.number, "新消息", validity_period=300)

    clock.advance(timedelta(minutes=2))
    exchange.texting.let_queue_go()

    await daughter.receives_sms("新消息")
    await exchange.webhooks.all_told()
    assert program.sent_to("/status")[-1]["ErrorCode"] == "30036"
    daughter.expects_nothing()


async def test_messages_are_found_again_by_whom_and_when(
    twilio: Official, clock: MovableClock, daughter: Telephone, son: Telephone
) -> None:
    await twilio.write(daughter.number, "早")
    clock.advance(timedelta(hours=1))
    await twilio.write(daughter.number, "晚")
    await twilio.write(son.number, "晚")

    later = NOON + timedelta(minutes=30)
    found = await twilio(lambda client: client.messages.list(to=daughter.number, date_sent_after=later))
    everything = await twilio(lambda client: client.messages.list(page_size=1))

    assert [message.body for message in found] == ["晚"]
    assert len(everything) == 3


@pytest.mark.parametrize(
    ("body", "parts"),
    [("a" * 160, 1), ("a" * 161, 2), ("字" * 70, 1), ("字" * 71, 2), ("字" * 135, 3), ("😀" * 35, 1), ("😀" * 36, 2)],
)
def test_a_message_is_billed_in_parts(body: str, parts: int) -> None:
    assert segments(body) == parts
