"""What people read and hear of an alarm: short, plain, and never more than they may know."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.alerts.states import AckKind
from backend.kernel.alarms import AlarmKind, AlarmStatus, Severity
from backend.messaging.contents import ChannelName, Content
from backend.messaging.models import Message
from backend.messaging.written import read_content
from backend.notify.alerts_facts import spoken
from backend.notify.words import Voice
from backend.registry.models import Address
from tests.service.alerts.conftest import TEXTS
from tests.service.alerts.scene import DAUGHTER, ELDER, Family, presses_key, raised, seconds_pass, sos
from tests.service.notify.post import letters, post_leaves
from tests.service.world import World

WORDS = Voice(TEXTS, "").words("zh_Hans")


async def said(world: World, channel: ChannelName) -> Content:
    """The first message by this way."""
    async with world.work.look() as uow:
        row = (
            await uow.session.scalars(select(Message).where(Message.channel == channel.value).order_by(Message.id))
        ).first()
    assert row is not None
    return read_content(row.content)


@pytest.mark.parametrize(
    "kind", [AlarmKind.SOS, AlarmKind.FALL, AlarmKind.LEFT_CIRCLE, AlarmKind.OXYGEN_LOW, AlarmKind.CHECK_IN_MISSED]
)
async def test_an_sms_is_one_segment_without_a_link_or_a_value(world: World, family: Family, kind: AlarmKind):
    async with world.work.begin() as uow:
        for address in await uow.session.scalars(select(Address)):
            address.label = "重庆市江北区大石坝街道石油路1号3栋2单元5-1"
    low = Severity.LIFE_SAFETY if kind is AlarmKind.SOS else Severity.CRITICAL
    alert = sos(world, family, kind=kind, severity=low, detail={"value": 137, "unit": "bpm"})
    if kind in (AlarmKind.LEFT_CIRCLE, AlarmKind.OUT_AT_CURFEW):
        alert = sos(world, family, kind=kind, severity=low, place=(106.532, 29.577))

    await raised(world, alert)
    await seconds_pass(world, 1)

    async with world.work.look() as uow:
        texts = [
            read_content(row.content).text
            for row in await uow.session.scalars(select(Message).where(Message.channel == "sms"))
        ]
    for text in texts:
        assert len(text) <= 66
        assert ELDER in text
        assert not any(part in text for part in ("http", "137", "106.5", "心率", "血氧", "活动圈"))
    assert texts


async def test_a_call_says_who_what_and_where_so_that_it_is_heard(world: World, family: Family):
    await raised(world, sos(world, family))

    call = await said(world, ChannelName.VOICE)

    assert call.text == f"{ELDER}，按了求助键。地点：石油路1号。"
    assert call.call is not None
    assert (call.call.ref, call.call.contact_id) == ("alert:1", family.contacts[DAUGHTER])
    assert call.call.method_id is not None


@pytest.mark.parametrize(
    ("written", "heard"),
    [("3栋2单元5-1", "3栋2单元5杠1"), ("石油路1204号", "石油路1 2 0 4号"), ("12栋", "12栋")],
)
def test_numbers_of_houses_are_said_as_people_say_them(written: str, heard: str):
    assert spoken(WORDS, written) == heard


async def test_an_exercise_says_so_in_its_first_words(world: World, family: Family):
    await raised(world, sos(world, family, status=AlarmStatus.EXERCISE))

    assert all("演练" in letter.text.split(ELDER)[0] for letter in await letters(world) if ELDER in letter.text)


async def test_everybody_who_was_called_hears_once_who_has_it(world: World, family: Family):
    alert_id = await raised(world, sos(world, family))
    await post_leaves(world)

    await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED)
    await presses_key(world, family.contacts[DAUGHTER], alert_id, AckKind.CLAIMED, call="call-2")

    news = [letter for letter in await letters(world) if "已经接手" in letter.text]
    assert sorted(letter.to for letter in news) == ["worker Li", "worker Zhao"], "she herself was answered already"
    card = next(letter for letter in await letters(world, "group grid-1"))
    assert "子女" in card.text
    assert DAUGHTER not in card.text
