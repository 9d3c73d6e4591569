"""The calendar of a telephone follows somebody's bookings by an address, without signing in."""

from __future__ import annotations

from icalendar import Calendar

from backend.bookings import feed_token, renew_feed
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
