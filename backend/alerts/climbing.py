"""Where an escalation goes next: pure decisions over a plan, a position and what became of the calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from backend.alerts.plans import FOREVER, Plan
from backend.alerts.standing import Standing
from backend.alerts.states import BAD_OUTCOMES, AckKind, AlertState, Outcome
from backend.messaging.contents import ChannelName


@dataclass(frozen=True, slots=True)
class Position:
    """Which step was taken last (from 1; 0 none yet), for which time in a row, in which round."""

    step: int = 0
    turn: int = 0
    loop: int = 1


@dataclass(frozen=True, slots=True)
class Move:
    """The next position and how many seconds after the last one."""

    to: Position
    after: int


def next_move(plan: Plan, at: Position, *, forever: bool) -> Move | None:
    """What comes after `at`; None when everything was tried. `forever`: what is life safety never gives up."""
    if 0 < at.step <= len(plan.steps) and at.turn < plan.steps[at.step - 1].times:
        return Move(Position(at.step, at.turn + 1, at.loop), plan.steps[at.step - 1].every)
    if at.step < len(plan.steps):
        return Move(Position(at.step + 1, 1, at.loop), plan.steps[at.step].after)
    if forever or plan.repeats == FOREVER or at.loop <= plan.repeats:
        return Move(Position(plan.repeat_from, 1, at.loop + 1), plan.repeat_after)
    return None


def within_hours(plan: Plan, moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or the next at which this plan may call anybody."""
    if plan.hours is None:
        return moment
    opens, closes = plan.hours
    local = moment.astimezone(zone)
    if opens <= local.hour < closes:
        return moment
    day = local if local.hour < opens else local + timedelta(days=1)
    return day.replace(hour=opens, minute=0, second=0, microsecond=0).astimezone(moment.tzinfo)


@dataclass(frozen=True, slots=True)
class Called:
    """One notification of the step that was taken last."""

    channel: ChannelName
    outcome: Outcome | None
    is_person: bool = True


def climbs_now(calls: Sequence[Called], failed: ChannelName) -> bool:
    """Whether the next rung is called at once, after a call by `failed` ended badly.

    A call that rings elsewhere is waited for. A message in somebody's pocket is not: it has nobody's voice yet.
    What failed in text only matters when no call rings and nothing else arrived.
    """
    if any(call.channel is ChannelName.VOICE and call.outcome is None for call in calls):
        return False
    if failed is ChannelName.VOICE:
        return True
    return not any(_has_hope(call) for call in calls)


def _has_hope(call: Called) -> bool:
    return call.outcome not in BAD_OUTCOMES and call.outcome not in (Outcome.FOLDED, Outcome.WITHDRAWN)


def patience_after(plan: Plan, standing: Standing, said: AckKind) -> timedelta | None:
    """How long the ladder waits for more after an acknowledgement; None when it is over or climbs."""
    if standing.state is not AlertState.ACKNOWLEDGED:
        return None
    if standing.is_reached:
        return timedelta(seconds=plan.resolve_within)
    return timedelta(seconds=plan.arrive_within if said is AckKind.EN_ROUTE else plan.contact_within)


def in_rank(ranks: Iterable[int], first: int, last: int | None) -> list[int]:
    """Those of the ranks that a target means."""
    return [rank for rank in ranks if rank >= first and (last is None or rank <= last)]
