"""What a carrier is: it takes calls or SMS to numbers, says what it can do, and how each request went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from backend.messaging.contents import ChannelName, Content, Lane


@dataclass(frozen=True, slots=True)
class Quota:
    """At most so many to one telephone within a window; a carrier refuses silently what is beyond."""

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Service:
    """What a carrier does by one channel. Countries are calling codes; `only_to` None: everywhere but `not_to`."""

    two_way: bool = False
    """Answers by SMS come back."""
    keypress: bool = False
    """Keys come back."""
    bridge: bool = False
    """Somebody else can be brought into a call that goes on: key 3."""
    only_to: frozenset[str] | None = None
    not_to: frozenset[str] = frozenset()
    home: frozenset[str] = frozenset()
    """Where it is at home, and preferred."""
    quotas: tuple[Quota, ...] = ()
    quota_countries: frozenset[str] | None = None
    """Where the quotas hold; None: everywhere."""

    def reaches(self, country: str) -> bool:
        """Whether it carries to this country at all."""
        return country not in self.not_to and (self.only_to is None or country in self.only_to)

    def quotas_for(self, country: str) -> tuple[Quota, ...]:
        """The limits that hold for a number of this country."""
        return self.quotas if self.quota_countries is None or country in self.quota_countries else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneRequest:
    """One call or SMS to be made now. `attempt_id` names the row that was written before it."""

    message_id: int
    attempt_id: int
    channel: ChannelName
    number: str
    country: str
    content: Content
    lane: Lane
    started_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The carrier has it."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not carried, and never to this number. `opted_out`: the owner told the carrier to stop."""

    reason: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Down:
    """Certainly not carried: the carrier cannot be reached or does not work for us."""

    reason: str


@dataclass(frozen=True, slots=True)
class Busy:
    """Certainly not carried: too fast for the carrier."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It may or may not have been carried."""

    reason: str


CarrierAnswer = Taken | Refused | Down | Busy | Doubtful


class PhoneCarrier(Protocol):
    """One provider of telephone services. Implementations never raise for what the network or the provider does."""

    @property
    def name(self) -> str:
        """At most 16 letters; stands in rows and addresses."""
        ...

    @property
    def services(self) -> Mapping[ChannelName, Service]:
        """What it can do, by channel."""
        ...

    async def request(self, request: PhoneRequest) -> CarrierAnswer:
        """Make the call or send the SMS, within ten seconds."""
        ...

    async def find(self, request: PhoneRequest) -> tuple[str, ...] | None:
        """The ids of what it has lately carried to this number and that may be this request; None: it cannot say."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
