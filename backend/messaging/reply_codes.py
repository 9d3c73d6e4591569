"""Codes to answer an SMS with: one open code for each address and thing, small enough to be typed by anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallScript
from backend.messaging.receipt_models import ReplyCode
from backend.messaging.rows import insert_new
from backend.messaging.written import read_call, write_call

LARGEST_CODE = 99


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that may be answered now, and what a yes means."""

    code: int
    script: CallScript


async def allot_reply_code(uow: UnitOfWork, *, address: str, script: CallScript, valid_until: datetime) -> int | None:
    """The number by which this address answers for `script.ref`: the one it has already, else the smallest free.

    None when all are taken; then the text must not ask for an answer. Call it in the transaction that writes the SMS.
    """
    await _close_old(uow, address)
    for _ in range(3):  # two at once may choose the same number: the second looks again
        held = await _held(uow, address)
        own = next((row for row in held if row.ref == script.ref), None)
        if own is not None:
            own.valid_until = max(own.valid_until, valid_until)
            return own.code
        taken = {row.code for row in held}
        free = next((code for code in range(1, LARGEST_CODE + 1) if code not in taken), None)
        if free is None:
            return None
        row = {"address": address, "code": free, "script": write_call(script), "ref": script.ref}
        await insert_new(uow, ReplyCode, [row | {"valid_until": valid_until, "closed_at": None}])
    return None


async def open_codes(uow: UnitOfWork, address: str) -> tuple[OpenCode, ...]:
    """What this address can answer now, by number."""
    rows = [row for row in await _held(uow, address) if row.valid_until > uow.now]
    return tuple(OpenCode(row.code, read_call(row.script)) for row in rows)


async def close_reply_codes(uow: UnitOfWork, *, ref: str, address: str | None = None) -> None:
    """The thing is settled: its numbers are free for others (only those of `address`, if one is named)."""
    which = [ReplyCode.ref == ref, ReplyCode.closed_at.is_(None)]
    if address is not None:
        which.append(ReplyCode.address == address)
    await uow.session.execute(
        update(ReplyCode).where(*which).values(closed_at=uow.now).execution_options(synchronize_session=False)
    )


async def _held(uow: UnitOfWork, address: str) -> Sequence[ReplyCode]:
    held = select(ReplyCode).where(ReplyCode.address == address, ReplyCode.closed_at.is_(None)).order_by(ReplyCode.code)
    return (await uow.session.scalars(held)).all()


async def _close_old(uow: UnitOfWork, address: str) -> None:
    await uow.session.execute(
        update(ReplyCode)
        .where(ReplyCode.address == address, ReplyCode.closed_at.is_(None), ReplyCode.valid_until <= uow.now)
        .values(closed_at=uow.now)
        .execution_options(synchronize_session=False)
    )
