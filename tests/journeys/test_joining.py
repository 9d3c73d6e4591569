"""Who somebody is and how we speak with them: telephone, invitation, language, menus."""

from __future__ import annotations

from datetime import timedelta

import pytest

from playground.telegram.phones import Phone
from tests.chat.town import Town
from tests.journeys.scenes import reports_corridor


def names_of(phone: Phone) -> list[str]:
    return [command["command"] for command in phone.commands()]


@pytest.mark.parametrize("code", ["zh", "zh-hans", "zh-CN", "zh-hant"])
async def test_every_kind_of_chinese_is_answered_in_chinese(town: Town, code: str) -> None:
    newcomer = town.phones.new("Zhang", language_code=code)

    await newcomer.starts()

    await newcomer.sees("我要上报")


async def test_a_telephone_in_english_is_answered_in_english(town: Town) -> None:
    newcomer = town.phones.new("Smith", language_code="en")

    await newcomer.starts()

    await newcomer.sees("Report")


async def test_texts_and_menu_change_with_the_language(town: Town) -> None:
    wang = town.phone("Wang Fang")
    await wang.starts()
    await wang.sees("我要上报")

    await wang.sends("/language")
    await wang.sees("请选择语言")
    await wang.presses("English")
    await wang.sees_edited("English")
    await wang.sends("/mine")
    await wang.sees("reported")

    assert any(command["description"] == "My reports" for command in wang.commands())


async def test_ones_own_telephone_is_found_in_the_registry(town: Town) -> None:
    """The registry knows the number of character 1; a new account shares it."""
    newcomer = town.phones.new("Old Liu", phone="+8613800000001")

    await newcomer.starts()
    await newcomer.sees("我要上报", "我是本社区居民")
    await newcomer.presses("我是本社区居民")
    await newcomer.sees("手机号")
    await newcomer.shares_contact()
    await newcomer.sees("您是本社区居民")
    told = await reports_corridor(newcomer)

    assert "已经转给网格员" in str(told["text"])
    await town.phone("worker Li").sees("26-0001", in_chat=town.group("grid-1"))


async def test_somebody_elses_contact_proves_nothing(town: Town) -> None:
    newcomer = town.phones.new("Curious", phone="+8613900009999")
    await newcomer.starts()
    await newcomer.sees("我是本社区居民")

    await newcomer.presses("我是本社区居民")
    await newcomer.sees("手机号")
    await newcomer.sends_contact("+8613800000001", "Liu Yang")

    await newcomer.sees("您自己的")


async def test_an_invitation_makes_a_worker_once(town: Town) -> None:
    chen, newcomer, late = town.phone("staff Chen"), town.phones.new("He Jun"), town.phones.new("Late")

    payload = await invited(chen)
    await newcomer.starts(payload)
    await newcomer.sees("您现在是", "第1网格", "网格员", "我的任务")
    await late.starts(payload)

    await late.sees("已经用过了")
    assert {"tasks", "duty"} <= set(names_of(newcomer))
    assert "tasks" not in names_of(late)


async def test_an_invitation_ends_after_three_days(town: Town) -> None:
    chen, newcomer = town.phone("staff Chen"), town.phones.new("He Jun")
    payload = await invited(chen)

    town.clock.advance(timedelta(days=3, minutes=1))
    await newcomer.starts(payload)

    await newcomer.sees("过期了")


async def invited(phone: Phone) -> str:
    """Ask for the link that makes a worker of the first grid; what follows ?start= comes back."""
    await phone.sends("/invite")
    await phone.sees("请同事担任什么")
    await phone.presses("网格员")
    await phone.sees_edited("在哪里")
    await phone.presses("第1网格")
    made = await phone.sees_edited("只能用一次")
    return str(made["text"]).partition("?start=")[2].split()[0]
