"""What is left of an alert a year after its end: kind, times, outcomes; nobody's name, health, place or words."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import CursorResult, String, cast, delete, literal, select, update

from backend.alerts.models import Acknowledgement, AcknowledgementNote, Alert, AlertNotification
from backend.alerts.place_models import OPEN, PlaceRequest
from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.alarms import SubjectKind
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork

KEPT = timedelta(days=365)
PLACES_KEPT = timedelta(days=90)
BATCH = 50


async def anonymise_alerts(uow: UnitOfWork) -> int:
    """Take persons out of the next alerts that ended long enough ago; returns how many. Twice is safe.

    Their timeline stays, by numbers only: it is the record of who helped and how fast, and it cannot be changed.
    """
    found = select(Alert.id).where(Alert.ended_at < uow.now - KEPT, Alert.anonymised_at.is_(None))
    ids = list(await uow.session.scalars(found.order_by(Alert.ended_at, Alert.id).limit(BATCH)))
    if not ids:
        return 0
    said = select(Acknowledgement.id).where(Acknowledgement.alert_id.in_(ids))
    nobody = {"subject_name": "", "subject_id": None, "device_id": None, "gateway_key": ""}
    for statement in (
        delete(AcknowledgementNote).where(AcknowledgementNote.acknowledgement_id.in_(said)),
        delete(AlertNotification).where(AlertNotification.alert_id.in_(ids)),
        update(Alert).where(Alert.id.in_(ids), Alert.subject_kind == SubjectKind.PERSON).values(**nobody),
        update(Alert)
        .where(Alert.id.in_(ids))
        .values(
            detail_sealed=uow.vault.seal_json({}),
            dedup_key=literal("anonymous:").concat(cast(Alert.id, String)),
            video_room="",
            anonymised_at=uow.now,
        ),
    ):
        await uow.session.execute(statement.execution_options(synchronize_session=False))
    for alert_id in ids:
        audit(uow, CLOCK_ACTOR, "alert.anonymise", f"alert:{alert_id}")
    return len(ids)


async def forget_places(uow: UnitOfWork) -> int:
    """Delete who asked whom for a place, long after it ended; the places themselves went when it did."""
    old = delete(PlaceRequest).where(PlaceRequest.state.not_in(OPEN), PlaceRequest.ended_at < uow.now - PLACES_KEPT)
    done: CursorResult[tuple[int]] = await uow.session.execute(  # type: ignore[assignment]
        old.execution_options(synchronize_session=False)
    )
    return done.rowcount
