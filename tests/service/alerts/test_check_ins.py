"""Elders say that they are well; only silence is followed up. Contacts show each month that they can be reached."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from backend.alerts import AlertState, Outcome, Via
from backend.alerts.care_models import CheckIn, CheckInMethod, CheckInState, DrillResult
from backend.alerts.check_in_plans import plan_check_ins
from backend.alerts.check_ins import answer_check_in, ask_due, follow_up
from backend.alerts.drills import answer_drill, drill_due, note_drill_outcome, report_unreachable
from backend.alerts.models import Alert
from backend.kernel.access import Actor, Door
from backend.kernel.alarms import AlarmKind
from backend.kernel.errors import AccessDenied
from backend.messaging.contents import CallKind
from backend.registry.models import Person
from tests.service.alerts.scene import DAUGHTER, ELDER, Family, alert_now
from tests.service.notify.post import letters
from tests.service.world import World


@pytest.fixture
async def asked(world: World, family: Family) -> Family:
    """The elder has a telephone and is asked at nine each morning by a call; it is five past nine on the next day."""
    async with world.work.begin() as uow:
        elder = await uow.session.get_one(Person, family.elder_id)
        elder.phone_sealed = uow.vault.seal("+8613700000001")
        await plan_check_ins(
            uow,
            actor=world.actor("worker Li"),
            person_id=family.elder_id,
            method=CheckInMethod.CALL,
            ask_at=time(9),
            answer_within=30,
        )
    world.hours_pass(21)
    await clock_looks(world)
    return family


async def clock_looks(world: World) -> None:
    async with world.work.begin() as uow:
        await ask_due(uow)
        await follow_up(uow)


async def minutes_pass(world: World, minutes: int) -> None:
    world.clock.advance(timedelta(minutes=minutes))
    await clock_looks(world)


async def says_fine(world: World, family: Family, *, is_fine: bool = True) -> str:
    elder = Actor(account_id=None, person_id=family.elder_id, door=Door.PHONE)
    async with world.work.begin() as uow:
        answer = await answer_check_in(uow, actor=elder, person_id=family.elder_id, via=Via.VOICE, is_fine=is_fine)
        return answer.text_key


async def state_of_check_in(world: World) -> CheckInState:
    async with world.work.look() as uow:
        return (await uow.session.scalars(select(CheckIn.state).order_by(CheckIn.id.desc()).limit(1))).one()


async def alerts(world: World) -> list[Alert]:
    async with world.work.look() as uow:
        return list(await uow.session.scalars(select(Alert).order_by(Alert.id)))


async def test_the_elder_is_called_and_a_key_is_enough(world: World, asked: Family):
    (call,) = await letters(world)
    text_key = await says_fine(world, asked)
    await minutes_pass(world, 120)

    assert call.content.call is not None
    assert (call.content.call.kind, call.content.call.person_id) == (CallKind.CHECK_IN, asked.elder_id)
    assert ELDER in call.text
    assert text_key == "check_in.thanks"
    assert await alerts(world) == []


async def test_silence_is_asked_once_more_and_then_followed_up_by_the_family(world: World, asked: Family):
    await minutes_pass(world, 30)
    again = len(await letters(world))
    await minutes_pass(world, 30)

    (alert,) = await alerts(world)
    assert again == 2
    assert (alert.kind, alert.subject_id) == (AlarmKind.CHECK_IN_MISSED, asked.elder_id)
    assert DAUGHTER in [letter.to for letter in await letters(world)]


async def test_who_answers_late_needs_nobody_any_more(world: World, asked: Family):
    await minutes_pass(world, 30)
    await minutes_pass(world, 30)
    (alert,) = await alerts(world)

    await says_fine(world, asked)

    assert (await alert_now(world, alert.id)).state is AlertState.RESOLVED
    assert await state_of_check_in(world) is CheckInState.ANSWERED


async def test_who_says_so_before_being_asked_is_left_in_peace(world: World, asked: Family):
    await says_fine(world, asked)
    world.hours_pass(23)
    before = len(await letters(world))

    await says_fine(world, asked)
    await minutes_pass(world, 120)

    assert len(await letters(world)) == before


async def test_not_well_calls_for_help_at_once(world: World, asked: Family):
    await says_fine(world, asked, is_fine=False)

    (alert,) = await alerts(world)
    assert alert.kind is AlarmKind.HELP_BY_PHONE
    assert DAUGHTER in [letter.to for letter in await letters(world)]


@pytest.mark.parametrize(("who", "may"), [(DAUGHTER, True), ("worker Li", True), ("Liu Yang", False)])
async def test_family_and_workers_answer_for_the_elder_and_nobody_else(
    world: World, asked: Family, who: str, may: bool
):
    async def answer() -> None:
        async with world.work.begin() as uow:
            await answer_check_in(uow, actor=world.actor(who), person_id=asked.elder_id, via=Via.CHAT)

    if may:
        await answer()
        return
    with pytest.raises(AccessDenied):
        await answer()


async def drilled(world: World, family: Family) -> list[DrillResult]:
    async with world.work.begin() as uow:
        day = uow.now.date().replace(day=family.contacts[DAUGHTER])
        await drill_due(uow, day)
        await drill_due(uow, day)
    async with world.work.look() as uow:
        return list(await uow.session.scalars(select(DrillResult).order_by(DrillResult.id)))


async def test_each_way_to_a_contact_is_asked_once_a_month(world: World, family: Family):
    results = await drilled(world, family)

    assert len(results) == 3, "chat, voice and SMS of the one whose day it is"
    said = [letter for letter in await letters(world) if "联系测试" in letter.text]
    assert len(said) == 3


async def test_a_contact_who_answers_by_one_way_is_proved_and_another_is_told_to_staff(world: World, family: Family):
    first, *_ = await drilled(world, family)

    async with world.work.begin() as uow:
        is_hers = await answer_drill(uow, result_id=first.id, account_id=world.account_id(DAUGHTER))
        is_his = await answer_drill(uow, result_id=first.id, account_id=world.account_id("Liu Yang"))
    world.hours_pass(25)
    async with world.work.begin() as uow:
        await report_unreachable(uow)

    assert (is_hers, is_his) == (True, False)
    assert not [letter for letter in await letters(world, "group community") if "没有回应" in letter.text]


async def test_staff_hear_once_of_a_contact_whom_no_way_reaches(world: World, family: Family):
    results = await drilled(world, family)
    async with world.work.begin() as uow:
        for result in results:
            await note_drill_outcome(uow, key=result.key, outcome=Outcome.NO_ANSWER)
    world.hours_pass(25)

    for _ in range(2):
        async with world.work.begin() as uow:
            await report_unreachable(uow)

    assert len([letter for letter in await letters(world, "group community") if "没有回应" in letter.text]) == 1
