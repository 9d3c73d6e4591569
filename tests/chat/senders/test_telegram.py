"""What leaves for Telegram, and what its answers and refusals mean."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from backend.kernel.files import DiskFileStore
from backend.messaging.channel import Later, Never, Outcome, Sent, Unknown
from backend.messaging.contents import Button, Content, Lane, Media, MediaKind
from backend.messaging.models import Action
from bot.senders.bots import Speakers, make_bot
from bot.senders.limiter import LaneRateLimiter
from bot.senders.telegram import TelegramChannel
from playground.telegram import groups
from playground.telegram.faults import Fault
from playground.telegram.phones import Phone, photo
from playground.telegram.state import Bot
from playground.telegram.world import World
from tests.chat.senders.counter import Counter

pytestmark = pytest.mark.usefixtures("bot")


def id_of(outcome: Outcome) -> str:
    assert isinstance(outcome, Sent), outcome
    return outcome.provider_id


async def test_a_text_arrives_with_its_marks_and_buttons(wang: Phone, counter: Counter) -> None:
    content = Content("<b>Report 12</b> &amp; more", buttons=((Button("Rate", press="r1:12:5"),),))

    outcome = await counter.hands_over(wang.person.id, content)

    shown = wang.last_message()
    assert id_of(outcome) == str(shown["id"])
    assert shown["text"] == "Report 12 & more"
    assert shown["buttons"][0][0]["label"] == "Rate"
    assert counter.begun == 1


async def test_a_text_that_is_too_long_arrives_in_pieces_with_the_buttons_below(wang: Phone, counter: Counter) -> None:
    lines = "\n".join(f"<i>line {number} &lt;ok&gt;</i>" for number in range(500))

    outcome = await counter.hands_over(wang.person.id, Content(lines, buttons=((Button("ok", press="x1"),),)))

    pieces = [m for m in wang.messages() if m["sender"]["id"] != wang.person.id][-2:]
    assert (
        "".join(p["text"] + "\n" for p in pieces).split()
        == lines.replace("<i>", "").replace("</i>", "").replace("&lt;", "<").replace("&gt;", ">").split()
    )
    assert not pieces[0]["buttons"]
    assert pieces[1]["buttons"]
    assert id_of(outcome) == str(pieces[1]["id"])


async def test_a_card_is_edited_where_it_hangs(wang: Phone, counter: Counter) -> None:
    first = await counter.hands_over(wang.person.id, "open", action=Action.CARD)
    posted = id_of(first)

    again = await counter.hands_over(wang.person.id, "claimed", action=Action.CARD, posted_id=posted, posted_by="main")

    assert again == first
    assert wang.last_message()["text"] == "claimed"


async def test_an_edit_that_changes_nothing_counts_as_done(wang: Phone, counter: Counter) -> None:
    posted = id_of(await counter.hands_over(wang.person.id, "open", action=Action.CARD))

    again = await counter.hands_over(wang.person.id, "open", action=Action.CARD, posted_id=posted, posted_by="main")

    assert again == Sent(posted, "main")


async def test_a_card_that_somebody_deleted_is_posted_anew(wang: Phone, counter: Counter) -> None:
    posted = id_of(await counter.hands_over(wang.person.id, "open", action=Action.CARD))
    await wang.deletes(wang.last_message())

    again = await counter.hands_over(wang.person.id, "claimed", action=Action.CARD, posted_id=posted, posted_by="main")

    assert id_of(again) != posted
    assert wang.last_message()["text"] == "claimed"


async def test_a_card_is_taken_down_and_a_second_time_nothing_happens(wang: Phone, counter: Counter) -> None:
    posted = id_of(await counter.hands_over(wang.person.id, "open", action=Action.CARD))

    for _ in range(2):
        outcome = await counter.hands_over(wang.person.id, "", action=Action.REMOVE, posted_id=posted, posted_by="main")
        assert isinstance(outcome, Sent)

    assert "open" not in [message["text"] for message in wang.messages()]


async def test_one_photo_carries_the_words_below_it(wang: Phone, counter: Counter, store: DiskFileStore) -> None:
    key = await store.put(photo("red"))

    await counter.hands_over(wang.person.id, Content("the leak", media=(Media(MediaKind.PHOTO, store_key=key),)))

    shown = wang.last_message()
    assert shown["media"]["kind"] == "photo"
    assert shown["text"] == "the leak"


async def test_an_album_is_followed_by_its_words_when_they_have_buttons(
    wang: Phone, counter: Counter, store: DiskFileStore
) -> None:
    media = tuple([Media(MediaKind.PHOTO, store_key=await store.put(photo(c))) for c in ("red", "blue", "green")])

    await counter.hands_over(wang.person.id, Content("three", media=media, buttons=((Button("ok", press="x1"),),)))

    *pictures, words = wang.messages()[-4:]
    assert len({picture["album"] for picture in pictures}) == 1
    assert words["text"] == "three"
    assert words["buttons"]


async def test_words_arrive_without_a_file_that_is_gone(wang: Phone, counter: Counter) -> None:
    media = (Media(MediaKind.PHOTO, store_key="0" * 64), Media(MediaKind.PHOTO, file_id="nonsense"))

    outcome = await counter.hands_over(wang.person.id, Content("the leak", media=media))

    assert isinstance(outcome, Sent)
    assert wang.last_message()["text"] == "the leak"


async def test_a_stray_sign_in_the_words_does_not_keep_them_back(wang: Phone, counter: Counter) -> None:
    outcome = await counter.hands_over(wang.person.id, "<b>water < 3 bar")

    assert isinstance(outcome, Sent)
    assert "water" in (wang.last_message()["text"] or "")


async def test_who_blocked_the_bot_never_hears_and_is_known(wang: Phone, counter: Counter) -> None:
    await wang.blocks()

    outcome = await counter.hands_over(wang.person.id, "hello")

    assert isinstance(outcome, Never)
    assert outcome.blocked


async def test_an_upgraded_group_says_where_it_went(world: World, bot: Bot, wang: Phone, counter: Counter) -> None:
    group = groups.create_group(world, "grid 1", wang.person.id, [bot.id])
    groups.upgrade(world, group.id)

    outcome = await counter.hands_over(group.id, "card")

    assert isinstance(outcome, Later)
    assert outcome.moved_to == str(group.upgraded_to)
    assert outcome.after == timedelta(0)


async def test_a_topic_that_is_gone_is_left_out(world: World, bot: Bot, wang: Phone, counter: Counter) -> None:
    group = groups.create_group(world, "grid 1", wang.person.id, [bot.id], supergroup=True)

    outcome = await counter.hands_over(group.id, "card", thread=4711)

    assert isinstance(outcome, Sent)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("server_error", Later),
        ("bad_gateway", Later),
        ("too_many_requests", Later),
        ("reset_after", Unknown),
        ("forbidden", Never),
    ],
)
async def test_misfortunes_become_outcomes(
    world: World, wang: Phone, counter: Counter, kind: str, expected: type[Outcome]
) -> None:
    world.order_fault(Fault(kind, "sendMessage", seconds=3))  # type: ignore[arg-type]

    outcome = await counter.hands_over(wang.person.id, "hello")

    assert isinstance(outcome, expected)


async def test_after_429_the_chat_waits_in_the_database_and_not_at_the_counter(
    world: World, wang: Phone, counter: Counter
) -> None:
    world.order_fault(Fault("too_many_requests", "sendMessage", seconds=30))

    first = await counter.hands_over(wang.person.id, "hello")
    second = await counter.hands_over(wang.person.id, "hello")

    assert isinstance(first, Later)
    assert first.after == timedelta(seconds=30)
    assert isinstance(second, Later)
    assert second.after is not None
    assert timedelta(seconds=25) < second.after <= timedelta(seconds=30)
    assert counter.begun == 1  # the second was never called


async def test_a_server_that_is_not_there_loses_nothing(speakers: Speakers) -> None:
    nowhere = make_bot("42:youlin", "http://127.0.0.1:9", LaneRateLimiter(30))
    await nowhere.request.initialize()
    channel = TelegramChannel({"main": nowhere}, speakers.channel._attaching)

    outcome = await Counter(channel).hands_over(7, "hello")
    await nowhere.request.shutdown()

    assert outcome == Later("ConnectError")


async def test_a_wrong_token_loses_nothing(address: str, speakers: Speakers) -> None:
    stranger = make_bot("99:wrong", address, LaneRateLimiter(30))
    await stranger.request.initialize()
    channel = TelegramChannel({"main": stranger}, speakers.channel._attaching)

    outcome = await Counter(channel).hands_over(7, "hello")
    await stranger.request.shutdown()

    assert isinstance(outcome, Later)


async def test_groups_and_emergencies_go_by_the_duty_bot_and_where_it_may_not_by_the_main_one(
    world: World, bot: Bot, duty_bot: Bot, wang: Phone, two_speakers: Speakers
) -> None:
    counter = Counter(two_speakers.channel)
    group = groups.create_group(world, "grid 1", wang.person.id, [bot.id, duty_bot.id])

    by_duty = await counter.hands_over(group.id, "card")
    by_main = await counter.hands_over(wang.person.id, "hello")
    unknown_to_duty = await counter.hands_over(wang.person.id, "fire", lane=Lane.EMERGENCY)

    assert isinstance(by_duty, Sent)
    assert by_duty.sender == "duty"
    assert isinstance(by_main, Sent)
    assert by_main.sender == "main"
    assert isinstance(unknown_to_duty, Sent)
    assert unknown_to_duty.sender == "main"


async def test_a_file_that_the_main_bot_got_reaches_the_group_by_the_duty_bot(
    address: str, world: World, bot: Bot, duty_bot: Bot, wang: Phone, two_speakers: Speakers
) -> None:
    await wang.sends_photo(content=photo("red"))
    async with httpx.AsyncClient(base_url=address, trust_env=False) as client:
        updates = (await client.get("/bot42:youlin/getUpdates")).json()["result"]
    file_id = updates[-1]["message"]["photo"][-1]["file_id"]
    group = groups.create_group(world, "grid 1", wang.person.id, [bot.id, duty_bot.id])

    outcome = await Counter(two_speakers.channel).hands_over(
        group.id, Content("evidence", media=(Media(MediaKind.PHOTO, file_id=file_id),))
    )

    assert isinstance(outcome, Sent)
    assert outcome.sender == "duty"
    assert wang.last_message(group.id)["media"]["kind"] == "photo"
