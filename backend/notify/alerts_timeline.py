"""The timeline of an alert as people read it: one line for each moment, to the second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from backend.alerts.states import AckKind, LogEvent
from backend.alerts.views import TimelineLine
from backend.kernel.texts import Texts


@dataclass(frozen=True, slots=True)
class _Speaking:
    texts: Texts
    language: str

    def __call__(self, key: str, **params: object) -> str:
        return self.texts.say(self.language, key, **params)


def timeline_said(texts: Texts, language: str, lines: Iterable[TimelineLine], zone: ZoneInfo) -> list[str]:
    """All lines with their local time to the second."""
    return [f"{line.at.astimezone(zone):%H:%M:%S} {line_said(texts, language, line)}" for line in lines]


def line_said(texts: Texts, language: str, line: TimelineLine) -> str:
    """What happened at one moment, without the time."""
    say = _Speaking(texts, language)
    return _SAID.get(line.event, _plain)(say, line)


def _plain(say: _Speaking, line: TimelineLine) -> str:
    return say(f"alert.line.{line.event.value}", count=line.facts.get("count", ""))


def _acknowledged(say: _Speaking, line: TimelineLine) -> str:
    kind = str(line.facts.get("kind"))
    said = say(f"alert.line.said.{kind}")
    if kind == AckKind.LAPSED:
        return said
    return say("alert.line.acknowledged", name=_name(say, line), via=say(f"alert.via.{line.via}"), said=said)


def _outcome(say: _Speaking, line: TimelineLine) -> str:
    facts = line.facts
    channel, outcome = say(f"alert.channel.{facts['channel']}"), say(f"alert.outcome.{facts['outcome']}")
    return say("alert.line.outcome", name=_name(say, line), channel=channel, outcome=outcome)


def _step(say: _Speaking, line: TimelineLine) -> str:
    facts: Mapping[str, Any] = line.facts
    called = facts.get("called") or ()
    whom = say("list.separator").join(say(f"alert.target.{each}") for each in called)
    key = "alert.line.step_fired" if called else f"alert.line.{line.event.value}_nobody"
    return say(key, step=facts.get("step"), loop=facts.get("loop"), whom=whom)


def _climbed(say: _Speaking, line: TimelineLine) -> str:
    return say("alert.line.climbed", reason=say(f"alert.reason.{line.facts['reason']}"))


def _ended(say: _Speaking, line: TimelineLine) -> str:
    return say(f"alert.line.ended.{line.facts['state']}")


def _name(say: _Speaking, line: TimelineLine) -> str:
    return line.name or say("alert.somebody")


_SAID: Mapping[LogEvent, Callable[[_Speaking, TimelineLine], str]] = {
    LogEvent.ACKNOWLEDGED: _acknowledged,
    LogEvent.OUTCOME: _outcome,
    LogEvent.STEP_FIRED: _step,
    LogEvent.NOBODY_REACHABLE: _step,
    LogEvent.CLIMBED: _climbed,
    LogEvent.ENDED: _ended,
}
"""What is said with more than its own words."""
