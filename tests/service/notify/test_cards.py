"""Where the card of a task hangs, how seldom it is sent, and what becomes of it when groups come and go."""

from __future__ import annotations

from sqlalchemy import update

from backend.issues.tasks.doing import arrive, claim_task, set_out, transfer_task
from backend.issues.tasks.hands import WorkTarget
from backend.messaging.contents import Lane
from backend.messaging.events import ChatMigrated, ContactBlocked, MessageFailed
from backend.messaging.models import Action, Card
from backend.notify.cards import refresh_open_cards, task_of_card
from backend.registry.chats import Served, bind_chat, unbind_chat
from backend.registry.models import Account, BoundChat
from tests.service.issues.reporting import report
from tests.service.issues.scenes import LEADER, OTHER_WORKER, STAFF, WORKER, claimed, dispatched
from tests.service.notify.conftest import VOICE
from tests.service.notify.post import letters, post_leaves
from tests.service.world import NOON, World

GROUP = "group grid-1"


async def without_group(world: World, *chats: str) -> None:
    async with world.work.begin() as uow:
        ids = [world.chats[chat].id for chat in chats]
        await uow.session.execute(update(BoundChat).where(BoundChat.id.in_(ids)).values(ended_at=NOON))


async def test_steps_that_follow_quickly_leave_as_one_message(world: World):
    _, (task_id,) = await dispatched(world)

    for step in (claim_task, set_out, arrive):
        async with world.work.begin() as uow:
            await step(uow, actor=world.actor(WORKER), task_id=task_id)

    (card,) = await letters(world, GROUP)
    assert "已到现场" in card.text


async def test_a_card_that_shows_it_already_is_not_sent_again(world: World):
    await dispatched(world)
    await post_leaves(world)

    async with world.work.begin() as uow:
        await refresh_open_cards(uow, VOICE)

    assert await letters(world) == []


async def test_the_time_left_moves_on_in_the_lane_of_broadcasts(world: World):
    await dispatched(world)
    await post_leaves(world)
    world.hours_pass(2)

    async with world.work.begin() as uow:
        last = await refresh_open_cards(uow, VOICE, 1)
    async with world.work.begin() as uow:
        after_all = await refresh_open_cards(uow, VOICE, 1, after=last)

    (card,) = await letters(world)
    assert (card.lane, "还剩 2 小时" in card.text) == (Lane.BULK, True)
    assert after_all == 0


async def test_an_emergency_goes_before_everything_but_alarms(world: World):
    await report(world, category="fire")

    (card,) = await letters(world, GROUP)
    assert card.lane is Lane.URGENT
    assert card.text.startswith("🔴")


async def test_without_a_group_the_card_goes_to_its_people_in_private(world: World):
    await without_group(world, "grid-1")
    async with world.work.begin() as uow:
        zhao = await uow.session.get_one(Account, world.account_id(OTHER_WORKER))
        zhao.language = "en"

    await dispatched(world)

    cards = {letter.to: letter for letter in await letters(world) if letter.action is Action.CARD}
    assert set(cards) == {WORKER, OTHER_WORKER, LEADER}
    assert "待认领" in cards[WORKER].text
    assert "Reported by a resident" in cards[OTHER_WORKER].text
    assert "✋ Claim" in cards[OTHER_WORKER].labels


async def test_without_group_and_people_the_office_gets_it(world: World):
    await without_group(world, "grid-3")

    await dispatched(world, unit="grid-3")

    assert "group community" in {letter.to for letter in await letters(world) if letter.action is Action.CARD}


async def test_without_any_chat_the_staff_get_it_themselves(world: World):
    await without_group(world, "grid-3", "community")

    await dispatched(world, unit="grid-3")

    cards = [letter.to for letter in await letters(world) if letter.action is Action.CARD]
    assert cards == [STAFF, "staff Xu"]


async def test_a_topic_of_the_group_gets_its_cards(world: World):
    async with world.work.begin() as uow:
        (await uow.session.get_one(BoundChat, world.chats["grid-1"].id)).thread_id = 7

    await dispatched(world)

    (card,) = await letters(world, GROUP)
    assert card.thread_id == 7


