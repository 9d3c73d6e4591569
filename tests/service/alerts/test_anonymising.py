"""A year after its end an alert names nobody; until then, and while it is open, it stays as it is."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from backend.alerts.acknowledging import acknowledge
from backend.alerts.models import Acknowledgement, AcknowledgementNote, Alert, AlertNotification
from backend.alerts.raising import NewAlert, raise_alert
from backend.alerts.states import AckKind, Via
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from scheduler.jobs.retention import RULES, would_forget
from tests.service.world import World


async def _alert(world: World, key: str, name: str) -> int:
    async with world.work.begin() as uow:
        person_id = world.actor(name).person_id
        new = NewAlert(
            community_id=world.community_id,
            grid_id=world.units["grid-1"].id,
            subject_kind=SubjectKind.PERSON,
            subject_id=person_id,
            subject_name=name,
            kind=AlarmKind.SOS,
            severity=Severity.LIFE_SAFETY,
            dedup_key=key,
            occurred_at=uow.now,
            received_at=uow.now,
            detail={"value": 38.9},
        )
        return (await raise_alert(uow, new)).id


async def test_an_alert_that_ended_a_year_ago_names_nobody_and_an_open_one_stays(world: World) -> None:
    over = await _alert(world, "sos:device:1", "Wang Fang")
    world.clock.advance(timedelta(hours=1))  # long enough that the two are no storm
    still_open = await _alert(world, "sos:device:2", "Liu Yang")
    async with world.work.begin() as uow:
        staff = world.actor("staff Chen")
        await acknowledge(
            uow, actor=staff, alert_id=over, kind=AckKind.RESOLVED, via=Via.WEB, evidence="form:1", note="王芳没事"
        )
    world.clock.advance(timedelta(days=366))

    counted = await would_forget(world.work)
    async with world.work.begin() as uow:
        done = await RULES["alerts"].step(uow)
        again = await RULES["alerts"].step(uow)

    async with world.work.look() as uow:
        old, live = await uow.session.get_one(Alert, over), await uow.session.get_one(Alert, still_open)
        notes = (await uow.session.scalars(select(AcknowledgementNote))).all()
        calls = set(await uow.session.scalars(select(AlertNotification.alert_id)))
        said = (await uow.session.scalars(select(Acknowledgement.kind).where(Acknowledgement.alert_id == over))).all()
        detail = uow.vault.open_json(old.detail_sealed)
    assert (counted["alerts"], done, again) == (1, 1, 0)
    assert (old.subject_name, old.subject_id, detail, old.anonymised_at) == ("", None, {}, world.clock.now())
    assert (live.subject_name, live.anonymised_at) == ("Liu Yang", None)
    assert list(notes) == []
    assert over not in calls
    assert list(said) == [AckKind.RESOLVED]
