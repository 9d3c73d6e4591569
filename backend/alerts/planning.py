"""Who of a step's people is called now, who gets a summary later, and whom a carrier would refuse: pure rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from backend.alerts.callees import Callee
from backend.messaging.contents import ChannelName

ONE_NOTICE_IN = timedelta(minutes=2)
"""A person hears one notice in so long (promise P10), except of a new subject whose life is at stake."""

CALLEE_QUOTAS: Mapping[ChannelName, tuple[tuple[timedelta, int], ...]] = {
    # What carriers in mainland China put through to one number; more is refused there without a word to anybody.
    # Voice: doc 114036 of Alibaba Cloud (1 a minute, 5 an hour, 20 a day); SMS: its usual limits for notices.
    ChannelName.VOICE: ((timedelta(minutes=1), 1), (timedelta(hours=1), 5), (timedelta(days=1), 20)),
    ChannelName.SMS: ((timedelta(minutes=1), 2), (timedelta(hours=1), 10), (timedelta(days=1), 40)),
}
LONGEST_WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Heard:
    """One notification that left for an address by itself: when, and about whom. What was folded does not count."""

    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of the people of a step. `skipped` want to be left alone now, `known` heard of it just before."""

    called: tuple[Callee, ...] = ()
    folded: tuple[Callee, ...] = ()
    skipped: tuple[Callee, ...] = ()
    over_quota: tuple[Callee, ...] = ()
    known: tuple[Callee, ...] = ()

    @property
    def reaches_somebody(self) -> bool:
        """Whether a human hears of it now, or did a moment ago: then the ladder gives them their time."""
        return bool(self.called or self.folded or self.known)


@dataclass(slots=True)
class _Sorting:
    called: list[Callee] = field(default_factory=list)
    folded: list[Callee] = field(default_factory=list)
    skipped: list[Callee] = field(default_factory=list)
    over_quota: list[Callee] = field(default_factory=list)
    known: list[Callee] = field(default_factory=list)


def plan_calls(
    callees: Sequence[Callee],
    heard: Mapping[str, Sequence[Heard]],
    *,
    now: datetime,
    subject: str,
    is_life_safety: bool,
) -> Planned:
    """Decide for each callee; `heard` is by `Callee.who`, of the last LONGEST_WINDOW.

    Life safety is never folded when it is about somebody new; who heard of the same subject a moment ago is not told
    again, since the same words a second time help nobody.
    """
    sorting = _Sorting()
    for callee in callees:
        before = heard.get(callee.who, ())
        lately = [one for one in before if now - one.at < ONE_NOTICE_IN]
        if callee.is_quiet:
            sorting.skipped.append(callee)
        elif is_life_safety and any(one.subject == subject for one in lately):
            sorting.known.append(callee)
        elif lately and not is_life_safety:
            sorting.folded.append(callee)
        elif is_over_quota(callee.channel, before, now):
            sorting.over_quota.append(callee)
        else:
            sorting.called.append(callee)
    parts = (sorting.called, sorting.folded, sorting.skipped, sorting.over_quota, sorting.known)
    return Planned(*(tuple(part) for part in parts))


def is_over_quota(channel: ChannelName, heard: Sequence[Heard], now: datetime) -> bool:
    """Whether a carrier would refuse one more to this address."""
    quotas = CALLEE_QUOTAS.get(channel, ())
    return any(sum(now - one.at < window for one in heard) >= most for window, most in quotas)
