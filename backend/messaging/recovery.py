"""What a crash left behind: claims whose process is gone, told apart by whether their call had begun."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, exists, or_, select, true, update

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.channel import OutgoingMessage
from backend.messaging.claim import Lease, outgoing_of
from backend.messaging.models import DeliveryAttempt, Message, MessageState

_message: Table = Message.__table__  # type: ignore[assignment]
_m = _message.c


async def renew_leases(uow: UnitOfWork, lease: Lease, *, own: Collection[int]) -> None:
    """Say that this process still lives and works on `own`.

    What it has claimed without knowing, because the database broke off in the commit, runs out and is claimed anew.
    Rows whose attempt is being written in this moment are passed over: waiting for them could end in a deadlock.
    """
    held = await uow.session.scalars(
        select(_m.id)
        .where(_m.state == MessageState.SENDING, _m.leased_by == lease.holder, _m.id.in_(sorted(own)))
        .with_for_update(skip_locked=True)
    )
    await uow.session.execute(update(_message).where(_m.id.in_(held.all())).values(lease_until=uow.now + lease.length))


async def take_over_orphans(
    uow: UnitOfWork, lease: Lease, *, own: Collection[int], everyone: bool
) -> list[OutgoingMessage]:
    """Free what was claimed but never called, and return what is in doubt, claimed for this process now.

    `own` are the messages that this process is working on; `everyone` when there is no other process (SQLite).
    """
    is_orphan = or_(true() if everyone else _m.lease_until < uow.now, _m.leased_by.is_(None))
    ids = await uow.session.scalars(
        select(_m.id)
        .where(_m.state == MessageState.SENDING, is_orphan, _m.id.not_in(sorted(own)))
        .with_for_update(skip_locked=True)
    )
    orphans = list(ids)
    if not orphans:
        return []
    await _free(uow, _m.id.in_(orphans))
    left = await uow.session.scalars(
        update(_message)
        .where(_m.id.in_(orphans), _m.state == MessageState.SENDING)
        .values(leased_by=lease.holder, lease_until=uow.now + lease.length)
        .returning(_m.id)
    )
    return await outgoing_of(uow, list(left))


async def release_claims(uow: UnitOfWork, lease: Lease) -> None:
    """Give back what this process has claimed and not called: an orderly end makes nobody wait for the lease."""
    await _free(uow, _m.leased_by == lease.holder)


async def _free(uow: UnitOfWork, which: ColumnElement[bool]) -> None:
    attempt = DeliveryAttempt.__table__.c
    has_called = exists().where(attempt.message_id == _m.id, attempt.outcome.is_(None))
    await uow.session.execute(
        update(_message)
        .where(_m.state == MessageState.SENDING, which, ~has_called)
        .values(state=MessageState.PENDING, leased_by=None, lease_until=None)
    )
