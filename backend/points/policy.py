"""How a community handles points: what may be spent in a day, and whether they lapse; edited by its staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, null, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import RuleInvalid
from backend.points.ledger.accounts import LAPSING
from backend.points.ledger.models import AccountKind, Lot, PointsAccount, PointsPolicy, PoolMember
from backend.registry.models import Person
from backend.registry.queries import org_unit

LARGEST_CAP = 10_000
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Caps:
    """Points that one account may spend at shops in a day, in all and of that by showing a paper card."""

    daily_spending: int = 200
    card_daily_spending: int = 30


class Losing(NamedTuple):
    """Whose points, and how many, lapse at the end of a day; without a day as long as the community lets none lapse."""

    names: str
    points: int
    day: date | None


async def caps_of(uow: UnitOfWork, community_id: int) -> Caps:
    """The caps in force."""
    caps = select(PointsPolicy.daily_spending, PointsPolicy.card_daily_spending)
    row = (await uow.session.execute(caps.where(PointsPolicy.community_id == community_id))).first()
    return Caps(*row) if row is not None else Caps()


async def lapsing_years(uow: UnitOfWork, community_id: int) -> int | None:
    """After how many full calendar years points lapse; None where they are kept for ever."""
    years: int | None = await uow.session.scalar(
        select(PointsPolicy.expiry_years).where(PointsPolicy.community_id == community_id)
    )
    return years


async def set_caps(uow: UnitOfWork, *, actor: Actor, community_id: int, caps: Caps) -> None:
    """Cap a day's spending from now on. Raises AccessDenied, RuleInvalid; the card's cap is never the larger."""
    path = (await org_unit(uow, community_id)).path
    check_access(actor, Permission.MANAGE_POINTS, path)
    for field, most in (("daily_spending", LARGEST_CAP), ("card_daily_spending", caps.daily_spending)):
        if not 0 <= getattr(caps, field) <= most:
            raise RuleInvalid(field)
    before = asdict(await caps_of(uow, community_id))
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(PointsPolicy).values(community_id=community_id, **asdict(caps))
    await uow.session.execute(row.on_conflict_do_update(index_elements=[PointsPolicy.community_id], set_=asdict(caps)))
    audit(uow, actor, "points.set_caps", f"org_unit:{community_id}", org_path=path, before=before, after=asdict(caps))


async def who_loses(uow: UnitOfWork, *, actor: Actor, community_id: int) -> Sequence[Losing]:
    """Who has how much to lose, the soonest and the most first; before points lapse at all, what everybody has.

    At most MOST_SHOWN lines. Raises AccessDenied.
    """
    check_access(actor, Permission.MANAGE_POINTS, (await org_unit(uow, community_id)).path)
    lapses = await lapsing_years(uow, community_id) is not None
    found = (_lapsing() if lapses else _all_points()).where(
        PointsAccount.community_id == community_id, PointsAccount.kind.in_(LAPSING)
    )
    losing = (await uow.session.execute(found.limit(MOST_SHOWN))).all()
    names = await _names(uow, {(kind, owner_id) for kind, owner_id, _, _ in losing})
    return [Losing(names.get((kind, owner_id), ""), points, day) for kind, owner_id, points, day in losing]


def _all_points() -> Select[AccountKind, int, int, Any]:
    account = PointsAccount
    found = select(account.kind, account.owner_id, account.posted, null())
    return found.where(account.posted > 0).order_by(account.posted.desc(), account.id)


def _lapsing() -> Select[AccountKind, int, int, Any]:
    account = PointsAccount
    lots = select(account.kind, account.owner_id, Lot.remaining, Lot.expires_on)
    found = lots.join(Lot, and_(Lot.account_id == account.id, Lot.remaining > 0, account.has_lots))
    return found.order_by(Lot.expires_on, Lot.remaining.desc(), account.id)


async def _names(uow: UnitOfWork, owners: set[tuple[AccountKind, int]]) -> dict[tuple[AccountKind, int], str]:
    """The name of a person, or of all who share."""
    people = {owner_id for kind, owner_id in owners if kind is AccountKind.RESIDENT}
    homes = {owner_id for kind, owner_id in owners if kind is AccountKind.HOUSEHOLD}
    alone = select(Person.id, Person.name).where(Person.id.in_(people))
    names = {(AccountKind.RESIDENT, person_id): name for person_id, name in await uow.session.execute(alone)}
    together = (
        select(PoolMember.household_id, Person.name)
        .join(Person, Person.id == PoolMember.person_id)
        .where(PoolMember.household_id.in_(homes))
        .order_by(Person.id)
    )
    for household_id, name in await uow.session.execute(together):
        key = (AccountKind.HOUSEHOLD, household_id)
        names[key] = f"{names[key]} / {name}" if key in names else name
    return names
