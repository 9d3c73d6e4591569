"""SMS from people: answers to an alarm, codes that prove a number, stop and start, problems, and what is none of it."""

from __future__ import annotations

from sqlalchemy import select, update

from backend.alerts.acknowledging import acknowledge
from backend.alerts.states import AckKind, Via
from backend.issues import reject_issue
from backend.issues.models import Category, Issue, Report, Task
from backend.issues.states import IssueStatus
from backend.messaging.contents import ChannelName
from backend.registry.contacts import ladder_of
from backend.registry.contacts_editing import NewMethod, add_method
from backend.registry.contacts_models import ContactMethod, MethodState
from backend.registry.contacts_proving import send_proof
from tests.phone.program.switchboard import Switchboard

DAUGHTER = "+16175550101"
STRANGER = "+8613700000099"
BY_SMS = (ChannelName.SMS,)


async def test_a_1_in_any_dress_takes_the_alert_once(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, channels=BY_SMS)
    alert_id = await board.sos()
    await daughter.receives_sms("Wang Fang", "1")

    await daughter.sends_sms(" １。")
    await daughter.receives_sms("已记下，由您来处理")

    assert await board.said_to(alert_id) == ["claimed"]


async def test_what_is_no_plain_yes_takes_nothing_and_the_writer_is_told(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, channels=BY_SMS)
    alert_id = await board.sos()
    await daughter.receives_sms("Wang Fang")

    for text in ("收到", "👍", "11", "我妈在医院，1床"):
        await daughter.sends_sms(text)
        await daughter.receives_sms("没有记为处理")

    assert await board.said_to(alert_id) == []


async def test_an_answer_after_the_end_is_never_told_as_recorded(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER, channels=BY_SMS)
    alert_id = await board.sos()
    await daughter.receives_sms("Wang Fang")
    async with board.world.work.begin() as uow:
        staff = board.world.actor("staff Chen")
        await acknowledge(uow, actor=staff, alert_id=alert_id, kind=AckKind.RESOLVED, via=Via.WEB, evidence="form:1")

    await daughter.sends_sms("1")

    assert "已记下" not in (await daughter.receives_sms())["body"]
    assert await board.said_to(alert_id) == ["resolved"]


async def test_a_code_from_the_telephone_itself_proves_it(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    staff, elder = board.world.actor("staff Chen"), await board.elder()
    async with board.world.work.begin() as uow:
        (contact,) = await ladder_of(uow, person_id=elder.id)
        new = NewMethod(channel=ChannelName.SMS, phone=DAUGHTER)
        way = await add_method(uow, actor=staff, contact_id=contact.contact_id, method=new)
        await send_proof(uow, actor=staff, method_id=way.id)
    code = "".join(sign for sign in (await daughter.receives_sms("验证码"))["body"][:11] if sign.isdigit())

    await daughter.sends_sms("000000" if code != "000000" else "111111")
    await daughter.receives_sms("验证码不对")
    await daughter.sends_sms(code)
    await daughter.receives_sms("验证成功")

    async with board.world.work.look() as uow:
        assert (await uow.session.get_one(ContactMethod, way.id)).state is MethodState.VERIFIED


async def test_who_says_stop_is_left_alone_until_they_say_start_and_staff_hear_of_it(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    elder = await board.elder()

    await daughter.sends_sms("退订")
    await board.until_quiet()
    async with board.world.work.look() as uow:
        after_stop = await ladder_of(uow, person_id=elder.id)
    await daughter.sends_sms("恢复")
    await daughter.receives_sms("已恢复")

    async with board.world.work.look() as uow:
        after_start = await ladder_of(uow, person_id=elder.id)
    assert (len(after_stop), len(after_start)) == (0, 1)
    await board.chat_hears("退订")


async def test_a_contact_who_says_stop_is_work_on_the_one_list_until_they_say_start(board: Switchboard) -> None:
    daughter = await board.contact("Wang Na", DAUGHTER)
    async with board.world.work.begin() as uow:
        await uow.session.execute(update(Category).where(Category.key == "noise").values(key="elder.help"))

    await daughter.sends_sms("退订")
    await board.until_quiet()
    async with board.world.work.look() as uow:
        opened = (await uow.session.scalars(select(Issue))).one()
        tasks = (await uow.session.scalars(select(Task).where(Task.issue_id == opened.id))).all()
    await daughter.sends_sms("恢复")
    await daughter.receives_sms("已恢复")

    async with board.world.work.look() as uow:
        after = await uow.session.get_one(Issue, opened.id)
    assert len(tasks) == 1
    assert "编号" in opened.summary
    assert "Wang" not in opened.summary
    assert after.status is IssueStatus.CANCELLED


async def test_a_stranger_is_heard_and_can_ask_how_it_stands(board: Switchboard) -> None:
    stranger = board.phone("stranger", STRANGER)

    await stranger.sends_sms("3栋楼下井盖翻了，很危险")
    told = await stranger.receives_sms("已记下")
    await stranger.sends_sms("进度")
    await stranger.receives_sms("已上报")

    async with board.world.work.look() as uow:
        report = (await uow.session.scalars(select(Report))).one()
        issue = await uow.session.get_one(Issue, report.issue_id)
        assert "井盖" in uow.vault.open(report.text_sealed)
    assert issue.number in told["body"]


async def test_who_told_it_by_telephone_hears_how_it_ended(board: Switchboard) -> None:
    stranger = board.phone("stranger", STRANGER)
    await stranger.sends_sms("3栋楼下井盖翻了，很危险")
    await stranger.receives_sms("已记下")

    async with board.world.work.begin() as uow:
        issue = (await uow.session.scalars(select(Issue))).one()
        await reject_issue(uow, actor=board.world.actor("staff Chen"), issue_id=issue.id, reason="已由市政处理")

    await stranger.receives_sms(issue.number, "不予受理")


async def test_what_says_nothing_gets_help_and_makes_no_report(board: Switchboard) -> None:
    stranger = board.phone("stranger", STRANGER)

    await stranger.sends_sms("？！")
    await stranger.receives_sms("进度")

    async with board.world.work.look() as uow:
        assert (await uow.session.scalars(select(Report))).all() == []
