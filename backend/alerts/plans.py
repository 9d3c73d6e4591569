"""What an escalation policy says: its steps and times as data, read from `policies.toml` or from what staff typed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from backend.alerts.errors import PolicyInvalid
from backend.alerts.states import TargetKind
from backend.kernel.alarms import AlarmKind
from backend.messaging.contents import ChannelName

DEFAULT_FILE = Path(__file__).with_name("policies.toml")
FOREVER = -1
MOST_STEPS = 12
LONGEST_WAIT = 24 * 3600
ALL_CHANNELS = tuple(ChannelName)
PARTNERS = ("property", "police", "fire", "health", "department")

_CLOSED = ConfigDict(extra="forbid")
_Seconds = Annotated[int, Field(ge=0, le=LONGEST_WAIT)]
_Written = Annotated[str, Field(pattern=r"^[a-z_]+(:[a-z0-9-]+)?(@[a-z,]+)?$", max_length=60)]


@dataclass(frozen=True, config=_CLOSED)
class Target:
    """Whom a step calls. Ranks count the contacts that can be reached, from 1; `last` None means all from `first`."""

    kind: TargetKind
    first: int = 1
    last: int | None = None
    partner: str = ""
    channels: tuple[ChannelName, ...] = ALL_CHANNELS


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Step:
    """`after` seconds since the step before it; `parallel` together with that. Repeated `times`, `every` seconds."""

    to: Annotated[tuple[_Written, ...], Field(min_length=1, max_length=10)]
    after: _Seconds = 0
    parallel: bool = False
    times: Annotated[int, Field(ge=1, le=20)] = 1
    every: _Seconds = 0

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target_of(written) for written in self.to)

    @model_validator(mode="after")
    def _fits(self) -> Step:
        for written in self.to:
            target_of(written)
        if self.times > 1 and self.every < 10:
            raise ValueError("a step that is repeated leaves at least ten seconds")
        if self.parallel and self.after:
            raise ValueError("a parallel step has no delay of its own")
        return self


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Plan:
    """How one kind of alert climbs.

    After the last step it begins again at `repeat_from` after `repeat_after` seconds, `repeats` times (FOREVER: until
    a human acts). Who takes the alert must have made contact within `contact_within` (on the way: `arrive_within`)
    and ended it within `resolve_within` seconds; otherwise it climbs on. `hours`: only between these local hours.
    """

    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=MOST_STEPS)]
    repeat_from: Annotated[int, Field(ge=1, le=MOST_STEPS)] = 1
    repeat_after: Annotated[int, Field(ge=30, le=LONGEST_WAIT)] = 120
    repeats: Annotated[int, Field(ge=FOREVER, le=100)] = 0
    contact_within: Annotated[int, Field(ge=60, le=LONGEST_WAIT)] = 300
    arrive_within: Annotated[int, Field(ge=60, le=LONGEST_WAIT)] = 900
    resolve_within: Annotated[int, Field(ge=300, le=7 * LONGEST_WAIT)] = 4 * 3600
    hours: tuple[Annotated[int, Field(ge=0, le=23)], Annotated[int, Field(ge=1, le=24)]] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Plan:
        if self.steps[0].after or self.steps[0].parallel:
            raise ValueError("the first step is taken at once")
        if self.repeat_from > len(self.steps):
            raise ValueError("there is no such step to begin again at")
        if self.hours is not None and self.hours[0] >= self.hours[1]:
            raise ValueError("the hours end before they begin")
        return self


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class DefaultPolicy:
    """One entry of the file: the kinds of alarms that climb by this plan."""

    key: Annotated[str, Field(pattern=r"^[a-z_]+$", max_length=24)]
    kinds: tuple[AlarmKind, ...]
    plan: Plan


_PLAN = TypeAdapter(Plan)
_FILE = TypeAdapter(tuple[DefaultPolicy, ...])


def target_of(written: str) -> Target:
    """Read `contact:1-2@voice,sms`, `duty_worker`, `partner:fire`; raises ValueError."""
    body, _, ways = written.partition("@")
    kind, _, which = body.partition(":")
    channels = tuple(ChannelName(way) for way in ways.split(",")) if ways else ALL_CHANNELS
    target = TargetKind(kind)
    if target is TargetKind.PARTNER:
        if which not in PARTNERS:
            raise ValueError(f"no such partner: {which}")
        return Target(target, partner=which, channels=channels)
    if target is not TargetKind.CONTACT:
        if which:
            raise ValueError(f"{kind} takes no {which}")
        return Target(target, channels=channels)
    first, dash, last = (which or "1-").partition("-")
    end = (int(last) if last else None) if dash else int(first)
    if int(first) < 1 or (end is not None and end < int(first)):
        raise ValueError("ranks count from 1")
    return Target(target, int(first), end, channels=channels)


def plan_of(written: Mapping[str, Any]) -> Plan:
    """The plan that `written_plan` wrote or staff typed; raises PolicyInvalid with the reason."""
    try:
        return _PLAN.validate_python(dict(written))
    except ValidationError as error:
        raise PolicyInvalid(str(error.errors()[0]["msg"])) from error


def written_plan(plan: Plan) -> dict[str, Any]:
    """The plan as JSON."""
    written: dict[str, Any] = _PLAN.dump_python(plan, mode="json")
    return written


@cache
def default_policies(path: Path = DEFAULT_FILE) -> tuple[DefaultPolicy, ...]:
    """The plans that every community begins with; every kind of alarm stands in exactly one, else ValueError."""
    policies = _FILE.validate_python(tomllib.loads(path.read_text(encoding="utf-8"))["policy"])
    kinds = [kind for policy in policies for kind in policy.kinds]
    if sorted(kinds) != sorted(AlarmKind):
        raise ValueError("every kind of alarm has exactly one default policy")
    return policies


def policy_key(kind: AlarmKind) -> str:
    """The key of the policy by which this kind climbs."""
    return next(policy.key for policy in default_policies() if kind in policy.kinds)


def default_plan(key: str) -> Plan:
    """The plan that a community begins with; raises KeyError."""
    return {policy.key: policy.plan for policy in default_policies()}[key]
