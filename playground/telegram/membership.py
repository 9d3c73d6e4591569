"""How somebody's place in a chat changes, and which bots hear of it."""

from __future__ import annotations

from .render import membership_change
from .state import Bot, Group, Membership, PrivateChat, Status, User
from .world import World


def change_membership(world: World, group: Group, new: Membership, *, by: User) -> None:
    """Put `new` in the place of what its user was.

    The bot concerned hears `my_chat_member`, leading bots hear `chat_member`.
    """
    old = group.members.get(new.user.id) or Membership(new.user, Status.LEFT, may_send=False)
    group.members[new.user.id] = new
    change = membership_change(group, by, int(world.now()), old, new)
    if isinstance(new.user, Bot):
        new.user.updates.add("my_chat_member", change)
    for bot in group.bots():
        if bot is not new.user and group.members[bot.id].leads:
            bot.updates.add("chat_member", change)
    world.chat_changed(group)


def change_block(world: World, chat: PrivateChat, *, blocked: bool) -> None:
    """Let a person block or unblock a bot; the bot hears `my_chat_member`."""
    if chat.blocked == blocked:
        return
    standing = {True: Status.KICKED, False: Status.MEMBER}
    old, new = (Membership(chat.bot, standing[state]) for state in (chat.blocked, blocked))
    chat.blocked = blocked
    chat.bot.updates.add("my_chat_member", membership_change(chat, chat.person, int(world.now()), old, new))
    world.chat_changed(chat)
