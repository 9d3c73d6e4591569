"""The limiter of one token: strict priority of lanes, an even overall rhythm, a rhythm and pauses for each chat."""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

import structlog
from telegram._utils.types import JSONDict
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from backend.messaging.contents import Lane
from bot.senders.pace import AHEAD_OVERALL, ChatRhythm
from bot.senders.ticks import Alarm, LoopTicks, Ticks

SEVERAL_CHATS = 3
"""So many different chats that hear 429 within a second mean that the token as a whole is too fast."""
TIDY_EVERY = 1_000

log = structlog.get_logger(__name__)


class NoRoomYet(Exception):
    """The turn would come too late for whoever asked; `after` is how long it takes at least, in seconds."""

    def __init__(self, after: float) -> None:
        super().__init__(f"no room for {after:.1f} s")
        self.after = after


@dataclass(frozen=True, slots=True)
class LaneArgs:
    """What a caller of ExtBot says in `rate_limit_args`.

    `at_most`: seconds that it waits for its turn, then NoRoomYet. `starting` is awaited when the turn has come, right
    before the request leaves.
    """

    lane: Lane = Lane.NORMAL
    at_most: float | None = None
    starting: Callable[[], Awaitable[None]] | None = None


@dataclass(eq=False)
class _Waiter:
    lane: Lane
    number: int
    cost: int
    in_chat: bool
    turn: asyncio.Future[None]

    def __lt__(self, other: _Waiter) -> bool:
        return (self.lane, self.number) < (other.lane, other.number)


@dataclass(eq=False)
class _Chat:
    """A chat's rhythm and who waits for it; `stamp` tells its newest place in the queues from outdated ones."""

    rhythm: ChatRhythm
    waiters: list[_Waiter] = field(default_factory=list)
    stamp: int = 0

    def first(self) -> _Waiter | None:
        while self.waiters and self.waiters[0].turn.done():  # whoever waited has gone
            heapq.heappop(self.waiters)
        return self.waiters[0] if self.waiters else None


