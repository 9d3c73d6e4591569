"""Paying for facts: once for each fact, within the limits of its rule, after a look at what is odd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.counting import count_down, count_up
from backend.points.earning.limits import BURST_TIME, PAIR_TIME, Limit, Recent, SelfDealing, limits_of, suspicion
from backend.points.earning.models import MOST_FOR_A_FACT, Earning, EarningCount, EarningRule, EarningState
from backend.points.errors import AmountInvalid
from backend.points.events import EarningHeldBack, PointsEarned
from backend.points.ledger.accounts import Owner, accounts_for, owner_of_person
from backend.points.ledger.models import AccountKind, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.people import live_together
from backend.registry.queries import org_unit

FACTS = UUID("6f1c5c1e-7d55-4e0a-9a53-7f2f3a2d1c08")
"""The namespace in which the key of a fact becomes the key of its transfer."""


class Award(NamedTuple):
    """What became of a fact. `points` are what was, or will be, paid."""

    state: EarningState
    points: int
    earning_id: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Who did what with whom; `key` names the fact for ever."""

    key: str
    person_id: int
    other_person_id: int | None
    points: int


async def award(
    uow: UnitOfWork,
    *,
    rule: str,
    person_id: int,
    event_key: str,
    community_id: int,
    actor: Actor,
    other_person_id: int | None = None,
    amount: int | None = None,
) -> Award:
    """Pay for a fact by the community's rule. A fact that comes twice is paid once; limits are an answer, no error.

    `amount` instead of the rule's points, where the fact has a size of its own. Without such a rule, or when it is
    switched off, nothing is kept. Raises AmountInvalid.
    """
    found = await _rule(uow, community_id, rule)
    if found is None:
        return Award(EarningState.OFF, 0, None)
    points = found.points if amount is None else amount
    if type(points) is not int or not 1 <= points <= MOST_FOR_A_FACT:
        raise AmountInvalid
    fact = Fact(event_key, person_id, other_person_id, points)
    earning_id = await _keep(uow, found, fact)
    if earning_id is None:
        return await _known(uow, event_key)
    state, reason = await _judge(uow, found, fact)
    if state is EarningState.PAID:
        await pay(uow, earning_id, actor=actor)
    else:
        await _note(uow, earning_id, state, reason)
    if state is EarningState.REVIEW:
        uow.record(EarningHeldBack(earning_id=earning_id))
    return Award(state, points, earning_id)


async def _rule(uow: UnitOfWork, community_id: int, key: str) -> EarningRule | None:
    wanted = select(EarningRule).where(
        EarningRule.community_id == community_id, EarningRule.key == key, EarningRule.is_active
    )
    return await uow.session.scalar(wanted)


async def _keep(uow: UnitOfWork, rule: EarningRule, fact: Fact) -> int | None:
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(Earning).values(
        community_id=rule.community_id,
        rule_id=rule.id,
        event_key=fact.key,
        person_id=fact.person_id,
        other_person_id=fact.other_person_id,
        points=fact.points,
        state=EarningState.REVIEW,
        reason="",
        at=uow.now,
    )
    kept: int | None = await uow.session.scalar(row.on_conflict_do_nothing().returning(Earning.id))
    return kept


async def _known(uow: UnitOfWork, event_key: str) -> Award:
    row = (
        await uow.session.execute(
            select(Earning.state, Earning.points, Earning.id).where(Earning.event_key == event_key)
        )
    ).one()
    return Award(row.state, row.points, row.id)


async def _judge(uow: UnitOfWork, rule: EarningRule, fact: Fact) -> tuple[EarningState, str]:
    """Whether a fact is paid; if so its counters are used up."""
    other = fact.other_person_id
    if other == fact.person_id:
        return EarningState.REFUSED, SelfDealing.SELF
    if other is not None and await live_together(uow, fact.person_id, other):
        return EarningState.REFUSED, SelfDealing.HOUSEHOLD
    odd = suspicion(await _recent(uow, fact))
    full = await _use_up(uow, rule, fact)
    if full is not None:
        return EarningState.CAPPED, full
    return (EarningState.REVIEW, odd) if odd is not None else (EarningState.PAID, "")


async def _use_up(uow: UnitOfWork, rule: EarningRule, fact: Fact) -> str | None:
    """Count the fact against each limit; the name of the one that is full, and then nothing is counted."""
    counted: list[dict[str, Any]] = []
    for limit in await limits_on(uow, rule, fact.other_person_id is not None):
        key = count_key(rule.id, fact.person_id, fact.other_person_id, limit)
        if not await count_up(uow, EarningCount, key, most=limit.most):
            for earlier in counted:
                await count_down(uow, EarningCount, earlier)
            return limit.name
        counted.append(key)
    return None


async def limits_on(uow: UnitOfWork, rule: EarningRule, has_other: bool) -> list[Limit]:  # noqa: FBT001 - reads like a sentence
    """The limits of a rule on the present local day."""
    zone = ZoneInfo((await org_unit(uow, rule.community_id)).time_zone)
    return limits_of(
        uow.now.astimezone(zone).date(),
        per_day=rule.most_per_day,
        per_month=rule.most_per_month,
        per_pair=rule.most_per_pair,
        has_other=has_other,
    )


def count_key(rule_id: int, person_id: int, other_person_id: int | None, limit: Limit) -> dict[str, Any]:
    """Which counter a limit counts with."""
    other = other_person_id if limit.is_of_pair else None
    return {"rule_id": rule_id, "person_id": person_id, "other_person_id": other or 0, "period": limit.period}


async def _recent(uow: UnitOfWork, fact: Fact) -> Recent:
    """What was earned before this fact, which has its own row already."""

    async def count(*conditions: Any) -> int:
        counted = select(func.count()).where(
            Earning.event_key != fact.key,
            Earning.state.in_((EarningState.PAID, EarningState.REVIEW)),
            *conditions,
        )
        return int(await uow.session.scalar(counted) or 0)

    mine = Earning.person_id == fact.person_id
    lately = Earning.at > uow.now - PAIR_TIME
    other = fact.other_person_id
    return Recent(
        with_other=await count(mine, Earning.other_person_id == other, lately) if other is not None else 0,
        by_other=await count(Earning.person_id == other, Earning.other_person_id == fact.person_id, lately)
        if other is not None
        else 0,
        in_burst=await count(mine, Earning.at > uow.now - BURST_TIME),
    )


async def pay(uow: UnitOfWork, earning_id: int, *, actor: Actor) -> None:
    """Move the points of an earning from the community to the person, and say so."""
    earning = (await uow.session.execute(select(Earning.__table__).where(Earning.id == earning_id))).one()
    source = Owner(AccountKind.ISSUANCE, earning.community_id, earning.community_id)
    person = await owner_of_person(uow, earning.person_id)
    accounts = await accounts_for(uow, [source, person])
    entry = Entry(
        key=uuid5(FACTS, earning.event_key),
        debit=accounts[source],
        credit=accounts[person],
        amount=earning.points,
        code=TransferCode.EARN,
        event=earning.event_key,
    )
    posted = await post(uow, entry, actor=actor)
    await _note(uow, earning_id, EarningState.PAID, "", transfer_id=posted.transfer_id)
    uow.record(PointsEarned(earning_id=earning_id))


async def _note(
    uow: UnitOfWork, earning_id: int, state: EarningState, reason: str, *, transfer_id: int | None = None
) -> None:
    await uow.session.execute(
        update(Earning)
        .where(Earning.id == earning_id)
        .values(state=state, reason=reason, transfer_id=transfer_id)
        .execution_options(synchronize_session=False)
    )
