"""The check-in of an elder: seen, planned and ended; at which time, on which days, by which way, how long to wait."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import time

from backend.alerts.care_models import CheckInMethod, CheckInPlan
from backend.alerts.check_in_plans import EVERY_DAY, check_in_plan, plan_check_ins, stop_check_ins
from backend.kernel.access import Actor
from backend.kernel.errors import BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.notify.elder_presses import ElderButton, ElderPress
from backend.notify.words import Words
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, in_columns, keyboard
from handlers.common.pressing import Act, Pressing
from handlers.common.replies import Reply
from handlers.common.showing import Event, show
from handlers.elders import screens

HOURS = (7, 8, 9, 10)
WAYS = (CheckInMethod.CALL, CheckInMethod.SMS, CheckInMethod.BUTTON)
WAITS = (15, 30, 60, 120)
TIME = re.compile(r"([01]?\d|2[0-3])\s*[:：点时]\s*([0-5]?\d)?\s*分?")


@dataclass(frozen=True, slots=True)
class Wish:
    """A plan as it is to be; what is not said otherwise stays as it was."""

    method: CheckInMethod = CheckInMethod.CALL
    ask_at: time = time(9)
    answer_within: int = 30
    weekdays: Collection[int] = EVERY_DAY


async def _shown(event: Event, uow: UnitOfWork, actor: Actor, words: Words, person_id: int) -> Reply:
    """The plan with everything that can be changed; without one, the hours at which it could begin."""
    plan = await check_in_plan(uow, actor=actor, person_id=person_id)
    back = [screens.press(words, "back", ElderPress(ElderButton.OPEN, person_id))]
    rows: list[Row] = [_hours(words, person_id), [_own_time(words, person_id)]]
    if plan is None:
        return show(event, words("elder.which_hour"), keyboard(*rows, back))
    rows += [_ways(words, plan), *_days(words, plan), _waits(words, plan)]
    rows.append([(words.plain("elder.check_in.stop"), ElderPress(ElderButton.CHECK_IN_STOP, person_id))])
    return show(event, _said(words, plan), keyboard(*rows, back))


def _said(words: Words, plan: CheckInPlan) -> str:
    separator = words.plain("list.separator")
    days = separator.join(words.plain(f"elder.check_in.day.{day}") for day in plan.weekdays)
    every = words.plain("elder.check_in.every_day")
    next_at = plan.next_at.astimezone(words.zone).strftime("%m-%d %H:%M") if plan.next_at else ""
    return words(
        "elder.check_in.plan",
        days=every if list(plan.weekdays) == list(EVERY_DAY) else days,
        at=plan.ask_at.strftime("%H:%M"),
        way=words.plain(f"elder.check_in.way.{plan.method.value}"),
        minutes=plan.answer_within,
        next=next_at,
    )


def _hours(words: Words, person_id: int) -> Row:
    return [
        (words.plain("elder.label.hour", hour=hour), ElderPress(ElderButton.CHECK_IN_AT, person_id, hour))
        for hour in HOURS
    ]


def _own_time(words: Words, person_id: int) -> tuple[str, ElderPress]:
    return words.plain("elder.check_in.own_time"), ElderPress(ElderButton.CHECK_IN_TIME, person_id)


def _ways(words: Words, plan: CheckInPlan) -> Row:
    return [
        (
            _marked(words.plain(f"elder.check_in.way.{way.value}"), is_on=way is plan.method),
            ElderPress(ElderButton.CHECK_IN_WAY, plan.person_id, index),
        )
        for index, way in enumerate(WAYS)
    ]


def _days(words: Words, plan: CheckInPlan) -> list[Row]:
    return in_columns(
        [
            (
                _marked(words.plain(f"elder.check_in.day.{day}"), is_on=day in plan.weekdays),
                ElderPress(ElderButton.CHECK_IN_DAY, plan.person_id, day),
            )
            for day in EVERY_DAY
        ],
        4,
    )


def _waits(words: Words, plan: CheckInPlan) -> Row:
    return [
        (
            _marked(words.plain("elder.check_in.wait", minutes=wait), is_on=wait == plan.answer_within),
            ElderPress(ElderButton.CHECK_IN_WAIT, plan.person_id, wait),
        )
        for wait in WAITS
    ]


def _marked(label: str, *, is_on: bool) -> str:
    return f"✅ {label}" if is_on else label


async def _open(on: Pressing[ElderPress]) -> Reply:
    return await _shown(on.call, on.uow, on.actor, on.words, on.press.target)


async def _at(on: Pressing[ElderPress]) -> Reply:
    if on.press.value not in HOURS:
        raise BadInput("error.old_button")
    return await _change(on, ask_at=time(on.press.value))


async def _ask_time(on: Pressing[ElderPress]) -> Reply:
    await check_in_plan(on.uow, actor=on.actor, person_id=on.press.target)  # who may not plan is not asked
    return await ask(on.call, on.state, on.words, "elder.check_in_time", on.press.target)


async def _time_said(asked: Asked) -> Reply:
    found = TIME.fullmatch(asked.text.strip())
    if found is None:
        raise BadInput("elder.check_in.error.time")
    wish = await _wish(asked.uow, asked.actor, asked.target)
    await _plan(asked.uow, asked.actor, asked.target, replace(wish, ask_at=time(int(found[1]), int(found[2] or 0))))
    return await _shown(asked.event, asked.uow, asked.actor, asked.words, asked.target)


async def _way(on: Pressing[ElderPress]) -> Reply:
    index = on.press.value
    if index is None or not 0 <= index < len(WAYS):
        raise BadInput("error.old_button")
    return await _change(on, method=WAYS[index])


async def _day(on: Pressing[ElderPress]) -> Reply:
    """One day more or one less; the last one stays: to ask no more is another button."""
    wish = await _wish(on.uow, on.actor, on.press.target)
    days = set(wish.weekdays) ^ {on.press.value or 0}
    if not days:
        return on.answer("elder.check_in.last_day")
    return await _change(on, weekdays=sorted(days))


async def _wait(on: Pressing[ElderPress]) -> Reply:
    return await _change(on, answer_within=on.press.value or 0)


async def _stop(on: Pressing[ElderPress]) -> Reply:
    await stop_check_ins(on.uow, actor=on.actor, person_id=on.press.target)
    return [on.answer("elder.check_in.stopped"), await _open(on)]


async def _change(on: Pressing[ElderPress], **changed: object) -> Reply:
    wish = await _wish(on.uow, on.actor, on.press.target)
    await _plan(on.uow, on.actor, on.press.target, replace(wish, **changed))  # type: ignore[arg-type]
    return await _open(on)


async def _wish(uow: UnitOfWork, actor: Actor, person_id: int) -> Wish:
    plan = await check_in_plan(uow, actor=actor, person_id=person_id)
    if plan is None:
        return Wish()
    return Wish(plan.method, plan.ask_at, plan.answer_within, tuple(plan.weekdays))


async def _plan(uow: UnitOfWork, actor: Actor, person_id: int, wish: Wish) -> None:
    await plan_check_ins(
        uow,
        actor=actor,
        person_id=person_id,
        method=wish.method,
        ask_at=wish.ask_at,
        answer_within=wish.answer_within,
        weekdays=wish.weekdays,
    )


CHECK_IN_ACTS: Mapping[ElderButton, Act[ElderPress]] = {
    ElderButton.CHECK_IN: _open,
    ElderButton.CHECK_IN_AT: _at,
    ElderButton.CHECK_IN_TIME: _ask_time,
    ElderButton.CHECK_IN_WAY: _way,
    ElderButton.CHECK_IN_DAY: _day,
    ElderButton.CHECK_IN_WAIT: _wait,
    ElderButton.CHECK_IN_STOP: _stop,
}
CHECK_IN_PURPOSES: Mapping[str, Purpose] = {"elder.check_in_time": _time_said}
