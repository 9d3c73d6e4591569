"""The duty roster as it is written: shifts, handing one on, absences."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.alerts.care_models import DutyAbsence, DutyShift
from backend.alerts.errors import ShiftInvalid
from backend.alerts.events import AbsenceNoted
from backend.kernel.access import OFFICE, WORKERS, Actor, Permission, check_access, may
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries

LONGEST_SHIFT = timedelta(hours=72)
LONGEST_ABSENCE = timedelta(days=180)
LISTED = timedelta(days=14)


async def add_shift(
    uow: UnitOfWork, *, actor: Actor, org_unit_id: int, account_id: int, starts_at: datetime, ends_at: datetime
) -> DutyShift:
    """Put somebody on the roster of a grid or of the community. Raises AccessDenied, ShiftInvalid."""
    path = await _check(uow, actor, org_unit_id)
    if not starts_at < ends_at <= starts_at + LONGEST_SHIFT or ends_at <= uow.now:
        raise ShiftInvalid
    await _check_serves(uow, org_unit_id, account_id)
    shift = DutyShift(
        org_unit_id=org_unit_id,
        account_id=account_id,
        starts_at=starts_at,
        ends_at=ends_at,
        made_by_id=actor.account_id,
    )
    uow.session.add(shift)
    await uow.session.flush()
    audit(uow, actor, "shift.add", f"duty_shift:{shift.id}", org_path=path, after=_written(shift))
    return shift


async def hand_on_shift(uow: UnitOfWork, *, actor: Actor, shift_id: int, account_id: int) -> DutyShift:
    """Give a shift to somebody else: its holder may do that, and whoever plans. Raises NotFound, ShiftInvalid."""
    shift = await held_shift(uow, shift_id)
    unit = await queries.org_unit(uow, shift.org_unit_id)
    if shift.account_id != actor.account_id:
        check_access(actor, Permission.PLAN_DUTY, unit.path)
    if shift.ends_at <= uow.now:
        raise ShiftInvalid
    return await give_shift(uow, actor=actor, shift=shift, account_id=account_id)


async def give_shift(uow: UnitOfWork, *, actor: Actor, shift: DutyShift, account_id: int) -> DutyShift:
    """Write another holder into a shift; whether the actor may is for who calls. Raises ShiftInvalid."""
    unit = await queries.org_unit(uow, shift.org_unit_id)
    await _check_serves(uow, shift.org_unit_id, account_id)
    before = _written(shift)
    shift.swapped_from_id, shift.account_id = shift.account_id, account_id
    audit(
        uow, actor, "shift.hand_on", f"duty_shift:{shift.id}", org_path=unit.path, before=before, after=_written(shift)
    )
    return shift


async def take_off_roster(uow: UnitOfWork, *, actor: Actor, shift_id: int) -> None:
    """End a shift now; twice is safe. Raises NotFound, AccessDenied."""
    shift = await held_shift(uow, shift_id)
    path = await _check(uow, actor, shift.org_unit_id)
    if shift.ended_at is None:
        shift.ended_at = uow.now
        audit(uow, actor, "shift.end", f"duty_shift:{shift.id}", org_path=path, after=_written(shift))


async def note_absence(
    uow: UnitOfWork, *, actor: Actor, account_id: int, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> DutyAbsence:
    """Somebody cannot be called for a while: they themselves or whoever plans where they serve says so.

    Raises AccessDenied, ShiftInvalid.
    """
    grants = await queries.live_grants(uow, account_id)
    if not grants:
        raise ShiftInvalid
    if actor.account_id != account_id and not any(may(actor, Permission.PLAN_DUTY, unit.path) for _, unit in grants):
        raise AccessDenied
    if not starts_at < ends_at <= starts_at + LONGEST_ABSENCE or ends_at <= uow.now:
        raise ShiftInvalid
    absence = DutyAbsence(
        account_id=account_id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason[:80],
        made_by_id=actor.account_id,
    )
    uow.session.add(absence)
    await uow.session.flush()
    facts = {"account": account_id, "from": starts_at.isoformat(), "until": ends_at.isoformat()}
    audit(uow, actor, "absence.add", f"duty_absence:{absence.id}", org_path=grants[0][1].path, after=facts)
    uow.record(AbsenceNoted(absence.id))
    return absence


async def end_absence(uow: UnitOfWork, *, actor: Actor, absence_id: int) -> None:
    """They can be called again from now on; twice is safe. Raises NotFound, AccessDenied."""
    absence = await uow.session.get(DutyAbsence, absence_id, with_for_update=True, populate_existing=True)
    if absence is None:
        raise NotFound
    grants = await queries.live_grants(uow, absence.account_id)
    if actor.account_id != absence.account_id and not any(
        may(actor, Permission.PLAN_DUTY, unit.path) for _, unit in grants
    ):
        raise AccessDenied
    if absence.ended_at is None:
        absence.ended_at = uow.now
        path = grants[0][1].path if grants else "/"
        audit(uow, actor, "absence.end", f"duty_absence:{absence.id}", org_path=path)


async def absences_of(uow: UnitOfWork, *, account_ids: Collection[int]) -> Sequence[DutyAbsence]:
    """The absences of these people that are not over, by time."""
    found = (
        select(DutyAbsence)
        .where(DutyAbsence.account_id.in_(account_ids), DutyAbsence.ended_at.is_(None), DutyAbsence.ends_at > uow.now)
        .order_by(DutyAbsence.starts_at, DutyAbsence.id)
    )
    return (await uow.session.scalars(found)).all()


async def shifts_during(uow: UnitOfWork, absence: DutyAbsence) -> Sequence[DutyShift]:
    """The shifts for which nobody is there because of an absence."""
    found = select(DutyShift).where(
        DutyShift.account_id == absence.account_id,
        DutyShift.ended_at.is_(None),
        DutyShift.starts_at < absence.ends_at,
        DutyShift.ends_at > absence.starts_at,
    )
    return (await uow.session.scalars(found.order_by(DutyShift.starts_at))).all()


async def roster_of(uow: UnitOfWork, *, actor: Actor, community_id: int) -> Sequence[DutyShift]:
    """The shifts of a community and its grids from now on, two weeks ahead, by time. Raises AccessDenied."""
    community = await queries.org_unit(uow, community_id)
    check_access(actor, Permission.PLAN_DUTY, community.path)
    units = await queries.units_within(uow, (community.path,))
    found = (
        select(DutyShift)
        .where(
            DutyShift.org_unit_id.in_([unit.id for unit in units]),
            DutyShift.ended_at.is_(None),
            DutyShift.ends_at > uow.now,
            DutyShift.starts_at < uow.now + LISTED,
        )
        .order_by(DutyShift.starts_at, DutyShift.id)
    )
    return (await uow.session.scalars(found)).all()


async def held_shift(uow: UnitOfWork, shift_id: int) -> DutyShift:
    """A shift on the roster, held until the commit; raises NotFound."""
    shift = await uow.session.get(DutyShift, shift_id, with_for_update=True, populate_existing=True)
    if shift is None or shift.ended_at is not None:
        raise NotFound
    return shift


async def _check(uow: UnitOfWork, actor: Actor, org_unit_id: int) -> str:
    unit = await queries.org_unit(uow, org_unit_id)
    check_access(actor, Permission.PLAN_DUTY, unit.path)
    return unit.path


async def _check_serves(uow: UnitOfWork, org_unit_id: int, account_id: int) -> None:
    """Whoever is on a roster holds a role of workers or staff there, or above."""
    path = (await queries.org_unit(uow, org_unit_id)).path
    grants = await queries.live_grants(uow, account_id)
    serves = any(grant.role in WORKERS | OFFICE and path.startswith(unit.path) for grant, unit in grants)
    if not serves:
        raise ShiftInvalid


def _written(shift: DutyShift) -> dict[str, object]:
    return {
        "unit": shift.org_unit_id,
        "account": shift.account_id,
        "from": shift.starts_at.isoformat(),
        "until": shift.ends_at.isoformat(),
        "swapped_from": shift.swapped_from_id,
    }
