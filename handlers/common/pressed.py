"""The filter for inline buttons: reads callback data into the press that wrote it."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from backend.messaging.presses import Press


class Pressed(Filter):
    """Fits a callback query whose data carries the prefix of `kind`; the handler gets it as `press`.

    Data with our prefix that cannot be read raises BadInput (an old or forged button), which the person is told.
    """

    def __init__(self, kind: type[Press], **expected: object) -> None:
        self.kind = kind
        self.expected = expected

    async def __call__(self, call: CallbackQuery) -> bool | dict[str, Any]:
        if call.data is None or call.data.split(":", 1)[0] != self.kind.prefix:
            return False
        press = self.kind.unpack(call.data)
        if any(getattr(press, name) != value for name, value in self.expected.items()):
            return False
        return {"press": press}
