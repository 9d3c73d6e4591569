"""What happens to groups: THE TABLE of actions, each done by a person (or the group's creator when nobody is named)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from .errors import Impossible
from .membership import change_membership
from .render import user_object
from .state import ADMINISTRATOR_RIGHTS, Group, Membership, Person, Status, User
from .topics import open_topic
from .world import World

MOST_TITLE = 128


def create_group(
    world: World,
    title: str,
    creator: int,
    members: Iterable[int] = (),
    *,
    supergroup: bool = False,
    forum: bool = False,
    group_id: int | None = None,
) -> Group:
    """Make a group with its first members (people and bots), who hear that they were added."""
    _check_title(title)
    owner = world.person(creator)
    users = [world.user(member) for member in members]
    group = world.new_group(title, supergroup=supergroup or forum, group_id=group_id)
    group.is_forum = forum
    group.members[creator] = Membership(owner, Status.CREATOR, frozenset(ADMINISTRATOR_RIGHTS))
    created = "supergroup_chat_created" if group.supergroup else "group_chat_created"
    world.post(group, owner, service={created: True})
    for user in users:
        if user is not owner:
            add_member(world, group.id, user.id, creator)
    return group


def _check_title(title: str) -> None:
    if not 1 <= len(title.strip()) <= MOST_TITLE:
        raise Impossible(f"a title has 1 to {MOST_TITLE} characters")


def living(world: World, group_id: int) -> Group:
    group = world.group(group_id)
    if group.upgraded_to is not None:
        raise Impossible("the group was upgraded")
    return group


def actor(world: World, group: Group, by: int | None) -> Person:
    if by is not None:
        return world.person(by)
    creators = [m.user for m in group.members.values() if m.status is Status.CREATOR]
    person = creators[0]
    assert isinstance(person, Person)
    return person


def present_member(world: World, group: Group, member: int) -> Membership:
    found = group.members.get(member)
    if found is None or not found.present:
        raise Impossible("not a member", status=404)
    return found


def add_member(world: World, group: int, member: int, by: int | None = None) -> Group:
    found, user = living(world, group), world.user(member)
    if member in found.members and found.members[member].present:
        raise Impossible("already a member")
    person = actor(world, found, by)
    change_membership(world, found, Membership(user, Status.MEMBER), by=person)
    world.post(found, person, service=_joined(user))
    return found


def _joined(user: User) -> dict[str, Any]:
    """Return the service line; the old single-member keys are still sent by Telegram for one person."""
    shown = user_object(user)
    shown.pop("language_code", None)
    return {"new_chat_members": [shown]}


def remove_member(world: World, group: int, member: int, by: int | None = None) -> Group:
    """Remove somebody, who is banned, or leaves when `by` is themselves."""
    found = living(world, group)
    old = present_member(world, found, member)
    person = actor(world, found, by)
    status = Status.LEFT if person.id == member else Status.KICKED
    world.post(found, person, service={"left_chat_member": user_object(old.user)})
    change_membership(world, found, Membership(old.user, status, may_send=False), by=person)
    return found


def promote(world: World, group: int, member: int, by: int | None = None, rights: list[str] | None = None) -> Group:
    found = living(world, group)
    old = present_member(world, found, member)
    given = frozenset(ADMINISTRATOR_RIGHTS if rights is None else rights)
    if not given <= frozenset(ADMINISTRATOR_RIGHTS):
        raise Impossible(f"rights are among {', '.join(ADMINISTRATOR_RIGHTS)}")
    new = Membership(old.user, Status.ADMINISTRATOR, given | {"can_manage_chat"})
    change_membership(world, found, new, by=actor(world, found, by))
    return found


def demote(world: World, group: int, member: int, by: int | None = None) -> Group:
    found = living(world, group)
    old = present_member(world, found, member)
    if old.status is not Status.ADMINISTRATOR:
        raise Impossible("not an administrator")
    change_membership(world, found, Membership(old.user, Status.MEMBER), by=actor(world, found, by))
    return found


def restrict(world: World, group: int, member: int, by: int | None = None, *, may_send: bool = False) -> Group:
    found = living(world, group)
    old = present_member(world, found, member)
    if old.status is Status.CREATOR:
        raise Impossible("the creator cannot be restricted")
    status = Status.MEMBER if may_send else Status.RESTRICTED
    change_membership(world, found, Membership(old.user, status, may_send=may_send), by=actor(world, found, by))
    return found


def rename(world: World, group: int, title: str, by: int | None = None) -> Group:
    _check_title(title)
    found = living(world, group)
    found.title = title
    world.post(found, actor(world, found, by), service={"new_chat_title": title})
    world.chat_changed(found)
    return found


def upgrade(world: World, group: int, by: int | None = None) -> Group:
    """Make a supergroup of a basic group: a new id, both sides say so, the old id is refused from now on."""
    old = living(world, group)
    if old.supergroup:
        raise Impossible("already a supergroup")
    person = actor(world, old, by)
    new = world.new_group(old.title, supergroup=True)
    new.upgraded_from = old.id
    new.members = {number: replace(member) for number, member in old.members.items()}
    new.keyboards, new.last_bot_to_speak = dict(old.keyboards), old.last_bot_to_speak
    new.next_id = max(new.next_id, 1)
    world.post(old, person, service={"migrate_to_chat_id": new.id})
    old.upgraded_to = new.id
    world.post(new, person, service={"migrate_from_chat_id": old.id})
    world.tell(new, "migrated", from_chat_id=old.id, to_chat_id=new.id)
    return new


def set_forum(world: World, group: int, by: int | None = None, *, enabled: bool = True) -> Group:
    found = living(world, group)
    if not found.supergroup:
        raise Impossible("only a supergroup can have topics")
    actor(world, found, by)
    found.is_forum = enabled
    world.chat_changed(found)
    return found


def create_topic(world: World, group: int, name: str, by: int | None = None) -> Group:
    found = living(world, group)
    if not found.is_forum or not 1 <= len(name.strip()) <= MOST_TITLE:
        raise Impossible("topics have a name and belong to forums")
    open_topic(world, found, name, by=actor(world, found, by))
    return found


def close_topic(world: World, group: int, thread: int, by: int | None = None) -> Group:
    return _set_closed(world, group, thread, by, closed=True)


def reopen_topic(world: World, group: int, thread: int, by: int | None = None) -> Group:
    return _set_closed(world, group, thread, by, closed=False)


def _set_closed(world: World, group: int, thread: int, by: int | None, *, closed: bool) -> Group:
    found = living(world, group)
    topic = found.topics.get(thread)
    if topic is None or topic.closed is closed:
        raise Impossible("no such topic, or it is so already", status=404)
    topic.closed = closed
    service = "forum_topic_closed" if closed else "forum_topic_reopened"
    world.post(found, actor(world, found, by), service={service: {}}, thread=thread)
    world.chat_changed(found)
    return found


ACTIONS: dict[str, Callable[..., Group]] = {
    action.__name__: action
    for action in (
        add_member,
        remove_member,
        promote,
        demote,
        restrict,
        rename,
        upgrade,
        set_forum,
        create_topic,
        close_topic,
        reopen_topic,
    )
}