async def test_work_handed_on_leaves_a_closed_card_and_a_new_one_elsewhere(world: World):
    _, task_id = await claimed(world)
    target = WorkTarget(partner_id=world.partners["property"].id)

    async with world.work.begin() as uow:
        await transfer_task(uow, actor=world.actor(LEADER), task_id=task_id, to=target, reason="要物业来")

    (old,) = await letters(world, GROUP)
    (new,) = await letters(world, "group property")
    assert ("已转派" in old.text, old.buttons) == (True, [])
    assert ("要物业来" in new.text, new.labels[0]) == (True, "✋ 认领")


async def test_a_partner_is_not_asked_to_check_its_own_work(world: World):
    from tests.service.notify.test_who_hears import a_partner_submits

    await a_partner_submits(world)

    (own,) = await letters(world, "group property")
    (check,) = await letters(world, GROUP)
    assert "👍 通过" not in own.labels
    assert "👍 通过" in check.labels


async def test_a_group_that_put_the_bot_out_loses_its_cards_to_its_people(world: World):
    await dispatched(world)
    await post_leaves(world)
    chat_id = world.chats["grid-1"].chat_id

    async with world.work.begin() as uow:
        uow.record(ContactBlocked("telegram", str(chat_id), None))

    waiting = await letters(world)
    cards = {letter.to for letter in waiting if letter.action is Action.CARD and letter.buttons}
    assert cards == {WORKER, OTHER_WORKER, LEADER}
    assert [letter.lane for letter in waiting if letter.to == "group community"] == [Lane.URGENT]


async def test_another_group_for_the_grid_sees_what_is_open(world: World):
    await dispatched(world)
    await post_leaves(world)

    async with world.work.begin() as uow:
        served = Served(org_unit_id=world.units["grid-1"].id)
        await bind_chat(uow, actor=world.actor(STAFF), chat_id=-777, served=served)

    by_chat = {letter.to: letter for letter in await letters(world) if letter.action is Action.CARD and letter.buttons}
    assert "-777" in by_chat
    assert GROUP not in by_chat


async def test_a_group_that_was_unbound_shows_no_buttons_any_more(world: World):
    await dispatched(world)
    await post_leaves(world)

    async with world.work.begin() as uow:
        await unbind_chat(uow, actor=world.actor(STAFF), chat_id=world.chats["grid-1"].chat_id)

    (card,) = await letters(world, GROUP)
    assert card.buttons == []


async def test_a_group_that_became_a_supergroup_keeps_its_one_card(world: World):
    await dispatched(world)
    await post_leaves(world)
    chat_id = world.chats["grid-1"].chat_id

    async with world.work.begin() as uow:
        uow.record(ChatMigrated(chat_id, -100_777))
        await uow.session.execute(update(Card).where(Card.address == str(chat_id)).values(address="-100777"))
    async with world.work.begin() as uow:
        await claim_task(uow, actor=world.actor(WORKER), task_id=1)

    cards = [letter for letter in await letters(world) if letter.action is Action.CARD]
    assert [card.to for card in cards] == ["-100777"]


async def the_card_fails(world: World, to: str) -> None:
    (card,) = [letter for letter in await letters(world, to) if letter.action is Action.CARD]
    account = world.accounts.get(to)
    address = str(account.telegram_id if account else world.chats[to.removeprefix("group ")].chat_id)
    await post_leaves(world)
    async with world.work.begin() as uow:
        if account:
            uow.record(ContactBlocked("telegram", address, account.id))
        uow.record(MessageFailed(card.key, "telegram", address, "refused"))


async def test_when_the_group_refuses_the_card_the_office_hears(world: World):
    await dispatched(world)

    await the_card_fails(world, GROUP)

    (notice,) = await letters(world)
    assert (notice.to, notice.lane) == ("group community", Lane.URGENT)
    assert "26-0001" in notice.text


async def test_when_the_office_refuses_it_too_its_people_hear(world: World):
    await dispatched(world, unit="community")

    await the_card_fails(world, "group community")

    assert [letter.to for letter in await letters(world)] == [STAFF, "staff Xu"]


async def test_when_the_only_worker_blocked_the_bot_the_office_gets_the_card(world: World):
    await without_group(world, "grid-2")
    await dispatched(world, unit="grid-2")

    await the_card_fails(world, "worker Sun")

    assert "group community" in {letter.to for letter in await letters(world) if letter.action is Action.CARD}


def test_a_reply_to_any_copy_of_a_card_leads_to_its_task():
    keys = ("task:12", "task:12:p3", "task:12:check:c-100", "desk:12:1", "task:x")

    assert [task_of_card(key) for key in keys] == [12, 12, 12, None, None]
