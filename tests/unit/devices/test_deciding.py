"""Whatever a device says, and however late: nothing fails or grows without bound, and no call for help is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.devices.deciding import Circumstances, Deciding
from backend.devices.fences.crossing import Fence
from backend.devices.fences.hours import Hours
from backend.devices.fences.shapes import Circle
from backend.devices.kinds import CommandKind, FencePurpose
from backend.devices.memory import Memory, read, written
from backend.devices.observations import QUANTITIES, Fix, FixKind, Flag, Kind, Observation, Protocol
from backend.devices.rules.book import bound, default_book
from backend.devices.rules.judging import Verdict
from backend.devices.rules.rule import changed, default_rules
from backend.kernel.alarms import AlarmKind
from backend.kernel.geo import Point, SourceCrs

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
AROUND = Circumstances(
    book=default_book(),
    zone=ZONE,
    fences=[
        Fence(1, FencePurpose.CIRCLE, Circle(Point(29.577, 106.532), 300)),
        Fence(2, FencePurpose.CURFEW, Circle(Point(29.577, 106.532), 300), Hours(frozenset({0, 3}), time(21), time(6))),
    ],
    depth_m=2,
    interval_s=1500,
)

points = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180)) | st.builds(
    Point, st.floats(29.56, 29.59), st.floats(106.51, 106.55)
)
fixes = st.builds(
    lambda point, crs, kind, accuracy: Fix(point=point, crs=crs, kind=kind, accuracy_m=accuracy),
    points,
    st.sampled_from(SourceCrs),
    st.sampled_from(FixKind),
    st.none() | st.floats(0.1, 100_000),
)


@st.composite
def observations(draw: st.DrawFn) -> Observation:
    kind = draw(st.sampled_from(Kind))
    known = QUANTITIES[kind]
    return Observation(
        device="1",
        protocol=Protocol.WATCH,
        kind=kind,
        value=draw(st.none() | st.floats(known.lowest, known.highest)),
        flags=tuple(draw(st.sets(st.sampled_from(Flag), max_size=3))),
        fix=draw(st.none() | fixes),
        device_time=draw(st.none() | st.datetimes(timezones=st.just(UTC))),
        label=draw(st.none() | st.text(max_size=20)),
        is_backfill=draw(st.booleans()),
    )


@settings(deadline=None, max_examples=20)
@given(st.lists(st.tuples(st.lists(observations(), min_size=1, max_size=4), st.floats(0, 100_000)), max_size=8))
def test_no_life_of_a_device_fails_and_no_call_for_help_is_lost(life: list[tuple[list[Observation], float]]):
    memory, now, last = Memory(), NOON, NOON
    for said, later in life:
        now += timedelta(seconds=later)
        deciding = Deciding(AROUND, memory)
        deciding.let_time_pass(now, last.timestamp())
        due = deciding.next_due(now, last.timestamp())
        assert due is None or due > now.timestamp()
        deciding.findings.clear()

        deciding.take_in(said, now)

        found = {finding.rule.key for finding in deciding.findings if finding.verdict is not Verdict.CLEARED}
        live = [one for one in said if not one.is_backfill]
        assert ("sos" in found) == any(Flag.SOS in one.flags for one in live)
        assert ("fall" in found) == any(Flag.FALL in one.flags for one in live)
        assert ("smoke" in found) == any(one.kind is Kind.SMOKE and one.value == 1 for one in live)
        memory, last = read(written(deciding.memory)), now
        assert memory == deciding.memory

    assert len(written(memory)) < 8_000


def heard(memory: Memory, *flags: Flag, at: datetime = NOON, around: Circumstances = AROUND) -> Deciding:
    deciding = Deciding(around, memory)
    deciding.take_in([Observation(device="1", protocol=Protocol.WATCH, kind=Kind.ALARM, flags=flags)], at)
    return deciding


def test_a_watch_that_claims_to_have_left_its_own_fence_is_asked_where_it_is_and_calls_nobody():
    claimed = heard(Memory(), Flag.LEFT_FENCE)
    again = heard(claimed.memory, Flag.LEFT_FENCE, at=NOON + timedelta(minutes=1))

    assert (claimed.asks, claimed.findings) == ({CommandKind.LOCATE_NOW}, [])
    assert again.asks == set()


def test_who_has_only_the_watchs_own_fence_may_be_warned_by_it():
    switched_on = changed(default_rules()["left_fence_flag"], {"is_active": True})
    around = replace(AROUND, book=bound([switched_on]))

    left = heard(Memory(), Flag.LEFT_FENCE, around=around)
    back = heard(left.memory, Flag.INSIDE_FENCE, at=NOON + timedelta(minutes=9), around=around)

    assert [(one.rule.alarm, one.verdict) for one in left.findings] == [(AlarmKind.LEFT_CIRCLE, Verdict.OPENED)]
    assert [one.verdict for one in back.findings] == [Verdict.CLEARED]
