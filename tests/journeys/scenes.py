"""What many stories begin with: a report that has become a card, a card that somebody claimed, work that is done."""

from __future__ import annotations

from playground.telegram.phones import Phone
from playground.telegram.shapes import MessageView
from playground.telegram.state import Group
from tests.chat.town import Town
from tests.service.world import middle_of

NUMBER = "26-0001"


async def shares_place(phone: Phone, grid: int = 1) -> None:
    """Send the phone's own place: the middle of a grid."""
    longitude, latitude = middle_of(grid)
    await phone.sends_location(latitude, longitude)
    await phone.sees("地点记下了")


async def chooses_corridor(phone: Phone) -> None:
    """Say what kind of problem it is: something blocks the corridor."""
    await phone.presses("安全隐患")
    await phone.presses("楼道堆物")


async def reports_corridor(phone: Phone, words: str = "楼道堵了", *, grid: int = 1) -> MessageView:
    """Report a blocked corridor with a photo, words and a place; the message with the number comes back."""
    await phone.sends_photo(words)
    await phone.sees("哪方面的问题")
    await chooses_corridor(phone)
    await phone.sees("在什么地方")
    await shares_place(phone, grid)
    await phone.sees("请看一看", words)
    await phone.presses("提交")
    return await phone.sees_edited("已收到", "26-")


async def card_in(phone: Phone, group: Group, number: str = NUMBER) -> MessageView:
    """The new card of an issue in a group."""
    return await phone.sees(number, "认领", in_chat=group)


async def claims(town: Town, name: str, reporter: Phone | None = None, *, group: str = "grid-1") -> MessageView:
    """Take the newest card of the group; the reporter hears who has it."""
    phone, chat = town.phone(name), town.group(group)
    await card_in(phone, chat, "26-")
    await phone.presses("认领", in_chat=chat)
    card = await phone.sees_edited(name, in_chat=chat)
    if reporter is not None:
        await reporter.sees(name, "已接手")
    return card


async def hands_in(town: Town, name: str, reporter: Phone | None = None, *, group: str = "grid-1") -> None:
    """Prove the work with a photo and hand it in to be checked; the reporter hears that it is being checked."""
    phone, chat = town.phone(name), town.group(group)
    await phone.presses("提交结果", in_chat=chat)
    asked = await phone.sees("佐证", in_chat=chat)
    await phone.sends_photo("清走了", at=chat, reply_to=asked)
    await phone.sees("齐了", in_chat=chat)
    await phone.presses("完成提交", in_chat=chat)
    await is_to_be_checked(town, name, group=group)
    if reporter is not None:
        await reporter.sees("正在核查")


async def is_to_be_checked(town: Town, doer: str, *, group: str = "grid-1") -> MessageView:
    """The group is asked to check; the question answers the card, which rings with nobody when it changes."""
    asked = await town.phone(doer).sees(doer, "请一位同事核查", in_chat=town.group(group))
    assert asked["reply_to"] is not None
    return asked


async def is_solved(
    town: Town, reporter: Phone, *, doer: str = "worker Li", checker: str = "worker Zhao"
) -> MessageView:
    """The whole way from the card to the reporter's stars; the message with the stars comes back."""
    await claims(town, doer, reporter)
    await hands_in(town, doer, reporter)
    await town.phone(checker).presses("👍 通过", in_chat=town.group("grid-1"))
    await town.phone(doer).sees("核查通过")
    return await reporter.sees("已办好", "⭐")
