"""What has come to one telephone and no step of a test has looked at yet, with waiting for more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from .events import Event
from .shapes import MessageView


class NotSeen(AssertionError):
    """What a test waited for did not come; says what came instead."""


class Inbox:
    """New messages of others and edits of anybody, in the order they came.

    `looked_at` is shared by all telephones: (chat, message) of what any step has consumed.
    """

    def __init__(self, owner_id: int, looked_at: set[tuple[int, int]]) -> None:
        self.owner_id = owner_id
        self.new: list[MessageView] = []
        self.edited: list[MessageView] = []
        self._looked_at = looked_at
        self._changed = asyncio.Event()

    def hear(self, event: Event) -> None:
        """Take in what happened in the owner's chats."""
        if self.owner_id not in event.content.get("people", ()):
            return
        message: MessageView | None = event.content.get("message")
        if message is not None and event.kind == "edited":
            self.edited.append(message)
        elif message is not None and (message["sender"] is None or message["sender"]["id"] != self.owner_id):
            self.new.append(message)
        self._changed.set()

    async def until(self, happened: Callable[[], bool], within: float) -> bool:
        """Wait until `happened`, looking again after every event; return whether it has."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while not happened():
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), max(deadline - loop.time(), 0))
            except TimeoutError:
                return happened()
        return True

    async def take_new(self, fits: Callable[[MessageView], bool], within: float) -> MessageView:
        """Wait for a new message that fits and take it out."""
        taken = await self._wait(self.new, fits, within)
        self.consume(taken)
        return taken

    def consume(self, message: MessageView) -> None:
        self.new.remove(message)
        self._looked_at.add((message["chat_id"], message["id"]))

    async def take_edited(self, fits: Callable[[MessageView], bool], within: float) -> MessageView:
        """Wait for an edit that fits and take it out, with everything edited before it."""
        taken = await self._wait(self.edited, fits, within)
        del self.edited[: self.edited.index(taken) + 1]
        return taken

    async def _wait(self, pile: list[MessageView], fits: Callable[[MessageView], bool], within: float) -> MessageView:
        if not await self.until(lambda: any(map(fits, pile)), within):
            raise NotSeen(said(pile) or "nothing")
        return next(filter(fits, pile))


def words_of(message: MessageView) -> str:
    """Return the text of a message and the labels of its buttons."""
    labels = [button["label"] for row in message["buttons"] for button in row]
    return "\n".join([message["text"] or "", *labels])


def said(messages: Iterable[MessageView]) -> str:
    return " | ".join(words_of(message).replace("\n", " / ")[:120] for message in messages)
