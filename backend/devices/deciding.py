"""What one device's packets, or the passing of time, mean by its rules: pure, over all rules of one device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from backend.devices.fences.crossing import Fence, cross, outside_since, seems_out
from backend.devices.fences.fixes import believe, believed_time, place_of
from backend.devices.kinds import CommandKind, FencePurpose
from backend.devices.memory import FenceMemory, Memory
from backend.devices.noticing import Moment, notice
from backend.devices.observations import FixKind, Flag, Observation
from backend.devices.rules.book import RuleBook
from backend.devices.rules.judging import (
    NOTHING,
    Judged,
    Phase,
    RuleMemory,
    Verdict,
    due_at,
    judge_absence,
    judge_flags,
    judge_time,
    judge_value,
)
from backend.devices.rules.measures import Mark, Measure
from backend.devices.rules.rule import Rule
from backend.devices.stillness import becomes_too_long

MOST_LABELS = 8
"""Of one camera's events, each is remembered by itself; further ones share a memory."""
ASK_AGAIN_S = 600
STALE_S = 900
"""A place older than that is asked for when hours begin."""

ASKED_BY: Mapping[Flag, CommandKind] = {Flag.LEFT_FENCE: CommandKind.LOCATE_NOW}
"""What a device is asked when it claims this. A watch judges its own fence by a single fix, which proves nothing; the
fixes that it sends now are judged by our areas, and there two in a row must agree."""

