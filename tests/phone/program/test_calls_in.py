"""The menu for people who only have a telephone."""

from __future__ import annotations

from sqlalchemy import select

from backend.issues.models import Report, ReportMedia
from backend.messaging.models import Message
from tests.phone.program.switchboard import Switchboard

STRANGER, LIU = "+8613700000099", "+8613800000001"
"""The second is Liu Yang's by the registry."""


async def test_a_spoken_problem_becomes_a_report_with_its_recording_for_staff(board: Switchboard) -> None:
    stranger = board.phone("stranger", STRANGER)

    await stranger.calls()
    await stranger.hears("反映问题")
    await stranger.press("1")
    await stranger.hears("嘀声")
    await stranger.says("三栋楼下的井盖翻了")
    await stranger.press("#")
    await stranger.hears("您的编号是")
    await stranger.is_hung_up()
    kept = await board.telephony.recordings.keep_some()

    assert kept == 1
    async with board.world.work.look() as uow:
        report = (await uow.session.scalars(select(Report))).one()
        media = (await uow.session.scalars(select(ReportMedia))).one()
        private = (await uow.session.scalars(select(Message).where(Message.dedup_key.like("recording:%")))).all()
    assert (media.report_id, media.kind, len(media.store_key or "")) == (report.id, "voice", 64)
    assert private
    assert not any(message.address.startswith("-") for message in private)


async def test_who_calls_again_hears_how_it_stands_digit_by_digit(board: Switchboard) -> None:
    stranger = board.phone("stranger", STRANGER)
    await stranger.sends_sms("3栋楼下井盖翻了")
    await stranger.receives_sms("已记下")

    await stranger.calls()
    await stranger.press("2")

    await stranger.hears("2，6，0，0，0，1", "已上报")
    await stranger.hears("反映问题")


async def test_a_resident_reaches_the_worker_on_duty(board: Switchboard) -> None:
    resident = board.phone("Liu Yang", LIU)

    await resident.calls()
    await resident.press("4")
    await resident.hears("正在为您接通")

    ringing = [name for name, what in board.phones.unexpected() if "ringing" in what]
    assert len(ringing) <= 1


async def test_silence_hears_the_menu_again_and_then_goodbye(board: Switchboard) -> None:
    stranger = board.phone("stranger", STRANGER)
    await stranger.calls()

    for _ in range(3):
        await stranger.hears("反映问题")
        await stranger.says_nothing()

    await stranger.hears("再见")
    await stranger.is_hung_up()
