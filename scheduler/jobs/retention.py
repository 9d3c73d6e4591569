"""THE TABLE of what is forgotten and when, the job that does it, and the dry run that only counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.alerts.anonymising import BATCH as ALERTS
from backend.alerts.anonymising import anonymise_alerts, forget_places
from backend.cockpit.sessions import forget_old_sessions
from backend.devices import forget_packet_keys, forget_packets
from backend.devices.history import SLICE as PACKETS
from backend.issues.anonymising import BATCH, anonymise_issues, files_only_of, issues_to_anonymise
from backend.kernel.arrivals import forget_arrivals
from backend.kernel.conversations import forget_conversations
from backend.kernel.job_runs import forget_job_runs
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.retention import (
    SLICE,
    forget_closed_cards,
    forget_old_broadcasts,
    forget_old_messages,
    forget_old_receipts,
)
from backend.registry.invitations import forget_expired_invitations
from scheduler.turn import Step, Turn


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing. `step` forgets a slice and says how much it was; it is repeated while slices are `full`."""

    step: Step
    full: int
    before: Callable[[Turn], Awaitable[None]] | None = None
    """Outside any transaction, before each slice: what lies outside the database goes first."""


async def _broadcasts(uow: UnitOfWork) -> int:
    await forget_old_broadcasts(uow)
    return 0


async def _issues(uow: UnitOfWork) -> int:
    ids = await issues_to_anonymise(uow)
    return await anonymise_issues(uow, ids) if ids else 0


async def _files_of_issues(turn: Turn) -> None:
    """Remove the pictures of the issues that come next; going again over what is gone does no harm."""
    if turn.files is None:
        return
    async with turn.work.look() as uow:
        keys = await files_only_of(uow, await issues_to_anonymise(uow))
    for key in keys:
        await turn.files.forget(key)


def _days(number: int) -> timedelta:
    return timedelta(days=number)


_ALL = 2**31
"""These steps do everything at once."""

RULES: Mapping[str, Rule] = {
    # Telegram repeats unconfirmed updates for 24 hours; twice that is safe.
    "arrivals": Rule(lambda uow: forget_arrivals(uow, _days(2)), _ALL),
    "conversations": Rule(lambda uow: forget_conversations(uow, _days(30)), _ALL),
    "messages": Rule(forget_old_messages, SLICE),
    "receipts": Rule(forget_old_receipts, _ALL),
    "cards": Rule(forget_closed_cards, SLICE),
    "broadcasts": Rule(_broadcasts, _ALL),
    "web_sessions": Rule(forget_old_sessions, _ALL),
    "invitations": Rule(forget_expired_invitations, _ALL),
    "job_runs": Rule(lambda uow: forget_job_runs(uow, _days(60)), _ALL),
    "issues": Rule(_issues, BATCH, before=_files_of_issues),
    "alerts": Rule(anonymise_alerts, ALERTS),
    "places": Rule(forget_places, _ALL),
    "observed_packets": Rule(forget_packets, PACKETS),
    "packet_keys": Rule(forget_packet_keys, _ALL),
}


async def forget_the_old(turn: Turn) -> int:
    """Forget by every rule; returns how much it was altogether."""
    return sum([await _carry_out(turn, rule) for rule in RULES.values()])


async def _carry_out(turn: Turn, rule: Rule) -> int:
    total = 0
    while True:
        if rule.before is not None:
            await rule.before(turn)
        async with turn.batch() as uow:
            done = await rule.step(uow)
        total += done
        if done < rule.full:
            return total


class _OnlyLooking(Exception):
    """Rolls the dry run back."""


async def would_forget(work: Work) -> dict[str, int]:
    """What `forget_the_old` would do now, by rule: the same steps, in one transaction that is rolled back."""
    counts: dict[str, int] = {}
    try:
        async with work.begin() as uow:
            for name, rule in RULES.items():
                counts[name] = await _count(uow, rule)
            raise _OnlyLooking
    except _OnlyLooking:
        return counts


async def _count(uow: UnitOfWork, rule: Rule) -> int:
    total = 0
    while True:
        done = await rule.step(uow)
        total += done
        if done < rule.full:
            return total
