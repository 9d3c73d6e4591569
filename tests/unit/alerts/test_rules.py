"""The pure rules of alerts: plans and ladders, what humans said, whom to call, when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.alerts.callees import Callee
from backend.alerts.check_in_rules import next_check_in
from backend.alerts.climbing import Called, Position, climbs_now, next_move, within_hours
from backend.alerts.errors import PolicyInvalid
from backend.alerts.planning import CALLEE_QUOTAS, ONE_NOTICE_IN, Heard, plan_calls
from backend.alerts.plans import FOREVER, default_plan, default_policies, plan_of, policy_key, target_of, written_plan
from backend.alerts.policies import LIFE_SAFETY_POLICIES
from backend.alerts.standing import IS_OVER, Said, Standing, after, folded
from backend.alerts.states import BAD_OUTCOMES, AckKind, AlertState, Outcome, TargetKind
from backend.kernel.alarms import AlarmKind
from backend.messaging.contents import ChannelName, Recipient

CHONGQING = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
VOICE, SMS, CHAT = ChannelName.VOICE, ChannelName.SMS, ChannelName.TELEGRAM


def test_every_kind_of_alarm_has_a_default_way_of_climbing():
    assert {policy_key(kind) for kind in AlarmKind} == {policy.key for policy in default_policies()}


@pytest.mark.parametrize("policy", default_policies(), ids=lambda policy: policy.key)
def test_a_plan_is_read_back_as_it_was_written(policy):
    assert plan_of(written_plan(policy.plan)) == policy.plan


@pytest.mark.parametrize("key", sorted(LIFE_SAFETY_POLICIES))
def test_what_saves_lives_repeats_until_a_human_acts(key: str):
    assert default_plan(key).repeats == FOREVER


@pytest.mark.parametrize(
    ("written", "kind", "first", "last", "channels"),
    [
        ("contact:1", TargetKind.CONTACT, 1, 1, tuple(ChannelName)),
        ("contact:2-", TargetKind.CONTACT, 2, None, tuple(ChannelName)),
        ("contact:1-3@voice,sms", TargetKind.CONTACT, 1, 3, (VOICE, SMS)),
        ("duty_worker@telegram", TargetKind.DUTY_WORKER, 1, None, (CHAT,)),
        ("neighbours", TargetKind.NEIGHBOURS, 1, None, tuple(ChannelName)),
    ],
)
def test_a_target_is_written_in_one_word(written, kind, first, last, channels):
    target = target_of(written)

    assert (target.kind, target.first, target.last, target.channels) == (kind, first, last, channels)


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [{"to": []}],
        [{"to": ["nobody"]}],
        [{"to": ["contact:0"]}],
        [{"to": ["contact:3-1"]}],
        [{"to": ["partner:army"]}],
        [{"to": ["grid_chat:2"]}],
        [{"to": ["contact:1@pigeon"]}],
        [{"to": ["contact:1"], "after": 10}],
        [{"to": ["contact:1"]}, {"to": ["contact:2"], "after": 90_000}],
        [{"to": ["contact:1"], "times": 3, "every": 1}],
        [{"to": ["contact:1"]}] * 13,
        [{"to": ["contact:1"], "whatever": 1}],
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(steps):
    with pytest.raises(PolicyInvalid):
        plan_of({"steps": steps})


def plan(**more):
    steps = [{"to": ["contact:1"]}, {"to": ["contact:2"], "after": 30, "times": 2, "every": 20}]
    return plan_of({"steps": steps, "repeat_after": 120, **more})


@pytest.mark.parametrize(
    ("at", "to", "seconds"),
    [
        (Position(0, 0, 1), Position(1, 1, 1), 0),
        (Position(1, 1, 1), Position(2, 1, 1), 30),
        (Position(2, 1, 1), Position(2, 2, 1), 20),
        (Position(2, 2, 1), Position(1, 1, 2), 120),
    ],
)
def test_steps_follow_each_other_and_begin_again(at: Position, to: Position, seconds: int):
    move = next_move(plan(repeats=1), at, forever=False)

    assert move is not None
    assert (move.to, move.after) == (to, seconds)


@pytest.mark.parametrize(
    ("repeats", "forever", "goes_on"), [(1, False, False), (1, True, True), (FOREVER, False, True)]
)
def test_a_plan_ends_after_its_rounds_unless_life_is_at_stake(repeats: int, forever: bool, goes_on: bool):
    assert (next_move(plan(repeats=repeats), Position(2, 2, 2), forever=forever) is not None) is goes_on


@pytest.mark.parametrize(
    ("calls", "failed", "climbs"),
    [
        ([Called(VOICE, Outcome.BUSY)], VOICE, True),
        ([Called(VOICE, Outcome.VOICEMAIL), Called(CHAT, None)], VOICE, True),
        ([Called(VOICE, Outcome.NO_ANSWER), Called(VOICE, None)], VOICE, False),
        ([Called(VOICE, Outcome.NO_ANSWER), Called(VOICE, Outcome.ANSWERED)], VOICE, True),
        ([Called(VOICE, None), Called(SMS, Outcome.UNDELIVERED)], SMS, False),
        ([Called(SMS, Outcome.UNDELIVERED), Called(CHAT, Outcome.DELIVERED)], SMS, False),
        ([Called(SMS, Outcome.UNDELIVERED), Called(CHAT, Outcome.FAILED)], CHAT, True),
        ([Called(SMS, Outcome.UNDELIVERED), Called(CHAT, Outcome.FOLDED)], SMS, True),
    ],
)
def test_the_next_rung_is_called_when_no_hope_is_left(calls: list[Called], failed: ChannelName, climbs: bool):
    assert climbs_now(calls, failed) is climbs


@pytest.mark.parametrize("outcome", sorted(BAD_OUTCOMES))
def test_no_bad_end_of_the_only_call_waits_for_the_clock(outcome: Outcome):
    assert climbs_now([Called(VOICE, outcome)], VOICE)


WHO = st.sampled_from(["account:1", "account:2", "contact:1"])
SAID = st.lists(st.builds(Said, st.sampled_from(list(AckKind)), WHO), max_size=30)


@given(SAID)
def test_what_is_over_stays_over_and_somebody_has_exactly_what_is_acknowledged(said: list[Said]):
    standing = Standing()
    for one in said:
        before, standing = standing, after(standing, one)
        if before.state in IS_OVER:
            assert standing == before
        if standing.state not in IS_OVER:
            assert (standing.state is AlertState.ACKNOWLEDGED) == bool(standing.takers)
        assert len(set(standing.takers)) == len(standing.takers)
    assert folded(said) == standing


@given(SAID)
def test_seeing_and_declining_never_acknowledge(said: list[Said]):
    only = [Said(kind, one.who) for one in said for kind in (AckKind.SEEN, AckKind.DECLINED, AckKind.LAPSED)]

    assert folded(only) == Standing()


def test_the_first_to_take_it_has_it_until_they_give_it_back():
    taken = folded([Said(AckKind.CLAIMED, "account:1"), Said(AckKind.CLAIMED, "contact:1")])
    given_back = after(taken, Said(AckKind.DECLINED, "account:1"))
    lapsed = after(given_back, Said(AckKind.LAPSED, "clock"))

    assert taken.takers == ("account:1", "contact:1")
    assert given_back.takers == ("contact:1",)
    assert lapsed == Standing()


def callee(channel: ChannelName = CHAT, address: str = "7", **more: object) -> Callee:
    return Callee(target=TargetKind.CONTACT, to=Recipient(channel, address), language="zh_Hans", **more)  # type: ignore[arg-type]


LIVES = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 4), st.booleans()), min_size=1, max_size=40)


@given(LIVES)
def test_nobody_hears_twice_in_two_minutes_but_of_a_new_life_in_danger(alarms: list[tuple[int, int, bool]]):
    heard: list[Heard] = []
    for second, subject, is_life in sorted(alarms):
        now = NOON + timedelta(seconds=second)
        planned = plan_calls(
            [callee()], {callee().who: heard}, now=now, subject=f"person:{subject}", is_life_safety=is_life
        )
        lately = [one for one in heard if now - one.at < ONE_NOTICE_IN]
        if is_life:
            is_new = not any(one.subject == f"person:{subject}" for one in lately)
            assert bool(planned.called) is is_new
        else:
            assert bool(planned.called) is not bool(lately)
            assert bool(planned.folded) is bool(lately), "nothing is lost: it stands in the summary"
        assert planned.reaches_somebody
        heard += [Heard(now, f"person:{subject}")] * len(planned.called)


@given(st.lists(st.integers(0, 48 * 3600), max_size=60))
def test_no_telephone_is_rung_more_often_than_carriers_put_through(seconds: list[int]):
    rung: list[Heard] = []
    for number, second in enumerate(sorted(seconds)):
        now = NOON + timedelta(seconds=second)
        planned = plan_calls(
            [callee(VOICE)], {callee(VOICE).who: rung}, now=now, subject=f"person:{number}", is_life_safety=True
        )
        rung += [Heard(now, f"person:{number}")] * len(planned.called)
        for window, most in CALLEE_QUOTAS[VOICE]:
            assert sum(now - one.at < window for one in rung) <= most


def test_who_wants_quiet_is_left_alone_and_counts_as_nobody():
    planned = plan_calls([callee(is_quiet=True)], {}, now=NOON, subject="person:1", is_life_safety=False)

    assert not planned.reaches_somebody


@pytest.mark.parametrize(("hour", "waits"), [(9, 0), (19, 0), (20, 12), (23, 9), (2, 6), (7, 1)])
def test_what_can_wait_waits_for_the_day(hour: int, waits: int):
    care = default_plan("care")
    moment = datetime(2026, 5, 12, hour, tzinfo=CHONGQING).astimezone(UTC)

    assert within_hours(care, moment, CHONGQING) - moment == timedelta(hours=waits)


@given(st.integers(0, 600 * 86_400), st.times(), st.sets(st.integers(1, 7), min_size=1))
def test_the_next_check_in_is_later_on_a_wanted_day_at_the_local_time(second: int, at: time, days: set[int]):
    moment = NOON + timedelta(seconds=second)
    for zone in (CHONGQING, ZoneInfo("Europe/Berlin")):
        due = next_check_in(at, days, after=moment, zone=zone)

        assert due is not None
        assert due > moment
        assert due - moment < timedelta(days=8, hours=2)
        assert due.astimezone(zone).isoweekday() in days or due.astimezone(zone).hour != at.hour
