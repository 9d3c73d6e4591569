"""The twentieth: a barber comes, neighbours book, wait, come and say how it was; a mother finds a course."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from backend.bookings import cancel_session, end_provider, make_days, seed_offerings, somebody, wait
from backend.bookings.models import Offering, Provider, Session
from backend.kernel.access import CLOCK_ACTOR
from backend.points.earning.awarding import award
from backend.points.earning.editing import seed_rules
from backend.registry.models import Person
from playground.telegram.state import Group
from scheduler.runner import ClockRunner
from tests.chat.town import Town
from tests.journeys.conftest import all_is_said


@pytest.fixture
async def barber(town: Town) -> str:
    """The barber has applied, is approved, and serves twice on Wednesday the twentieth of May."""
    async with town.app.work.begin() as uow:
        await seed_offerings(uow, town.world.community_id)
        (await uow.session.scalars(select(Offering).where(Offering.key == "haircut"))).one().points = 5
        await make_days(uow, town.world.units["community"])
    guo = town.phone("plumber Guo")

    await guo.sends("/provide")
    await guo.sees("有手艺")
    await guo.presses("申请")
    await guo.presses("理发")
    await guo.sees("怎么称呼")
    await guo.sends("郭师傅理发\n三十年手艺")
    await guo.sees("收到")
    await approves(town, "郭师傅理发")
    await guo.sees("社区批准了")
    await guo.sends("/provide")
    await guo.sees("您的服务")
    await guo.presses("安排时间")
    await guo.presses("5月20日")
    await guo.sees("几点到几点")
    await guo.sends("９：00-9:40 20 1\n社区活动室")
    await guo.sees("一共 2 个时间", "农历四月初四")
    return "plumber Guo"


async def approves(town: Town, title: str) -> None:
    """The office reads the application in its group and says yes."""
    chen, office = town.phone("staff Chen"), town.group("community")
    await chen.sees("申请为邻居服务", title, in_chat=office)
    await chen.presses("批准", in_chat=office)
    await chen.sees_edited("已批准", in_chat=office)


async def clock(town: Town, *jobs: str) -> None:
    runner = ClockRunner(town.app.work, town.app.texts, town.app.settings)
    for job in jobs:
        await runner.run_job(job)


def comes(town: Town, moment: str) -> None:
    """Let the local time be `moment`."""
    there = datetime.fromisoformat(f"{moment}+08:00")
    town.clock.advance(there - town.clock.now())


async def gives_points(town: Town, name: str) -> None:
    """A neighbour helped before and has points."""
    async with town.app.work.begin() as uow:
        await seed_rules(uow, actor=CLOCK_ACTOR, community_id=town.world.community_id)
        person_id = town.world.accounts[name].person_id
        assert person_id is not None
        await award(
            uow,
            rule="help",
            person_id=person_id,
            event_key=f"story:{name}",
            community_id=town.world.community_id,
            actor=CLOCK_ACTOR,
            amount=6,
        )
    await town.phone(name).sees("+6 分")


async def test_a_haircut_is_booked_waited_for_taken_and_praised(town: Town, barber: str) -> None:
    wang, liu, guo = town.phone("Wang Fang"), town.phone("Liu Yang"), town.phone(barber)

    # Without points there is no seat, and nothing is half-booked.
    await wang.sends("/book")
    await wang.sees("5月20日", "农历四月初四")
    await wang.presses("理发 · 余2")
    await wang.sees_edited("郭师傅理发", "社区活动室", "5 积分")
    refused = await wang.presses("09:00")
    assert "积分" in refused["text"]
    await gives_points(town, "Wang Fang")
    await gives_points(town, "Liu Yang")
    await gives_points(town, "Zhou Min")
    await wang.presses("09:00")
    await wang.sees_edited("约好了", "09:00", "社区活动室")

    # The second seat, then the list is full and Liu waits.
    zhou = town.phone("Zhou Min")
    await zhou.sends("/book")
    await zhou.sees("5月20日")
    await zhou.presses("理发 · 余1")
    await zhou.presses("09:20")
    await zhou.sees_edited("约好了")
    await liu.sends("/book")
    await liu.sees("5月20日")
    await liu.presses("满（0人排队）")
    await liu.sees_edited("都约满了")
    await liu.presses("排队等候")
    await liu.sees_edited("已排队")

    # Zhou cannot come: the seat is Liu's in the same moment.
    await zhou.sends("/my_bookings")
    await zhou.sees("您的预约")
    await zhou.presses("理发")
    await zhou.presses("取消预约")
    await zhou.sees_edited("真的不去了吗")
    await zhou.presses("让给邻居")
    await zhou.sees_edited("已取消")
    await liu.sees("有位子了", "09:20")
    await liu.presses("我去")
    await liu.sees_edited("已约", "09:20")

    # The afternoon before, both are reminded; on the day both come.
    comes(town, "2026-05-19T15:30")
    await clock(town, "remind_of_bookings")
    await wang.sees("别忘了", "09:00")
    await liu.sees("别忘了", "09:20")
    comes(town, "2026-05-20T09:00")
    await guo.sends("/provide")
    await guo.sees("您的服务")
    await guo.presses("郭师傅理发")
    await guo.presses("09:00")
    await guo.presses("⬜ 1 Wang Fang")
    comes(town, "2026-05-20T09:45")
    await clock(town, "finish_sessions")
    await wang.sees("⭐ +2 分：参加活动", "现在有 3 分")
    await guo.sees("⭐ +")
    await wang.sees("怎么样")
    await wang.presses("满意")
    await wang.sees_edited("谢谢")
    await wang.sees("⭐ +")
    await wang.presses("说两句")
    await wang.sees("您想说什么")
    await wang.sends("手艺真好")
    await wang.sees("记下了")


async def test_rain_calls_the_day_off_and_nobody_walks_in_vain(town: Town, barber: str) -> None:
    wang, guo = town.phone("Wang Fang"), town.phone(barber)
    await gives_points(town, "Wang Fang")
    await wang.sends("/book")
    await wang.sees("5月20日")
    await wang.presses("理发 · 余2")
    await wang.presses("09:00")
    await wang.sees_edited("约好了")

    await guo.sends("/provide")
    await guo.sees("您的服务")
    await guo.presses("郭师傅理发")
    await guo.presses("09:00")
    await guo.presses("取消这一场")
    await guo.sees("为什么取消")
    await guo.sends("下雨")
    await guo.sees("邻居都会收到消息")

    await wang.sees("很抱歉", "不用跑一趟")


async def test_a_barber_who_is_ended_hears_why_and_all_who_counted_on_him_too(town: Town, barber: str) -> None:
    wang, zhou, liu = town.phone("Wang Fang"), town.phone("Zhou Min"), town.phone("Liu Yang")
    for name, phone, seats, slot in (("Wang Fang", wang, 2, "09:00"), ("Zhou Min", zhou, 1, "09:20")):
        await gives_points(town, name)
        await phone.sends("/book")
        await phone.sees("5月20日")
        await phone.presses(f"理发 · 余{seats}")
        await phone.presses(slot)
        await phone.sees_edited("约好了")
    await liu.sends("/book")
    await liu.sees("5月20日")
    await liu.presses("满（0人排队）")
    await liu.presses("排队等候")
    await liu.sees_edited("已排队")

    async with town.app.work.begin() as uow:
        provider = (await uow.session.scalars(select(Provider))).one()
        await end_provider(uow, actor=town.world.actor("staff Chen"), provider_id=provider.id, reason="搬到外地")
    await clock(town, "end_waiting")

    await town.phone(barber).sees("郭师傅理发", "已由社区停止", "搬到外地", "2 场已取消")
    await wang.sees("很抱歉", "09:00", "搬到外地", "不用跑一趟")
    await zhou.sees("很抱歉", "09:20")
    await liu.sees("没有空出位子", "排队结束")
    await wang.sends("/points")
    await wang.sees("6")
    await town.phone(barber).sends("/provide")
    await town.phone(barber).sees("有手艺")


async def test_the_eighteenth_tells_everybody_what_the_twentieth_brings(town: Town, barber: str) -> None:
    comes(town, "2026-05-18T09:00")
    await clock(town, "open_service_days")

    await town.phone("Wang Fang").sees("5月20日", "农历四月初四", "理发")
    for grid in ("grid-1", "grid-2", "grid-3"):
        group: Group = town.group(grid)
        await town.phone("staff Chen").sees("便民服务日", "理发", in_chat=group)
    await all_is_said(town)
    town.phones.forget()


async def test_a_mothers_wish_finds_a_school(town: Town, barber: str) -> None:
    mother, school = town.phone("Wang Fang"), town.phone("officer He")
    await mother.sends("/wish")
    await mother.sees("想学什么")
    await mother.presses("书法")
    await mother.presses("给孩子")
    await mother.sees_edited("监护人", "随时可以删除")
    await mother.presses("我是监护人，同意")
    await mother.sees("出生年月")
    await mother.sends("小宝")
    await mother.sees("请这样写")
    await mother.sends("小宝 2018年3月 外婆接")
    await mother.sees("记下了", "书法")

    await school.sends("/provide")
    await school.sees("有手艺")
    await school.presses("申请")
    await school.presses("教课")
    await school.sees("怎么称呼")
    await school.sends("石油小学")
    await school.sees("收到")
    await approves(town, "石油小学")
    await school.sees("社区批准了")
    await school.sends("/provide")
    await school.sees("您的服务")
    await school.presses("看心愿")
    await school.presses("书法 · 1人 8–8岁")
    await school.sees("课程安排")
    await school.sends("周末书法班\n5-23 14:00 4次 90分钟\n2人\n石油小学二楼\n自带毛笔")
    await school.sees("周末书法班", "一共 4 次课", "1 位")

    await mother.sees("您的心愿有课了", "周末书法班", "5月23日")
    await mother.presses("看看课程")
    await mother.sees_edited("自带毛笔", "石油小学二楼", "5月30日")
    await mother.presses("给小宝报名")
    await mother.sees_edited("约好了", "周末书法班（给小宝）")
    await school.sends("/provide")
    await school.sees("您的服务")
    await school.presses("石油小学")
    await school.presses("1/2")
    await school.sees_edited("周末书法班")
    assert any("小*" in label for label in _labels(school))


def _labels(phone: object) -> list[str]:
    message = phone.last_message()  # type: ignore[attr-defined]
    return [button["label"] for row in message["buttons"] for button in row]


async def test_a_calendar_can_follow_and_the_poster_opens_its_day(town: Town, barber: str) -> None:
    liu, chen = town.phone("Liu Yang"), town.phone("staff Chen")
    async with town.app.work.begin() as uow:
        day = (await uow.session.scalars(select(Session.service_day_id).limit(1))).one()
        (await uow.session.scalars(select(Offering).where(Offering.key == "haircut"))).one().points = 0
        for session in await uow.session.scalars(select(Session)):
            session.points = 0

    await liu.starts(f"day-{day}")
    await liu.sees("5月20日", "农历四月初四")
    await liu.presses("理发 · 余2")
    await liu.presses("09:00")
    await liu.sees_edited("约好了")
    await liu.sends("/my_bookings")
    await liu.sees("您的预约")
    await liu.presses("日历订阅")
    first = await liu.sees_edited("/calendar/", ".ics")
    await liu.presses("换一个新地址")
    second = await liu.sees_edited("/calendar/", ".ics")
    await chen.sends("/stats")

    await chen.sees("便民服务与课程", "课程 0 门")
    assert first["text"] != second["text"]


async def test_a_worker_who_booked_for_an_elder_hears_for_whom_a_seat_came_free(town: Town, barber: str) -> None:
    wang, worker = town.phone("Wang Fang"), town.phone("worker Li")
    async with town.app.work.begin() as uow:
        for session in await uow.session.scalars(select(Session)):
            session.points, session.capacity = 0, 1
        later = (await uow.session.scalars(select(Session).order_by(Session.starts_at.desc()).limit(1))).one()
        await cancel_session(uow, actor=town.world.actor(barber), session_id=later.id, reason="下午有事")
        elder = Person(community_id=town.world.community_id, name="张大妈")
        uow.session.add(elder)
        await uow.session.flush()
    await wang.sends("/book")
    await wang.sees("5月20日")
    await wang.presses("理发 · 余1")
    await wang.presses("09:00")
    await wang.sees_edited("约好了")
    async with town.app.work.begin() as uow:
        actor = replace(town.world.actor("staff Chen"), account_id=town.world.accounts["worker Li"].id)
        first = (await uow.session.scalars(select(Session).order_by(Session.starts_at).limit(1))).one()
        await wait(uow, actor=actor, session_id=first.id, beneficiary=await somebody(uow, actor, elder.id))

    await wang.sends("/my_bookings")
    await wang.sees("您的预约")
    await wang.presses("理发")
    await wang.presses("取消预约")
    await wang.presses("让给邻居")

    await worker.sees("有位子了", "张大妈", "09:00")
