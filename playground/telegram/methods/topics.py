"""Topics of forums."""

from __future__ import annotations

from playground.telegram.errors import bad_request
from playground.telegram.state import Group, Json, Topic
from playground.telegram.topics import open_topic

from .call import Call

LONGEST_NAME = 128
COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)


def forum_of(call: Call) -> Group:
    chat = call.chat()
    if not isinstance(chat, Group) or not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not call.me(chat).may("can_manage_topics"):
        raise bad_request(
            "not enough rights to create a topic" if call.method == "createForumTopic" else "not enough rights"
        )
    return chat


def topic_of(call: Call, forum: Group) -> Topic:
    topic = forum.topics.get(call.arguments["message_thread_id"])
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def check_name(name: str) -> str:
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise bad_request("TOPIC_TITLE_EMPTY" if not name.strip() else "invalid topic name")
    return name.strip()


def create_forum_topic(call: Call) -> Json:
    forum = forum_of(call)
    colour = call.get("icon_color", COLOURS[0])
    if colour not in COLOURS:
        raise bad_request("icon_color is invalid")
    topic = open_topic(call.world, forum, check_name(call.arguments["name"]), by=call.bot, colour=colour)
    return {"message_thread_id": topic.id, "name": topic.name, "icon_color": topic.icon_color}


def edit_forum_topic(call: Call) -> bool:
    forum = forum_of(call)
    topic = topic_of(call, forum)
    name = check_name(call.get("name", topic.name))
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = name
    call.world.post(forum, call.bot, service={"forum_topic_edited": {"name": name}}, thread=topic.id)
    call.world.chat_changed(forum)
    return True


def _set_closed(call: Call, *, closed: bool) -> bool:
    forum = forum_of(call)
    topic = topic_of(call, forum)
    if topic.closed is closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    service = "forum_topic_closed" if closed else "forum_topic_reopened"
    call.world.post(forum, call.bot, service={service: {}}, thread=topic.id)
    call.world.chat_changed(forum)
    return True


def close_forum_topic(call: Call) -> bool:
    return _set_closed(call, closed=True)


def reopen_forum_topic(call: Call) -> bool:
    return _set_closed(call, closed=False)
