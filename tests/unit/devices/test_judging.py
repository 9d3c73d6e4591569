"""One rule over time: what is a hit, what is enough of them, what ends it; and what holds for any rule at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.devices.errors import RuleUnfit
from backend.devices.memory import Memory, read, written
from backend.devices.observations import Flag
from backend.devices.rules.judging import (
    NOTHING,
    Phase,
    RuleMemory,
    Verdict,
    due_at,
    judge_absence,
    judge_flags,
    judge_time,
    judge_value,
)
from backend.devices.rules.measures import Measure
from backend.devices.rules.rule import Rule, changed, default_rules
from backend.kernel.alarms import AlarmKind, Severity

MINUTE = 60.0


def rule(**changes: object) -> Rule:
    told = {
        "key": "test",
        "alarm": AlarmKind.HEART_RATE_HIGH,
        "severity": Severity.WARNING,
        "measure": Measure.HEART_RATE_RESTING,
        "at_least": 110,
        "clears_at": 100,
    }
    return Rule(**(told | changes))  # type: ignore[arg-type]


def verdicts(of: Rule, readings: list[tuple[float, float]]) -> list[str]:
    """The verdict on each (minute, value) in turn, and of time alone where the value is None."""
    memory, said = NOTHING, []
    for minute, value in readings:
        at = 1_000_000 + minute * MINUTE
        judged = judge_time(of, memory, at) if value is None else judge_value(of, memory, value, at)
        memory = judged.memory
        said.append(judged.verdict.value if judged.verdict else "-")
    return said


@pytest.mark.parametrize(
    ("changes", "readings", "said"),
    [
        # At once, and over only below the second limit.
        ({}, [(0, 109), (1, 110), (2, 105), (3, 100)], ["-", "opened", "-", "cleared"]),
        # Around one limit it neither opens nor clears twice.
        ({}, [(0, 111), (1, 109), (2, 111), (3, 109)], ["opened", "-", "-", "-"]),
        # Again while it lasts, not oftener than it should.
        ({"repeat_s": 600}, [(0, 120), (5, 120), (10, 120), (11, 120)], ["opened", "-", "again", "-"]),
        ({"repeat_s": 0}, [(0, 120), (0, 120)], ["opened", "again"]),
        # Three in a row.
        (
            {"times": 3, "of": 3},
            [(0, 120), (5, 120), (10, 90), (15, 120), (20, 120), (25, 120)],
            ["-"] * 5 + ["opened"],
        ),
        # Two of the last three.
        ({"times": 2, "of": 3}, [(0, 120), (5, 90), (10, 120)], ["-", "-", "opened"]),
        # Two of three, but not far apart.
        ({"times": 2, "of": 3, "within_s": 600}, [(0, 120), (15, 120), (20, 120)], ["-", "-", "opened"]),
        # Ten minutes long, whether another reading comes or not.
        ({"for_s": 600}, [(0, 120), (5, 120), (10, 120)], ["-", "-", "opened"]),
        ({"for_s": 600}, [(0, 120), (5, None), (10, None)], ["-", "-", "opened"]),
        ({"for_s": 600}, [(0, 120), (5, 90), (10, None), (11, 120), (20, 120)], ["-"] * 5),
        # Many quick readings must still last as long.
        (
            {"times": 3, "of": 3, "for_s": 600},
            [(0, 120), (1, 120), (2, 120), (3, 120), (10, 120)],
            ["-"] * 4 + ["opened"],
        ),
        # Below instead of above.
        (
            {"at_least": None, "at_most": 40, "clears_at": 46},
            [(0, 41), (1, 40), (2, 45), (3, 46)],
            ["-", "opened", "-", "cleared"],
        ),
    ],
)
def test_readings_open_and_end_what_the_rule_says(
    changes: dict[str, object], readings: list[tuple[float, float]], said: list[str]
):
    assert verdicts(rule(**changes), readings) == said


def test_a_flag_alarms_at_once_and_again_with_every_press():
    sos = default_rules()["sos"]

    first = judge_flags(sos, NOTHING, (Flag.SOS, Flag.BATTERY_IS_LOW), 100)
    second = judge_flags(sos, first.memory, (Flag.SOS,), 101)

    assert (first.verdict, second.verdict) == (Verdict.OPENED, Verdict.AGAIN)


def test_an_absence_alarms_when_it_is_due_and_ends_when_nothing_is_missing():
    still = default_rules()["no_movement"]

    before = judge_absence(still, NOTHING, 200, 199)
    due = judge_absence(still, before.memory, 200, 200)
    over = judge_absence(still, due.memory, None, 300)

    assert [one.verdict for one in (before, due, over)] == [None, Verdict.OPENED, Verdict.CLEARED]


@pytest.mark.parametrize("key", ["sos", "fall", "smoke", "gas", "gas_high", "hydrogen_sulphide", "unnamed_alarm"])
def test_what_may_be_a_call_for_help_or_a_fire_is_never_held_back(key: str):
    rule_ = default_rules()[key]

    assert (rule_.times, rule_.for_s, rule_.repeat_s) == (1, 0, 0)


def test_every_default_says_where_it_comes_from():
    assert all(rule_.source for rule_ in default_rules().values())


@pytest.mark.parametrize(
    "changes",
    [
        {"clears_at": 200},
        {"times": 4, "of": 2},
        {"at_most": 10},
        {"key": "other"},
        {"measure": "oxygen"},
        {"nonsense": 1},
        {"at_least": float("nan")},
        {"severity": "shouting"},
    ],
)
def test_a_change_that_makes_no_sense_is_refused(changes: dict[str, object]):
    with pytest.raises(RuleUnfit):
        changed(default_rules()["heart_rate_high"], changes)


readings_ = st.lists(st.tuples(st.floats(0, 3600), st.one_of(st.none(), st.floats(30, 220))), max_size=40)
rules_ = st.builds(
    lambda times, more, lasts, within: rule(times=times, of=times + more, for_s=lasts, within_s=within),
    st.integers(1, 4),
    st.integers(0, 3),
    st.sampled_from([0, 300, 900]),
    st.sampled_from([None, 600]),
)


@given(rules_, readings_)
def test_nothing_ends_that_did_not_begin_and_nothing_is_forgotten_by_a_restart(
    of: Rule, readings: list[tuple[float, float | None]]
):
    memory, is_open, at = NOTHING, False, 1_000_000.0
    for later, value in readings:
        at += later
        judged = judge_time(of, memory, at) if value is None else judge_value(of, memory, value, at)
        match judged.verdict:
            case Verdict.OPENED:
                assert not is_open
                assert value is None or of.is_hit(value)
                is_open = True
            case Verdict.AGAIN:
                assert is_open
            case Verdict.CLEARED:
                assert is_open
                assert value is not None
                assert of.is_over(value)
                is_open = False
        assert (judged.memory.phase == Phase.OPEN) == is_open
        due = due_at(of, judged.memory)
        assert due is None or due > at - of.for_s
        memory = read(written(Memory(rules={"test": judged.memory}))).rules["test"]
        assert memory == judged.memory


@given(st.integers(0, 3), st.integers(1, 500))
def test_a_rule_remembers_little_however_long_it_runs(more: int, readings: int):
    of, memory = rule(times=2, of=2 + more, for_s=10_000), NOTHING
    for number in range(readings):
        memory = judge_value(of, memory, 120, number).memory

    assert len(json.dumps(memory)) < 300


def test_the_memory_of_a_rule_is_plain_values():
    assert RuleMemory(*json.loads(json.dumps(RuleMemory("armed", 1.5, 0, ((1.0, 1),)))))[:3] == ("armed", 1.5, 0)
