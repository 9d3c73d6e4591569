"""A haircut by telephone: heard, chosen, booked, waited for, offered, given up, by keys and by SMS."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from backend.bookings import DayHours, cancel_booking, cancel_session, lapse_offers, open_day, remind
from backend.bookings.models import Booking, ServiceDay, Session
from backend.bookings.states import BookedThrough, BookingState
from backend.phone.sms_text import segments
from backend.registry.models import Person
from backend.registry.phones import phone_lookup
from playground.telephone.telephones import Telephone
from tests.phone.program.switchboard import Switchboard
from tests.service.bookings.conftest import Market, open_market

STRANGER, LIU, ELDER = "+8613700000099", "+8613800000001", "+8613600000077"
"""The second is Liu Yang's by the registry."""

CONFIRMED, CANCELLED, WAITING, OFFERED, LAPSED = (
    BookingState.CONFIRMED,
    BookingState.CANCELLED,
    BookingState.WAITLISTED,
    BookingState.OFFERED,
    BookingState.LAPSED,
)


@pytest.fixture
async def market(board: Switchboard) -> Market:
    """The barber has three times of one seat on Wednesday the twentieth, for nothing, and four on the thirtieth."""
    opened = await open_market(board.world)
    async with board.world.work.begin() as uow:
        later = (await uow.session.scalars(select(ServiceDay).where(ServiceDay.day_on == date(2026, 5, 30)))).one()
        await open_day(
            uow,
            actor=board.world.actor("plumber Guo"),
            provider_id=opened.provider_id,
            service_day_id=later.id,
            hours=DayHours(begins=time(14), ends=time(15), minutes=15, place="活动室"),
        )
    await costs(board, 0)
    return opened


@pytest.fixture
async def elder(board: Switchboard, market: Market) -> Telephone:
    """Somebody of eighty whom the registry knows by her telephone, and who has no chat."""
    async with board.world.work.begin() as uow:
        uow.session.add(
            Person(
                community_id=board.world.community_id,
                name="张大妈",
                born_on=date(1946, 1, 1),
                phone_sealed=uow.vault.seal(ELDER),
                phone_lookup=phone_lookup(uow, ELDER),
            )
        )
    return board.phone("张大妈", ELDER)


async def costs(board: Switchboard, points: int) -> None:
    async with board.world.work.begin() as uow:
        for session in await uow.session.scalars(select(Session)):
            session.points = points


async def bookings(board: Switchboard) -> list[tuple[BookingState, BookedThrough]]:
    async with board.world.work.look() as uow:
        rows = await uow.session.scalars(select(Booking).order_by(Booking.id))
        return [(row.state, row.through) for row in rows]


async def fill(market: Market) -> list[int]:
    """Three neighbours take the three times of the twentieth."""
    booked = [await market.book(name, slot) for slot, name in enumerate(("Wang Fang", "Zhou Min", "worker Li"))]
    return [one.booking.id for one in booked]


async def frees(board: Switchboard, booking_id: int, name: str) -> None:
    """A neighbour gives the seat up in chat."""
    async with board.world.work.begin() as uow:
        await cancel_booking(uow, actor=board.world.actor(name), booking_id=booking_id)


async def waits_by_voice(elder: Telephone) -> None:
    await elder.calls()
    await elder.press("5")
    await elder.hears("理发，约满了，可以排队，请按 1")
    await elder.press("1")
    await elder.hears("排队等位子，请按 1")
    await elder.press("1")
    await elder.hears("给您排上队了", "预约号")
    await elder.is_hung_up()


def comes(board: Switchboard, moment: datetime) -> None:
    board.world.clock.advance(moment - board.world.clock.now())


