"""Alerts at the desk: the list and the timeline, ways of climbing as new versions, silences, the roster."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from backend.alerts import AlertState
from backend.alerts.care_models import DutyAbsence, DutyShift, Silence
from backend.alerts.models import Alert, EscalationPolicy
from backend.kernel.alarms import AlarmKind
from tests.service.alerts.scene import Family, raised, septic, settle_family, sos
from tests.service.world import World
from tests.web.browsing import Browser, form_to


async def one(world: World, table: Any) -> Any:
    async with world.work.look() as uow:
        return (await uow.session.scalars(select(table))).one()


async def alarm(world: World) -> tuple[Family, int]:
    family = await settle_family(world)
    return family, await raised(world, sos(world, family))


async def test_an_open_alert_is_listed_with_its_timeline_and_settled_from_the_desk(browser: Browser, world: World):
    _, alert_id = await alarm(world)
    await browser.come_in("staff Chen")

    listed = await browser.open("/web/alerts")
    shown = await browser.open(f"/web/alerts/{alert_id}")
    answer = await browser.send(f"/web/alerts/{alert_id}", f"/web/alerts/{alert_id}", kind="resolved")

    assert "王奶奶" in listed.text
    assert "12:00:00" in shown.text
    assert "收到告警" in shown.text
    assert answer.status_code == 303, answer.text
    assert (await one(world, Alert)).state is AlertState.RESOLVED
    again = await browser.open(f"/web/alerts/{alert_id}")
    assert "staff Chen（网页）：已解决" in again.text


OF_THINGS = (
    AlarmKind.SMOKE,
    AlarmKind.GAS,
    AlarmKind.WATER_LEVEL,
    AlarmKind.TILT,
    AlarmKind.LEAK,
    AlarmKind.DOOR_OPEN,
    AlarmKind.CAMERA_EVENT,
    AlarmKind.DEVICE_SILENT,
)


async def test_people_clear_every_alarm_of_a_thing_from_the_desk(browser: Browser, world: World):
    await browser.come_in("staff Chen")

    for number, kind in enumerate(OF_THINGS):
        # One after another: several at once would be one incident.
        alert_id = await raised(world, septic(world, number, kind=kind, dedup_key=f"{kind}:device:{number}"))
        answer = await browser.send(f"/web/alerts/{alert_id}", f"/web/alerts/{alert_id}", kind="resolved")
        assert answer.status_code == 303, kind

    async with world.work.look() as uow:
        states = (await uow.session.scalars(select(Alert.state))).all()
    assert states == [AlertState.RESOLVED] * len(OF_THINGS)


async def test_the_community_next_door_sees_nothing_of_it(browser: Browser, world: World):
    _, alert_id = await alarm(world)
    await browser.come_in("foreign staff Bai")

    assert "王奶奶" not in (await browser.open("/web/alerts")).text
    assert (await browser.open(f"/web/alerts/{alert_id}")).status_code == 404


async def test_an_edited_way_of_climbing_is_a_new_version_that_the_next_alert_follows(browser: Browser, world: World):
    family, first = await alarm(world)
    await browser.come_in("staff Chen")

    answer = await browser.send("/web/policies/sos", "/web/policies/sos", after_1="45", contact_within="600")
    async with world.work.begin() as uow:
        (await uow.session.get_one(Alert, first)).state = AlertState.RESOLVED
    second = await raised(world, sos(world, family))

    assert answer.status_code == 303, answer.text
    async with world.work.look() as uow:
        rows = (await uow.session.scalars(select(EscalationPolicy).order_by(EscalationPolicy.version))).all()
        used = [(await uow.session.get_one(Alert, each)).policy_id for each in (first, second)]
    assert [row.version for row in rows] == [1, 2]
    assert used == [row.id for row in rows]
    assert rows[1].plan["steps"][1]["after"] == 45
    assert rows[1].plan["contact_within"] == 600
    assert rows[1].plan["steps"][0] == rows[0].plan["steps"][0]


async def test_two_who_edit_at_once_are_told(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    seen = form_to(await browser.open("/web/policies/care"), "/web/policies/care")
    await browser.send("/web/policies/care", "/web/policies/care", resolve_within="7200")

    late = await browser.post("/web/policies/care", seen | {"resolve_within": "3600"})

    assert late.status_code == 422 or "升级策略不对" in late.text


async def test_a_silence_is_approved_by_a_second_person_and_ended(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    await browser.send("/web/silences", "/web/silences", hours="10", reason="换电池", kind="sos")
    silence = await one(world, Silence)
    own = await browser.open("/web/silences")

    await browser.come_in("staff Xu")
    await browser.send("/web/silences", f"/web/silences/{silence.id}/approve")
    approved = await one(world, Silence)
    await browser.send("/web/silences", f"/web/silences/{silence.id}/end")

    assert f"/web/silences/{silence.id}/approve" not in own.text
    assert approved.approved_by_id == world.account_id("staff Xu")
    assert "换电池" not in (await browser.open("/web/silences")).text


async def test_a_shift_is_put_on_the_roster_and_taken_off(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    account = str(world.account_id("worker Li"))
    unit = str(world.units["grid-1"].id)

    answer = await browser.send(
        "/web/duty", "/web/duty", unit=unit, account=account, starts="2026-05-12T18:00", hours="12"
    )
    shift = await one(world, DutyShift)
    shown = await browser.open("/web/duty")
    colleague = str(world.account_id("worker Zhao"))
    await browser.send("/web/duty", f"/web/duty/{shift.id}/hand-on", account=colleague)
    await browser.send(
        "/web/duty", "/web/duty/absences", account=account, starts="2026-05-12T18:00", days="2", reason="看病"
    )
    changed = await browser.open("/web/duty")
    absence = await one(world, DutyAbsence)
    await browser.send("/web/duty", f"/web/duty/absences/{absence.id}/end")
    await browser.send("/web/duty", f"/web/duty/{shift.id}/end")

    assert answer.status_code == 303, answer.text
    assert "2026-05-12 18:00" in shown.text
    assert "看病" in changed.text
    assert (await one(world, DutyShift)).account_id == world.account_id("worker Zhao")
    assert (await one(world, DutyAbsence)).ended_at is not None
    assert (await one(world, DutyShift)).ended_at is not None
