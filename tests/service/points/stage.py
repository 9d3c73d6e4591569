"""A database with people who have points, driven step by step from tests that are not asynchronous themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from cryptography.fernet import Fernet
from sqlalchemy import func, select

from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.points.ledger.accounts import AccountRef, Owner, account_for, account_of_person
from backend.points.ledger.models import AccountKind, PointsAccount
from backend.registry.models import OrgKind, OrgUnit, Person
from tests.service.world import NOON

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Cast:
    """The accounts of one story: two people, and the community that issues points."""

    persons: tuple[int, ...]
    accounts: tuple[AccountRef, ...]
    issuance: AccountRef


class Stage:
    """One database for many stories: each has people of its own, all share the books."""

    def __init__(self, url: str) -> None:
        self.runner = asyncio.Runner()
        self.clock = MovableClock(frozen_at=NOON)
        self.database = Database(url)
        self.work = Work(self.database, self.clock, Vault([Fernet.generate_key().decode()]))
        self.community_id = self.do(_community)

    def do(self, step: Callable[[UnitOfWork], Awaitable[Answer]]) -> Answer:
        """Run `step` in a unit of work of its own and commit it."""

        async def run() -> Answer:
            async with self.work.begin() as uow:
                return await step(uow)

        return self.runner.run(run())

    def cast(self, size: int = 2) -> Cast:
        """New people without points."""

        async def make(uow: UnitOfWork) -> Cast:
            persons = [Person(community_id=self.community_id, name=f"person {number}") for number in range(size)]
            uow.session.add_all(persons)
            await uow.session.flush()
            accounts = [await account_of_person(uow, person.id) for person in persons]
            owner = Owner(AccountKind.ISSUANCE, self.community_id, self.community_id)
            return Cast(tuple(person.id for person in persons), tuple(accounts), await account_for(uow, owner))

        return self.do(make)

    def close(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


async def _community(uow: UnitOfWork) -> int:
    unit = OrgUnit(kind=OrgKind.COMMUNITY, code="stage", name="stage", path="/1/")
    uow.session.add(unit)
    await uow.session.flush()
    unit.path = f"/{unit.id}/"
    return unit.id


async def balances(uow: UnitOfWork, accounts: tuple[AccountRef, ...]) -> list[tuple[int, int]]:
    """What each account has and holds."""
    found = select(PointsAccount.id, PointsAccount.posted, PointsAccount.held)
    rows = await uow.session.execute(found.where(PointsAccount.id.in_([account.id for account in accounts])))
    by_id = {row.id: (row.posted, row.held) for row in rows}
    return [by_id[account.id] for account in accounts]


async def count_of(uow: UnitOfWork, table: type) -> int:
    """How many rows a table has."""
    return int(await uow.session.scalar(select(func.count()).select_from(table)) or 0)
