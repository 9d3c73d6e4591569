"""Jobs of bookings: offers run out, reminders leave, what is over ends, days are made and opened."""

from __future__ import annotations

from backend.bookings import days, due
from scheduler.turn import Turn, repeat

BATCH = 50
WAKING = range(8, 21)
"""Local hours at which a reminder may come."""


async def lapse_offers(turn: Turn) -> int:
    """Kept seats that nobody took go on to the next who waits."""
    return await repeat(turn, lambda uow: due.lapse_offers(uow, most=BATCH), BATCH)


async def end_waiting(turn: Turn) -> int:
    """Nobody waits for what has begun."""
    return await repeat(turn, lambda uow: due.end_waiting(uow, most=BATCH), BATCH)


async def remind_of_bookings(turn: Turn) -> int:
    """Remind of tomorrow's bookings, by day."""
    if turn.slot.astimezone(turn.zone).hour not in WAKING:
        return 0
    return await repeat(turn, lambda uow: due.remind(uow, most=BATCH), BATCH)


async def finish_sessions(turn: Turn) -> int:
    """What is over ends; who came is asked how it was."""
    return await repeat(turn, lambda uow: due.finish_sessions(uow, most=BATCH), BATCH)


async def note_absences(turn: Turn) -> int:
    """A day later who never came is noted as absent."""
    return await repeat(turn, lambda uow: due.note_absences(uow, most=BATCH), BATCH)


async def make_service_days(turn: Turn) -> int:
    """The days up to the end of next year stand in the calendar."""
    async with turn.batch() as uow:
        return await days.make_all_days(uow)


async def open_service_days(turn: Turn) -> int:
    """Say that the services of a day can be booked."""
    async with turn.batch() as uow:
        return await days.open_due_days(uow)
