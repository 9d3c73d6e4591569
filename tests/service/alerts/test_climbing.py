"""An alert calls one after the other until a human has it; the clock, bad calls and refusals all move it on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.alerts import AckKind, AlertState, Outcome
from backend.alerts.due import audit_overdue, beat
from backend.alerts.states import Ladder
from backend.kernel.alarms import AlarmKind, Severity
from backend.kernel.errors import AccessDenied
from backend.messaging.contents import ChannelName
from backend.messaging.models import Action, Message
from backend.messaging.written import read_content
from backend.registry.telephones import telephone_of_person
from tests.service.alerts.scene import (
    DAUGHTER,
    NEIGHBOUR,
    SON,
    Family,
    alert_now,
    call_ends,
    called,
    presses_key,
    raised,
    says,
    seconds_pass,
    septic,
    sos,
    timeline,
    waiting_messages,
)
from tests.service.world import World

VOICE = ChannelName.VOICE


async def test_sos_rings_the_daughter_and_tells_the_worker_in_the_same_transaction(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))

    assert await called(world, alert_id, VOICE) == [DAUGHTER]
    assert {"worker Li", "worker Zhao", "group grid-1"} <= set(await called(world, alert_id))
    assert len(await waiting_messages(world, alert_id)) == 5


async def test_the_same_key_pressed_again_counts_and_calls_nobody_anew(world: World, family: Family):
    first = await raised(world, sos(world, family))

    again = await raised(world, sos(world, family))

    assert again == first
    assert (await alert_now(world, first)).count == 2
    assert await called(world, first, VOICE) == [DAUGHTER]


async def test_unanswered_it_climbs_step_by_step_and_begins_again(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))

    heard = []
    for seconds in (29, 1, 30, 30, 60, 119, 1):
        await seconds_pass(world, seconds)
        heard.append((await called(world, alert_id))[-1])

    assert heard[1:3] == [SON, NEIGHBOUR]
    assert heard[0] == "group grid-1"
    assert (await called(world, alert_id, VOICE)).count(DAUGHTER) == 2
    assert (await alert_now(world, alert_id)).loop == 2
    assert "staff Chen" in await called(world, alert_id)
    assert "operator Luo" in await called(world, alert_id), "the centre without a chat is reached in private"


@pytest.mark.parametrize(
    "outcome", [Outcome.BUSY, Outcome.NO_ANSWER, Outcome.VOICEMAIL, Outcome.FAILED, Outcome.UNDELIVERED]
)
async def test_a_call_that_nobody_heard_calls_the_next_at_once(world: World, family: Family, outcome: Outcome):
    alert_id = await raised(world, sos(world, family))

    await call_ends(world, alert_id, family.telephones[DAUGHTER], outcome)
    await call_ends(world, alert_id, family.telephones[DAUGHTER], outcome)

    assert await called(world, alert_id, VOICE) == [DAUGHTER, SON]


async def test_a_call_that_was_answered_without_a_key_is_no_acknowledgement(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))

    await call_ends(world, alert_id, family.telephones[DAUGHTER], Outcome.ANSWERED)
    await seconds_pass(world, 30)

    assert (await alert_now(world, alert_id)).state is AlertState.TRIGGERED
    assert await called(world, alert_id, VOICE) == [DAUGHTER, SON]


async def test_when_the_daughter_takes_it_the_son_stays_silent(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))

    outcome = await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)
    await seconds_pass(world, 200)

    assert (outcome.recorded, outcome.is_mine, outcome.who_has_it) == (True, True, DAUGHTER)
    assert await called(world, alert_id, VOICE) == [DAUGHTER]
    assert await waiting_messages(world, alert_id) == []


async def test_declined_calls_the_next_at_once(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))

    await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.DECLINED)

    assert await called(world, alert_id, VOICE) == [DAUGHTER, SON]


async def test_taken_but_not_reached_in_time_climbs_again(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))
    await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)

    await seconds_pass(world, 299)
    quiet = await called(world, alert_id, VOICE)
    await seconds_pass(world, 1)

    assert quiet == [DAUGHTER]
    assert await called(world, alert_id, VOICE) == [DAUGHTER, SON]
    assert (await alert_now(world, alert_id)).state is AlertState.TRIGGERED


async def test_reached_in_time_it_rests_for_hours(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))
    await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)

    await says(world, "worker Li", alert_id, AckKind.CONTACT_MADE)
    await seconds_pass(world, 3600)

    alert = await alert_now(world, alert_id)
    assert (alert.state, alert.ladder) == (AlertState.ACKNOWLEDGED, Ladder.WAITING)
    assert await called(world, alert_id, VOICE) == [DAUGHTER]


async def test_what_is_over_records_nothing_more_and_says_so(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))
    await says(world, "worker Li", alert_id, AckKind.RESOLVED)

    late = await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)
    unknown = await presses_key(world, family.contacts[DAUGHTER], 999, AckKind.CLAIMED)

    assert (late.recorded, late.text_key) == (False, "alert.ack.over")
    assert (unknown.recorded, unknown.text_key) == (False, "alert.ack.not_recorded")
    assert (await alert_now(world, alert_id)).state is AlertState.RESOLVED
    assert "not_recorded" in await timeline(world, alert_id)


async def test_the_same_press_twice_is_one(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))

    for _ in range(2):
        await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.DECLINED, call="CA1")

    assert await called(world, alert_id, VOICE) == [DAUGHTER, SON]
    assert (await timeline(world, alert_id)).count("acknowledged") == 1


async def test_nobody_reachable_climbs_to_the_office_at_once(world: World):
    nobody = Family()
    nobody.elder_id = world.accounts["Zhou Min"].person_id or 0
    alert = sos(world, nobody, grid_id=world.units["grid-3"].id)
    async with world.work.begin() as uow:
        bound = await uow.session.get_one(type(world.chats["grid-3"]), world.chats["grid-3"].id)
        bound.ended_at = uow.now

    alert_id = await raised(world, alert)

    assert "nobody_reachable" not in (await timeline(world, alert_id))[:2]
    assert "staff Chen" in await called(world, alert_id), "without workers the staff stand in"


async def test_a_warning_gives_up_after_its_rounds_and_life_safety_never(world: World, family: Family):
    warning = await raised(world, septic(world))
    rescue = await raised(world, sos(world, family))

    for _ in range(40):
        await seconds_pass(world, 1800)

    assert (await alert_now(world, warning)).ladder is Ladder.EXHAUSTED
    assert (await alert_now(world, rescue)).ladder is Ladder.RUNNING


async def test_care_waits_for_the_day(world: World, family: Family):
    world.hours_pass(10)  # ten in the evening
    low = sos(world, family, kind=AlarmKind.LOW_BATTERY, severity=Severity.CARE, dedup_key="watch-1:battery")

    alert_id = await raised(world, low)
    at_night = await called(world, alert_id)
    await seconds_pass(world, 10 * 3600)

    assert at_night == []
    assert "worker Li" in await called(world, alert_id)


async def test_the_auditor_finds_what_is_late(world: World, family: Family):
    await raised(world, sos(world, family))
    async with world.work.begin() as uow:
        await beat(uow)
        before = await audit_overdue(uow)

    world.hours_pass(1)
    async with world.work.begin() as uow:
        silent = await audit_overdue(uow)
        await beat(uow)
        after = await audit_overdue(uow)

    assert before.is_clean
    assert (after.late, after.is_clean) == (1, False)
    assert silent.pulse == timedelta(hours=1), "a clock that has died shows too"


OUTSIDERS = ("Liu Yang", "stranger", "worker Sun", "foreign staff Bai")


@pytest.mark.parametrize("who", OUTSIDERS)
async def test_who_has_no_business_with_it_can_say_nothing_to_it(world: World, family: Family, who: str):
    alert_id = await raised(world, sos(world, family))

    with pytest.raises(AccessDenied):
        await says(world, who, alert_id, AckKind.CLAIMED)
    with pytest.raises(AccessDenied):
        await presses_key(world, 999, alert_id, AckKind.RESOLVED)

    assert (await alert_now(world, alert_id)).state is AlertState.TRIGGERED


async def test_the_people_of_a_centre_without_a_chat_are_called_and_written_to_like_people(
    world: World, family: Family
):
    await raised(world, sos(world, family))

    for seconds in (30, 30, 30, 60):
        await seconds_pass(world, seconds)

    async with world.work.look() as uow:
        rows = await uow.session.scalars(select(Message).where(Message.account_id == world.account_id("operator Luo")))
        told = {row.channel: row for row in rows}
        telephone = await telephone_of_person(uow, world.accounts["operator Luo"].person_id or 0)
        assert telephone is not None
        call = await uow.session.scalar(select(Message).where(Message.address == f"tel:{telephone.id}"))
    assert told["telegram"].action is Action.POST, "a card would make no sound the second time"
    assert call is not None
    assert read_content(call.content).call is not None, "whoever picks up hears who, what and where, and has keys"
