"""A haircut by telephone: heard, booked, heard again and given up, by keys and by SMS."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.bookings.models import Booking, Session
from backend.bookings.states import BookedThrough, BookingState
from tests.phone.program.switchboard import Switchboard
from tests.service.bookings.conftest import Market, open_market

STRANGER, LIU = "+8613700000099", "+8613800000001"
"""The second is Liu Yang's by the registry."""


@pytest.fixture
async def market(board: Switchboard) -> Market:
    """The barber has three times of one seat on Wednesday the twentieth, for nothing."""
    opened = await open_market(board.world)
    await costs(board, 0)
    return opened


async def costs(board: Switchboard, points: int) -> None:
    async with board.world.work.begin() as uow:
        for session in await uow.session.scalars(select(Session)):
            session.points = points


async def bookings(board: Switchboard) -> list[tuple[BookingState, BookedThrough]]:
    async with board.world.work.look() as uow:
        rows = await uow.session.scalars(select(Booking).order_by(Booking.id))
        return [(row.state, row.through) for row in rows]


async def test_a_caller_books_by_key_hears_it_and_gives_it_up(board: Switchboard, market: Market) -> None:
    liu = board.phone("Liu Yang", LIU)

    await liu.calls()
    await liu.press("5")
    await liu.hears("5月20日", "农历四月初四")
    await liu.hears("理发，最早 09:00，请按 1")
    await liu.press("1")
    await liu.hears("约好了", "09:00", "活动室")
    await liu.is_hung_up()
    assert await bookings(board) == [(BookingState.CONFIRMED, BookedThrough.VOICE)]

    await liu.calls()
    await liu.press("6")
    await liu.hears("理发", "要取消，请按 1")
    await liu.press("1")
    await liu.hears("已取消")
    assert await bookings(board) == [(BookingState.CANCELLED, BookedThrough.VOICE)]
    assert await market.taken() == 0


async def test_a_wrong_key_books_nothing_and_leads_back_to_the_menu(board: Switchboard, market: Market) -> None:
    liu = board.phone("Liu Yang", LIU)

    await liu.calls()
    await liu.press("5")
    await liu.hears("理发，最早 09:00，请按 1")
    await liu.press("9")
    await liu.hears("反映问题")
    await liu.press("7")

    await liu.hears("积分")
    assert await bookings(board) == []


async def test_a_stranger_is_told_how_and_books_nothing(board: Switchboard, market: Market) -> None:
    stranger = board.phone("stranger", STRANGER)

    await stranger.calls()
    await stranger.press("5")
    await stranger.hears("还没有登记", "网格员")
    await stranger.is_hung_up()
    await stranger.sends_sms("约1")

    await stranger.receives_sms("还没有登记")
    assert await bookings(board) == []


async def test_an_sms_books_the_first_free_time_and_gives_it_up(board: Switchboard, market: Market) -> None:
    await market.book("Wang Fang")
    liu = board.phone("Liu Yang", LIU)

    await liu.sends_sms("预约")
    await liu.receives_sms("1. 理发，最早 09:20", "约1")
    await liu.sends_sms("约 １")
    await liu.receives_sms("约好了", "09:20")
    await liu.sends_sms("我的预约")
    await liu.receives_sms("2 号：理发")
    await liu.sends_sms("取消1")
    await liu.receives_sms("没有找到您的 1 号预约")
    await liu.sends_sms("取消2")
    await liu.receives_sms("已取消")

    assert await bookings(board) == [
        (BookingState.CONFIRMED, BookedThrough.CHAT),
        (BookingState.CANCELLED, BookedThrough.SMS),
    ]


async def test_who_cannot_pay_is_told_so_and_who_complains_is_heard(board: Switchboard, market: Market) -> None:
    await costs(board, 5)
    liu = board.phone("Liu Yang", LIU)

    await liu.sends_sms("约1")
    await liu.receives_sms("5 积分", "不够")
    await liu.sends_sms("预约的理发师傅没有来")

    await liu.receives_sms("已记下")
    assert await bookings(board) == []
