"""THE TABLE of what a lane does about failure and doubt; pure decisions over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.messaging.channel import OutgoingMessage, Unknown
from backend.messaging.contents import Lane
from backend.messaging.models import Action

MOST_DOUBTS = 2
"""So many calls with an unknown end, then nothing more: whoever it was has it twice rather than ten times."""


@dataclass(frozen=True, slots=True)
class LanePolicy:
    """`back_off` in seconds, the last repeated until `patience` after the due time; `room`: calls at once.

    `again_after_silence`: say it a second time when a call timed out; what was cut off by our own crash is always
    said again, because a crash takes messages that had hardly left (promise P1: nothing lost, at most one duplicate).
    """

    room: int
    back_off: tuple[float, ...]
    patience: timedelta
    again_after_silence: bool


POLICIES: Mapping[Lane, LanePolicy] = {
    Lane.EMERGENCY: LanePolicy(64, (1, 1, 2, 5, 10, 15), timedelta(hours=24), again_after_silence=True),
    Lane.URGENT: LanePolicy(32, (1, 2, 5, 15, 30), timedelta(hours=24), again_after_silence=True),
    Lane.REPLY: LanePolicy(32, (1, 2, 5, 15, 60), timedelta(hours=1), again_after_silence=False),
    Lane.NORMAL: LanePolicy(32, (2, 5, 15, 60, 300), timedelta(hours=24), again_after_silence=False),
    Lane.BULK: LanePolicy(64, (5, 30, 120, 600), timedelta(hours=24), again_after_silence=False),
}


def next_try(message: OutgoingMessage, now: datetime, *, after: timedelta | None = None) -> datetime | None:
    """When to try again what was certainly not delivered; None when patience or the message's life is over."""
    policy = POLICIES[message.lane]
    step = policy.back_off[min(max(message.attempts - 1, 0), len(policy.back_off) - 1)]
    moment = now + (timedelta(seconds=step) if after is None else after)
    end = (message.due_at or now) + policy.patience
    if message.expires_at is not None:
        end = min(end, message.expires_at)
    return moment if moment <= end else None


def says_again(message: OutgoingMessage, doubt: Unknown) -> bool:
    """Whether a message in doubt goes out once more.

    An edit or a removal is the same twice. A card that may not be there is work that nobody sees.
    """
    if message.action is Action.REMOVE or message.posted_id is not None:
        return True
    if message.doubts + 1 >= MOST_DOUBTS:
        return False
    return doubt.crashed or message.action is Action.CARD or POLICIES[message.lane].again_after_silence