_PURPOSES: Mapping[Mark, FencePurpose] = {
    Mark.OUTSIDE_CIRCLE: FencePurpose.CIRCLE,
    Mark.OUTSIDE_CURFEW: FencePurpose.CURFEW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What does not change within a batch: the device's rules, the areas of its wearer, where its clock stands."""

    book: RuleBook
    zone: ZoneInfo
    fences: Sequence[Fence] = ()
    depth_m: float | None = None
    interval_s: float = 86_400


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's verdict on something: `label` is the device's own word for it, where it has one."""

    rule: Rule
    verdict: Verdict
    value: float | None = None
    label: str = ""
    device_time: datetime | None = None


@dataclass(slots=True)
class Deciding:
    """One device in one batch: `memory` moves on with each packet, findings and questions gather."""

    at: Circumstances
    memory: Memory
    findings: list[Finding] = field(default_factory=list)
    asks: set[CommandKind] = field(default_factory=set)
    began: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.memory

    @property
    def has_learnt(self) -> bool:
        """Whether there is anything new to remember."""
        return self.memory is not self.began

    def take_in(self, observations: Sequence[Observation], received_at: datetime) -> None:
        """Judge one packet on its arrival."""
        moment = self._moment(received_at)
        for observation in observations:
            noticed = notice(self.memory, observation, moment)
            self.memory = noticed.memory
            for measure, value in noticed.measures:
                self._judge_measure(measure, value, observation, moment.at)
            if observation.flags and not observation.is_backfill:
                self._judge_flags(observation, moment.at)
            if observation.fix is not None and not observation.is_backfill:
                self._take_fix(observation, received_at)
        self.judge_marks(received_at, last_seen=moment.at)

    def let_time_pass(self, now: datetime, last_seen: float) -> None:
        """Judge what only had to last, and what has been missing for too long."""
        at = now.timestamp()
        for key, known in self.memory.rules.items():
            rule, label = self._rule_of(key)
            if rule is not None and known.phase == Phase.ARMED:
                self._keep(rule, judge_time(rule, known, at), label=label)
        self.judge_marks(now, last_seen=last_seen)
        self._ask_at_curfew(now)

    def judge_marks(self, now: datetime, *, last_seen: float) -> None:
        """Judge every absence; while the device itself is silent nobody can say whether its wearer moves."""
        for rule, since in self._marks(now, last_seen):
            known = self._known(rule)
            if since is None and known.phase != Phase.OPEN:
                continue
            due = None if since is None else self._too_long(rule, since)
            self._keep(rule, judge_absence(rule, known, due, now.timestamp()))

    def next_due(self, now: datetime, last_seen: float) -> float | None:
        """When time alone may next change something; None when only a packet can."""
        dues = [due for key, known in self.memory.rules.items() if (due := self._timer(key, known)) is not None]
        for rule, since in self._marks(now, last_seen):
            known = self._known(rule)
            if since is not None:
                dues.append(known.told_at + rule.repeat_s if known.phase == Phase.OPEN else self._too_long(rule, since))
        local = now.astimezone(self.at.zone)
        dues += [fence.hours.next_beginning(local).timestamp() for fence in self.at.fences if fence.hours is not None]
        return min(dues, default=None)

    def still_open(self, alarm: str, label: str) -> bool:
        """Whether another rule of the same alarm is still open, so that the condition is not over."""
        return any(
            rule is not None and rule.alarm == alarm and other == label and known.phase == Phase.OPEN
            for key, known in self.memory.rules.items()
            for rule, other in (self._rule_of(key),)
        )

    def _moment(self, received_at: datetime) -> Moment:
        return Moment(received_at.timestamp(), received_at.astimezone(self.at.zone), self.at.depth_m)

    def _judge_measure(self, measure: Measure, value: float, observation: Observation, at: float) -> None:
        for rule in self.at.book.by_measure[measure]:
            label = self._label(rule, observation.label or "") if measure is Measure.CAMERA_EVENT else ""
            judged = judge_value(rule, self._known(rule, label), value, at)
            self._keep(rule, judged, value=value, label=label, device_time=observation.device_time)

    def _judge_flags(self, observation: Observation, at: float) -> None:
        for flag in observation.flags:
            if flag in ASKED_BY:
                self._ask(ASKED_BY[flag], at)
        rules = {rule.key: rule for flag in observation.flags for rule in self.at.book.by_flag[flag]}
        for rule in rules.values():
            judged = judge_flags(rule, self._known(rule), observation.flags, at)
            self._keep(rule, judged, device_time=observation.device_time)

    def _take_fix(self, observation: Observation, received_at: datetime) -> None:
        assert observation.fix is not None
        at = believed_time(observation.device_time, received_at).timestamp()
        place = place_of(observation.fix, at)
        if place is None:
            return
        self.memory, believed = believe(self.memory, place, received_at.timestamp())
        if believed is None:
            return
        known = self.memory.fences
        if believed.kind == FixKind.CELL:
            if any(seems_out(fence.shape, believed) for fence in self.at.fences):
                self._ask(CommandKind.LOCATE_NOW, received_at.timestamp())
            return
        sides = {
            str(fence.id): cross(fence.shape, known.get(str(fence.id), FenceMemory()), believed)
            for fence in self.at.fences
        }
        self.memory = self.memory._replace(fences=sides)

    def _marks(self, now: datetime, last_seen: float) -> Iterator[tuple[Rule, float | None]]:
        local = now.astimezone(self.at.zone)
        speaks = now.timestamp() - last_seen <= self.at.interval_s
        for mark, rules in self.at.book.by_mark.items():
            if mark is Mark.MOVED and not speaks:
                continue
            for rule in rules:
                yield rule, self._since(mark, rule, local)

    def _since(self, mark: Mark, rule: Rule, local: datetime) -> float | None:
        if mark is Mark.WORN:
            return self.memory.off_since
        if mark is Mark.MOVED:
            return self.memory.moved_at if self.memory.worn is not False else None
        if not self.at.fences:
            return None
        is_open = self._known(rule).phase == Phase.OPEN
        return outside_since(self.at.fences, self.memory.fences, _PURPOSES[mark], local, is_open=is_open)

    def _too_long(self, rule: Rule, since: float) -> float:
        if rule.night_after_s is None:
            return since + rule.after_s
        moment = datetime.fromtimestamp(since, tz=UTC)
        return becomes_too_long(moment, self.at.zone, day_s=rule.after_s, night_s=rule.night_after_s).timestamp()

    def _timer(self, key: str, known: RuleMemory) -> float | None:
        rule, _ = self._rule_of(key)
        return due_at(rule, known) if rule is not None else None

    def _ask_at_curfew(self, now: datetime) -> None:
        local, at = now.astimezone(self.at.zone), now.timestamp()
        hours = any(fence.hours is not None and fence.hours.hold(local) for fence in self.at.fences)
        if hours and (self.memory.place is None or at - self.memory.place.at > STALE_S):
            self._ask(CommandKind.LOCATE_NOW, at)

    def _ask(self, kind: CommandKind, at: float) -> None:
        if at - self.memory.asked.get(kind.value, 0) >= ASK_AGAIN_S:
            self.memory = self.memory._replace(asked={**self.memory.asked, kind.value: at})
            self.asks.add(kind)

    def _label(self, rule: Rule, label: str) -> str:
        known = [key for key in self.memory.rules if key.startswith(f"{rule.key}:")]
        return label if len(known) < MOST_LABELS or f"{rule.key}:{label}" in known else ""

    def _known(self, rule: Rule, label: str = "") -> RuleMemory:
        return self.memory.rules.get(_key(rule, label), NOTHING)

    def _rule_of(self, key: str) -> tuple[Rule | None, str]:
        name, _, label = key.partition(":")
        rule = self.at.book.by_key.get(name)
        return (rule if rule is not None and rule.is_active else None), label

    def _keep(
        self,
        rule: Rule,
        judged: Judged,
        *,
        value: float | None = None,
        label: str = "",
        device_time: datetime | None = None,
    ) -> None:
        key = _key(rule, label)
        if judged.memory != self.memory.rules.get(key, NOTHING):
            rules = {**self.memory.rules, key: judged.memory}
            if judged.memory == NOTHING:
                del rules[key]
            self.memory = self.memory._replace(rules=rules)
        if judged.verdict is not None:
            self.findings.append(Finding(rule, judged.verdict, value, label, device_time))
        if judged.asks and rule.asks is not None and judged.memory.since:
            self._ask(rule.asks, judged.memory.since)


def _key(rule: Rule, label: str) -> str:
    return f"{rule.key}:{label}" if label else rule.key
