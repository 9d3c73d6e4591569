"""What people type in a line or two: hours of a day, a course, a child, a contact, a device."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.bookings.errors import SessionInvalid
from backend.devices.kinds import DeviceKind
from backend.devices.observations import Protocol
from backend.kernel.texts import load_texts
from backend.registry.contacts_models import RelationKind
from handlers.bookings.people_text import child_in
from handlers.bookings.plans import course_in, hours_in
from handlers.elders.text import contact_in, device_in, relation_words

CHINA = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
TEXTS = load_texts()
RELATIONS = relation_words({kind: TEXTS.say("zh_Hans", f"elder.relation_words.{kind.value}") for kind in RelationKind})
DEVICES = {"手表": "watch", "烟感": "smoke"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9:00-11:30 20 1", (time(9), time(11, 30), 20, 1, "")),
        ("９：００—１１：３０　每人15分钟", (time(9), time(11, 30), 15, 1, "")),
        ("14:00到16:00 30 2\n社区活动室", (time(14), time(16), 30, 2, "社区活动室")),
        ("8:30 至 12:00", (time(8, 30), time(12), 20, 1, "")),
    ],
)
def test_hours(text: str, expected: tuple[time, time, int, int, str]):
    hours = hours_in(text)

    assert (hours.begins, hours.ends, hours.minutes, hours.seats, hours.place) == expected


@pytest.mark.parametrize("text", ["", "明天上午", "9-11", "25:00-26:00", "9:00", "9:61-10:00 20 1", "9:00-11:30 9999"])
def test_hours_that_are_none(text: str):
    with pytest.raises(SessionInvalid):
        hours_in(text)


def test_a_course_with_everything():
    plan = course_in("周末书法班\n12-5 14:00 8次 90分钟\n20人\n石油小学二楼\n自带毛笔\n请准时", NOW, CHINA)

    assert plan.title == "周末书法班"
    assert plan.starts[0] == datetime(2026, 12, 5, 14, tzinfo=CHINA)
    assert (len(plan.starts), plan.starts[1] - plan.starts[0]) == (8, timedelta(days=7))
    assert (plan.length, plan.seats) == (timedelta(minutes=90), 20)
    assert (plan.place, plan.about, plan.link) == ("石油小学二楼", "自带毛笔 请准时", None)


def test_a_course_in_two_lines_and_one_by_link():
    short = course_in("英语角\n1月3日 9:30", NOW, CHINA)
    online = course_in("编程\n2027-2-1 19:00 4 60\n30\nhttps://meet.example.org/a", NOW, CHINA)

    assert short.starts == (datetime(2027, 1, 3, 9, 30, tzinfo=CHINA),)
    assert (online.link, online.place) == ("https://meet.example.org/a", "")


@pytest.mark.parametrize(
    "text", ["", "书法", "书法\n下周六", "书法\n2-30 14:00", "书法\n13-1 14:00", "书法\n12-5 24:30"]
)
def test_courses_that_are_none(text: str):
    with pytest.raises(SessionInvalid):
        course_in(text, NOW, CHINA)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("小宝 2018年3月", ("小宝", 2018, 3, "")),
        ("小宝，2018-03", ("小宝", 2018, 3, "")),
        ("欧阳小宝 2018.12 外婆接", ("欧阳小宝", 2018, 12, "外婆接")),
        ("小宝", None),
        ("2018年3月", None),
        ("小宝 2018年13月", None),
        ("小宝 18年3月", None),
    ],
)
def test_a_child(text: str, expected: tuple[str, int, int, str] | None):
    assert child_in(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王芳 女儿 13800000001", ("王芳", RelationKind.CHILD, "13800000001")),
        ("138 0000 0001 老伴 张大爷", ("张大爷", RelationKind.SPOUSE, "13800000001")),
        ("Anna daughter +49 151 2345678", ("Anna", RelationKind.CHILD, "+491512345678")),
        ("１３８０００００００１，邻居：李四", ("李四", RelationKind.NEIGHBOUR, "13800000001")),
        ("王芳 13800000001", None),
        ("女儿 13800000001", None),
        ("王芳 女儿", None),
    ],
)
def test_a_contact(text: str, expected: tuple[str, RelationKind, str] | None):
    assert contact_in(text, RELATIONS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手表 8800000015", (DeviceKind.WATCH, Protocol.WATCH, "8800000015", "")),
        ("8800000015", (DeviceKind.WATCH, Protocol.WATCH, "8800000015", "")),
        ("烟感 863960000000001 yg-100", (DeviceKind.SMOKE, Protocol.CTWING, "863960000000001", "yg-100")),
        ("手表", None),
        ("手表 1 2 3", None),
        ("手表 880'0; DROP", None),
    ],
)
def test_a_device(text: str, expected: tuple[DeviceKind, Protocol, str, str] | None):
    assert device_in(text, DEVICES) == expected


@given(st.text(max_size=80))
def test_whatever_is_typed_is_read_or_refused(text: str):
    child_in(text)
    contact_in(text, RELATIONS)
    device_in(text, DEVICES)
    for read in (hours_in, lambda typed: course_in(typed, NOW, CHINA)):
        with suppress(SessionInvalid):
            read(text)
