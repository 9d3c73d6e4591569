"""Groups: privacy mode, membership, upgrade, topics, menus."""

from __future__ import annotations

import pytest

from playground.telegram import groups
from playground.telegram.errors import Impossible
from playground.telegram.phones import Phone, PhoneBook
from playground.telegram.state import Bot, Group
from playground.telegram.world import World

from .raw import RawBot, Refused


@pytest.fixture
def group(world: World, bot: Bot, wang: Phone, li: Phone) -> Group:
    return groups.create_group(world, "网格群", wang.person.id, [bot.id, li.person.id])


async def test_joining_is_told_as_membership_and_as_a_line_in_the_group(raw: RawBot, group: Group, wang: Phone) -> None:
    updates = await raw.updates()

    assert updates[0]["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert updates[1]["message"]["new_chat_members"][0]["username"] == "youlin_bot"
    assert [m["service"]["kind"] for m in wang.messages(group) if m["service"]] == [
        "group_created",
        "members_added",
        "members_added",
    ]


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("大家好", False),
        ("/tasks", True),
        ("/tasks@youlin_bot", True),
        ("/tasks@other_bot", False),
        ("@youlin_bot 你好", True),
        ("写信给 me@youlin.org", False),
    ],
)
async def test_privacy_mode_shows_only_what_is_meant_for_the_bot(
    raw: RawBot, group: Group, li: Phone, text: str, heard: bool
) -> None:
    await raw.updates()

    await li.sends(text, at=group)

    assert await raw.texts() == ([text] if heard else [])


async def test_replies_to_the_bot_are_meant_for_it(raw: RawBot, group: Group, li: Phone) -> None:
    await raw("sendMessage", chat_id=group.id, text="请发佐证")
    await raw.updates()

    await li.sends("修好了", at=group, reply_to=await li.sees("佐证"))

    assert await raw.texts() == ["修好了"]


@pytest.mark.parametrize("how", ["privacy off", "administrator"])
async def test_without_privacy_or_as_administrator_the_bot_hears_all(
    raw: RawBot, world: World, bot: Bot, group: Group, li: Phone, how: str
) -> None:
    if how == "privacy off":
        bot.set_privacy(enabled=False)
    else:
        groups.promote(world, group.id, bot.id)
    await raw.updates()

    await li.sends("大家好", at=group)

    assert await raw.texts() == ["大家好"]


async def test_a_bare_command_goes_to_the_bot_that_spoke_last(
    raw: RawBot, world: World, group: Group, li: Phone
) -> None:
    other = world.add_bot("43:other", "other_bot")
    groups.add_member(world, group.id, other.id)
    other_raw = RawBot(raw.http, other.token)
    await other_raw("sendMessage", chat_id=group.id, text="我来了")
    await raw.updates()
    await other_raw.updates()

    await li.sends("/tasks", at=group)

    assert await raw.texts() == []
    assert await other_raw.texts() == ["/tasks"]


async def test_an_upgrade_moves_the_group_and_refuses_the_old_id(
    raw: RawBot, world: World, group: Group, wang: Phone
) -> None:
    keys = {"inline_keyboard": [[{"text": "接单", "callback_data": "a"}]]}
    await raw("sendMessage", chat_id=group.id, text="卡片", reply_markup=keys)
    await raw.updates()

    new = groups.upgrade(world, group.id)

    moved = await raw.updates()
    assert [update["message"]["chat"]["id"] for update in moved] == [group.id, new.id]
    assert moved[0]["message"]["migrate_to_chat_id"] == new.id
    assert moved[1]["message"]["migrate_from_chat_id"] == group.id
    with pytest.raises(Refused, match="group chat was upgraded to a supergroup chat") as refused:
        await raw("sendMessage", chat_id=group.id, text="卡片")
    assert refused.value.parameters == {"migrate_to_chat_id": new.id}
    assert [chat["id"] for chat in chats_of(wang)] == [new.id]
    await wang.presses("接单", in_chat=group, within=None)
    assert (await raw.updates())[0]["callback_query"]["message"]["chat"]["id"] == group.id


def chats_of(phone: Phone) -> list[dict[str, object]]:
    return [{"id": chat.id} for chat in phone.world.windows(phone.person) if isinstance(chat, Group)]


