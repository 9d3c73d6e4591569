"""Somebody whom a step calls, by one way: what the planner decides on and what notices are made for."""

from __future__ import annotations

from dataclasses import dataclass

from backend.alerts.states import TargetKind
from backend.messaging.contents import ChannelName, Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Callee:
    """One address. `key` is the dedup key of the message once the planner has given it."""

    target: TargetKind
    to: Recipient
    language: str
    contact_id: int | None = None
    method_id: int | None = None
    account_id: int | None = None
    relation: str = ""
    name: str = ""
    sees_health: bool = False
    sees_place: bool = False
    is_quiet: bool = False
    key: str = ""

    @property
    def channel(self) -> ChannelName:
        return self.to.channel

    @property
    def is_chat(self) -> bool:
        """Whether a card hangs there instead of a message: in groups only, also where people stand in for a chat."""
        return self.to.is_group

    @property
    def who(self) -> str:
        """Tells the addresses of one step apart in keys."""
        return f"{self.to.channel.value}-{self.to.address}"
