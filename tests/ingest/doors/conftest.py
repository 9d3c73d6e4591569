"""Doors on loopback, with a database whose only part is to begin and commit."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet

from backend.ingest.batching import BatchWriter
from backend.kernel.background import Nursery
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.metrics import Metrics
from backend.kernel.unit_of_work import Work
from tests.ingest.doors.ledger import Ledger
from tests.service.world import NOON


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(frozen_at=NOON)


@pytest.fixture
async def work(clock: MovableClock) -> AsyncIterator[Work]:
    database = Database("sqlite+aiosqlite://")
    yield Work(database, clock, Vault([Fernet.generate_key().decode()]))
    await database.close()


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def nursery() -> AsyncIterator[Nursery]:
    made = Nursery()
    yield made
    await made.close()


@pytest.fixture
async def writer(work: Work, ledger: Ledger, metrics: Metrics, nursery: Nursery) -> BatchWriter:
    made = BatchWriter(work, ledger.store, metrics)
    nursery.start(made.run(), name="writer")
    return made
