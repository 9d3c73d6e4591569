"""The ledger of the clock's jobs: each runs once for each of its slots, whoever leads and whoever dies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base
from backend.kernel.unit_of_work import UnitOfWork

LEASE = timedelta(seconds=20)
"""A run that died is taken over after so long, which is within the 30 seconds of promise P1. Every batch renews it."""


class JobRun(Base):
    """One job for one slot. Without `finished_at` it is at work, or it died and its lease runs out."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    runner: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    lease_until: Mapped[datetime]
    finished_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class SlotClaim:
    """The right of one runner to do one job for one slot."""

    job: str
    slot: datetime
    runner: str


class SlotLost(Exception):
    """Another runner has the slot now: this one was silent for longer than its lease."""


async def claim_slot(uow: UnitOfWork, claim: SlotClaim) -> bool:
    """Take the slot; False when it is done, or another runner is at it. One's own unfinished run may be begun again.

    Of two at the same moment one has it: on PostgreSQL the second waits for the first one's commit.
    """
    values = {
        "job": claim.job,
        "slot": claim.slot,
        "runner": claim.runner,
        "started_at": uow.now,
        "lease_until": uow.now + LEASE,
    }
    dialect = sqlite if uow.is_sqlite else postgresql
    statement = dialect.insert(JobRun).values(values)
    is_free = or_(JobRun.lease_until < uow.now, JobRun.runner == claim.runner)
    statement = statement.on_conflict_do_update(
        index_elements=["job", "slot"],
        set_={name: values[name] for name in ("runner", "started_at", "lease_until")},
        where=JobRun.finished_at.is_(None) & is_free,
    )
    result = await uow.session.execute(statement)
    return bool(result.rowcount)  # type: ignore[attr-defined]


async def hold_slot(uow: UnitOfWork, claim: SlotClaim) -> None:
    """Renew the lease in the transaction of a batch; raises SlotLost, so that the batch of a late runner is undone."""
    await _update(uow, claim, lease_until=uow.now + LEASE)


async def finish_slot(uow: UnitOfWork, claim: SlotClaim) -> None:
    """Note that the job is done for this slot, for ever."""
    await _update(uow, claim, finished_at=uow.now)


async def _update(uow: UnitOfWork, claim: SlotClaim, **values: datetime) -> None:
    result = await uow.session.execute(
        update(JobRun)
        .where(
            JobRun.job == claim.job,
            JobRun.slot == claim.slot,
            JobRun.runner == claim.runner,
            JobRun.finished_at.is_(None),
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if not result.rowcount:  # type: ignore[attr-defined]
        raise SlotLost


async def is_finished(uow: UnitOfWork, job: str, slot: datetime) -> bool:
    """Whether the job is done for this slot; asked before the write lock is taken."""
    finished_at = await uow.session.scalar(select(JobRun.finished_at).where(JobRun.job == job, JobRun.slot == slot))
    return finished_at is not None


async def forget_job_runs(uow: UnitOfWork, older_than: timedelta) -> int:
    """Delete finished runs of slots long past; returns how many. `older_than` must outlive every catch-up."""
    result = await uow.session.execute(
        delete(JobRun).where(JobRun.slot < uow.now - older_than, JobRun.finished_at.is_not(None))
    )
    return int(result.rowcount)  # type: ignore[attr-defined]
