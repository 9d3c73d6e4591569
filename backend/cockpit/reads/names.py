"""Names of accounts, for lists that keep their ids."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account


async def names_of_accounts(uow: UnitOfWork, ids: Collection[int]) -> dict[int, str]:
    """The display name of each account, by id."""
    rows = await uow.session.execute(select(Account.id, Account.display_name).where(Account.id.in_(ids)))
    return {row.id: row.display_name for row in rows}
