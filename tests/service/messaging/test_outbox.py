"""What is written to the outbox is delivered once, in order, in time, or not at all."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from backend.messaging.channel import Later, Never, Unknown
from backend.messaging.contents import Button, Content, Lane, Media, MediaKind, telegram_chat
from backend.messaging.events import ChatMigrated, ContactBlocked, MessageFailed
from backend.messaging.models import Message
from backend.messaging.outbox import cancel, enqueue
from backend.messaging.written import read_content, write_content
from tests.service.messaging.post_office import NotebookChannel, PostOffice, later

WANG, LIU, GROUP = 7001, 7002, -100500


def test_content_comes_back_from_its_row_as_it_was_written() -> None:
    content = Content(
        text="<b>hello</b>",
        buttons=((Button("yes", press="y1:1"),), (Button("map", url="https://example.org"),)),
        media=(Media(MediaKind.PHOTO, file_id="f1"), Media(MediaKind.PHOTO, store_key="ab")),
        longitude=106.5,
        latitude=29.5,
        reply_to_message_id=12,
        silent=True,
    )

    assert read_content(write_content(content)) == content


async def test_a_message_leaves_after_the_commit_and_only_then(office: PostOffice) -> None:
    async with office.opened():
        async with office.work.begin() as uow:
            await enqueue(uow, to=telegram_chat(WANG), content=Content("hello"), lane=Lane.NORMAL, dedup_key="a")
            await asyncio.sleep(0.1)
            assert office.channel.taken == []

        await office.until_idle()

    assert office.channel.texts() == ["hello"]
    assert await office.states() == {"a": "sent"}


async def test_the_same_dedup_key_twice_is_said_once(office: PostOffice) -> None:
    await office.write(WANG, "first", dedup_key="same")
    await office.write(WANG, "second", dedup_key="same")

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts() == ["first"]


async def test_the_same_dedup_key_from_transactions_that_race_is_said_once(office: PostOffice) -> None:
    await asyncio.gather(*(office.write(WANG, f"text {n}", dedup_key="same") for n in range(8)))

    async with office.opened():
        await office.until_idle()

    assert len(office.channel.taken) == 1


async def test_a_newer_message_takes_the_place_of_one_that_has_not_left(office: PostOffice) -> None:
    await office.write(WANG, "3 open tasks", coalesce_key="count")
    await office.write(WANG, "4 open tasks", coalesce_key="count")
    await office.write(LIU, "1 open task", coalesce_key="count of Liu")

    async with office.opened():
        await office.until_idle()

    assert sorted(office.channel.texts()) == ["1 open task", "4 open tasks"]
    assert (await office.states())["3 open tasks"] == "superseded"


async def test_what_is_cancelled_before_it_left_is_never_said(office: PostOffice) -> None:
    await office.write(WANG, "come at nine")
    async with office.work.begin() as uow:
        await cancel(uow, "come at nine")

    async with office.opened():
        await office.write(WANG, "come at ten")
        await office.until_idle()

    assert office.channel.texts() == ["come at ten"]


async def test_a_reminder_for_yesterday_is_dropped(office: PostOffice) -> None:
    await office.write(WANG, "today at nine", expires_at=office.clock.now() + timedelta(hours=1))
    office.clock.advance(timedelta(hours=2))

    async with office.opened():
        await office.until_idle()

    assert office.channel.taken == []
    assert await office.states() == {"today at nine": "expired"}


async def test_a_message_waits_until_it_is_due(office: PostOffice) -> None:
    await office.write(WANG, "tomorrow", due_at=office.clock.now() + timedelta(days=1))
    await office.write(WANG, "now")

    async with office.opened():
        await office.until(lambda: office.channel.texts() == ["now"])
        office.clock.advance(timedelta(days=1, seconds=1))
        await office.until_idle()

    assert office.channel.texts() == ["now", "tomorrow"]


async def test_one_recipient_hears_in_order_even_when_the_first_message_fails_for_a_while(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [Later("busy", later(0.1)), Later("busy", later(0.1))]
    for text in ("one", "two", "three"):
        await office.write(WANG, text)

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts() == ["one", "one", "one", "two", "three"]


async def test_one_who_cannot_be_reached_keeps_nobody_else_waiting(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [Later("busy", later(30))]
    await office.write(WANG, "to Wang")

    async with office.opened():
        await office.until(lambda: office.channel.texts() == ["to Wang"])
        await office.write(LIU, "to Liu")
        await office.until(lambda: "to Liu" in office.channel.texts())

    assert (await office.states())["to Wang"] == "pending"


async def test_an_emergency_overtakes_a_broadcast_whose_places_are_all_taken(office: PostOffice) -> None:
    held = asyncio.Event()

    async def hold_bulk(message: object) -> None:
        if getattr(message, "lane", None) is Lane.BULK:
            await held.wait()

    office.channel.before_call = hold_bulk
    for number in range(100):
        await office.write(8000 + number, f"news {number}", Lane.BULK)

    async with office.opened():
        await asyncio.sleep(0.1)
        await office.write(8000, "fire", Lane.EMERGENCY)
        await office.until(lambda: office.channel.texts() == ["fire"], seconds=2)
        held.set()
        await office.until_idle(20)

    assert len(office.channel.taken) == 101


async def test_who_blocked_the_bot_is_noted_and_reported(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [Never("bot was blocked by the user", blocked=True)]
    async with office.work.begin() as uow:
        to = telegram_chat(WANG, account_id=5)
        await enqueue(uow, to=to, content=Content("hello"), lane=Lane.NORMAL, dedup_key="a")

    async with office.opened():
        await office.until_idle()

    assert ContactBlocked("telegram", str(WANG), 5) in office.heard
    assert MessageFailed("a", "telegram", str(WANG), "bot was blocked by the user") in office.heard
    assert await office.states() == {"a": "failed"}


async def test_a_group_that_became_a_supergroup_is_followed(office: PostOffice) -> None:
    office.channel.answers[str(GROUP)] = [Later("migrated", timedelta(0), moved_to="-1009")]
    await office.write(GROUP, "first")
    await office.write(GROUP, "second")

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts("-1009") == ["first", "second"]
    assert ChatMigrated(GROUP, -1009) in office.heard


async def test_a_normal_message_that_timed_out_is_not_repeated(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [Unknown("timed out")]
    await office.write(WANG, "hello")

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts() == ["hello"]
    assert await office.states() == {"hello": "unknown"}


async def test_an_emergency_that_timed_out_is_said_once_more_and_no_third_time(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [Unknown("timed out"), Unknown("timed out"), Unknown("timed out")]
    await office.write(WANG, "fire", Lane.EMERGENCY)

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts() == ["fire", "fire"]
    assert await office.states() == {"fire": "unknown"}


async def test_a_message_that_our_own_code_cannot_send_keeps_no_other_from_leaving(office: PostOffice) -> None:
    office.channel.answers[str(WANG)] = [ZeroDivisionError()]
    await office.write(WANG, "poison")
    await office.write(LIU, "hello")

    async with office.opened():
        await office.until_idle()

    assert await office.states() == {"poison": "unknown", "hello": "sent"}


async def test_a_message_by_a_channel_that_nobody_installed_fails_in_plain_sight(office: PostOffice) -> None:
    await office.write(WANG, "hello")
    async with office.work.begin() as uow:
        message = (await uow.session.get(Message, 1)) or Message()
        message.channel = "sms"

    async with office.opened():
        await office.until_idle()

    assert await office.states() == {"hello": "failed"}


async def test_several_loops_share_the_work_and_repeat_nothing(office: PostOffice) -> None:
    if office.work.database.is_sqlite:
        return  # SQLite has one delivery process by design; see the fault tests for what a second start does
    channels = [NotebookChannel() for _ in range(3)]
    async with office.work.begin() as uow:
        for number in range(300):
            to = telegram_chat(9000 + number % 100)
            await enqueue(uow, to=to, content=Content(str(number)), lane=Lane.NORMAL, dedup_key=str(number))

    async with (
        office.opened(name="a", channel=channels[0]),
        office.opened(name="b", channel=channels[1]),
        office.opened(name="c", channel=channels[2]),
    ):
        await office.until_idle(30)

    said = [message.content.text for channel in channels for message in channel.taken]
    assert sorted(said, key=int) == [str(number) for number in range(300)]
