"""A card is one message that lives: posted once, edited in place, taken down."""

from __future__ import annotations

import asyncio

import pytest

from backend.messaging.cards import close_card, post_card, remove_card
from backend.messaging.channel import OutgoingMessage, Unknown
from backend.messaging.contents import Button, Content, Lane, telegram_chat
from backend.messaging.models import Action
from backend.messaging.outbox import move_chat
from tests.service.messaging.post_office import PostOffice

GROUP = -100500
KEY = "task:12@-100500"


async def show(office: PostOffice, text: str, lane: Lane = Lane.NORMAL, key: str = KEY) -> None:
    """Post or change the card."""
    async with office.work.begin() as uow:
        content = Content(text, buttons=((Button("claim", press="c1:12"),),))
        await post_card(uow, key=key, to=telegram_chat(GROUP, thread_id=3), content=content, lane=lane)


async def test_a_card_is_posted_once_and_edited_afterwards(office: PostOffice) -> None:
    async with office.opened():
        await show(office, "open")
        await office.until_idle()
        await show(office, "claimed")
        await office.until_idle()

    posted, edited = office.channel.taken
    assert (posted.action, posted.posted_id, posted.to.thread_id) == (Action.CARD, None, 3)
    assert (edited.posted_id, edited.posted_by) == (str(1000 + posted.id), "main")
    assert edited.content.text == "claimed"


async def test_edits_that_have_not_left_coalesce_to_the_newest(office: PostOffice) -> None:
    for text in ("open", "claimed", "on the way", "arrived"):
        await show(office, text)

    async with office.opened():
        await office.until_idle()

    assert office.channel.texts() == ["arrived"]


async def test_a_change_while_the_first_post_is_under_way_becomes_an_edit_of_it(office: PostOffice) -> None:
    on_its_way, may_arrive = asyncio.Event(), asyncio.Event()

    async def hold(message: OutgoingMessage) -> None:
        if message.posted_id is None:
            on_its_way.set()
            await may_arrive.wait()

    office.channel.during_call = hold
    async with office.opened():
        await show(office, "open")
        await on_its_way.wait()
        await show(office, "fire!", Lane.EMERGENCY)
        await asyncio.sleep(0.2)
        may_arrive.set()
        await office.until_idle()

    first, second = office.channel.taken
    assert second.posted_id == str(1000 + first.id)
    assert second.content.text == "fire!"


async def test_a_card_that_shows_it_already_is_left_alone(office: PostOffice) -> None:
    async with office.opened():
        await show(office, "open")
        await office.until_idle()
        await show(office, "open")
        await office.until_idle()

    assert len(office.channel.taken) == 1


async def test_a_change_takes_over_the_more_urgent_lane(office: PostOffice) -> None:
    await show(office, "open", Lane.NORMAL)
    await show(office, "overdue", Lane.URGENT)
    await show(office, "overdue, seen", Lane.NORMAL)

    async with office.opened():
        await office.until_idle()

    assert [message.lane for message in office.channel.taken] == [Lane.URGENT]


async def test_a_closed_card_loses_its_buttons_and_keeps_its_words(office: PostOffice) -> None:
    async with office.opened():
        await show(office, "open")
        await office.until_idle()
        async with office.work.begin() as uow:
            await close_card(uow, key=KEY, lane=Lane.NORMAL)
            await close_card(uow, key=KEY, lane=Lane.NORMAL)
        await office.until_idle()

    assert [(m.content.text, bool(m.content.buttons)) for m in office.channel.taken] == [
        ("open", True),
        ("open", False),
    ]


async def test_a_card_is_taken_down_and_posted_anew_when_it_is_wanted_again(office: PostOffice) -> None:
    async with office.opened():
        await show(office, "open")
        await office.until_idle()
        async with office.work.begin() as uow:
            await remove_card(uow, key=KEY, lane=Lane.NORMAL)
        await office.until_idle()
        await show(office, "open")
        await office.until_idle()

    assert [(m.action, m.posted_id) for m in office.channel.taken] == [
        (Action.CARD, None),
        (Action.REMOVE, str(1000 + office.channel.taken[0].id)),
        (Action.CARD, None),
    ]


async def test_a_first_post_in_doubt_is_repeated_because_unseen_work_is_lost_work(office: PostOffice) -> None:
    office.channel.answers[str(GROUP)] = [Unknown("timed out"), Unknown("timed out")]
    async with office.opened():
        await show(office, "open")
        await office.until_idle_as_time_passes()

    assert office.channel.texts() == ["open", "open"]
    assert list((await office.states()).values()) == ["unknown"]


async def test_an_edit_in_doubt_is_repeated_until_it_is_known(office: PostOffice) -> None:
    async with office.opened():
        await show(office, "open")
        await office.until_idle()
        office.channel.answers[str(GROUP)] = [Unknown("timed out")] * 3
        await show(office, "claimed")
        await office.until_idle_as_time_passes()

    assert office.channel.texts().count("claimed") == 4


async def test_the_cards_of_an_upgraded_group_are_posted_in_the_new_one(office: PostOffice) -> None:
    async with office.opened():
        await show(office, "open")
        await office.until_idle()
        async with office.work.begin() as uow:
            await move_chat(uow, old_chat_id=GROUP, new_chat_id=-1009)
        await show(office, "claimed")
        await office.until_idle()

    moved = office.channel.taken[-1]
    assert (moved.to.address, moved.posted_id, moved.content.text) == ("-1009", None, "claimed")


@pytest.mark.parametrize("number", [2, 6])
async def test_changes_that_race_leave_one_card_that_shows_one_of_them(office: PostOffice, number: int) -> None:
    async with office.opened():
        await asyncio.gather(*(show(office, f"state {n}") for n in range(number)))
        await office.until_idle()

    assert sum(message.posted_id is None for message in office.channel.taken) == 1
