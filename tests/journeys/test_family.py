"""A grid worker ties a daughter to her mother's ladder; the daughter sees what the mother lets her see."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.alerts.live_places import (
    LONGEST_SHARE,
    LivePlace,
    ask_for_place,
    end_places,
    move_place,
    see_place,
    share_place,
)
from backend.alerts.place_models import PlaceRequest, PlaceState
from backend.devices import ReceivedPacket, store_observations
from backend.devices.observations import Kind, Observation, Protocol
from backend.kernel.audit import AuditEntry
from backend.kernel.errors import AccessDenied, Conflict
from backend.kernel.geo import Point
from backend.registry.contacts_editing import NewContact, add_contact, note_consent
from backend.registry.contacts_models import ContactScope, FamilyContact, RelationKind
from backend.registry.models import Account, Household, Person, Residency
from handlers.start.own_copy import own_copy
from playground.telegram.phones import Phone
from tests.chat.town import Town

ELDER = "王奶奶"
WATCH = "8800000015"


@pytest.fixture
async def elder(town: Town) -> int:
    """Grandma Wang lives in building 1 and nobody is on her ladder yet."""
    async with town.app.work.begin() as uow:
        person = Person(community_id=town.world.community_id, name=ELDER)
        home = Household(
            community_id=town.world.community_id, code="home-1", address_id=town.world.buildings["1"].address_id
        )
        uow.session.add_all((person, home))
        await uow.session.flush()
        uow.session.add(Residency(person_id=person.id, household_id=home.id, role="owner"))
        return person.id


async def enrols(town: Town, name: str = "leader Tang") -> None:
    """Add the daughter with her consent, vouch for her telephone, and give her a link for her chat."""
    leader = town.phone(name)
    await leader.sends("/elder 王")
    await leader.sees("请选老人")
    await leader.presses(ELDER)
    await leader.sees_edited("还没有联系人")
    await leader.presses("➕ 联系人")
    await leader.sees_edited("是否同意", "退订")
    await leader.presses("对方同意")
    await leader.sees("名字、关系、电话")
    await leader.sends("女儿在外地")
    await leader.sees("请这样写")
    await leader.sends("王芳　女儿 138 0000 0001")
    await leader.sees("王芳", "子女", "已同意", "还没验证")
    await leader.presses("我已打通📞 电话")
    await leader.sees_edited("电话：已验证")


async def test_a_worker_adds_a_contact_a_watch_a_circle_and_a_daily_call(town: Town, elder: int) -> None:
    await enrols(town)
    leader = town.phone("leader Tang")
    await leader.presses("返回")
    await leader.sees_edited("联系人 1 位")

    await leader.presses("手表或设备")
    await leader.sees("设备种类和号码")
    await leader.sends(f"手表 {WATCH}")
    await leader.sees("登记好了", "只显示一次")
    await leader.presses("返回")
    await leader.sees_edited("设备 1 台")
    await leader.presses(WATCH)
    await leader.sees_edited("还没连上")
    answer = await leader.presses("现在定位")
    assert "已通知" in answer["text"]
    await leader.presses("返回")
    await leader.presses("活动圈")
    await leader.presses("500米内")
    await leader.sees_edited("活动圈画好了")
    await leader.presses("返回")
    await leader.presses("每日问平安")
    await leader.presses("9点")
    await leader.sees_edited("每天 09:00", "打电话", "30 分钟")
    await leader.presses("别的时间")
    await leader.sees("每天几点问平安")
    await leader.sends("九点")
    await leader.sees("8:30")
    await leader.sends("8：30")
    await leader.sees("每天 08:30")
    await leader.presses("发短信")
    await leader.sees_edited("08:30", "✅ 发短信")
    await leader.presses("周日")
    await leader.sees_edited("周一、周二", "周六 08:30")
    await leader.presses("等 60 分")
    await leader.sees_edited("60 分钟")
    await leader.presses("不再问平安")
    await leader.sees_edited("每天几点打电话问平安")
    await leader.presses("返回")
    await leader.presses("上门须知")
    await leader.sees_edited("石油路1号")


async def test_the_daughter_opens_her_link_and_sees_what_her_mother_allows(town: Town, elder: int) -> None:
    await enrols(town)
    leader, daughter = town.phone("leader Tang"), town.phone("Liu Yang")
    await leader.presses("⬜ 看心率")
    await leader.sees_edited("已同意")
    await leader.presses("聊天链接")
    told = await leader.sees("只能用一次", "kin-")
    token = re.search(r"start=(kin-[\w-]+)", told["text"])
    assert token is not None
    await leader.presses("返回")
    await leader.presses("手表或设备")
    await leader.sees("设备种类和号码")
    await leader.sends(WATCH)
    await leader.sees("登记好了")
    async with town.app.work.begin() as uow:
        beat = Observation(device=WATCH, protocol=Protocol.WATCH, kind=Kind.HEART_RATE, value=72)
        power = Observation(device=WATCH, protocol=Protocol.WATCH, kind=Kind.BATTERY, value=80)
        await store_observations(uow, [ReceivedPacket(observations=(beat, power), received_at=uow.now, door="test")])

    await daughter.starts(token[1])
    await daughter.sees(ELDER, "马上在这里告诉您")
    await daughter.sends("/family")
    state = await daughter.sees(ELDER, "电量 80%", "心率 72–72")
    assert not any("在哪里" in button["label"] for row in state["buttons"] for button in row)
    await daughter.presses("心率图")
    await daughter.sees("不是诊断")
    muted = await daughter.presses("安静一天")
    assert "紧急" in muted["text"]

    await town.phone("Zhou Min").starts(token[1])
    await town.phone("Zhou Min").sees("已经用过或过期")


async def test_the_mother_shares_where_she_is_with_the_daughter_who_asked_and_with_nobody_else(
    town: Town, elder: int
) -> None:
    await enrols(town)
    leader, daughter, mother = town.phone("leader Tang"), town.phone("Liu Yang"), town.phone("Zhou Min")
    await leader.presses("⬜ 看在不在家")
    await leader.sees_edited("✅ 看在不在家")
    await leader.presses("聊天链接")
    token = re.search(r"start=(kin-[\w-]+)", (await leader.sees("只能用一次", "kin-"))["text"])
    assert token is not None
    await daughter.starts(token[1])
    await daughter.sees(ELDER)
    await daughter.sends("/family")
    await daughter.sees("还没有手表", "现在在哪里")
    refused = await daughter.presses("现在在哪里")
    assert "没有人能分享" in refused["text"]
    async with town.app.work.begin() as uow:
        account = await uow.session.get_one(Account, town.world.account_id("Zhou Min"))
        account.person_id = elder

    await daughter.presses("现在在哪里")
    await daughter.sees("已经请对方分享")
    await mother.sees("王芳（子女）", "只有这一位家人看得到")
    sharing = await mother.shares_live(29.55, 106.51)
    await mother.sees("只给请您分享的家人看")
    await mother.moves(sharing, 29.5522, 106.5133)
    await daughter.sees("把位置分享给您了")
    seen = await looks(town, daughter)

    assert seen == (29.5522, 106.5133)
    assert not [one for one in leader.new_messages() if "位置" in one["text"] and "分享" in one["text"]]
    await mother.stops_sharing(sharing)
    await daughter.sees("位置分享结束了")
    async with town.app.work.look() as uow:
        rows = (await uow.session.scalars(select(PlaceRequest))).all()
        assert [(row.state, row.place_sealed) for row in rows] == [(PlaceState.ENDED, None)]
        actions = set(await uow.session.scalars(select(AuditEntry.action)))
    assert {"place.ask", "place.share", "place.end", "family.see_place"} <= actions


async def looks(town: Town, daughter: Phone) -> tuple[float, float]:
    """Press for the place as it is now; the pin that comes."""
    await daughter.presses("现在在哪里")
    pin = await daughter.sees(where=lambda message: message["location"] is not None)
    await daughter.sees("的位置")
    assert pin["location"] is not None
    return pin["location"]["latitude"], pin["location"]["longitude"]


async def test_the_elders_own_copy_holds_contacts_and_what_her_watch_said(town: Town, elder: int) -> None:
    await enrols(town)
    leader = town.phone("leader Tang")
    await leader.presses("返回")
    await leader.presses("手表或设备")
    await leader.sees("设备种类和号码")
    await leader.sends(f"手表 {WATCH}")
    await leader.sees("登记好了")
    async with town.app.work.begin() as uow:
        power = Observation(device=WATCH, protocol=Protocol.WATCH, kind=Kind.BATTERY, value=80)
        await store_observations(uow, [ReceivedPacket(observations=(power,), received_at=uow.now, door="test")])
        account = await uow.session.get_one(Account, town.world.account_id("Zhou Min"))
        account.person_id = elder
        copy = await own_copy(uow, actor=town.world.actor("Zhou Min"), account=account)

    assert json.loads(json.dumps(copy)) == copy
    assert copy["contacts"][0]["ways"][0]["number"] == "…0001"
    assert [(one["kind"], one["battery"]) for one in copy["devices"]] == [("watch", 80)]
    assert copy["bookings"] == []


async def test_a_question_for_a_place_that_nobody_answers_ends_by_itself(town: Town, elder: int) -> None:
    """Through the service: the clock's part, and that a withdrawn consent closes the door at once."""
    staff = town.world.actor("staff Chen")
    async with town.app.work.begin() as uow:
        new = NewContact(name="王芳", relation=RelationKind.CHILD, rank=1)
        contact = await add_contact(uow, actor=staff, person_id=elder, contact=new)
        await note_consent(uow, actor=staff, contact_id=contact.id)
        contact.account_id, contact.scopes = town.world.account_id("Liu Yang"), [ContactScope.PLACE.value]
        (await uow.session.get_one(Account, town.world.account_id("Zhou Min"))).person_id = elder
    relative, mother = town.world.actor("Liu Yang"), town.world.actor("Zhou Min")
    async with town.app.work.begin() as uow:
        assert await ask_for_place(uow, actor=relative, contact_id=contact.id) == 1
    async with town.app.work.begin() as uow:
        with pytest.raises(Conflict):
            await ask_for_place(uow, actor=relative, contact_id=contact.id)
        place = LivePlace(7, Point(29.55, 106.51), uow.now + timedelta(days=30))
        (row,) = await share_place(uow, actor=mother, place=place)
        assert row.until == uow.now + LONGEST_SHARE
        (await uow.session.get_one(FamilyContact, contact.id)).scopes = []
    async with town.app.work.begin() as uow:
        with pytest.raises(AccessDenied):
            await see_place(uow, actor=relative, contact_id=contact.id)
        row.until = uow.now
        uow.session.add(await uow.session.merge(row))
        await uow.session.flush()
        assert await end_places(uow) == 1
        assert not await move_place(uow, actor=mother, message_id=7, point=Point(29.6, 106.5))
    await town.phone("Zhou Min").sees("想知道您现在在哪里")
    await town.phone("Liu Yang").sees("把位置分享给您了", "20:00")
    await town.phone("Liu Yang").sees("位置分享结束了")


async def test_a_stranger_and_another_grids_worker_see_nobody(town: Town, elder: int) -> None:
    for name, answer in (("Wang Fang", "没有权限"), ("worker Sun", "没找到")):
        await town.phone(name).sends("/elder 王")
        await town.phone(name).sees(answer)
    await town.phone("Wang Fang").sends("/family")
    await town.phone("Wang Fang").sees("还没有绑定")
