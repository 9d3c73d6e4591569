"""The alarm of December: without next year's holidays every limit in working time is only a good guess."""

from __future__ import annotations

from datetime import date

from backend.issues.timing.calendars import calendar_of
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.messages import tell
from backend.notify.people import office_of
from backend.notify.words import Voice, Words
from backend.registry.queries import communities


async def warn_of_missing_calendars(uow: UnitOfWork, voice: Voice, *, today: date) -> int:
    """Tell the office of every community whose holidays of next year nobody has entered, once a week; returns how many.

    The library's published days count as entered.
    """
    year, warned = today.year + 1, 0
    for community in await communities(uow):
        if (await calendar_of(uow, community.id)).covers(year):
            continue
        hearers = await office_of(uow, community.id)
        key = f"calendar:{community.id}:{year}:week{today.isocalendar().week}"

        def say(words: Words, name: str = community.name) -> Content:
            return Content(words("remind.calendar", year=year, community=name))

        await tell(uow, voice, hearers, say, key=key)
        warned += 1
    return warned