async def test_a_caller_chooses_day_and_time_by_key_hears_it_and_gives_it_up(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    await elder.calls()
    await elder.press("5")
    await elder.hears("5月20日", "农历四月初四")
    await elder.hears("理发，最早 09:00，请按 1")
    await elder.hears("看下一个服务日，请按 9")
    await elder.press("9")
    await elder.hears("5月30日")
    await elder.hears("理发，最早 14:00，请按 1")
    await elder.press("1")
    await elder.hears("有 4 个时间")
    await elder.hears("14:30，请按 3")
    await elder.press("9")
    await elder.hears("14:45，请按 1")
    await elder.press("*")
    await elder.hears("14:45，请按 1")
    await elder.press("0")
    await elder.hears("5月20日")
    await elder.press("1")
    await elder.hears("09:20，请按 2")
    await elder.press("2")
    await elder.hears("约好了", "09:20", "活动室")
    await elder.is_hung_up()
    assert await bookings(board) == [(CONFIRMED, BookedThrough.VOICE)]

    await elder.calls()
    await elder.press("6")
    await elder.hears("理发", "09:20", "请按 1")
    await elder.press("1")
    await elder.hears("要取消，请按 1")
    await elder.press("1")
    await elder.hears("已取消")
    assert await bookings(board) == [(CANCELLED, BookedThrough.VOICE)]
    assert [await market.taken(slot) for slot in range(3)] == [0, 0, 0]


async def test_a_call_that_ends_in_the_middle_and_a_wrong_key_change_nothing(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    await elder.calls()
    await elder.press("5")
    await elder.hears("理发，最早 09:00，请按 1")
    await elder.press("7")
    await elder.hears("理发，最早 09:00，请按 1")
    await elder.press("1")
    await elder.hears("09:00，请按 1")
    await elder.hangs_up()

    await elder.calls()
    await elder.press("5")
    await elder.hears("返回，请按 0")
    await elder.press("0")
    await elder.hears("反映问题")
    await elder.press("7")
    await elder.hears("积分")

    assert await bookings(board) == []


async def test_a_time_that_is_taken_meanwhile_is_told_calmly_and_the_others_are_offered(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    await elder.calls()
    await elder.press("5")
    await elder.hears("理发，最早 09:00，请按 1")
    await elder.press("1")
    await elder.hears("09:00，请按 1")
    await market.book("Wang Fang", 0)
    await elder.press("1")
    await elder.hears("刚刚被别人约走了")
    await elder.hears("09:20，请按 1")
    await elder.hears("星号键")
    await market.book("Zhou Min", 1)
    await market.book("worker Li", 2)
    await elder.press("1")
    await elder.hears("刚刚被别人约走了")
    await elder.hears("排队等位子，请按 1")
    await elder.press("1")
    await elder.hears("给您排上队了")

    assert (await bookings(board))[-1] == (WAITING, BookedThrough.VOICE)


async def test_who_waits_is_called_and_texted_when_a_seat_is_free_and_takes_it_with_a_key(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    first, *_ = await fill(market)
    await waits_by_voice(elder)

    await frees(board, first, "Wang Fang")
    text = await elder.receives_sms("有位子了：理发", "09:00", "请回复 1")
    await elder.rings()
    await elder.answer()
    await elder.hears("不是急事")
    await elder.hears("有位子了", "09:00")
    await elder.hears("您去，请按 1")
    await elder.press("1")
    await elder.hears("给您留着位子")
    await elder.is_hung_up()
    await elder.sends_sms("1")
    await elder.receives_sms()

    assert (await bookings(board))[-1] == (CONFIRMED, BookedThrough.VOICE)
    assert segments(text["body"]) <= 3
    assert not any(sign in text["body"] for sign in "📅💇✂")


async def test_an_offer_by_sms_is_declined_and_one_that_is_over_is_told_as_over(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    ids = await fill(market)
    await elder.sends_sms("预约")
    await elder.receives_sms("1. 理发，约满了，可以排队", "请回复前面的数字")
    await elder.sends_sms("1")
    choice = await elder.receives_sms("前面有 0 位在等", "排队等位子")
    await elder.sends_sms(choice["body"].split("排队等位子")[0].split("\n")[-1].strip(". "))
    await elder.receives_sms("给您排上队了")
    await frees(board, ids[0], "Wang Fang")
    offer = await elder.receives_sms("有位子了", "不去")
    code = offer["body"].split("去，请回复 ")[1].split("；")[0]
    asked = next(each.content for each in await board.messages() if each.content.get("template") == "booking.ask")
    blanks = asked["params"]
    assert (blanks["news"], blanks["code"]) == ("有位子了", code)

    await elder.sends_sms("余额")
    await elder.receives_sms("积分")
    await elder.sends_sms("0")
    await elder.receives_sms("已取消，位子让给别的邻居")
    await elder.sends_sms(code)
    answer = await elder.receives_sms()

    assert (await bookings(board))[-1] == (CANCELLED, BookedThrough.SMS)
    assert "留着" not in answer["body"]
    assert await market.taken(0) == 0


async def test_an_offer_of_the_night_waits_for_the_morning_calls_then_and_goes_on(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    first, *_ = await fill(market)
    await waits_by_voice(elder)
    comes(board, datetime(2026, 5, 12, 15, 0, tzinfo=UTC))  # eleven at night there
    await frees(board, first, "Wang Fang")
    await elder.receives_sms("有位子了")

    comes(board, datetime(2026, 5, 12, 17, 1, tzinfo=UTC))
    async with board.world.work.begin() as uow:
        await lapse_offers(uow)
    assert (await bookings(board))[-1][0] is not LAPSED
    comes(board, datetime(2026, 5, 13, 0, 1, tzinfo=UTC))  # eight in the morning
    await elder.rings()
    await elder.hangs_up()

    comes(board, datetime(2026, 5, 13, 2, 1, tzinfo=UTC))
    async with board.world.work.begin() as uow:
        await lapse_offers(uow)
    await elder.receives_sms("没有等到您的答复")
    assert (await bookings(board))[-1][0] is LAPSED


async def test_who_booked_by_voice_is_reminded_by_a_call_and_hears_when_it_is_called_off(
    board: Switchboard, market: Market, elder: Telephone
) -> None:
    await elder.calls()
    await elder.press("5")
    await elder.hears("理发，最早 09:00，请按 1")
    await elder.press("1")
    await elder.hears("09:00，请按 1")
    await elder.press("1")
    await elder.hears("约好了")
    await elder.is_hung_up()

    comes(board, datetime(2026, 5, 19, 8, 0, tzinfo=UTC))
    async with board.world.work.begin() as uow:
        await remind(uow)
    await elder.receives_sms("别忘了：理发")
    await elder.rings()
    await elder.answer()
    await elder.hears("别忘了", "09:00")
    await elder.press("1")
    await elder.hears("到时候见")
    await elder.is_hung_up()
    async with board.world.work.begin() as uow:
        actor = board.world.actor("plumber Guo")
        await cancel_session(uow, actor=actor, session_id=market.sessions[0], reason="下雨")

    await elder.receives_sms("很抱歉", "不用跑一趟")
    await elder.rings()
    await elder.answer()
    await elder.hears("很抱歉", "不用跑一趟")


async def test_a_stranger_is_told_how_and_books_nothing(board: Switchboard, market: Market) -> None:
    stranger = board.phone("stranger", STRANGER)

    await stranger.calls()
    await stranger.press("5")
    await stranger.hears("还没有登记", "网格员")
    await stranger.is_hung_up()
    await stranger.sends_sms("约1")

    await stranger.receives_sms("还没有登记")
    assert await bookings(board) == []


async def test_an_sms_books_by_numbers_of_its_own_list_and_gives_it_up(board: Switchboard, market: Market) -> None:
    await market.book("Wang Fang")
    liu = board.phone("Liu Yang", LIU)

    await liu.sends_sms("预约")
    await liu.receives_sms("1. 理发，最早 09:20", "2. 看下一个服务日")
    await liu.sends_sms("约 １")
    times = await liu.receives_sms("3. 09:20", "4. 09:40")
    await market.book("Zhou Min", 1)
    await liu.sends_sms("4")
    await liu.receives_sms("约好了", "09:40")
    await liu.sends_sms("我的预约")
    await liu.receives_sms("3 号，理发")
    await liu.sends_sms("取消1")
    await liu.receives_sms("没有找到您的 1 号预约")
    await liu.sends_sms("取消3")
    await liu.receives_sms("已取消")

    assert segments(times["body"]) <= 3
    assert (await bookings(board))[-1] == (CANCELLED, BookedThrough.SMS)


async def test_who_cannot_pay_is_told_so_and_who_complains_is_heard(board: Switchboard, market: Market) -> None:
    await costs(board, 5)
    liu = board.phone("Liu Yang", LIU)

    await liu.sends_sms("预约")
    await liu.receives_sms("理发，最早 09:00，5 积分")
    await liu.sends_sms("1")
    await liu.receives_sms("3. 09:00")
    await liu.sends_sms("3")
    await liu.receives_sms("5 积分", "不够")
    await liu.sends_sms("预约的理发师傅没有来")

    await liu.receives_sms("已记下")
    assert await bookings(board) == []
