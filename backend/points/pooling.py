"""Sharing points in a household: an option that each person chooses and leaves for themselves."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import AlreadyPooled, HoldPending, NoHousehold
from backend.points.ledger.accounts import AccountRef, Owner, account_for, owner_of_person
from backend.points.ledger.models import AccountKind, PoolMember, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.ledger.reading import Balance, balance_in
from backend.points.people import own_person, path_of
from backend.registry.acting import household_of


async def is_pooled(uow: UnitOfWork, person_id: int) -> bool:
    """Whether a person shares points with their household."""
    return await uow.session.scalar(select(PoolMember.person_id).where(PoolMember.person_id == person_id)) is not None


async def join_pool(uow: UnitOfWork, *, actor: Actor) -> Balance:
    """Put one's points into the household's account and earn into it from now on; returns what it holds.

    Raises NoHousehold, AlreadyPooled, HoldPending while points are put aside.
    """
    person_id = own_person(actor)
    household_id = await household_of(uow, person_id)
    if household_id is None:
        raise NoHousehold
    own = await owner_of_person(uow, person_id)
    dialect = sqlite if uow.is_sqlite else postgresql
    row = dialect.insert(PoolMember).values(person_id=person_id, household_id=household_id, joined_at=uow.now)
    joined = row.on_conflict_do_nothing().returning(PoolMember.person_id)
    if await uow.session.scalar(joined) is None:
        raise AlreadyPooled
    common = await account_for(uow, Owner(AccountKind.HOUSEHOLD, household_id, own.community_id))
    await _move_all(uow, await account_for(uow, own), common, actor)
    await _note(uow, actor, own.community_id, "points.join_pool", person_id)
    return await balance_in(uow, common)


async def leave_pool(uow: UnitOfWork, *, actor: Actor) -> Balance:
    """Earn for oneself again. What is common stays with the others; the last to leave takes it.

    Raises HoldPending when the last leaves while points are put aside.
    """
    person_id = own_person(actor)
    common_owner = await owner_of_person(uow, person_id)
    own = Owner(AccountKind.RESIDENT, person_id, common_owner.community_id)
    if common_owner.kind is AccountKind.HOUSEHOLD:
        await uow.session.execute(delete(PoolMember).where(PoolMember.person_id == person_id))
        left = select(func.count()).where(PoolMember.household_id == common_owner.owner_id)
        if not await uow.session.scalar(left):
            await _move_all(uow, await account_for(uow, common_owner), await account_for(uow, own), actor)
        await _note(uow, actor, own.community_id, "points.leave_pool", person_id)
    return await balance_in(uow, await account_for(uow, own))


async def _move_all(uow: UnitOfWork, source: AccountRef, target: AccountRef, actor: Actor) -> None:
    balance = await balance_in(uow, source)
    if balance.held:
        raise HoldPending
    if balance.posted:
        entry = Entry(
            key=uuid4(),
            debit=source,
            credit=target,
            amount=balance.posted,
            code=TransferCode.POOLING,
            event=f"pool:{target.id}",
        )
        await post(uow, entry, actor=actor)


async def _note(uow: UnitOfWork, actor: Actor, community_id: int, action: str, person_id: int) -> None:
    audit(uow, actor, action, f"person:{person_id}", org_path=await path_of(uow, community_id))
