"""What staff decide: facts that look odd, and points that are owed; and facts that they enter by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import aliased

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.awarding import Award, award, pay
from backend.points.earning.models import Earning, EarningRule, EarningState
from backend.points.errors import AlreadyDecided, NotAResident, OwnHelp
from backend.registry.models import Person
from backend.registry.queries import org_unit

WAITING = (EarningState.REVIEW, EarningState.OWED)


@dataclass(frozen=True, slots=True)
class Matter:
    """One earning as staff see it."""

    id: int
    event_key: str
    person: str
    other: str
    rule_names: dict[str, Any]
    points: int
    state: EarningState
    reason: str
    at: datetime


async def matters_of(
    uow: UnitOfWork, community_id: int, states: Sequence[EarningState] = WAITING, *, most: int = 100
) -> list[Matter]:
    """The earnings of a community in these states, newest first."""
    other = aliased(Person)
    rows = await uow.session.execute(
        select(Earning, Person.name, other.name, EarningRule.names)
        .join(Person, Person.id == Earning.person_id)
        .join(EarningRule, EarningRule.id == Earning.rule_id)
        .outerjoin(other, other.id == Earning.other_person_id)
        .where(Earning.community_id == community_id, Earning.state.in_(states))
        .order_by(Earning.id.desc())
        .limit(most)
    )
    return [
        Matter(one.id, one.event_key, name, with_whom or "", names, one.points, one.state, one.reason, one.at)
        for one, name, with_whom, names in rows
    ]


async def decide_earning(uow: UnitOfWork, *, actor: Actor, earning_id: int, is_granted: bool) -> None:
    """Pay what was held back, or refuse it; what is owed can only be let go.

    Raises NotFound, AccessDenied, AlreadyDecided, and OwnHelp for one's own points.
    """
    earning = await uow.session.get(Earning, earning_id)
    if earning is None:
        raise NotFound
    path = (await org_unit(uow, earning.community_id)).path
    check_access(actor, Permission.MANAGE_POINTS, path)
    if actor.person_id in (earning.person_id, earning.other_person_id) and actor.person_id is not None:
        raise OwnHelp
    decided = await uow.session.execute(
        update(Earning)
        .where(Earning.id == earning_id, Earning.state.in_(WAITING))
        .values(state=EarningState.REFUSED, decided_at=uow.now, decided_by_id=actor.account_id)
        .returning(Earning.id, Earning.transfer_id)
        .execution_options(synchronize_session=False)
    )
    row = decided.first()
    if row is None:
        raise AlreadyDecided
    if is_granted and row.transfer_id is None:
        await pay(uow, earning_id, actor=actor)
    audit(uow, actor, "points.decide", f"earning:{earning_id}", org_path=path, after={"granted": is_granted})


async def award_by_hand(
    uow: UnitOfWork, *, actor: Actor, community_id: int, rule: str, person_id: int, nonce: str
) -> Award:
    """Enter a fact that happened on paper: a patrol, a lesson. `nonce` is of the form, so that twice is once.

    Raises AccessDenied, NotAResident, and OwnHelp for oneself.
    """
    path = (await org_unit(uow, community_id)).path
    check_access(actor, Permission.MANAGE_POINTS, path)
    person = await uow.session.get(Person, person_id)
    if person is None or person.community_id != community_id:
        raise NotAResident
    if person_id == actor.person_id:
        raise OwnHelp
    result = await award(
        uow, rule=rule, person_id=person_id, event_key=f"hand:{nonce}"[:64], community_id=community_id, actor=actor
    )
    after = {"rule": rule, "state": result.state.value}
    audit(uow, actor, "points.by_hand", f"person:{person_id}", org_path=path, after=after)
    return result
