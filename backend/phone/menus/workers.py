"""Whom a caller reaches who wants the grid worker: who is on shift, else on duty, else the office."""

from __future__ import annotations

from backend.alerts.roster import on_shift
from backend.kernel.access import OFFICE, WORKERS
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.callers import Caller
from backend.registry import queries
from backend.registry.contacts import contacts_at_telephone
from backend.registry.homes import home_of
from backend.registry.models import Account
from backend.registry.telephones import KnownNumber, number_at, telephone_address, telephone_of_person


async def worker_number(uow: UnitOfWork, caller: Caller) -> str | None:
    """The number to connect to; None when nobody who serves there has a telephone in the registry."""
    community_id = caller.community.id if caller.community is not None else None
    known = await worker_telephone(uow, await _grid_of(uow, caller), community_id, but=caller.telephone.id)
    return known.number if known is not None else None


async def worker_telephone(
    uow: UnitOfWork, grid_id: int | None, community_id: int | None, *, but: int | None = None
) -> KnownNumber | None:
    """The telephone of whoever serves in this grid just now, else at the office; `but` is passed over."""
    for account in await _serving(uow, grid_id, community_id):
        known = await _number_of(uow, account)
        if known is not None and known.id != but:
            return known
    return None


async def _serving(uow: UnitOfWork, grid_id: int | None, community_id: int | None) -> list[Account]:
    serving: list[Account] = []
    if grid_id is not None:
        serving += [*await on_shift(uow, grid_id), *await queries.on_duty(uow, grid_id, *WORKERS)]
    if community_id is not None:
        serving += [*await on_shift(uow, community_id), *await queries.on_duty(uow, community_id, *WORKERS, *OFFICE)]
    return serving


async def _grid_of(uow: UnitOfWork, caller: Caller) -> int | None:
    """Where the caller lives, or the elder whose contact they are."""
    person_id = caller.person.id if caller.person else None
    if person_id is None:
        contacts = await contacts_at_telephone(uow, caller.telephone.id)
        person_id = contacts[0].person_id if contacts else None
    return (await home_of(uow, person_id)).grid_id if person_id is not None else None


async def _number_of(uow: UnitOfWork, account: Account) -> KnownNumber | None:
    telephone = await telephone_of_person(uow, account.person_id) if account.person_id is not None else None
    return await number_at(uow, telephone_address(telephone.id)) if telephone is not None else None
