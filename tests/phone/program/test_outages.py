"""Twilio hangs, breaks, refuses or answers into the void: nothing is lost, and next to nothing comes twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.messaging.channel import Sent
from backend.messaging.claim import outgoing_of
from backend.messaging.contents import ChannelName, Content, Lane
from backend.messaging.models import Message, MessageState
from backend.messaging.outbox import enqueue
from backend.phone.choosing import OPEN_FOR
from backend.phone.models import AttemptEnd, CarrierAttempt
from backend.registry.contacts import ladder_of
from backend.registry.telephones import telephone_of, telephone_recipient
from playground.telephone.faults import Outage
from tests.phone.program.switchboard import Switchboard, open_switchboard

DAUGHTER, SON = "+16175550101", "+16175550102"
BY_SMS = (ChannelName.SMS,)


async def attempts(board: Switchboard) -> list[CarrierAttempt]:
    async with board.world.work.look() as uow:
        return list(await uow.session.scalars(select(CarrierAttempt).order_by(CarrierAttempt.id)))


@pytest.mark.parametrize("fault", ["reset_after", "server_error"])
async def test_a_call_whose_answer_was_lost_is_found_or_made_again_but_never_forgotten(
    sqlite_url: str, tmp_path: Path, fault: str
) -> None:
    async with open_switchboard(sqlite_url, tmp_path, time_passes=True) as board:
        board.exchange.faults.add("rest", fault, "calls.create")
        daughter = await board.contact("Wang Na", DAUGHTER)

        alert_id = await board.sos()
        await daughter.answer()
        await daughter.press("1")
        await daughter.hears("已记下")

        assert await board.said_to(alert_id) == ["claimed"]
        daughter.expects_nothing()


async def test_an_sms_that_landed_without_an_answer_is_not_written_again(board: Switchboard) -> None:
    board.exchange.faults.add("rest", "reset_after", "messages.create")
    daughter = await board.contact("Wang Na", DAUGHTER, channels=BY_SMS)

    await board.sos()
    await daughter.receives_sms("Wang Fang")
    await board.until_quiet()

    assert [one.end for one in await attempts(board)] in ([AttemptEnd.TAKEN], [None])
    daughter.expects_nothing()


async def test_a_number_that_told_twilio_to_stop_is_taken_off_all_ladders(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, channels=BY_SMS)
    board.exchange.handset(DAUGHTER).refuses_from.add("+18005550100")
    await board.sos()
    await board.chat_hears("退订")

    async with board.world.work.look() as uow:
        assert await ladder_of(uow, person_id=(await board.elder()).id) == ()
    daughter.expects_nothing()


async def test_when_nothing_works_the_next_way_is_called_and_the_message_is_not_lost(board: Switchboard) -> None:
    board.exchange.faults.outage = Outage.ERROR
    daughter = await board.contact("Wang Na", DAUGHTER)
    await board.sos()
    await board.chat_hears("Wang Fang")
    before = await attempts(board)

    board.exchange.faults.clear()
    board.world.clock.advance(OPEN_FOR + timedelta(seconds=5))
    board.bell.ring()

    await daughter.rings()
    assert {one.end for one in before} <= {AttemptEnd.UNKNOWN, AttemptEnd.DOWN, None}


async def test_after_a_crash_receipts_heal_what_the_answer_would_have_said(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, channels=BY_SMS)
    await board.sos()
    await daughter.receives_sms("Wang Fang")
    await board.standings()

    async with board.world.work.look() as uow:
        (message,) = await outgoing_of(
            uow, list(await uow.session.scalars(select(Message.id).where(Message.channel == "sms")))
        )
    outcome = await board.telephony.channels[ChannelName.SMS].reconcile(message)

    assert isinstance(outcome, Sent)


async def test_without_a_carrier_for_the_country_the_message_fails_at_once(sqlite_url: str, tmp_path: Path) -> None:
    async with open_switchboard(sqlite_url, tmp_path, twilio_not_called=("86",)) as board:
        son = await board.contact("Wang Qiang", SON, rank=2)
        await board.contact("Wang Na", "+8613900000001")

        await board.sos()

        await son.rings()


async def test_a_fifth_text_in_a_day_to_the_mainland_waits(board: Switchboard) -> None:
    daughter = board.phone("daughter", "+8613900000001")
    async with board.world.work.begin() as uow:
        telephone = await telephone_of(uow, daughter.number)
        to = telephone_recipient(ChannelName.SMS, telephone.id)
        for number in range(5):
            await enqueue(uow, to=to, content=Content(f"第{number}条"), lane=Lane.NORMAL, dedup_key=f"n:{number}")
    for number in range(4):
        await daughter.receives_sms(f"第{number}条")

    last = (await board.messages())[-1]

    assert last.state in (MessageState.PENDING, MessageState.SENDING)
    daughter.expects_nothing()
