"""Names of accounts for messages of refusal: who was faster."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Account


async def name_of(uow: UnitOfWork, account_id: int | None) -> str:
    """The name under which colleagues know the account; empty for the program itself."""
    if account_id is None:
        return ""
    return (await uow.session.get_one(Account, account_id)).display_name
