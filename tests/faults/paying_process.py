"""A program that pays one point after another and says each key once its commit stands; tests kill it."""

from __future__ import annotations

import asyncio
import sys
from uuid import uuid4

from cryptography.fernet import Fernet

from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.clock import SystemClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.unit_of_work import Work
from backend.points.ledger.accounts import AccountRef
from backend.points.ledger.models import TransferCode
from backend.points.ledger.posting import Entry, post


async def pay(url: str, debit: AccountRef, credit: AccountRef) -> None:
    """Pay for ever."""
    work = Work(Database(url), SystemClock(), Vault([Fernet.generate_key().decode()]))
    while True:
        key = uuid4()
        one = Entry(key=key, debit=debit, credit=credit, amount=1, code=TransferCode.SPEND, event="dying")
        async with work.begin() as uow:
            await post(uow, one, actor=CLOCK_ACTOR)
        sys.stdout.write(f"{key}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _, url, debit, credit, _ = sys.argv
    accounts = [AccountRef(int(one), is_cached=True, has_lots=False) for one in (debit, credit)]
    asyncio.run(pay(url, *accounts))
