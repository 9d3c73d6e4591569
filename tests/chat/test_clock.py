"""What the clock says by itself, on the telephones of exactly those who are meant."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import select

from backend.issues.models import ReportMedia
from backend.issues.reports.media import LOST, wanted_media
from backend.kernel.unit_of_work import Work
from bot.media import MediaKeeper
from playground.telegram.shapes import MessageView
from scheduler.runner import ClockRunner
from tests.chat.town import Town
from tests.service.world import middle_of

CHONGQING = ZoneInfo("Asia/Shanghai")


def clock_of(town: Town) -> ClockRunner:
    return ClockRunner(town.app.work, town.app.texts, town.app.settings, files=town.app.files)


async def opened(town: Town, *names: str) -> None:
    """These people have opened the bot's private chat: before that it may not write to them."""
    for name in names:
        await town.phone(name).starts()
        await town.phone(name).sees("")


def in_private(message: MessageView) -> bool:
    return message["chat_id"] > 0


async def reported(town: Town, words: str = "楼道堵了", **photo: bytes) -> None:
    """Wang Fang reports a blocked corridor in grid 1; its card hangs in the group."""
    wang = town.phone("Wang Fang")
    longitude, latitude = middle_of(1)
    await wang.sends_photo(words, **photo)
    await wang.presses("安全隐患")
    await wang.presses("楼道堆物")
    await wang.sends_location(latitude, longitude)
    await wang.presses("提交")
    await town.phone("worker Li").sees("待认领", in_chat=town.group("grid-1"))
    town.phones.forget()


async def test_work_that_nobody_takes_climbs_from_telephone_to_telephone(town: Town) -> None:
    await opened(town, "leader Tang", "operator Luo", "worker Sun", "staff Xu")
    await reported(town)
    clock = clock_of(town)
    group = town.group("grid-1")

    town.hours_pass(4)
    await clock.run_due(town.clock.now())
    await town.phone("worker Li").sees("认领", "已超", in_chat=group)
    town.hours_pass(0.5)
    await clock.run_due(town.clock.now())
    await town.phone("leader Tang").sees("已超", "26-0001", where=in_private)
    town.hours_pass(1.5)
    await clock.run_due(town.clock.now())
    await town.phone("staff Xu").sees("已超", "26-0001", in_chat=town.group("community"))
    town.hours_pass(6)
    await clock.run_due(town.clock.now())
    await town.phone("operator Luo").sees("已超", "26-0001")

    assert town.phone("operator Luo").unseen() == []
    assert town.phone("worker Sun").unseen() == []
    assert town.phone("Wang Fang").unseen() == []


async def test_when_the_time_is_moved_the_clock_follows_within_moments(town: Town) -> None:
    await opened(town, "leader Tang")
    await reported(town)
    town.app.nursery.start(clock_of(town).run(), name="clock")
    li, tang, group = town.phone("worker Li"), town.phone("leader Tang"), town.group("grid-1")

    town.hours_pass(4)
    await li.sees("认领", "已超", in_chat=group)
    town.hours_pass(-2)
    town.hours_pass(2.5)

    await tang.sees("已超", "26-0001", where=in_private)
    assert sum("已超" in (message["text"] or "") for message in tang.messages()) == 1


async def test_a_draft_left_alone_is_asked_after_and_goes_on_where_it_stood(town: Town) -> None:
    wang = town.phone("Wang Fang")
    longitude, latitude = middle_of(1)
    await wang.sends("楼道里堆满纸箱")
    await wang.sees("哪方面的问题")
    clock = clock_of(town)

    for _ in range(4):
        town.hours_pass(1)
        await clock.run_due(town.clock.now())
    await wang.sees("还没写完")
    await wang.presses("接着写")
    await wang.sees("没写完的上报")
    await wang.presses("接着写")
    await wang.presses("安全隐患")
    await wang.presses("楼道堆物")
    await wang.sends_location(latitude, longitude)
    await wang.sees("请看一看", "楼道里堆满纸箱")
    await wang.presses("提交")

    await wang.sees_edited("已收到", "26-0001")
    assert sum("还没写完" in message["text"] for message in wang.messages() if message["text"]) == 1


async def test_the_morning_greets_a_worker_once_although_the_clock_starts_anew(town: Town) -> None:
    await opened(town, "worker Li", "worker Sun")
    await reported(town)
    li = town.phone("worker Li")
    await li.presses("认领", in_chat=town.group("grid-1"))
    await li.sees_edited("worker Li", in_chat=town.group("grid-1"))
    town.phones.forget()

    for minute in (30, 31, 40):
        town.clock.set(datetime(2026, 5, 13, 7, minute, tzinfo=CHONGQING))
        await clock_of(town).run_due(town.clock.now())

    await li.sees("早上好", "26-0001")
    await li.presses("我的任务")
    await li.sees("26-0001")
    assert [message for message in li.unseen() if "早上好" in (message["text"] or "")] == []
    assert town.phone("worker Sun").unseen() == []


def photo_with_place() -> bytes:
    """A JPEG as a telephone writes it: turned by a flag, with the place where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Huawei"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = BytesIO()
    Image.new("RGB", (40, 20), "red").save(buffer, "JPEG", exif=exif, comment=b"flat 3-2")
    return buffer.getvalue()


async def stored(work: Work) -> list[str | None]:
    async with work.look() as uow:
        return list(await uow.session.scalars(select(ReportMedia.store_key).order_by(ReportMedia.id)))


async def test_a_photo_is_kept_in_our_store_without_what_the_camera_wrote(town: Town) -> None:
    await reported(town, content=photo_with_place())
    keeper = MediaKeeper(town.app.work, town.app.files, town.app.bots, town.app.nursery)

    assert await keeper.keep_some() == 1
    assert await keeper.keep_some() == 0

    (key,) = await stored(town.app.work)
    assert key
    with Image.open(BytesIO(await town.app.files.get(key))) as image:
        assert image.size == (20, 40)
        assert not image.getexif()
        assert "comment" not in image.info


async def test_a_file_that_telegram_has_no_more_is_not_asked_for_again(town: Town) -> None:
    await reported(town)
    keeper = MediaKeeper(town.app.work, town.app.files, town.app.bots, town.app.nursery)
    async with town.app.work.begin() as uow:
        media = (await uow.session.scalars(select(ReportMedia))).one()
        media.file_id = "of another bot"

    assert await keeper.keep_some() == 1

    assert await stored(town.app.work) == [LOST]
    async with town.app.work.look() as uow:
        assert await wanted_media(uow) == []
