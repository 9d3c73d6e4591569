"""How fast a bot may send before it hears 429: models of a limit whose true form Telegram keeps to itself.

`bucket`: 30 tokens, 30 a second. `strict`: never more than 30 in any second. Both: one message a second to a private
chat,
20 a minute to a group. A refused call costs nothing, `retry_after` is whole seconds, at least one.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, get_args

from .errors import too_many_requests

Model = Literal["off", "bucket", "strict"]
MODELS: tuple[Model, ...] = get_args(Model)
OVERALL = 30
PER_GROUP = 20


@dataclass
class Window:
    """Accepts `most` within any `seconds`."""

    most: int
    seconds: float
    accepted: deque[float] = field(default_factory=deque)

    def wait(self, now: float, cost: int) -> float:
        while self.accepted and self.accepted[0] <= now - self.seconds:
            self.accepted.popleft()
        too_many = len(self.accepted) + cost - self.most
        if too_many <= 0 or not self.accepted:
            return 0
        return self.accepted[min(too_many, len(self.accepted)) - 1] + self.seconds - now

    def take(self, now: float, cost: int) -> None:
        self.accepted.extend([now] * cost)


@dataclass
class Bucket:
    """Tokens that refill evenly."""

    most: int
    per_second: float
    tokens: float
    filled_at: float = 0

    def wait(self, now: float, cost: int) -> float:
        self.tokens = min(self.most, self.tokens + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        return max(0.0, (cost - self.tokens) / self.per_second)

    def take(self, now: float, cost: int) -> None:
        del now
        self.tokens -= cost


class Limits:
    """Counts what each bot sends; asked before a message is accepted."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self.model: Model = "off"
        self._ticks = ticks
        self._overall: dict[int, Window | Bucket] = {}
        self._chats: dict[tuple[int, int], Window] = {}

    def set_model(self, model: Model) -> None:
        self.model = model
        self._overall.clear()
        self._chats.clear()

    def check(self, bot_id: int, chat_id: int, *, cost: int = 1, edit: bool = False) -> None:
        """Accept one sending or refuse it with 429. An edit counts overall and in groups, not in a private chat."""
        if self.model == "off":
            return
        now = self._ticks()
        gates = [self._overall_gate(bot_id, now)]
        if chat_id < 0 or not edit:
            gates.append(self._chat_gate(bot_id, chat_id))
        wait = max(gate.wait(now, cost) for gate in gates)
        if wait > 0:
            raise too_many_requests(max(1, math.ceil(wait)))
        for gate in gates:
            gate.take(now, cost)

    def _overall_gate(self, bot_id: int, now: float) -> Window | Bucket:
        if bot_id not in self._overall:
            self._overall[bot_id] = (
                Window(OVERALL, 1) if self.model == "strict" else Bucket(OVERALL, OVERALL, OVERALL, now)
            )
        return self._overall[bot_id]

    def _chat_gate(self, bot_id: int, chat_id: int) -> Window:
        window = Window(PER_GROUP, 60) if chat_id < 0 else Window(1, 1)
        return self._chats.setdefault((bot_id, chat_id), window)
