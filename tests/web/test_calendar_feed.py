"""The calendar of a telephone follows somebody's bookings by an address, without signing in."""

from __future__ import annotations

from datetime import timedelta

from icalendar import Calendar

from backend.bookings import cancel_booking, feed_token, renew_feed
from backend.bookings.forgetting import forget_account
from tests.service.bookings.conftest import open_market
from tests.service.points.scenes import does
from tests.service.world import World
from tests.web.browsing import Browser


async def test_an_address_tells_the_bookings_and_nobodys_name(browser: Browser, world: World) -> None:
    market = await open_market(world)
    await market.book("Wang Fang")
    token = await does(world, lambda uow: feed_token(uow, actor=world.actor("Wang Fang")))
    same = await does(world, lambda uow: feed_token(uow, actor=world.actor("Wang Fang")))

    answer = await browser.open(f"/calendar/{token}.ics")

    calendar = Calendar.from_ical(answer.text)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert [str(event["summary"]) for event in calendar.walk("VEVENT")] == ["理发"]
    assert "Wang" not in answer.text
    assert "Guo" not in answer.text
    assert same == token


async def test_what_is_given_up_is_taken_out_of_calendars_by_its_number_and_a_higher_sequence(
    browser: Browser, world: World
) -> None:
    market = await open_market(world)
    booked, actor = await market.book("Wang Fang"), world.actor("Wang Fang")
    token = await does(world, lambda uow: feed_token(uow, actor=actor))
    (before,) = Calendar.from_ical((await browser.open(f"/calendar/{token}.ics")).content).walk("VEVENT")

    await does(world, lambda uow: cancel_booking(uow, actor=actor, booking_id=booked.booking.id))
    await market.book("Wang Fang", slot=1)

    events = Calendar.from_ical((await browser.open(f"/calendar/{token}.ics")).content).walk("VEVENT")
    by_uid = {str(event["UID"]): event for event in events}
    after = by_uid.pop(str(before["UID"]))
    (new,) = by_uid.values()
    assert (str(before["STATUS"]), str(after["STATUS"]), str(new["STATUS"])) == ("CONFIRMED", "CANCELLED", "CONFIRMED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert new.start - before.start == timedelta(minutes=20)
    assert before.start.utcoffset() == timedelta(0)


async def test_a_renewed_address_and_one_of_somebody_forgotten_tell_nothing(browser: Browser, world: World) -> None:
    first = await does(world, lambda uow: feed_token(uow, actor=world.actor("Wang Fang")))
    second = await does(world, lambda uow: renew_feed(uow, actor=world.actor("Wang Fang")))
    assert (await browser.open(f"/calendar/{second}.ics")).status_code == 200

    old = await browser.open(f"/calendar/{first}.ics")
    account_id = world.accounts["Wang Fang"].id
    await does(world, lambda uow: forget_account(uow, account_id=account_id))
    ended = await browser.open(f"/calendar/{second}.ics")

    guesses = [(await browser.open(f"/calendar/{each}.ics")).status_code for each in ("x", "0" * 40, "0" * 4000)]
    assert [old.status_code, ended.status_code, *guesses] == [404] * 5
