"""One rule, checked for sense when it is read; and the defaults, read from `defaults.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from backend.devices.errors import RuleUnfit
from backend.devices.kinds import CommandKind
from backend.devices.observations import Flag
from backend.devices.rules.measures import Mark, Measure
from backend.kernel.alarms import AlarmKind, Certainty, Severity

DEFAULTS = Path(__file__).with_name("defaults.toml")
MOST_SAMPLES = 10
LONGEST = 14 * 24 * 3600

Seconds = Annotated[int, Field(ge=0, le=LONGEST)]
Limit = Annotated[float, Field(ge=-1000, le=100_000, allow_inf_nan=False)]


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Rule:
    """When to alarm. Exactly one of `measure`, `flags` and `mark` says what it looks at.

    A measure is a hit from `at_least` up, or from `at_most` down, and over only when it reaches `clears_at`: between
    the two nothing changes. It alarms when `times` of the last `of` readings, none older than `within_s`, are hits, and
    has been so for `for_s`, also if no further reading comes. A mark alarms after `after_s`; hours of the night count
    as much as their share of `night_after_s`. While it lasts it alarms again every `repeat_s` (0: with each reading).
    """

    key: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=40)]
    alarm: AlarmKind
    severity: Severity
    certainty: Certainty = Certainty.LIKELY
    measure: Measure | None = None
    at_least: Limit | None = None
    at_most: Limit | None = None
    clears_at: Limit | None = None
    times: Annotated[int, Field(ge=1, le=MOST_SAMPLES)] = 1
    of: Annotated[int, Field(ge=1, le=MOST_SAMPLES)] = 1
    within_s: Seconds | None = None
    for_s: Seconds = 0
    flags: tuple[Flag, ...] = ()
    ends_with: tuple[Flag, ...] = ()
    mark: Mark | None = None
    after_s: Seconds = 0
    night_after_s: Seconds | None = None
    repeat_s: Seconds = 600
    asks: CommandKind | None = None
    """What the device is asked at the first hit, so that a second reading comes soon."""
    is_active: bool = True
    source: Annotated[str, Field(max_length=400)] = ""

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        looks_at = sum((self.measure is not None, bool(self.flags), self.mark is not None))
        if looks_at != 1 or self.times > self.of:
            raise ValueError("a rule looks at one thing, and at enough of it")
        if self.measure is not None:
            self._check_limits()
        if self.mark is not None and self.after_s < 1:
            raise ValueError("an absence takes a while")
        return self

    def _check_limits(self) -> None:
        if (self.at_least is None) == (self.at_most is None) or self.clears_at is None:
            raise ValueError("a measure has one limit, and one at which it is over")
        over = self.at_least if self.at_least is not None else -(self.at_most or 0)
        clear = self.clears_at if self.at_least is not None else -self.clears_at
        if clear >= over:
            raise ValueError("what is a hit cannot be over")

    def is_hit(self, value: float) -> bool:
        """Whether a reading is beyond the limit."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0)

    def is_over(self, value: float) -> bool:
        """Whether a reading ends it."""
        assert self.clears_at is not None  # a rule with a measure has one
        return value <= self.clears_at if self.at_least is not None else value >= self.clears_at


FIXED = frozenset({"key", "alarm", "measure", "flags", "ends_with", "mark", "source"})
"""What makes a rule this rule; the rest may be set otherwise for a community or a person."""
CHANGEABLE = frozenset(field.name for field in fields(Rule)) - FIXED
NEVER_HELD_BACK = frozenset({AlarmKind.SOS, AlarmKind.SMOKE, AlarmKind.GAS})
"""What may be a call for help or a fire alarms at its first sign: nobody delays it or switches it off."""
LIMITED = frozenset({Measure.GAS, Measure.HYDROGEN_SULPHIDE})
"""Of these, what has a limit that may be set lower, never higher."""

_RULES: TypeAdapter[list[Rule]] = TypeAdapter(list[Rule])
_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)


@lru_cache(maxsize=1)
def default_rules() -> Mapping[str, Rule]:
    """The rules that hold where nobody said otherwise, by key."""
    written = tomllib.loads(DEFAULTS.read_text("utf-8"))["rule"]
    return {rule.key: rule for rule in _RULES.validate_python(written)}


def changeable(rule: Rule) -> frozenset[str]:
    """What of this rule may be set otherwise."""
    if rule.alarm not in NEVER_HELD_BACK:
        return CHANGEABLE
    return frozenset({"at_least", "clears_at"}) if rule.measure in LIMITED else frozenset()


def changed(rule: Rule, changes: Mapping[str, Any]) -> Rule:
    """The rule with other limits. Raises RuleUnfit for what makes no sense or may not be changed."""
    if not changeable(rule).issuperset(changes):
        raise RuleUnfit(rule.key)
    told = {field.name: getattr(rule, field.name) for field in fields(Rule)} | dict(changes)
    try:
        found = _RULE.validate_python(told)
    except ValidationError:
        raise RuleUnfit(rule.key) from None
    if _is_duller(found):
        raise RuleUnfit(rule.key)
    return found


def _is_duller(rule: Rule) -> bool:
    default = default_rules().get(rule.key)
    if default is None or rule.alarm not in NEVER_HELD_BACK or default.at_least is None or rule.at_least is None:
        return False
    return rule.at_least > default.at_least
