"""Telegram's limits as we keep them: how much leaves when, and what each lane may take ahead of others."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from backend.messaging.contents import Lane

PRIVATE_GAP = 1.05
"""Seconds between messages to one private chat: Telegram's one a second, and room for a call that was slow to leave."""
GROUP_WINDOW = 61.0
"""Seconds in which a group hears its number of messages: Telegram's minute, with the same room."""

AHEAD_OVERALL: Mapping[Lane, int] = {Lane.EMERGENCY: 14, Lane.URGENT: 10, Lane.REPLY: 8, Lane.NORMAL: 5, Lane.BULK: 5}
"""Messages that may leave ahead of the even rhythm; the lower lanes then wait until it is paid back.

This is the room kept for emergencies: a broadcast in its even rhythm leaves Telegram's own bucket (about 30) nearly
full, and nine alarms at once fit into it. Five for everybody make good what late timers and a busy machine lose.
"""

AHEAD_IN_PRIVATE: Mapping[Lane, int] = {Lane.URGENT: 2, Lane.REPLY: 2, Lane.NORMAL: 0, Lane.BULK: 0}
"""Telegram's FAQ allows short bursts to one chat: a dialogue may use it, what nobody waits for may not.

Emergencies are not in the table: they do not wait for a private chat's rhythm at all.
"""

KEPT_IN_GROUP: Mapping[Lane, int] = {Lane.EMERGENCY: 0, Lane.URGENT: 1, Lane.REPLY: 2, Lane.NORMAL: 3, Lane.BULK: 5}
"""Of a group's messages in a minute so many stay free for the lanes above."""


@dataclass
class ChatRhythm:
    """What one chat has heard and when it may hear more. Times are of the limiter's clock, in seconds."""

    is_group: bool
    per_minute: int
    paused_until: float = float("-inf")
    _even: float = float("-inf")
    _heard: deque[float] = field(default_factory=deque)

    def opens_at(self, lane: Lane, now: float, cost: int) -> float:
        """When a message of `lane` may go; never later for a higher lane than for a lower one."""
        if self.is_group:
            return max(self.paused_until, self._window_opens_at(lane, now, cost))
        if lane is Lane.EMERGENCY:
            return self.paused_until
        return max(self.paused_until, self._even - AHEAD_IN_PRIVATE[lane] * PRIVATE_GAP)

    def note(self, now: float, cost: int) -> None:
        """Count what leaves now."""
        if self.is_group:
            self._heard.extend([now] * cost)
        else:
            self._even = max(self._even, now) + PRIVATE_GAP

    def is_forgotten(self, now: float) -> bool:
        """Whether nothing of the past matters any more."""
        self._drop_old(now)
        return not self._heard and self._even <= now and self.paused_until <= now

    def _window_opens_at(self, lane: Lane, now: float, cost: int) -> float:
        self._drop_old(now)
        allowed = max(self.per_minute - KEPT_IN_GROUP[lane], 1)
        too_many = len(self._heard) + cost - allowed
        if too_many <= 0 or not self._heard:
            return float("-inf")
        return self._heard[min(too_many, len(self._heard)) - 1] + GROUP_WINDOW

    def _drop_old(self, now: float) -> None:
        while self._heard and self._heard[0] <= now - GROUP_WINDOW:
            self._heard.popleft()
