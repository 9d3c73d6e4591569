"""From one observation and what is remembered to what to remember, and the measures that rules look at; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from backend.devices.memory import HeartDay, Memory, Night, Reading
from backend.devices.observations import Flag, Kind, Observation
from backend.devices.rules.measures import DIRECT, Measure
from backend.devices.stillness import NIGHT_BEGINS, is_night

SETTLES_S = 300
"""The heart is back at rest about four minutes after the last movement (Speed 2023, PLOS Digital Health)."""
ZEROS_OFF, BEATS_ON = 3, 2
"""So many readings of nothing mean that nobody wears it; so many pulses in a row, that somebody does again."""
MOST_RESTING, LEAST_RESTING = 96, 10
MOST_DAYS, LEAST_DAYS = 14, 5
SPREAD, LEAST_MARGIN = 4, 15
RECENT_NIGHTS, LEAST_NIGHTS, MOST_NIGHTS = 3, 7, 28
LEVELS_S, LEAST_LEVELS_S, MOST_LEVELS = 3 * 3600, 600, 12


@dataclass(frozen=True, slots=True)
class Moment:
    """When something arrived, as seconds and as the local time of the community; and the depth under the sensor."""

    at: float
    local: datetime
    depth_m: float | None = None


class Noticed(NamedTuple):
    memory: Memory
    measures: tuple[tuple[Measure, float], ...] = ()


_Notice = Callable[[Memory, float, Moment], Noticed]


def notice(memory: Memory, observation: Observation, moment: Moment) -> Noticed:
    """Take in one observation. What was stored and sent later says nothing about the present and changes nothing."""
    if observation.is_backfill:
        return Noticed(memory)
    memory = _notice_flags(memory, observation.flags, moment)
    if observation.value is None:
        return Noticed(_notice_no_pulse(memory, moment) if observation.kind is Kind.HEART_RATE else memory)
    noticer = _NOTICERS.get(observation.kind)
    if noticer is not None:
        return noticer(memory, observation.value, moment)
    measure = DIRECT.get(observation.kind)
    memory = _with_latest(memory, observation.kind, observation.value, moment)
    return Noticed(memory, ((measure, observation.value),) if measure else ())


def _with_latest(memory: Memory, kind: Kind, value: float, moment: Moment) -> Memory:
    return memory._replace(latest={**memory.latest, kind.value: Reading(value, moment.at)})


def _notice_flags(memory: Memory, flags: tuple[Flag, ...], moment: Moment) -> Memory:
    if Flag.TAKEN_OFF in flags:
        return _taken_off(memory, moment)
    # The bit for "worn" is set for ever by some firmwares: it cannot overrule what the pulse says.
    if Flag.WORN in flags and memory.zeros < ZEROS_OFF:
        return _put_on(memory, moment)
    return memory


def _taken_off(memory: Memory, moment: Moment) -> Memory:
    off_since = memory.off_since if memory.off_since is not None else moment.at
    return memory._replace(worn=False, off_since=off_since, beats=0, moved_at=None)


def _put_on(memory: Memory, moment: Moment) -> Memory:
    if memory.worn:
        return memory
    # Whoever puts a watch on has just moved; nobody knows for how long they did not before.
    moved_at = moment.at if memory.steps is not None else None
    return memory._replace(worn=True, off_since=None, zeros=0, moved_at=moved_at)


def _notice_no_pulse(memory: Memory, moment: Moment) -> Memory:
    memory = memory._replace(zeros=memory.zeros + 1, beats=0)
    return _taken_off(memory, moment) if memory.zeros >= ZEROS_OFF else memory


def _notice_heart_rate(memory: Memory, value: float, moment: Moment) -> Noticed:
    memory = memory._replace(beats=memory.beats + 1, zeros=0)
    if memory.worn is False and memory.beats < BEATS_ON:
        return Noticed(memory)  # an empty watch in a drawer shows a pulse now and then
    memory = _with_heart_day(_put_on(memory, moment), value, moment)
    if not _is_resting(memory, moment):
        return Noticed(memory, ((Measure.HEART_RATE_MOVING, value),))
    memory = memory._replace(resting=(*memory.resting, value)[-MOST_RESTING:])
    measures: list[tuple[Measure, float]] = [(Measure.HEART_RATE_RESTING, value)]
    usual = highest_usual(memory.usual)
    if usual is not None:
        measures.append((Measure.HEART_RATE_OVER_USUAL, value - usual))
    return Noticed(memory, tuple(measures))


def _is_resting(memory: Memory, moment: Moment) -> bool:
    return memory.moved_at is None or moment.at - memory.moved_at >= SETTLES_S


def _with_heart_day(memory: Memory, value: float, moment: Moment) -> Memory:
    memory = _with_latest(memory, Kind.HEART_RATE, value, moment)
    today, beats, known = moment.local.date().isoformat(), round(value), memory.heart_day
    if known is None or known.day != today:
        memory = _close_day(memory)
        return memory._replace(heart_day=HeartDay(today, beats, beats, 1))
    day = HeartDay(today, min(known.low, beats), max(known.high, beats), known.readings + 1)
    return memory._replace(heart_day=day)


def _close_day(memory: Memory) -> Memory:
    if len(memory.resting) < LEAST_RESTING:
        return memory._replace(resting=())
    return memory._replace(resting=(), usual=(*memory.usual, median(memory.resting))[-MOST_DAYS:])


def highest_usual(days: tuple[float, ...]) -> float | None:
    """The resting heart rate up to which it is usual for this person; None before there are days enough.

    The median of the days' medians, and above it four times their median deviation, at least fifteen beats.
    """
    if len(days) < LEAST_DAYS:
        return None
    middle = median(days)
    return middle + max(LEAST_MARGIN, SPREAD * median(abs(day - middle) for day in days))


def _notice_steps(memory: Memory, value: float, moment: Moment) -> Noticed:
    steps, known = int(value), memory.steps
    memory = memory._replace(steps=steps)
    # At midnight, or after a restart, it counts from nought again.
    has_moved = known is not None and (steps > known or 0 < steps < known)
    if not has_moved:
        return Noticed(memory)
    return Noticed(_put_on(memory, moment)._replace(moved_at=moment.at))


def _notice_turns(memory: Memory, value: float, moment: Moment) -> Noticed:
    """Count how often a sleeper turned, and compare the nights once this one is over."""
    counter, night = int(value), memory.night
    measures: tuple[tuple[Measure, float], ...] = ()
    if night is not None and counter > night.counter and memory.worn is not False:
        memory = memory._replace(moved_at=moment.at)
    if is_night(moment.local):
        return Noticed(memory._replace(night=_counted(night, counter, moment)))
    if night is not None and night.day == moment.local.date().isoformat():
        memory = memory._replace(nights=(*memory.nights, night.turns)[-MOST_NIGHTS:])
        unrest = unrest_of(memory.nights)
        measures = () if unrest is None else ((Measure.NIGHT_UNREST, unrest),)
    return Noticed(memory._replace(night=Night("", 0, counter)), measures)


def _counted(night: Night | None, counter: int, moment: Moment) -> Night:
    day = _morning_of(moment.local)
    if night is None:
        return Night(day, 0, counter)
    turns = max(counter - night.counter, 0)
    return Night(day, (night.turns if night.day == day else 0) + turns, counter)


def _morning_of(local: datetime) -> str:
    """The local day on which a night ends."""
    is_evening = local.time() >= NIGHT_BEGINS
    return (local.date() + timedelta(days=is_evening)).isoformat()


def unrest_of(nights: tuple[int, ...]) -> float | None:
    """The last three nights as a multiple of those before; None before there is a week to compare with."""
    before, recent = nights[:-RECENT_NIGHTS], nights[-RECENT_NIGHTS:]
    if len(before) < LEAST_NIGHTS:
        return None
    return median(recent) / max(median(before), 1)


def _notice_level(memory: Memory, value: float, moment: Moment) -> Noticed:
    kept = tuple(one for one in memory.levels if moment.at - one.at <= LEVELS_S)[-(MOST_LEVELS - 1) :]
    measures = [(Measure.LEVEL, value)]
    if moment.depth_m:
        measures.append((Measure.LEVEL_SHARE, value / moment.depth_m))
    if kept and moment.at - kept[0].at >= LEAST_LEVELS_S:
        measures.append((Measure.LEVEL_RISE, (value - kept[0].value) * 3600 / (moment.at - kept[0].at)))
    memory = _with_latest(memory, Kind.LEVEL, value, moment)._replace(levels=(*kept, Reading(value, moment.at)))
    return Noticed(memory, tuple(measures))


def _of_wearer(kind: Kind, measure: Measure) -> _Notice:
    def notice_worn(memory: Memory, value: float, moment: Moment) -> Noticed:
        if memory.worn is False:
            return Noticed(memory)
        return Noticed(_with_latest(memory, kind, value, moment), ((measure, value),))

    return notice_worn


def _plain(kind: Kind, measure: Measure) -> _Notice:
    def notice_plain(memory: Memory, value: float, moment: Moment) -> Noticed:
        return Noticed(_with_latest(memory, kind, value, moment), ((measure, value),))

    return notice_plain


def _notice_tilt(memory: Memory, value: float, moment: Moment) -> Noticed:
    return Noticed(_with_latest(memory, Kind.TILT_ANGLE, value, moment), ((Measure.TILT_ANGLE, abs(value)),))


_NOTICERS: Mapping[Kind, _Notice] = {
    Kind.HEART_RATE: _notice_heart_rate,
    Kind.OXYGEN: _of_wearer(Kind.OXYGEN, Measure.OXYGEN),
    Kind.BODY_TEMPERATURE: _of_wearer(Kind.BODY_TEMPERATURE, Measure.BODY_TEMPERATURE),
    Kind.STEPS: _notice_steps,
    Kind.TUMBLES: _notice_turns,
    Kind.BATTERY: _plain(Kind.BATTERY, Measure.BATTERY),
    Kind.LEVEL: _notice_level,
    Kind.TILT_ANGLE: _notice_tilt,
}