async def test_topics_keep_their_messages(raw: RawBot, world: World, bot: Bot, wang: Phone, li: Phone) -> None:
    forum = groups.create_group(world, "论坛", wang.person.id, [bot.id, li.person.id], forum=True)
    with pytest.raises(Refused, match="not enough rights to create a topic"):
        await raw("createForumTopic", chat_id=forum.id, name="电梯")
    groups.promote(world, forum.id, bot.id)

    topic = await raw("createForumTopic", chat_id=forum.id, name="电梯")
    thread = topic["message_thread_id"]
    card = await raw("sendMessage", chat_id=forum.id, text="卡片", message_thread_id=thread)
    await li.sends_photo("修好了", at=forum, thread=thread)
    await li.sends("收到", at=forum, reply_to=await li.sees("卡片"))

    assert card["message_thread_id"] == thread
    photo, reply = (update["message"] for update in (await raw.updates())[-2:])
    assert (photo["message_thread_id"], photo["reply_to_message"]["message_id"]) == (thread, thread)
    assert (reply["message_thread_id"], reply["reply_to_message"]["message_id"]) == (thread, card["message_id"])
    with pytest.raises(Refused, match="message thread not found"):
        await raw("sendMessage", chat_id=forum.id, text="卡片", message_thread_id=card["message_id"])
    await raw("closeForumTopic", chat_id=forum.id, message_thread_id=thread)
    groups.promote(world, forum.id, bot.id, rights=[])
    with pytest.raises(Refused, match="TOPIC_CLOSED"):
        await raw("sendMessage", chat_id=forum.id, text="卡片", message_thread_id=thread)
    assert [topic["closed"] for topic in li.chat(forum)["topics"]] == [True]


async def test_menus_in_groups_differ_for_administrators(
    raw: RawBot, world: World, group: Group, wang: Phone, li: Phone
) -> None:
    def command(name: str) -> list[dict[str, str]]:
        return [{"command": name, "description": name}]

    await raw("setMyCommands", commands=command("report"))
    await raw("setMyCommands", commands=command("tasks"), scope={"type": "all_group_chats"})
    await raw("setMyCommands", commands=command("bind"), scope={"type": "all_chat_administrators"})
    assert [line["command"] for line in li.commands(group) + wang.commands(group)] == ["tasks", "bind"]

    mine = {"type": "chat_member", "chat_id": group.id, "user_id": li.person.id}
    await raw("setMyCommands", commands=command("mine"), scope=mine)
    assert [line["command"] for line in li.commands(group)] == ["mine"]

    await raw("deleteMyCommands", scope=mine)
    assert [line["command"] for line in li.commands(group)] == ["tasks"]


async def test_a_bot_asks_about_members(raw: RawBot, world: World, group: Group, wang: Phone, li: Phone) -> None:
    leaders = await raw("getChatAdministrators", chat_id=group.id)
    count = await raw("getChatMemberCount", chat_id=group.id)
    member = await raw("getChatMember", chat_id=group.id, user_id=li.person.id)
    chat = await raw("getChat", chat_id=group.id)

    assert [leader["user"]["id"] for leader in leaders] == [wang.person.id]
    assert (count, member["status"], chat["title"]) == (3, "member", "网格群")


async def test_who_leaves_or_may_not_write_cannot(
    raw: RawBot, world: World, group: Group, wang: Phone, li: Phone
) -> None:
    groups.restrict(world, group.id, li.person.id)
    with pytest.raises(Impossible, match="may not write"):
        await li.sends("好", at=group)

    groups.remove_member(world, group.id, li.person.id, by=li.person.id)
    with pytest.raises(Impossible, match="may not write"):
        await li.sends("好", at=group)
    await raw("leaveChat", chat_id=group.id)
    with pytest.raises(Refused, match="Forbidden: bot is not a member of the group chat"):
        await raw("sendMessage", chat_id=group.id, text="好")

    kinds = [message["service"]["kind"] for message in wang.messages(group) if message["service"]]
    assert kinds[-2:] == ["member_left", "member_left"]


async def test_a_persons_old_window_is_gone_for_strangers(group: Group, phones: PhoneBook) -> None:
    stranger = phones.new("路人")

    with pytest.raises(Impossible, match="no such chat"):
        await stranger.sends("好", at=group)
