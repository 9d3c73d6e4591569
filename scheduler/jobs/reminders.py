"""Jobs that remind people, each once and at an hour at which nobody minds."""

from __future__ import annotations

from datetime import timedelta

from backend.issues.timing.reminders import ratings_to_ask_for
from backend.kernel.conversations import stale_conversations
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.calendars import warn_of_missing_calendars
from backend.notify.reminding import ask_for_rating, remind_of_draft
from scheduler.turn import Turn, repeat

BATCH = 20
DRAFT_STEPS = "Writing"
"""The steps of the report conversation begin with this (`handlers.reports.steps`)."""
DRAFT_IDLE = timedelta(hours=1)
WAKING = range(8, 21)
"""Local hours at which a draft may be mentioned; at night it waits for the morning."""
RATING_WAITS = timedelta(hours=12)


async def remind_of_drafts(turn: Turn) -> int:
    """Ask about half-written reports that nobody touched for an hour; once for each time somebody stopped."""
    if turn.slot.astimezone(turn.zone).hour not in WAKING:
        return 0

    async def remind(uow: UnitOfWork) -> int:
        stale = await stale_conversations(uow, DRAFT_STEPS, DRAFT_IDLE, BATCH)
        for conversation in stale:
            await remind_of_draft(uow, turn.voice, conversation)
        return len(stale)

    return await repeat(turn, remind, BATCH)


async def ask_for_ratings(turn: Turn) -> int:
    """Ask reporters for their stars once more, half a day after the first time."""
    resolved_before, after, asked = turn.slot - RATING_WAITS, (0, 0), 0
    while True:
        async with turn.batch() as uow:
            pairs = await ratings_to_ask_for(uow, resolved_before=resolved_before, after=after, limit=BATCH)
            for issue_id, account_id in pairs:
                asked += await ask_for_rating(uow, turn.voice, issue_id=issue_id, account_id=account_id)
        if len(pairs) < BATCH:
            return asked
        after = pairs[-1]


async def warn_of_calendar(turn: Turn) -> int:
    """In December: tell offices whose next year has no holidays yet."""
    async with turn.batch() as uow:
        return await warn_of_missing_calendars(uow, turn.voice, today=turn.day)
