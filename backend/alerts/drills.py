"""The monthly drill: every way to every contact proves that somebody answers; who does not is looked after."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import or_, select

from backend.alerts.care_models import DrillResult
from backend.alerts.events import ContactDrilled, ContactUnreachable
from backend.alerts.states import Outcome
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.rows import insert_new
from backend.registry.contacts_models import REACHABLE, ContactMethod, FamilyContact
from backend.registry.contacts_proving import note_proven

SPREAD = 28
"""Days over which the contacts of a month are spread: nobody's carrier is flooded, and every month has them."""
PROVED_LATELY = timedelta(days=25)
"""Who has answered a real call so lately need not be drilled."""
ANSWER_WITHIN = timedelta(hours=24)
BATCH = 50
PROVING = frozenset({Outcome.ANSWERED, Outcome.DELIVERED})


async def drill_due(uow: UnitOfWork, today: date, limit: int = BATCH) -> int:
    """Ask those whose day it is, each way once a month; returns how many were asked. Twice is safe."""
    month = f"{today:%Y-%m}"
    already = select(DrillResult.method_id).where(DrillResult.month == month)
    rows = await uow.session.execute(
        select(ContactMethod, FamilyContact)
        .join(FamilyContact, FamilyContact.id == ContactMethod.contact_id)
        .where(
            ContactMethod.ended_at.is_(None),
            ContactMethod.state.in_(REACHABLE),
            FamilyContact.ended_at.is_(None),
            FamilyContact.consent_at.is_not(None),
            ContactMethod.contact_id % SPREAD == today.day % SPREAD,
            or_(ContactMethod.last_proven_at.is_(None), ContactMethod.last_proven_at < uow.now - PROVED_LATELY),
            ContactMethod.id.not_in(already),
        )
        .order_by(ContactMethod.id)
        .limit(limit)
    )
    asked = 0
    for method, contact in rows.all():
        await _ask(uow, month, method, contact)
        asked += 1
    return asked


async def note_drill_outcome(uow: UnitOfWork, *, key: str, outcome: Outcome) -> None:
    """What became of a drill's call or message, by its dedup key; a key that is no drill's changes nothing."""
    if not key.startswith("drill:"):
        return
    result: DrillResult | None = await uow.session.scalar(select(DrillResult).where(DrillResult.key == key))
    if result is None or result.answered_at is not None:
        return
    result.outcome = outcome.value
    if outcome in PROVING:
        await _prove(uow, result)


async def answer_drill(
    uow: UnitOfWork, *, result_id: int, account_id: int | None = None, contact_id: int | None = None
) -> bool:
    """The contact pressed a key or a button, or wrote back: the way is proved.

    False for a drill that we never made, or that somebody else was asked.
    """
    result = await uow.session.get(DrillResult, result_id)
    contact = await uow.session.get(FamilyContact, result.contact_id) if result is not None else None
    if result is None or contact is None:
        return False
    is_theirs = account_id is not None and contact.account_id == account_id
    if not is_theirs and contact_id != contact.id:
        return False
    if result.answered_at is None:
        await _prove(uow, result)
    return True


async def report_unreachable(uow: UnitOfWork, limit: int = BATCH) -> int:
    """Tell staff of contacts whom a day after the drill no way has reached; each once a month."""
    since = uow.now - ANSWER_WITHIN
    rows = await uow.session.scalars(
        select(DrillResult)
        .where(DrillResult.asked_at <= since, DrillResult.answered_at.is_(None), DrillResult.reported_at.is_(None))
        .order_by(DrillResult.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    reported = 0
    for result in rows.all():
        reported += 1
        if result.reported_at is not None:
            continue
        await _report(uow, result)
    return reported


async def _report(uow: UnitOfWork, result: DrillResult) -> None:
    """All ways of one contact count as one: one that was proved is enough."""
    ways = (
        await uow.session.scalars(
            select(DrillResult).where(DrillResult.month == result.month, DrillResult.contact_id == result.contact_id)
        )
    ).all()
    proved = any(way.answered_at is not None for way in ways)
    for way in ways:
        way.reported_at = way.reported_at or uow.now
    contact = await uow.session.get_one(FamilyContact, result.contact_id)
    if not proved and contact.ended_at is None:
        uow.record(
            ContactUnreachable(
                community_id=result.community_id,
                contact_id=contact.id,
                person_id=contact.person_id,
                month=result.month,
            )
        )


async def _ask(uow: UnitOfWork, month: str, method: ContactMethod, contact: FamilyContact) -> None:
    row = {
        "community_id": contact.community_id,
        "month": month,
        "contact_id": contact.id,
        "method_id": method.id,
        "key": f"drill:{month}:{method.id}",
        "asked_at": uow.now,
    }
    await insert_new(uow, DrillResult, [row])
    result_id = await uow.session.scalar(select(DrillResult.id).where(DrillResult.key == row["key"]))
    assert result_id is not None
    uow.record(ContactDrilled(result_id=result_id, contact_id=contact.id, method_id=method.id))


async def _prove(uow: UnitOfWork, result: DrillResult) -> None:
    result.answered_at = uow.now
    result.outcome = result.outcome or Outcome.ANSWERED.value
    await note_proven(uow, result.method_id)
