"""Points that lapse by calendar year, where a community wants it: switched on once, warned of, then given back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import CLOCK_ACTOR, Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import AmountInvalid
from backend.points.events import PointsLapseSoon
from backend.points.ledger.accounts import LAPSING, AccountRef, Owner, account_for
from backend.points.ledger.lots import last_day
from backend.points.ledger.models import AccountKind, Lot, PointsAccount, PointsPolicy, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.registry.queries import org_unit

MOST_YEARS = 5
WARN_BEFORE = (30, 7)
"""Days."""


async def let_points_lapse(uow: UnitOfWork, *, actor: Actor, community_id: int, years: int) -> int:
    """Let points lapse at the end of the year `years` full years after they are earned; returns of how many accounts.

    What people have now counts as earned today. Twice changes nothing. Raises AccessDenied, AmountInvalid.
    """
    unit = await org_unit(uow, community_id)
    check_access(actor, Permission.MANAGE_POINTS, unit.path)
    if not 1 <= years <= MOST_YEARS:
        raise AmountInvalid
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(PointsPolicy).values(community_id=community_id, expiry_years=years)
    await uow.session.execute(
        row.on_conflict_do_update(index_elements=[PointsPolicy.community_id], set_={"expiry_years": years})
    )
    switched = await uow.session.execute(
        update(PointsAccount)
        .where(
            PointsAccount.community_id == community_id,
            PointsAccount.kind.in_(LAPSING),
            PointsAccount.has_lots.is_(False),
        )
        .values(has_lots=True)
        .returning(PointsAccount.id, PointsAccount.posted)
        .execution_options(synchronize_session=False)
    )
    accounts = switched.all()
    day = last_day(uow.now.astimezone(ZoneInfo(unit.time_zone)).date(), years)
    lots = [{"account_id": one.id, "expires_on": day, "remaining": one.posted} for one in accounts if one.posted]
    if lots:
        first = dialect.insert(Lot).values(lots)
        # What lay here from an earlier time of lapsing counts no more.
        again = {"remaining": first.excluded.remaining}
        await uow.session.execute(
            first.on_conflict_do_update(index_elements=[Lot.account_id, Lot.expires_on], set_=again)
        )
    audit(uow, actor, "points.let_lapse", f"org_unit:{community_id}", org_path=unit.path, after={"years": years})
    return len(accounts)


async def keep_points(uow: UnitOfWork, *, actor: Actor, community_id: int) -> int:
    """Let no points lapse any more; returns of how many accounts. Twice changes nothing. Raises AccessDenied."""
    unit = await org_unit(uow, community_id)
    check_access(actor, Permission.MANAGE_POINTS, unit.path)
    await uow.session.execute(
        update(PointsPolicy)
        .where(PointsPolicy.community_id == community_id)
        .values(expiry_years=None)
        .execution_options(synchronize_session=False)
    )
    switched = await uow.session.scalars(
        update(PointsAccount)
        .where(PointsAccount.community_id == community_id, PointsAccount.has_lots)
        .values(has_lots=False)
        .returning(PointsAccount.id)
        .execution_options(synchronize_session=False)
    )
    kept = switched.all()
    of_community = select(PointsAccount.id).where(PointsAccount.community_id == community_id)
    await uow.session.execute(
        delete(Lot).where(Lot.account_id.in_(of_community)).execution_options(synchronize_session=False)
    )
    audit(uow, actor, "points.keep", f"org_unit:{community_id}", org_path=unit.path, after={"years": None})
    return len(kept)


async def lapse_points(uow: UnitOfWork, *, community_id: int, limit: int = 100) -> int:
    """Give back what has lapsed; what is put aside just now lapses when it is free again. Twice is safe."""
    today = await _today(uow, community_id)
    rows = await uow.session.execute(
        select(Lot.account_id, Lot.expires_on, Lot.remaining, PointsAccount.posted - PointsAccount.held)
        .join(PointsAccount, PointsAccount.id == Lot.account_id)
        .where(
            PointsAccount.community_id == community_id,
            PointsAccount.has_lots,
            Lot.expires_on < today,
            Lot.remaining > 0,
            PointsAccount.posted > PointsAccount.held,
        )
        .order_by(Lot.account_id, Lot.expires_on)
        .limit(limit)
    )
    issuance = await account_for(uow, Owner(AccountKind.ISSUANCE, community_id, community_id))
    lapsed = 0
    for account_id, expires_on, remaining, free in rows.all():
        entry = Entry(
            key=uuid5(NAMESPACE_URL, f"youlin:lapse:{account_id}:{expires_on}:{today}"),
            debit=AccountRef(account_id, is_cached=True, has_lots=True),
            credit=issuance,
            amount=min(remaining, free),
            code=TransferCode.EXPIRY,
            event=f"lapse:{expires_on}",
        )
        posted = await post(uow, entry, actor=CLOCK_ACTOR)
        lapsed += posted.is_new
    return lapsed


async def warn_of_lapse(uow: UnitOfWork, *, community_id: int) -> int:
    """Tell those whose points lapse in thirty or in seven days; returns how many. The notice is said once a day."""
    today = await _today(uow, community_id)
    days = [today + timedelta(days=before) for before in WARN_BEFORE]
    rows = await uow.session.execute(
        select(Lot.account_id, Lot.expires_on, Lot.remaining)
        .join(PointsAccount, PointsAccount.id == Lot.account_id)
        .where(PointsAccount.community_id == community_id, PointsAccount.has_lots)
        .where(Lot.expires_on.in_(days), Lot.remaining > 0)
        .order_by(Lot.account_id)
    )
    found = rows.all()
    for account_id, expires_on, remaining in found:
        uow.record(PointsLapseSoon(account_id=account_id, expires_on=expires_on, points=remaining))
    return len(found)


async def _today(uow: UnitOfWork, community_id: int) -> date:
    return uow.now.astimezone(ZoneInfo((await org_unit(uow, community_id)).time_zone)).date()
