"""Accounts: found by whose they are, made on first use; a person who shares has the household's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import NotAResident
from backend.points.ledger.models import UNCACHED, AccountKind, PointsAccount, PointsPolicy, PoolMember
from backend.registry.models import Person

LAPSING = frozenset({AccountKind.RESIDENT, AccountKind.HOUSEHOLD})
"""Whose points may lapse."""


class AccountRef(NamedTuple):
    """An account as postings need it: nothing in it ever changes but `has_lots`, by staff's decision."""

    id: int
    is_cached: bool
    has_lots: bool


class Owner(NamedTuple):
    """Whose account is meant."""

    kind: AccountKind
    owner_id: int
    community_id: int


async def accounts_for(uow: UnitOfWork, owners: Iterable[Owner]) -> dict[Owner, AccountRef]:
    """The accounts of these owners, in one question; those that are missing are made."""
    wanted = set(owners)
    found = await _find(uow, wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        await _make(uow, missing)
        found |= await _find(uow, set(missing))
    return found


async def account_for(uow: UnitOfWork, owner: Owner) -> AccountRef:
    """The account of this owner, made if it is missing. Two first uses at once make one account."""
    return (await accounts_for(uow, [owner]))[owner]


async def owner_of_person(uow: UnitOfWork, person_id: int) -> Owner:
    """Whose account holds a person's points: their own or, if they share, their household's. Raises NotAResident."""
    row = (
        await uow.session.execute(
            select(Person.community_id, PoolMember.household_id)
            .outerjoin(PoolMember, PoolMember.person_id == Person.id)
            .where(Person.id == person_id)
        )
    ).first()
    if row is None:
        raise NotAResident
    if row.household_id is not None:
        return Owner(AccountKind.HOUSEHOLD, row.household_id, row.community_id)
    return Owner(AccountKind.RESIDENT, person_id, row.community_id)


async def account_of_person(uow: UnitOfWork, person_id: int) -> AccountRef:
    """The account that holds a person's points. Raises NotAResident."""
    return await account_for(uow, await owner_of_person(uow, person_id))


async def persons_behind(uow: UnitOfWork, account_id: int) -> list[int]:
    """The persons whose points an account holds; none for merchants and the community's own."""
    account = (
        await uow.session.execute(
            select(PointsAccount.kind, PointsAccount.owner_id).where(PointsAccount.id == account_id)
        )
    ).one()
    if account.kind is AccountKind.RESIDENT:
        return [account.owner_id]
    if account.kind is not AccountKind.HOUSEHOLD:
        return []
    members = select(PoolMember.person_id).where(PoolMember.household_id == account.owner_id)
    return list(await uow.session.scalars(members.order_by(PoolMember.person_id)))


async def _find(uow: UnitOfWork, owners: set[Owner]) -> dict[Owner, AccountRef]:
    account = PointsAccount
    columns = (account.kind, account.owner_id, account.community_id, account.id, account.is_cached, account.has_lots)
    # A set of values in one parameter would make a new statement for each number of owners; there are one or two.
    pairs = [(owner.kind, owner.owner_id) for owner in sorted(owners)]
    rows = await uow.session.execute(select(*columns).where(tuple_(account.kind, account.owner_id).in_(pairs)))
    by_pair = {(row.kind, row.owner_id): AccountRef(row.id, row.is_cached, row.has_lots) for row in rows}
    return {owner: by_pair[(owner.kind, owner.owner_id)] for owner in owners if owner[:2] in by_pair}


async def _make(uow: UnitOfWork, owners: list[Owner]) -> None:
    lapsing = set(
        await uow.session.scalars(
            select(PointsPolicy.community_id).where(
                PointsPolicy.community_id.in_({owner.community_id for owner in owners}),
                PointsPolicy.expiry_years.is_not(None),
            )
        )
    )
    rows = [
        {
            "community_id": owner.community_id,
            "kind": owner.kind,
            "owner_id": owner.owner_id,
            "posted": 0,
            "held": 0,
            "is_cached": owner.kind not in UNCACHED,
            "has_lots": owner.kind in LAPSING and owner.community_id in lapsing,
        }
        for owner in owners
    ]
    dialect = sqlite if uow.is_sqlite else postgresql
    await uow.session.execute(dialect.insert(PointsAccount).values(rows).on_conflict_do_nothing())
