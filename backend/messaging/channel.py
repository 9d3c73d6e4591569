"""What a channel is: it takes one message to a provider and says how that went."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from backend.messaging.contents import Content, Lane, Recipient
from backend.messaging.models import Action


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """A claimed message. For a card, `posted_id` and `posted_by` say what there is to edit (None: post it)."""

    id: int
    to: Recipient
    lane: Lane
    action: Action
    content: Content
    dedup_key: str
    attempts: int = 0
    doubts: int = 0
    due_at: datetime | None = None
    expires_at: datetime | None = None
    card_id: int | None = None
    posted_id: str | None = None
    posted_by: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider has it. `sender` is which of our accounts there sent it, for later edits."""

    provider_id: str
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Certainly not delivered; try again. `after` None: the lane's back-off decides. `moved_to`: a new address."""

    reason: str
    after: timedelta | None = None
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """Certainly not delivered and it never will be by this channel. `blocked`: the address refuses us altogether."""

    reason: str
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The call left and its end was not heard: the provider may have it."""

    reason: str
    crashed: bool = False


Outcome = Sent | Later | Never | Unknown

Starting = Callable[[], Awaitable[None]]
"""Await it when everything is ready and right before the first byte may leave: it writes the attempt.

Raises LeaseLost when the message is no longer this process's to send: let it pass through.
"""


class LeaseLost(Exception):
    """Another process has taken the message over."""


class Channel(Protocol):
    """One way to people. Implementations never raise for what a provider or the network does: they return it."""

    async def send(self, message: OutgoingMessage, starting: Starting) -> Outcome:
        """Deliver `message`, awaiting `starting` right before the call leaves."""
        ...

    async def reconcile(self, message: OutgoingMessage) -> Outcome | None:
        """Ask the provider what became of a message in doubt; None where it cannot be asked."""
        ...
