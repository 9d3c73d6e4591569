"""Facts that the outbox records while delivering: the registry and others react in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass

from backend.kernel.events import Event
from backend.messaging.contents import ChannelName
from backend.messaging.receipt_models import ReceiptStatus


@dataclass(frozen=True, slots=True)
class ContactBlocked(Event):
    """An address refuses us. `account_id` is known for private chats; a group that put the bot out has none."""

    channel: str
    address: str
    account_id: int | None


@dataclass(frozen=True, slots=True)
class ChatMigrated(Event):
    """A group became a supergroup and has a new id; the outbox has already followed."""

    old_chat_id: int
    new_chat_id: int


@dataclass(frozen=True, slots=True)
class MessageFailed(Event):
    """A message will not arrive by this channel; whoever wrote it may take the next rung."""

    dedup_key: str
    channel: str
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class MessageDelayed(Event):
    """An emergency cannot leave by this channel just now. It is tried on, but the next way should not wait for it."""

    message_id: int
    dedup_key: str
    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReceiptNoted(Event):
    """A message has come further, by what its provider says."""

    message_id: int
    channel: ChannelName
    status: ReceiptStatus
    dedup_key: str
