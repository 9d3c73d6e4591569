"""Residents who report: they read the buttons of what they are shown and press on until their report is stored."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
from collections.abc import Awaitable, Callable, Sequence
from time import time
from typing import Any

from handlers.reports.presses import ReportButton, ReportPress

FIRST_ID = 7_000_000
CAPTION = "3栋2单元楼梯间堆了很多纸箱，老人过不去"
PATIENCE = 60
"""Seconds for one answer; a program that needs longer has lost it."""

Feed = Callable[[bytes], Awaitable[None]]
"""Takes one update, as Telegram would deliver it."""

WAYS = (
    ReportButton.SUBMIT,
    ReportButton.OTHER,
    ReportButton.ANSWER,
    ReportButton.SKIP,
    ReportButton.CATEGORY,
    ReportButton.GROUP,
)
"""What a resident presses who sees several kinds of buttons; the first kind that is there counts."""

_update_ids = itertools.count(1)
_message_ids = itertools.count(1)


class Resident:
    """One telephone. `hears` is called with the buttons of each message that arrives; True at `place` asks for one."""

    def __init__(self, number: int, bounds: tuple[float, float, float, float]) -> None:
        self.id = FIRST_ID + number
        self._chance = random.Random(number)
        self._bounds = bounds
        self._shown: asyncio.Queue[ReportPress | None] = asyncio.Queue()
        self._has_sent = False
        self.updates = 0

    def hears(self, presses: Sequence[str], *, place: bool = False) -> None:
        """A message of the bot arrived. Whatever offers no way on is only read."""
        if place:
            self._shown.put_nowait(None)
            return
        known = [ReportPress.unpack(press) for press in presses if press.startswith(f"{ReportPress.prefix}:")]
        for way in WAYS:
            offered = [press for press in known if press.button is way]
            if offered:
                self._shown.put_nowait(self._chance.choice(offered))
                return
        if self._has_sent and presses:  # the button that opens the stored report
            self._shown.put_nowait(None)

    async def writes(self, feed: Feed) -> None:
        """Report with a photo, and go on to the summary that only needs to be sent."""
        self._has_sent, self._shown = False, asyncio.Queue()
        await self.sends_photo(feed)
        while (press := await self._next()) is None or press.button is not ReportButton.SUBMIT:
            await (self.presses(feed, press) if press else self.sends_place(feed))
        self._last = press

    async def submits(self, feed: Feed) -> None:
        """Press the last button and read the number of the report."""
        self._has_sent = True
        await self.presses(feed, self._last)
        await self._next()

    async def _next(self) -> ReportPress | None:
        return await asyncio.wait_for(self._shown.get(), PATIENCE)

    async def sends_photo(self, feed: Feed) -> None:
        await self._does(feed, message=self._message(photo=_photo(), caption=CAPTION))

    async def sends_place(self, feed: Feed) -> None:
        west, south, east, north = self._bounds
        point = {"longitude": self._chance.uniform(west, east), "latitude": self._chance.uniform(south, north)}
        await self._does(feed, message=self._message(location=point))

    async def presses(self, feed: Feed, press: ReportPress) -> None:
        shown = self._message(text="…") | {"from": {"id": 42, "is_bot": True, "first_name": "Youlin"}}
        call = {
            "id": f"{self.id}.{self.updates}",
            "from": self._self(),
            "chat_instance": "1",
            "message": shown,
            "data": press.pack(),
        }
        await self._does(feed, callback_query=call)

    async def _does(self, feed: Feed, **event: Any) -> None:
        self.updates += 1
        await feed(json.dumps({"update_id": next(_update_ids), **event}).encode())

    def _message(self, **content: Any) -> dict[str, Any]:
        chat = {"id": self.id, "type": "private", "first_name": "Resident"}
        about = {"message_id": next(_message_ids), "date": int(time()), "chat": chat, "from": self._self()}
        return about | content

    def _self(self) -> dict[str, Any]:
        return {"id": self.id, "is_bot": False, "first_name": "Resident", "language_code": "zh-hans"}


def _photo() -> list[dict[str, Any]]:
    number = next(_message_ids)
    sizes = ((90, 67), (320, 240), (800, 600), (1280, 960))
    return [
        {"file_id": f"AgAC{number}-{width}", "file_unique_id": f"{number}-{width}", "width": width, "height": height}
        for width, height in sizes
    ]
