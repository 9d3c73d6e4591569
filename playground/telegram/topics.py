"""How a topic of a forum begins, whoever opens it."""

from __future__ import annotations

from .state import Group, Topic, User
from .world import World


def open_topic(world: World, forum: Group, name: str, *, by: User, colour: int = 7322096) -> Topic:
    """Open a topic: its id is the id of the service message that says so."""
    topic = Topic(forum.next_id, name, colour)
    forum.topics[topic.id] = topic
    service = {"forum_topic_created": {"name": name, "icon_color": colour}}
    world.post(forum, by, service=service, thread=topic.id)
    world.chat_changed(forum)
    return topic
