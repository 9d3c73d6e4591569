"""The filter for inline buttons: reads callback data into the press that wrote it."""

from __future__ import annotations

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from backend.kernel.errors import BadInput
from backend.messaging.presses import Press, prefix_of
from handlers.common.showing import is_private


class Pressed(Filter):
    """Fits a callback query whose data carries the prefix of `kind`; the handler gets it as `press`.

    Data with our prefix that cannot be read raises BadInput (an old or forged button), which the person is told; so
    does a press in a group of what belongs into a private chat: clients can send any data for any message.
    """

    def __init__(self, kind: type[Press], **expected: object) -> None:
        self.kind = kind
        self.expected = expected

    async def __call__(self, call: CallbackQuery) -> bool | dict[str, Any]:
        if call.data is None or prefix_of(call.data) != self.kind.prefix:
            return False
        if not self.kind.in_groups and not is_private(call):
            raise BadInput("error.only_in_private")
        press = self.kind.unpack(call.data)
        if any(getattr(press, name) != value for name, value in self.expected.items()):
            return False
        return {"press": press}
