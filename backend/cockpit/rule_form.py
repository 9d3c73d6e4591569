"""The form of a device rule: which of its numbers people may set, in the units that people use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.cockpit.errors import FieldInvalid
from backend.cockpit.forms import Typed
from backend.devices.rules.measures import UNITS, Measure
from backend.devices.rules.rule import MOST_SAMPLES, Rule, changeable
from backend.kernel.alarms import Severity

_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,3})?", re.ASCII)
MOST_MINUTES = 14 * 24 * 60
YES_OR_NO = frozenset({Measure.SMOKE, Measure.TILTED, Measure.LEAK, Measure.DOOR_OPEN, Measure.CAMERA_EVENT})
"""Measures without a limit that anybody could set: it is so, or it is not."""


@dataclass(frozen=True, slots=True)
class RuleField:
    """One number of a rule. `attribute` is its name in the rule; a duration is seconds there and minutes here."""

    name: str
    attribute: str
    is_duration: bool = False
    unit: str = ""

    def shown(self, rule: Rule) -> str:
        """The rule's present number as it stands in the form."""
        value = getattr(rule, self.attribute)
        if value is None:
            return ""
        return f"{value / 60:g}" if self.is_duration else f"{value:g}"

    def read(self, typed: Typed) -> float | int:
        """What was typed, as the rule wants it; raises FieldInvalid."""
        if self.is_duration:
            return typed.number(self.name, least=0, most=MOST_MINUTES) * 60
        if self.attribute == "times":
            return typed.number(self.name, least=1, most=MOST_SAMPLES)
        found = typed.get(self.name, "")
        if not _NUMBER.fullmatch(found):
            raise FieldInvalid(self.name)
        return float(found)


def fields_of(rule: Rule) -> tuple[RuleField, ...]:
    """The numbers of this rule that may be set, in the order in which they are thought of."""
    free = changeable(rule)
    return tuple(field for field in _all_of(rule) if field.attribute in free)


def _all_of(rule: Rule) -> list[RuleField]:
    repeat = RuleField("rule_repeat", "repeat_s", is_duration=True)
    if rule.mark is not None:
        night = [RuleField("rule_night_after", "night_after_s", is_duration=True)] if rule.night_after_s else []
        return [RuleField("rule_after", "after_s", is_duration=True), *night, repeat]
    if rule.measure is None:
        return [repeat]
    lasting = [RuleField("rule_times", "times"), RuleField("rule_for", "for_s", is_duration=True), repeat]
    return lasting if rule.measure in YES_OR_NO else [*limits_of(rule), *lasting]


def limits_of(rule: Rule) -> list[RuleField]:
    """Where a measure begins to alarm, and where it is over."""
    if rule.measure is None:
        return []
    unit = UNITS[rule.measure]
    first = "at_least" if rule.at_least is not None else "at_most"
    return [RuleField(f"rule_{first}", first, unit=unit), RuleField("rule_clears_at", "clears_at", unit=unit)]


def changes_in(typed: Typed, base: Rule) -> dict[str, Any]:
    """In what the form differs from `base`, the rule that would hold otherwise; raises FieldInvalid."""
    told: dict[str, Any] = {field.attribute: field.read(typed) for field in fields_of(base)}
    if "times" in told:
        told["of"] = max(told["times"], base.of)
    free = changeable(base)
    if "severity" in free:
        told["severity"] = _severity(typed)
    if "is_active" in free:
        told["is_active"] = typed.is_ticked("is_active")
    return {name: value for name, value in told.items() if value != getattr(base, name)}


def _severity(typed: Typed) -> str:
    try:
        return Severity(typed.get("severity", "")).value
    except ValueError as error:
        raise FieldInvalid("severity") from error


def is_free(rule: Rule) -> Mapping[str, bool]:
    """Whether its severity may be set and it may be switched off."""
    free = changeable(rule)
    return {"severity": "severity" in free, "is_active": "is_active" in free, "any": bool(free)}
