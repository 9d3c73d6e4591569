"""What must not be said too often: storms, silences, maintenance, quiet hours, quotas; and what must be said anyway."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from backend.alerts import AckKind, AlertState, clear_alert
from backend.alerts.errors import SecondPersonNeeded, SilenceInvalid
from backend.alerts.models import Alert, Incident
from backend.alerts.shifts import add_shift, hand_on_shift, note_absence
from backend.alerts.silences import NewSilence, add_silence, approve_silence, end_silence
from backend.alerts.states import Ladder
from backend.alerts.verdicts import verdicts_of
from backend.kernel.alarms import AlarmKind, Severity
from backend.messaging.contents import ChannelName
from backend.registry.contacts_models import ContactMethod, FamilyContact
from tests.service.alerts.scene import (
    DAUGHTER,
    SON,
    Family,
    alert_now,
    called,
    raised,
    says,
    seconds_pass,
    septic,
    sos,
    timeline,
)
from tests.service.notify.post import letters, post_leaves
from tests.service.world import World

HOUR = timedelta(hours=1)


async def ladders(world: World, ids: list[int]) -> list[Ladder]:
    return [(await alert_now(world, each)).ladder for each in ids]


async def silenced(world: World, *, by: str = "staff Chen", hours: float = 4, **matchers: object) -> int:
    async with world.work.begin() as uow:
        silence = await add_silence(
            uow,
            actor=world.actor(by),
            new=NewSilence(
                community_id=world.community_id,
                starts_at=uow.now,
                ends_at=uow.now + hours * HOUR,
                reason="检修",
                **matchers,  # type: ignore[arg-type]
            ),
        )
        return silence.id


async def test_a_storm_of_one_kind_is_one_incident_and_says_little(world: World):
    ids = [await raised(world, septic(world, number)) for number in range(1, 21)]

    assert (await ladders(world, ids)).count(Ladder.GROUPED) == 17
    async with world.work.look() as uow:
        incident = (await uow.session.scalars(select(Incident))).one()
    assert (incident.lead_id, incident.count) == (ids[0], 18)
    heard = await letters(world, "worker Li")
    assert len(heard) == 2, "the first by itself, the rest in one summary two minutes later"
    assert "又有" in heard[1].text


async def test_a_new_life_in_danger_is_told_at_once_in_the_middle_of_a_storm(world: World, family: Family):
    for number in range(1, 10):
        await raised(world, septic(world, number))

    alert_id = await raised(world, sos(world, family))

    assert "worker Li" in await called(world, alert_id)
    assert any("按了求助键" in letter.text for letter in await letters(world, "worker Li"))


async def test_what_is_said_to_the_first_of_an_incident_counts_for_all(world: World):
    ids = [await raised(world, septic(world, number)) for number in range(1, 7)]

    await says(world, "worker Li", ids[0], AckKind.CLAIMED)
    await says(world, "worker Li", ids[0], AckKind.RESOLVED)

    states = [(await alert_now(world, each)).state for each in ids]
    assert states == [AlertState.RESOLVED, AlertState.TRIGGERED, AlertState.TRIGGERED, *[AlertState.RESOLVED] * 3]


async def test_when_the_first_of_an_incident_ends_alone_the_next_speaks(world: World):
    ids = [await raised(world, septic(world, number)) for number in range(1, 7)]

    async with world.work.begin() as uow:
        await clear_alert(uow, device_id=101, dedup_key="septic-1:level", at=uow.now)
    await seconds_pass(world, 121)

    assert await called(world, ids[3]), "two minutes later, not at once"
    assert (await alert_now(world, ids[4])).ladder is Ladder.GROUPED


async def test_a_dead_gateway_is_one_alert(world: World, family: Family):
    silent = [
        sos(
            world,
            family,
            kind=AlarmKind.DEVICE_SILENT,
            severity=Severity.CARE,
            subject_id=None,
            device_id=number,
            dedup_key=f"d{number}:silent",
            gateway_key="gw-1",
        )
        for number in range(1, 9)
    ]

    ids = [await raised(world, each) for each in silent]

    assert (await ladders(world, ids)).count(Ladder.GROUPED) == 7
    assert len(await letters(world, "worker Li")) == 1


async def test_an_empty_battery_explains_the_silence_of_its_device(world: World, family: Family):
    battery = sos(world, family, kind=AlarmKind.LOW_BATTERY, severity=Severity.CARE, dedup_key="w:battery")
    quiet = sos(world, family, kind=AlarmKind.DEVICE_SILENT, severity=Severity.CARE, dedup_key="w:silent")
    first = await raised(world, battery)

    second = await raised(world, quiet)
    muted = (await alert_now(world, second)).ladder
    await says(world, "worker Li", first, AckKind.RESOLVED)
    await seconds_pass(world, 121)

    assert muted is Ladder.MUTED
    assert (await alert_now(world, second)).ladder is Ladder.RUNNING


async def test_a_silence_records_and_holds_then_starts_what_is_still_open(world: World):
    await silenced(world, kind=AlarmKind.WATER_LEVEL, hours=1)
    alert_id = await raised(world, septic(world))
    held = await called(world, alert_id)

    await seconds_pass(world, 3599)
    still = await called(world, alert_id)
    await seconds_pass(world, 1)

    assert held == still == []
    assert await called(world, alert_id)
    assert (await timeline(world, alert_id))[:3] == ["raised", "held", "released"]


async def test_maintenance_that_ends_tells_what_it_held_as_one(world: World):
    silence_id = await silenced(world, is_maintenance=True, grid_id=world.units["grid-1"].id)
    ids = [await raised(world, septic(world, number)) for number in range(1, 4)]

    async with world.work.begin() as uow:
        await end_silence(uow, actor=world.actor("staff Xu"), silence_id=silence_id)
    await seconds_pass(world, 1)

    assert [bool(await called(world, each)) for each in ids].count(True) == 1


async def test_life_safety_is_silenced_for_long_by_two_people_only(world: World, family: Family):
    silence_id = await silenced(world, kind=AlarmKind.SOS, hours=10)
    world.hours_pass(3)
    loud = await raised(world, sos(world, family))
    await says(world, "worker Li", loud, AckKind.RESOLVED)

    with pytest.raises(SecondPersonNeeded):
        async with world.work.begin() as uow:
            await approve_silence(uow, actor=world.actor("staff Chen"), silence_id=silence_id)
    async with world.work.begin() as uow:
        await approve_silence(uow, actor=world.actor("staff Xu"), silence_id=silence_id)
    quiet = await raised(world, sos(world, family))

    assert await called(world, loud)
    assert await called(world, quiet) == []


async def test_a_silence_says_why_and_ends(world: World):
    with pytest.raises(SilenceInvalid):
        await silenced(world, hours=24 * 40)


async def test_quiet_hours_and_muting_hold_what_can_wait_and_never_life_safety(world: World, family: Family):
    async with world.work.begin() as uow:
        await uow.session.execute(update(ContactMethod).values(quiet_from=time(11), quiet_until=time(13)))
        await uow.session.execute(update(FamilyContact).values(muted_until=uow.now + HOUR))
    missed = sos(world, family, kind=AlarmKind.LEFT_CIRCLE, severity=Severity.WARNING, dedup_key="w:circle")

    waits = await raised(world, missed)
    rescue = await raised(world, sos(world, family, subject_id=family.elder_id))

    assert DAUGHTER not in await called(world, waits)
    assert await called(world, rescue, ChannelName.VOICE) == [DAUGHTER]


async def test_a_sixth_call_in_an_hour_goes_to_the_next_instead(world: World, family: Family):
    for number in range(6):
        alert_id = await raised(world, sos(world, family, dedup_key=f"w:{number}"))
        await post_leaves(world)
        await says(world, "worker Li", alert_id, AckKind.RESOLVED)
        world.clock.advance(timedelta(minutes=3))

    seventh = await raised(world, sos(world, family, dedup_key="w:7"))

    assert DAUGHTER not in await called(world, seventh, ChannelName.VOICE)
    assert DAUGHTER in await called(world, seventh), "she still has her chat"


async def test_who_is_on_the_roster_is_called_unless_absent(world: World, family: Family):
    async with world.work.begin() as uow:
        shift = await add_shift(
            uow,
            actor=world.actor("leader Tang"),
            org_unit_id=world.units["grid-1"].id,
            account_id=world.account_id("worker Li"),
            starts_at=uow.now - HOUR,
            ends_at=uow.now + 8 * HOUR,
        )
        shift_id = shift.id
    first = await called(world, await raised(world, sos(world, family, dedup_key="a")))

    async with world.work.begin() as uow:
        await hand_on_shift(
            uow, actor=world.actor("worker Li"), shift_id=shift_id, account_id=world.account_id("worker Zhao")
        )
    world.clock.advance(timedelta(minutes=31))
    second = await called(world, await raised(world, sos(world, family, dedup_key="b", subject_id=None)))
    async with world.work.begin() as uow:
        await note_absence(
            uow,
            actor=world.actor("worker Zhao"),
            account_id=world.account_id("worker Zhao"),
            starts_at=uow.now - HOUR,
            ends_at=uow.now + HOUR,
        )
    world.clock.advance(timedelta(minutes=31))
    third = await called(world, await raised(world, sos(world, family, dedup_key="c", subject_id=None, device_id=9)))

    assert ("worker Li" in first, "worker Zhao" in first) == (True, False)
    assert ("worker Li" in second, "worker Zhao" in second) == (False, True)
    assert {"worker Li", "worker Zhao"} <= set(third), "an empty roster falls back on who is on duty"


async def test_false_alarms_are_counted_for_each_device(world: World, family: Family):
    for number in range(2):
        alert_id = await raised(world, sos(world, family, dedup_key=f"w:{number}"))
        await says(world, "worker Li", alert_id, AckKind.FALSE_ALARM if number else AckKind.RESOLVED)

    async with world.work.look() as uow:
        assert await verdicts_of(uow, 1) == (2, 1)


async def test_a_second_alarm_of_the_same_person_joins_the_first(world: World, family: Family):
    first = await raised(world, sos(world, family))
    await post_leaves(world)

    second = await raised(world, sos(world, family, kind=AlarmKind.FALL, dedup_key="w:fall"))

    assert (await alert_now(world, second)).ladder is Ladder.GROUPED
    assert SON not in await called(world, second)
    async with world.work.look() as uow:
        assert (await uow.session.get_one(Alert, first)).incident_id is not None
