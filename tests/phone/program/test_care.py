"""The daily "I am well", the monthly drill, and numbers that do not work any more."""

from __future__ import annotations

from datetime import time

import pytest
from sqlalchemy import select

from backend.alerts.care_models import CheckIn, CheckInMethod, CheckInPlan, CheckInState, DrillResult
from backend.alerts.check_ins import ask_due
from backend.alerts.drills import drill_due
from backend.alerts.models import Alert
from backend.kernel.alarms import AlarmKind
from backend.messaging.contents import ChannelName, Content, Lane
from backend.messaging.outbox import enqueue
from backend.registry.contacts_models import ContactMethod, MethodState
from backend.registry.telephones import telephone_of, telephone_recipient
from tests.phone.program.switchboard import Switchboard

ELDER = "+8613800000000"
"""Wang Fang's own, by the registry."""
DAUGHTER = "+16175550101"


async def asked_today(board: Switchboard, method: CheckInMethod) -> None:
    """The elder is to be asked at noon, which is now."""
    elder = await board.elder()
    async with board.world.work.begin() as uow:
        uow.session.add(
            CheckInPlan(
                community_id=board.world.community_id,
                person_id=elder.id,
                method=method,
                ask_at=time(12),
                weekdays=[1, 2, 3, 4, 5, 6, 7],
                answer_within=30,
                next_at=uow.now,
                made_by_id=board.world.account_id("staff Chen"),
            )
        )
        await uow.session.flush()
        await ask_due(uow)


async def state(board: Switchboard) -> CheckInState:
    async with board.world.work.look() as uow:
        return (await uow.session.scalars(select(CheckIn))).one().state


@pytest.mark.parametrize(
    ("key", "said", "help_called"),
    [("1", "已记下，您一切都好", False), ("2", "马上联系您的家人", True)],
    ids=["well", "help"],
)
async def test_a_key_says_that_an_elder_is_well_or_calls_for_help(
    board: Switchboard, key: str, said: str, help_called: bool
) -> None:
    elder = board.phone("elder", ELDER)
    await asked_today(board, CheckInMethod.CALL)

    await elder.answer()
    await elder.press(key)
    await elder.hears(said)

    async with board.world.work.look() as uow:
        kinds = [alert.kind for alert in await uow.session.scalars(select(Alert))]
    assert (AlarmKind.HELP_BY_PHONE in kinds) is help_called
    assert (await state(board) is CheckInState.ANSWERED) is not help_called


async def test_who_is_asked_by_sms_may_answer_in_their_own_words(board: Switchboard) -> None:
    elder = board.phone("elder", ELDER)
    await asked_today(board, CheckInMethod.SMS)
    await elder.receives_sms()

    await elder.sends_sms("我很好。")
    await elder.receives_sms("您一切都好")

    assert await state(board) is CheckInState.ANSWERED


async def test_who_calls_by_themselves_is_well_too(board: Switchboard) -> None:
    elder = board.phone("elder", ELDER)
    await asked_today(board, CheckInMethod.SMS)
    await elder.receives_sms()

    await elder.calls()
    await elder.press("3")
    await elder.hears("您一切都好")

    assert await state(board) is CheckInState.ANSWERED


async def test_a_key_in_a_drill_proves_the_way(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    board.world.hours_pass(24 * 60)
    async with board.world.work.begin() as uow:
        for day in range(1, 32):
            await drill_due(uow, uow.now.date().replace(month=7, day=day))

    await daughter.answer()
    await daughter.hears("演练")
    await daughter.press("1")
    await daughter.hears("谢谢您参加演练")

    async with board.world.work.look() as uow:
        result = (await uow.session.scalars(select(DrillResult))).one()
        way = await uow.session.get_one(ContactMethod, board.methods["Wang Na voice"])
    assert result.answered_at is not None
    assert way.last_proven_at == board.world.clock.now()


async def test_a_number_that_is_dead_twice_is_told_to_staff(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, channels=(ChannelName.SMS,))
    daughter.unreachable()

    async with board.world.work.begin() as uow:
        to = telephone_recipient(ChannelName.SMS, (await telephone_of(uow, DAUGHTER)).id)
        for key in ("one", "two"):
            await enqueue(uow, to=to, content=Content("您好"), lane=Lane.NORMAL, dedup_key=key)
    await board.chat_hears("打不通")

    async with board.world.work.look() as uow:
        way = await uow.session.get_one(ContactMethod, board.methods["Wang Na sms"])
    assert way.state is MethodState.FAILING
