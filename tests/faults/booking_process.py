"""A program in which people book, wait and give up at random, and say so once it stands; tests kill it."""

from __future__ import annotations

import asyncio
import random
import sys

from backend.bookings import Booked
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import Work
from backend.registry.accounts import actor_of_account
from backend.registry.models import Account
from tests.service.bookings.acting import ACTIONS, act
from tests.service.world import NOON


async def press_for_ever(url: str, key: str, seed: int, accounts: list[int], sessions: list[int]) -> None:
    """One line for each thing that was tried: what it was, and the booking, or why not."""
    work, chance = Work(Database(url), MovableClock(frozen_at=NOON), Vault([key])), random.Random(seed)
    while True:
        action = chance.choice(ACTIONS)
        try:
            async with work.begin() as uow:
                account = await uow.session.get_one(Account, chance.choice(accounts))
                done = await act(uow, await actor_of_account(uow, account), action, chance.choice(sessions))
                said = done.booking.id if isinstance(done, Booked) else "done"
        except DomainError as refusal:
            said = type(refusal).__name__
        sys.stdout.write(f"{action} {said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _, url, key, seed, accounts, sessions = sys.argv
    ids = [[int(one) for one in listed.split(",")] for listed in (accounts, sessions)]
    asyncio.run(press_for_ever(url, key, int(seed), *ids))
