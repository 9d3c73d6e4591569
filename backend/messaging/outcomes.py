"""What an outcome means for the rows: one pure step from what the channel said to what is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.messaging.channel import Later, Never, Outcome, OutgoingMessage, Sent, Unknown
from backend.messaging.models import Action, MessageState
from backend.messaging.policy import next_try, says_again

LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """The message's new state; `next_try_at` only where it is pending again."""

    state: MessageState
    outcome: str
    reason: str | None = None
    next_try_at: datetime | None = None
    provider_id: str | None = None
    sender: str | None = None
    doubts: int = 0


def judge(message: OutgoingMessage, outcome: Outcome, now: datetime) -> Verdict:
    """Sent, later, never or unknown, by the lane's policy."""
    match outcome:
        case Sent(provider_id, sender):
            return Verdict(MessageState.SENT, "sent", None, None, provider_id, sender, message.doubts)
        case Later(reason, after):
            again = next_try(message, now, after=after)
            state = MessageState.PENDING if again else _end_of(message, now)
            return Verdict(state, "later", reason[:LONGEST_REASON], again, doubts=message.doubts)
        case Never(reason):
            return Verdict(MessageState.FAILED, "never", reason[:LONGEST_REASON], doubts=message.doubts)
        case Unknown(reason):
            again = next_try(message, now) if says_again(message, outcome) else None
            state = MessageState.PENDING if again else MessageState.UNKNOWN
            return Verdict(state, "unknown", reason[:LONGEST_REASON], again, doubts=message.doubts + 1)


def message_columns(message: OutgoingMessage, verdict: Verdict, now: datetime) -> dict[str, Any]:
    """The message row's new columns."""
    is_over = verdict.state is not MessageState.PENDING
    return {
        "id_": message.id,
        "state_": verdict.state,
        "is_again_": not is_over,
        "now_": now,
        "doubts_": verdict.doubts,
        "next_try_at_": verdict.next_try_at or now,
        "finished_at_": now if is_over else None,
        "provider_id_": verdict.provider_id,
        "last_error_": verdict.reason,
    }


def attempt_columns(message: OutgoingMessage, verdict: Verdict, now: datetime) -> dict[str, Any]:
    """The open attempt's end."""
    return {"message_id_": message.id, "finished_at_": now, "outcome_": verdict.outcome, "reason_": verdict.reason}


def card_columns(message: OutgoingMessage, verdict: Verdict) -> dict[str, Any] | None:
    """Where the card hangs now; None when nothing is known to have changed."""
    if message.card_id is None or verdict.state is not MessageState.SENT:
        return None
    gone = message.action is Action.REMOVE
    return {
        "id_": message.card_id,
        "message_id_": None if gone else verdict.provider_id,
        "sender_": None if gone else verdict.sender,
    }


def _end_of(message: OutgoingMessage, now: datetime) -> MessageState:
    has_expired = message.expires_at is not None
    return MessageState.EXPIRED if has_expired else MessageState.FAILED
