"""The pure heart of the rules: (what is remembered, what came, the rule, now) gives what to remember and a verdict.

Moments are seconds since 1970. What is remembered goes through JSON into the database after every batch, so a restart
forgets nothing that was pending.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from backend.devices.observations import Flag
from backend.devices.rules.rule import Rule


class Phase(StrEnum):
    CLEAR = "clear"
    PENDING = "pending"
    """Some hits, not enough yet."""
    ARMED = "armed"
    """Enough of them; it must only last."""
    OPEN = "open"


class Verdict(StrEnum):
    OPENED = "opened"
    AGAIN = "again"
    CLEARED = "cleared"


class RuleMemory(NamedTuple):
    """What one rule remembers of one device. `hits` are (moment, 1 or 0), oldest first.

    `since` is the first hit of a row that no miss has broken, 0 for none; once open, when it opened.
    """

    phase: str = Phase.CLEAR.value
    since: float = 0
    told_at: float = 0
    hits: tuple[tuple[float, int], ...] = ()


class Judged(NamedTuple):
    memory: RuleMemory
    verdict: Verdict | None = None
    asks: bool = False
    """Whether the device should be asked for another reading."""


NOTHING = RuleMemory()


def judge_value(rule: Rule, memory: RuleMemory, value: float, now: float) -> Judged:
    """Judge one reading of the rule's measure."""
    is_hit = rule.is_hit(value)
    if memory.phase == Phase.OPEN:
        return _judge_open(rule, memory, now, is_hit=is_hit, is_over=rule.is_over(value))
    hits = _recent(rule, (*memory.hits, (now, int(is_hit))), now)
    count = sum(hit for _, hit in hits)
    if not count or (rule.for_s and rule.is_over(value)):
        return Judged(NOTHING)  # what must last, and was over in between, begins anew
    asks = memory.phase == Phase.CLEAR and rule.asks is not None
    since = (memory.since or now) if is_hit or count >= rule.times else 0
    if count < rule.times:
        return Judged(RuleMemory(Phase.PENDING.value, since, 0, hits), asks=asks)
    if is_hit and now - since >= rule.for_s:
        return Judged(RuleMemory(Phase.OPEN.value, now, now), Verdict.OPENED)
    return Judged(RuleMemory(Phase.ARMED.value, since, 0, hits), asks=asks)


def judge_flags(rule: Rule, memory: RuleMemory, flags: tuple[Flag, ...], now: float) -> Judged:
    """Judge the flags of one observation, where the rule looks at flags."""
    is_hit = any(flag in flags for flag in rule.flags)
    is_over = not is_hit and any(flag in flags for flag in rule.ends_with)
    return _judge_state(rule, memory, now, is_hit=is_hit, is_over=is_over)


def judge_absence(rule: Rule, memory: RuleMemory, due: float | None, now: float) -> Judged:
    """Judge a rule with a mark; `due` is when the absence becomes too long, None while nothing is missing."""
    is_hit = due is not None and now >= due
    return _judge_state(rule, memory, now, is_hit=is_hit, is_over=not is_hit)


def judge_time(rule: Rule, memory: RuleMemory, now: float) -> Judged:
    """Let time alone finish what only had to last."""
    if memory.phase == Phase.ARMED and now - memory.since >= rule.for_s:
        return Judged(RuleMemory(Phase.OPEN.value, now, now), Verdict.OPENED)
    return Judged(memory)


def due_at(rule: Rule, memory: RuleMemory) -> float | None:
    """When `judge_time` must be asked at the latest; None while only a reading can change anything."""
    return memory.since + rule.for_s if memory.phase == Phase.ARMED else None


def _judge_state(rule: Rule, memory: RuleMemory, now: float, *, is_hit: bool, is_over: bool) -> Judged:
    if memory.phase == Phase.OPEN:
        return _judge_open(rule, memory, now, is_hit=is_hit, is_over=is_over)
    return Judged(RuleMemory(Phase.OPEN.value, now, now), Verdict.OPENED) if is_hit else Judged(memory)


def _judge_open(rule: Rule, memory: RuleMemory, now: float, *, is_hit: bool, is_over: bool) -> Judged:
    if is_over:
        return Judged(NOTHING, Verdict.CLEARED)
    if is_hit and now - memory.told_at >= rule.repeat_s:
        return Judged(memory._replace(told_at=now), Verdict.AGAIN)
    return Judged(memory)


def _recent(rule: Rule, hits: tuple[tuple[float, int], ...], now: float) -> tuple[tuple[float, int], ...]:
    kept = hits[-rule.of :]
    if rule.within_s is None:
        return kept
    return tuple(hit for hit in kept if now - hit[0] <= rule.within_s)
