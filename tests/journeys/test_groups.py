"""Groups come, move and go: the cards go with them."""

from __future__ import annotations

from playground.telegram.groups import create_group, create_topic, promote, remove_member, upgrade
from playground.telegram.state import Group
from tests.chat.town import Town
from tests.journeys.scenes import card_in, reports_corridor


def new_group(town: Town, title: str, *, supergroup: bool = False, forum: bool = False) -> Group:
    """A group of the admin, a worker and the bot, who is its administrator."""
    bot = next(iter(town.telegram.bots))
    yin, sun = (town.world.accounts[name].telegram_id for name in ("admin Yin", "worker Sun"))
    group = create_group(town.telegram, title, yin, [sun, bot], supergroup=supergroup, forum=forum)
    promote(town.telegram, group.id, bot)
    return group


async def bind(town: Town, group: Group, name: str, *, thread: int | None = None) -> None:
    yin = town.phone("admin Yin")
    await yin.sends("/bind", at=group, thread=thread)
    await yin.sees("这个群用来做什么", in_chat=group)
    await yin.presses(name, in_chat=group)
    await yin.sees_edited("本群已绑定", name, in_chat=group)


async def test_a_group_is_bound_and_gets_the_cards(town: Town) -> None:
    sun = town.phone("worker Sun")
    group = new_group(town, "新的二网格群")
    await sun.sees("大家好，我是友邻", in_chat=group)

    await bind(town, group, "第2网格")
    await reports_corridor(town.phone("Wang Fang"), grid=2)

    await card_in(sun, group)


async def test_in_a_forum_the_card_lands_in_the_topic_where_bind_was_said(town: Town) -> None:
    sun = town.phone("worker Sun")
    group = new_group(town, "论坛", supergroup=True, forum=True)
    await sun.sees("大家好，我是友邻", in_chat=group)
    create_topic(town.telegram, group.id, "任务")
    thread = max(group.topics)

    await bind(town, group, "第2网格", thread=thread)
    await reports_corridor(town.phone("Wang Fang"), grid=2)

    card = await card_in(sun, group)
    assert card["thread"] == thread


async def test_the_card_goes_on_when_the_group_becomes_a_supergroup(town: Town) -> None:
    wang, sun = town.phone("Wang Fang"), town.phone("worker Sun")
    group = new_group(town, "二网格")
    await sun.sees("大家好，我是友邻", in_chat=group)
    await bind(town, group, "第2网格")
    await reports_corridor(wang, grid=2)
    await card_in(sun, group)

    upgraded = upgrade(town.telegram, group.id)
    await card_in(sun, upgraded)
    await sun.presses("认领", in_chat=upgraded)

    await sun.sees_edited("已认领 · worker Sun", in_chat=upgraded)
    await wang.sees("已接手")


async def test_a_bot_that_was_thrown_out_goes_to_the_workers_in_private(town: Town) -> None:
    wang, sun, chen = town.phone("Wang Fang"), town.phone("worker Sun"), town.phone("staff Chen")
    await reports_corridor(wang, grid=2)
    await card_in(sun, town.group("grid-2"))

    remove_member(town.telegram, town.group("grid-2").id, next(iter(town.telegram.bots)))
    await chen.sees("机器人已不在", in_chat=town.group("community"))
    await sun.sees("26-0001", "认领", in_chat=next(iter(town.telegram.bots)))
    await sun.presses("认领")

    await sun.sees_edited("已认领 · worker Sun")
    await wang.sees("已接手")