class LaneRateLimiter(BaseRateLimiter[LaneArgs]):
    """Everything that leaves with one token draws from here: ExtBot's calls and aiogram's replies.

    Each chat's waiters stand in a heap of their own; of the chats that may hear something now the one with the most
    urgent waiter goes first. A grant, a newcomer and a timer each cost O(log n).
    """

    def __init__(
        self,
        per_second: float,
        *,
        group_per_minute: int = 20,
        ticks: Ticks | None = None,
        on_refusal: Callable[[], None] | None = None,
    ) -> None:
        """`on_refusal` is told of every 429, for those who count them."""
        self._on_refusal = on_refusal
        self._per_second = per_second
        self._group_per_minute = group_per_minute
        self._ticks = ticks or LoopTicks()
        self._even = float("-inf")
        self._paused_until = float("-inf")
        self._refused: deque[tuple[float, int | str]] = deque()
        self._chats: dict[int | str, _Chat] = {}
        self._ready: list[tuple[Lane, int, int, _Chat]] = []
        self._asleep: list[tuple[float, int, int, _Chat]] = []
        self._numbers = count()
        self._stamps = count(1)
        self._alarm: Alarm | None = None
        self.waiting = 0

    @property
    def is_busy(self) -> bool:
        """Whether somebody waits for the overall rhythm: the token could send more if it were allowed to."""
        return bool(self._ready)

    def set_rate(self, per_second: float) -> None:
        """Take another share of the token's rate, when several processes send with it."""
        self._per_second = per_second
        self._advance()

    async def acquire(
        self, chat_id: int | str, lane: Lane, *, cost: int = 1, in_chat: bool = True, at_most: float | None = None
    ) -> None:
        """Return when a message of `lane` may leave for `chat_id`; raises NoRoomYet when that takes over `at_most`.

        `cost`: how many messages it counts for (an album). `in_chat` False: only the overall rhythm counts.
        """
        chat = self._chat(chat_id)
        waiter = _Waiter(lane, next(self._numbers), cost, in_chat, asyncio.get_running_loop().create_future())
        wait = self._opens_at(chat, waiter) - self._ticks.now()
        if at_most is not None and wait > at_most:
            raise NoRoomYet(wait)
        heapq.heappush(chat.waiters, waiter)
        self.waiting += 1
        self._place(chat)
        self._advance()
        try:
            async with asyncio.timeout(at_most):
                await waiter.turn
        except TimeoutError:
            raise NoRoomYet(1.0) from None
        finally:
            self.waiting -= 1
            if waiter.turn.cancelled():
                self._place(chat)
                self._advance()

    def pause(self, chat_id: int | str, seconds: float) -> None:
        """A chat heard 429: it alone waits, unless several different chats heard it within a second."""
        if self._on_refusal is not None:
            self._on_refusal()
        now = self._ticks.now()
        chat = self._chat(chat_id)
        chat.rhythm.paused_until = max(chat.rhythm.paused_until, now + seconds)
        self._refused.append((now, chat_id))
        while self._refused[0][0] < now - 1:
            self._refused.popleft()
        if len({refused for _, refused in self._refused}) >= SEVERAL_CHATS:
            log.warning("telegram.paused", seconds=seconds)
            self._paused_until = max(self._paused_until, now + seconds)
        self._place(chat)
        self._advance()

    async def initialize(self) -> None:
        """Nothing to prepare: timers start with the first waiter."""

    async def shutdown(self) -> None:
        """Put off the timer; who still waits is cancelled by whoever ends the process."""
        if self._alarm is not None:
            self._alarm.cancel()

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | JSONDict | list[JSONDict]]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: LaneArgs | None,
    ) -> bool | JSONDict | list[JSONDict]:
        """Wait for the turn, say that the call starts, make it. A 429 pauses the chat and is raised to the caller."""
        turn = rate_limit_args or LaneArgs()
        chat_id = data.get("chat_id")
        if chat_id is not None and is_paced(endpoint):
            in_chat = counts_in_chat(endpoint, chat_id)
            cost = len(data.get("media", ())) if endpoint == "sendMediaGroup" else 1
            await self.acquire(chat_id, turn.lane, cost=cost, in_chat=in_chat, at_most=turn.at_most)
        if turn.starting is not None:
            await turn.starting()
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as refusal:
            if chat_id is not None:
                self.pause(chat_id, seconds_of(refusal.retry_after))
            raise

    def _chat(self, chat_id: int | str) -> _Chat:
        chat = self._chats.get(chat_id)
        if chat is None:
            if len(self._chats) % TIDY_EVERY == TIDY_EVERY - 1:
                self._tidy()
            is_group = str(chat_id).startswith(("-", "@"))
            chat = self._chats[chat_id] = _Chat(ChatRhythm(is_group, self._group_per_minute))
        return chat

    def _tidy(self) -> None:
        now = self._ticks.now()
        self._chats = {id_: c for id_, c in self._chats.items() if c.waiters or not c.rhythm.is_forgotten(now)}

    def _opens_at(self, chat: _Chat, waiter: _Waiter) -> float:
        if not waiter.in_chat:
            return chat.rhythm.paused_until
        return chat.rhythm.opens_at(waiter.lane, self._ticks.now(), waiter.cost)

    def _place(self, chat: _Chat) -> None:
        """Put a chat where its most urgent waiter belongs; its older places count no more."""
        first = chat.first()
        chat.stamp = next(self._stamps)
        if first is None:
            return
        opens_at = self._opens_at(chat, first)
        if opens_at <= self._ticks.now():
            heapq.heappush(self._ready, (first.lane, first.number, chat.stamp, chat))
        else:
            heapq.heappush(self._asleep, (opens_at, chat.stamp, 0, chat))

    def _advance(self) -> None:
        """Grant every turn that has come, then set the timer for the next one."""
        now = self._ticks.now()
        while True:
            self._wake_chats(now)
            chat = self._next_chat()
            if chat is None or self._room_at(chat.waiters[0].lane) > now:
                break
            self._grant(chat, now)
        self._set_alarm(chat)

    def _wake_chats(self, now: float) -> None:
        while self._asleep and self._asleep[0][0] <= now:
            _, stamp, _, chat = heapq.heappop(self._asleep)
            if stamp == chat.stamp:
                self._place(chat)

    def _next_chat(self) -> _Chat | None:
        while self._ready:
            _, number, stamp, chat = self._ready[0]
            first = chat.first()
            if stamp == chat.stamp and first is not None and first.number == number:
                return chat
            heapq.heappop(self._ready)
            if stamp == chat.stamp:
                self._place(chat)
        return None

    def _grant(self, chat: _Chat, now: float) -> None:
        heapq.heappop(self._ready)
        waiter = heapq.heappop(chat.waiters)
        self._even = max(self._even, now) + waiter.cost / self._per_second
        if waiter.in_chat:
            chat.rhythm.note(now, waiter.cost)
        waiter.turn.set_result(None)
        self._place(chat)

    def _room_at(self, lane: Lane) -> float:
        return max(self._paused_until, self._even - AHEAD_OVERALL[lane] / self._per_second)

    def _set_alarm(self, ready: _Chat | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        moments = [self._asleep[0][0]] if self._asleep else []
        if ready is not None:
            moments.append(self._room_at(ready.waiters[0].lane))
        if moments:
            self._alarm = self._ticks.call_at(min(moments), self._advance)


def is_paced(endpoint: str) -> bool:
    """Whether Telegram counts this method as a message. Answers to presses, look-ups and removals are free."""
    return endpoint.startswith(("send", "edit", "copy", "forward")) and endpoint != "sendChatAction"


def counts_in_chat(endpoint: str, chat_id: int | str) -> bool:
    """An edit in a private chat disturbs nobody there: only the overall rhythm counts."""
    return not endpoint.startswith("edit") or str(chat_id).startswith(("-", "@"))


def seconds_of(period: int | float | timedelta) -> float:
    """A period of the Bot API in seconds; the library gives either."""
    return period.total_seconds() if isinstance(period, timedelta) else float(period)
