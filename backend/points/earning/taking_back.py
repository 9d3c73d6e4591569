"""Taking points back when the fact behind them is undone."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, update

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.counting import count_down
from backend.points.earning.awarding import count_key
from backend.points.earning.limits import limits_of
from backend.points.earning.models import Earning, EarningCount, EarningRule, EarningState
from backend.points.errors import NotEnoughPoints
from backend.points.events import EarningTakenBack
from backend.points.ledger.reversing import reverse_transfer
from backend.registry.queries import org_unit

LIVE = (EarningState.PAID, EarningState.REVIEW, EarningState.CAPPED)


async def take_back(uow: UnitOfWork, *, event_key: str, actor: Actor, reason: str = "undone") -> bool:
    """Undo what was paid for a fact; False when there is nothing to undo, so that twice is safe.

    When the points are spent already nothing moves: staff see it among the matters to decide.
    """
    earning = await _end(uow, event_key)
    if earning is None:
        return False
    rule = await uow.session.get_one(EarningRule, earning.rule_id)
    if earning.before is not EarningState.CAPPED:
        await _uncount(uow, rule, earning)
    if earning.transfer_id is not None and not await _reversed(uow, earning.transfer_id, actor):
        await _set(uow, earning.id, EarningState.OWED)
    path = (await org_unit(uow, earning.community_id)).path
    audit(uow, actor, "points.take_back", f"earning:{earning.id}", org_path=path, after={"reason": reason[:100]})
    uow.record(EarningTakenBack(earning_id=earning.id))
    return True


async def _end(uow: UnitOfWork, event_key: str) -> Row[Any] | None:
    """Mark the earning; of two at once one goes on. The row that comes back also says how it was `before`."""
    before = (
        await uow.session.execute(
            select(Earning.__table__, Earning.state.label("before")).where(Earning.event_key == event_key)
        )
    ).first()
    if before is None or before.before not in LIVE:
        return None
    ended = await uow.session.scalar(
        update(Earning)
        .where(Earning.id == before.id, Earning.state == before.before)
        .values(state=EarningState.TAKEN_BACK, decided_at=uow.now)
        .returning(Earning.id)
        .execution_options(synchronize_session=False)
    )
    return before if ended is not None else None


async def _uncount(uow: UnitOfWork, rule: EarningRule, earning: Row[Any]) -> None:
    zone = ZoneInfo((await org_unit(uow, rule.community_id)).time_zone)
    limits = limits_of(
        earning.at.astimezone(zone).date(),
        per_day=rule.most_per_day,
        per_month=rule.most_per_month,
        per_pair=rule.most_per_pair,
        has_other=earning.other_person_id is not None,
    )
    for limit in limits:
        await count_down(uow, EarningCount, count_key(rule.id, earning.person_id, earning.other_person_id, limit))


async def _reversed(uow: UnitOfWork, transfer_id: int, actor: Actor) -> bool:
    """Move the points back; False, and nothing has moved, when they are spent."""
    try:
        async with uow.session.begin_nested():
            await reverse_transfer(uow, transfer_id=transfer_id, actor=actor)
    except NotEnoughPoints:
        return False
    return True


async def _set(uow: UnitOfWork, earning_id: int, state: EarningState) -> None:
    await uow.session.execute(
        update(Earning).where(Earning.id == earning_id).values(state=state).execution_options(synchronize_session=False)
    )
