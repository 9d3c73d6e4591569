"""Mainland numbers by Alibaba Cloud: its own packages against a server that checks their signatures."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from backend.messaging.contents import ChannelName
from backend.messaging.receipt_models import ReceiptStatus
from playground.telegram.serve import serve_application
from playground.telephone.alibaba import BUSY, AlibabaCloud
from tests.phone.program.switchboard import Switchboard, open_switchboard

DAUGHTER, SON = "+8613900000001", "+16175550123"
SECRET = "a-secret-part-of-the-address"
TEMPLATES = {"alert.voice": "TTS_1", "alert.key": "TTS_2", "alert.sms": "SMS_1", "answer.sms": "SMS_2"}


@pytest.fixture
async def cloud() -> AsyncIterator[AlibabaCloud]:
    cloud = AlibabaCloud("key", "its secret")
    async with serve_application(cloud) as address:
        cloud.callbacks = address  # until the program's own address is known
        yield cloud


@pytest.fixture
async def board(cloud: AlibabaCloud, sqlite_url: str, tmp_path: Path) -> AsyncIterator[Switchboard]:
    async with open_switchboard(
        sqlite_url,
        tmp_path / "media",
        alibaba_access_key_id=cloud.key_id,
        alibaba_access_key_secret=cloud.key_secret,
        alibaba_sms_endpoint=cloud.callbacks,
        alibaba_voice_endpoint=cloud.callbacks,
        alibaba_sms_signature="石油社区",
        alibaba_templates=TEMPLATES,
        alibaba_call_from="02367000000",
        alibaba_callback_secret=SECRET,
    ) as board:
        cloud.callbacks = f"{board.pages}/phone/alibaba/{SECRET}"
        yield board


async def test_a_mainland_number_is_called_with_registered_words_and_a_key_takes_the_alert(
    board: Switchboard, cloud: AlibabaCloud
) -> None:
    await board.contact("Wang Na", DAUGHTER)
    alert_id = await board.sos()
    await cloud.until(lambda: bool(cloud.calls))

    call = cloud.calls[0]
    await cloud.presses(call, "1")
    await cloud.presses(call, "1")
    await cloud.ends(call, keys="1")

    assert (call.number, call.template, call.keys) == ("13900000001", "TTS_1", ("1", "2"))
    assert call.params["who"] == "Wang Fang"
    assert await board.said_to(alert_id) == ["claimed"]
    assert await board.standings() == [ReceiptStatus.ENDED]
    await cloud.until(lambda: bool(cloud.sms))
    assert "已记下" in cloud.sms[0].params["text"]
    assert cloud.forgeries == 0
    assert set(cloud.posts) == {200}


async def test_a_busy_line_calls_the_next_who_lives_abroad_by_the_other_carrier(
    board: Switchboard, cloud: AlibabaCloud
) -> None:
    await board.contact("Wang Na", DAUGHTER)
    son = await board.contact("Wang Qiang", SON, rank=2)
    await board.sos()
    await cloud.until(lambda: bool(cloud.calls))

    await cloud.ends(cloud.calls[0], BUSY)

    await son.rings()


async def test_while_it_is_down_the_other_carrier_takes_over_at_once(board: Switchboard, cloud: AlibabaCloud) -> None:
    cloud.code = "isv.AMOUNT_NOT_ENOUGH"
    daughter = await board.contact("Wang Na", DAUGHTER)

    await board.sos()

    await daughter.rings()
    assert cloud.calls == []


async def test_an_sms_whose_answer_was_lost_is_looked_up_and_not_sent_again(
    board: Switchboard, cloud: AlibabaCloud
) -> None:
    cloud.loses_answers = 1
    daughter = await board.contact("Wang Na", DAUGHTER, channels=(ChannelName.SMS,))

    await board.sos()
    await cloud.until(lambda: "QuerySendDetails" in cloud.actions)
    await cloud.delivers(cloud.sms[0])

    assert len(cloud.sms) == 1
    assert await board.standings() == [ReceiptStatus.DELIVERED]
    daughter.expects_nothing()


async def test_an_answer_by_sms_takes_the_alert_and_is_answered(board: Switchboard, cloud: AlibabaCloud) -> None:
    await board.contact("Wang Na", DAUGHTER, channels=(ChannelName.SMS,))
    alert_id = await board.sos()
    await cloud.until(lambda: bool(cloud.sms))

    assert cloud.sms[0].params["code"] == "1"
    await cloud.writes("13900000001", "１。", sequence=77)
    await cloud.writes("13900000001", "１。", sequence=77)

    assert await board.said_to(alert_id) == ["claimed"]
    await cloud.until(lambda: len(cloud.sms) == 2)
    assert cloud.sms[1].template == "SMS_2"


async def test_a_post_without_the_secret_is_refused(board: Switchboard) -> None:
    paths = ("wrong/voice-report", f"{SECRET[:-1]}/sms-up", "/sms-up")
    async with httpx.AsyncClient() as client:
        posts = [await client.post(f"{board.pages}/phone/alibaba/{path}", json=[{"out_id": "1"}]) for path in paths]

    assert {post.status_code for post in posts} <= {403, 404}


STRANGE = (b"", b"nothing", b"[" * 10_000, b"[1, null, {}]", b'[{"out_id": "99999999999999999999", "call_id": "x"}]')


async def test_a_strange_post_writes_nothing(board: Switchboard, cloud: AlibabaCloud) -> None:
    async with httpx.AsyncClient() as client:
        for kind in ("sms-report", "sms-up", "voice-report", "voice-call-report"):
            for body in STRANGE:
                answer = await client.post(f"{cloud.callbacks}/{kind}", content=body)

                assert answer.status_code in {200, 400}

    assert await board.standings() == []
