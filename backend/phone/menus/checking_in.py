"""Somebody calls or writes by themselves to say that they are well."""

from __future__ import annotations

from backend.alerts.states import Via
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.answering import Heard, say_fine
from backend.phone.callers import Caller

UNKNOWN = Heard("phone.check_in.unknown", is_recorded=False)


async def caller_is_fine(uow: UnitOfWork, caller: Caller, via: Via) -> Heard:
    """Note that the caller is well; whom the number does not tell is asked to say it another way."""
    if caller.person is None:
        return UNKNOWN
    return await say_fine(uow, caller.actor, caller.person.id, via)
