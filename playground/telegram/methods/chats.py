"""What a bot may ask about a chat."""

from __future__ import annotations

from playground.telegram.errors import bad_request
from playground.telegram.membership import change_membership
from playground.telegram.render import PERMISSIONS, chat_object, member_object, message_object
from playground.telegram.state import Bot, Group, Json, Membership, PrivateChat, Status

from .call import Call

ALWAYS = {
    "accent_color_id": 0,
    "max_reaction_count": 11,
    "accepted_gift_types": {
        "unlimited_gifts": False,
        "limited_gifts": False,
        "unique_gifts": False,
        "premium_subscription": False,
        "gifts_from_channels": False,
    },
}


def get_chat(call: Call) -> Json:
    chat = call.chat()
    shown = chat_object(chat) | ALWAYS
    if isinstance(chat, Group):
        shown["permissions"] = dict.fromkeys(PERMISSIONS, True)
    if chat.pinned:
        shown["pinned_message"] = message_object(call.bot, chat.messages[chat.pinned[-1]])
    return shown


def group_of(call: Call) -> Group:
    chat = call.chat()
    if isinstance(chat, PrivateChat):
        raise bad_request("there are no administrators in the private chat")
    assert isinstance(chat, Group)
    return chat


def get_chat_member(call: Call) -> Json:
    """Return a member. A bot that does not lead may still ask: Telegram only does not promise an answer."""
    chat = call.chat()
    user_id = call.arguments["user_id"]
    if isinstance(chat, PrivateChat):
        if user_id not in (chat.person.id, chat.bot.id):
            raise bad_request("member not found")
        return member_object(Membership(call.world.user(user_id), Status.MEMBER))
    assert isinstance(chat, Group)
    if user_id in chat.members:
        return member_object(chat.members[user_id])
    if user_id not in call.world.people:
        raise bad_request("invalid user_id specified")
    return member_object(Membership(call.world.people[user_id], Status.LEFT))


def get_chat_administrators(call: Call) -> list[Json]:
    """Return the leaders; other bots are left out, as Telegram does."""
    leaders = [member for member in group_of(call).present() if member.leads]
    mine = [m for m in leaders if not isinstance(m.user, Bot) or m.user is call.bot]
    return [member_object(member) for member in mine]


def get_chat_member_count(call: Call) -> int:
    chat = call.chat()
    return len(chat.present()) if isinstance(chat, Group) else 2


def leave_chat(call: Call) -> bool:
    group = call.chat()
    if not isinstance(group, Group):
        raise bad_request("chat member status can't be changed in private chats")
    call.world.post(group, call.bot, service={"left_chat_member": _myself(call)})
    change_membership(call.world, group, Membership(call.bot, Status.LEFT, may_send=False), by=call.bot)
    return True


def _myself(call: Call) -> Json:
    shown: Json = member_object(Membership(call.bot, Status.MEMBER))["user"]
    return shown
