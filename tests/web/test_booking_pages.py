"""Staff keep the service days, what is offered and who serves; the poster hangs on the wall."""

from __future__ import annotations

import re
from datetime import date

import pytest

from backend.bookings import offerings_of
from backend.bookings.models import Offering, Provider, ServiceDay
from backend.bookings.states import ProviderState
from tests.service.bookings.conftest import Market, open_market
from tests.service.points.scenes import does
from tests.service.world import World
from tests.web.browsing import Browser


@pytest.fixture
async def market(world: World) -> Market:
    """Wang Fang has the barber's first time on the twentieth."""
    opened = await open_market(world)
    await opened.book("Wang Fang")
    return opened


async def test_the_rule_makes_the_days_and_both_calendars_name_them(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")

    saved = await browser.send(
        "/web/service-days", "/web/service-days/rule", calendar="lunar", days="10、20 30", open_days_before="3"
    )
    shown = await browser.open("/web/service-days")
    wrong = await browser.send("/web/service-days", "/web/service-days/rule", days="10, 45")
    odd = await browser.send("/web/service-days", "/web/service-days/rule", days="-1")

    assert (saved.status_code, wrong.status_code, odd.status_code) == (303, 422, 422)
    assert "农历四月初十" in shown.text
    assert "5月20日" in shown.text  # it has sessions, so it stays


async def test_a_day_is_added_noted_and_called_off_and_the_past_is_left_alone(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")

    added = await browser.send("/web/service-days", "/web/service-days/new", day="2026-05-17", note="重阳加场")
    past = await browser.send("/web/service-days", "/web/service-days/new", day="2026-05-01")
    path = added.headers["location"].split("?")[0]
    noted = await browser.send(path, f"{path}/note", note="在广场")
    off = await browser.send(path, f"{path}/cancel", reason="下雨")

    day = await does(market.world, lambda uow: uow.session.get(ServiceDay, int(path.rpartition("/")[2])))
    assert (added.status_code, past.status_code, noted.status_code, off.status_code) == (303, 409, 303, 303)
    assert day is not None
    assert (day.day_on, day.state, day.note) == (date(2026, 5, 17), "cancelled", "下雨")


async def test_a_day_shows_who_comes_and_its_poster_shows_nobody(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")

    day = await browser.open(f"/web/service-days/{market.day_id}")
    poster = await browser.open(f"/web/service-days/{market.day_id}/poster")

    assert "Wang Fang" in day.text
    assert "Wang Fang" not in poster.text
    assert all(said in poster.text for said in ("5月20日", "农历四月初四", "理发", "09:00–10:00", "<svg"))


async def test_an_offering_is_edited_and_not_overwritten_unseen(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")
    page = await browser.open("/web/offerings")
    path = next(iter(re.findall(r"/web/offerings/\d+", page.text)))
    number = int(path.rpartition("/")[2])

    saved = await browser.send("/web/offerings", path, points="7", chinese="剪头发", highest_age="")
    stale = await browser.post(path, {**dict(_hidden(page.text, path)), "chinese": "x", "english": "x", "points": "1"})
    wrong = await browser.send("/web/offerings", path, points="-1")

    row = await does(market.world, lambda uow: uow.session.get(Offering, number))
    assert (saved.status_code, stale.status_code, wrong.status_code) == (303, 409, 422)
    assert row is not None
    assert (row.points, row.chinese, row.highest_age) == (7, "剪头发", None)


async def test_staff_add_something_to_book_under_one_of_the_six_brands(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")
    path, bicycle = "/web/offerings/new", {"chinese": "修自行车", "english": "Bicycle repair", "cancel_hours": "12"}

    added = await browser.send("/web/offerings", path, kind="service", brand="enjoyment", points="3", **bicycle)
    wrong = await browser.send("/web/offerings", path, kind="service", brand="care", points="3", **bicycle)

    rows = await does(market.world, lambda uow: offerings_of(uow, market.world.community_id))
    assert (added.status_code, wrong.status_code) == (303, 422)
    assert [(row.brand, row.points) for row in rows if row.chinese == "修自行车"] == [("enjoyment", 3)]


def _hidden(text: str, path: str) -> list[tuple[str, str]]:
    form = text.split(f'action="{path}"', 1)[1].split("</form>", 1)[0]
    return re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)


async def test_who_ends_takes_no_more_bookings_and_those_booked_are_freed(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")
    path = f"/web/providers/{market.provider_id}/end"

    nothing = await browser.send("/web/providers", path, reason="")
    ended = await browser.send("/web/providers", path, reason="搬家了")

    provider = await does(market.world, lambda uow: uow.session.get(Provider, market.provider_id))
    assert (nothing.status_code, ended.status_code) == (422, 303)
    assert provider is not None
    assert provider.state is ProviderState.ENDED
    assert await market.taken() == 0


async def test_wishes_and_counts_are_for_staff_only(browser: Browser, market: Market) -> None:
    await browser.come_in("staff Chen")
    assert "满意率" in (await browser.open("/web/wishes?days=7")).text

    await browser.come_in("leader Tang")
    refused = await browser.open("/web/wishes")

    assert refused.status_code == 403
