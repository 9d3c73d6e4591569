"""A worker's own shifts: who may take one over, asking a colleague, their answer."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import literal, select

from backend.alerts.care_models import DutyShift, DutySwap, SwapState
from backend.alerts.events import SwapAnswered, SwapAsked
from backend.alerts.shifts import LISTED, give_shift, held_shift
from backend.kernel.access import OFFICE, WORKERS, Actor
from backend.kernel.errors import Conflict, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.models import Account, OrgUnit, RoleGrant

MOST_COLLEAGUES = 20


async def my_shifts(uow: UnitOfWork, *, actor: Actor) -> Sequence[DutyShift]:
    """One's own shifts that are not over, two weeks ahead, by time."""
    found = (
        select(DutyShift)
        .where(
            DutyShift.account_id == actor.account_id,
            DutyShift.ended_at.is_(None),
            DutyShift.ends_at > uow.now,
            DutyShift.starts_at < uow.now + LISTED,
        )
        .order_by(DutyShift.starts_at, DutyShift.id)
    )
    return (await uow.session.scalars(found)).all()


async def colleagues_for(uow: UnitOfWork, *, actor: Actor, shift_id: int) -> Sequence[Account]:
    """Who else may stand on the roster there, by name. Raises NotFound for a shift that is not one's own."""
    shift = await _own(uow, actor, shift_id)
    path = (await queries.org_unit(uow, shift.org_unit_id)).path
    found = (
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(
            literal(path).startswith(OrgUnit.path),
            RoleGrant.role.in_(WORKERS | OFFICE),
            RoleGrant.ended_at.is_(None),
            Account.id != actor.account_id,
            Account.blocked_at.is_(None),
            Account.forgotten_at.is_(None),
        )
        .order_by(Account.display_name, Account.id)
        .distinct()
        .limit(MOST_COLLEAGUES)
    )
    return (await uow.session.scalars(found)).all()


async def ask_for_swap(uow: UnitOfWork, *, actor: Actor, shift_id: int, account_id: int) -> DutySwap:
    """Ask one colleague; the same question again is the one that is open. Raises NotFound."""
    shift = await _own(uow, actor, shift_id)
    if account_id not in {one.id for one in await colleagues_for(uow, actor=actor, shift_id=shift_id)}:
        raise NotFound
    asked = select(DutySwap).where(
        DutySwap.shift_id == shift.id,
        DutySwap.from_id == shift.account_id,
        DutySwap.to_id == account_id,
        DutySwap.state == SwapState.ASKED,
    )
    swap: DutySwap | None = await uow.session.scalar(asked)
    if swap is None:
        swap = DutySwap(
            shift_id=shift.id,
            from_id=shift.account_id,
            to_id=account_id,
            state=SwapState.ASKED,
            asked_at=uow.now,
        )
        uow.session.add(swap)
        await uow.session.flush()
        uow.record(SwapAsked(swap.id))
    return swap


async def answer_swap(uow: UnitOfWork, *, actor: Actor, swap_id: int, agrees: bool) -> DutySwap:
    """The colleague who was asked says yes or no; with yes the shift is theirs. Twice changes nothing.

    Raises NotFound for anybody else, Conflict where the shift is over or somebody else has it by now.
    """
    swap = await uow.session.get(DutySwap, swap_id, with_for_update=True, populate_existing=True)
    if swap is None or swap.to_id != actor.account_id:
        raise NotFound
    if swap.state is not SwapState.ASKED:
        return swap
    if agrees:
        shift = await held_shift(uow, swap.shift_id)
        if shift.account_id != swap.from_id or shift.ends_at <= uow.now:
            raise Conflict("shift.error.gone")
        await give_shift(uow, actor=actor, shift=shift, account_id=swap.to_id)
    swap.state = SwapState.AGREED if agrees else SwapState.REFUSED
    swap.answered_at = uow.now
    uow.record(SwapAnswered(swap.id))
    return swap


async def _own(uow: UnitOfWork, actor: Actor, shift_id: int) -> DutyShift:
    shift = await held_shift(uow, shift_id)
    if shift.account_id != actor.account_id or shift.ends_at <= uow.now:
        raise NotFound
    return shift
