"""Facts of the registry; `backend.notify` says who hears them."""

from __future__ import annotations

from dataclasses import dataclass

from backend.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ResidentJoined(Event):
    """An account was proved to be a person of the registry; `decided_by_id` where it took a colleague to say so."""

    account_id: int
    person_id: int
    decided_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class JoiningUndecided(Event):
    """The telephone fits several people, or a child: staff decide who it is."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RoleGranted(Event):
    account_id: int
    grant_id: int


@dataclass(frozen=True, slots=True)
class RoleEnded(Event):
    """A role is over; whatever it opened (web sessions above all) closes in the same transaction."""

    account_id: int
    grant_id: int


@dataclass(frozen=True, slots=True)
class ChatBound(Event):
    bound_chat_id: int


@dataclass(frozen=True, slots=True)
class ChatUnbound(Event):
    """A chat no longer serves; `by_account_id` is None when Telegram told us (bot removed, group gone)."""

    bound_chat_id: int
    by_account_id: int | None


@dataclass(frozen=True, slots=True)
class ChatMigrated(Event):
    """A group became a supergroup: the same chat under a new id."""

    from_chat_id: int
    to_chat_id: int


@dataclass(frozen=True, slots=True)
class DutyChanged(Event):
    account_id: int
    on_duty: bool


@dataclass(frozen=True, slots=True)
class AccountForgotten(Event):
    """A person asked to be forgotten; every domain drops or anonymises what it holds of this account."""

    account_id: int


@dataclass(frozen=True, slots=True)
class RecordsLoaded(Event):
    """A file of records came in: people, homes and things of this community may be called otherwise now."""

    community_id: int
