"""Who may open which page: every route, every role, denied by default."""

from __future__ import annotations

import pytest
from fastapi import APIRouter

from backend.cockpit.pages import PAGES, enter
from backend.cockpit.routing import Declared
from backend.kernel.access import Role
from backend.registry.grants import grant_role
from tests.service.alerts.scene import raised, septic
from tests.service.world import CAST, World
from tests.web.browsing import Browser, form_to, on_both

ROUTES = [declared for pages in PAGES for declared in pages.declared]
OPEN_TO_ALL = {("GET", "/web/enter"), ("POST", "/web/enter"), ("GET", "/")}
EVERYWHERE = {Role.STAFF, Role.SUBDISTRICT, Role.DISTRICT, Role.ADMIN}
EVERYBODY_INSIDE = EVERYWHERE | {Role.GRID_LEADER}
ENROLLING = {Role.STAFF, Role.ADMIN, Role.GRID_LEADER}

# The rules in the words of the glossary, apart from the program's own tables: a slip in one is seen by the other.
MAY_OPEN = {
    "/web": EVERYBODY_INSIDE,
    "/web/events": EVERYBODY_INSIDE,
    "/web/units": EVERYBODY_INSIDE,
    "/web/roles": EVERYBODY_INSIDE,
    "/web/roles/invite": EVERYBODY_INSIDE,
    "/web/sign-out": EVERYBODY_INSIDE,
    "/web/sign-out-everywhere": EVERYBODY_INSIDE,
    "/web/community": EVERYBODY_INSIDE,
    "/web/roles/{grant_id}/end": EVERYWHERE,
    "/web/outbox": EVERYWHERE,
    "/web/categories": {Role.STAFF, Role.ADMIN},
    "/web/categories/{category_id}": {Role.STAFF, Role.ADMIN},
    "/web/categories/new": {Role.STAFF, Role.ADMIN},
    "/web/categories/{category_id}/delete": {Role.STAFF, Role.ADMIN},
    "/web/limits": {Role.STAFF, Role.ADMIN},
    "/web/calendar": {Role.STAFF, Role.ADMIN},
    "/web/calendar/day": {Role.STAFF, Role.ADMIN},
    "/web/calendar/lines": {Role.STAFF, Role.ADMIN},
    "/web/texts": {Role.STAFF, Role.ADMIN},
    "/web/texts/{key}": {Role.STAFF, Role.ADMIN},
    "/web/service-days": {Role.STAFF, Role.ADMIN},
    "/web/service-days/rule": {Role.STAFF, Role.ADMIN},
    "/web/service-days/new": {Role.STAFF, Role.ADMIN},
    "/web/service-days/{day_id}": {Role.STAFF, Role.ADMIN},
    "/web/service-days/{day_id}/note": {Role.STAFF, Role.ADMIN},
    "/web/service-days/{day_id}/cancel": {Role.STAFF, Role.ADMIN},
    "/web/service-days/{day_id}/poster": {Role.STAFF, Role.ADMIN},
    "/web/offerings": {Role.STAFF, Role.ADMIN},
    "/web/offerings/seed": {Role.STAFF, Role.ADMIN},
    "/web/offerings/new": {Role.STAFF, Role.ADMIN},
    "/web/offerings/{offering_id}": {Role.STAFF, Role.ADMIN},
    "/web/providers": {Role.STAFF, Role.ADMIN},
    "/web/providers/{provider_id}/decide": {Role.STAFF, Role.ADMIN},
    "/web/providers/{provider_id}/end": {Role.STAFF, Role.ADMIN},
    "/web/wishes": EVERYWHERE,
    "/web/earning": {Role.STAFF, Role.ADMIN},
    "/web/earning/seed": {Role.STAFF, Role.ADMIN},
    "/web/earning/by-hand": {Role.STAFF, Role.ADMIN},
    "/web/earning/{rule_id}": {Role.STAFF, Role.ADMIN},
    "/web/points-limits": {Role.STAFF, Role.ADMIN},
    "/web/points-limits/caps": {Role.STAFF, Role.ADMIN},
    "/web/points-limits/lapse": {Role.STAFF, Role.ADMIN},
    "/web/points-limits/keep": {Role.STAFF, Role.ADMIN},
    "/web/points-review": {Role.STAFF, Role.ADMIN},
    "/web/points-review/{earning_id}/{verdict}": {Role.STAFF, Role.ADMIN},
    "/web/market": {Role.STAFF, Role.ADMIN},
    "/web/market/{merchant_id}": {Role.STAFF, Role.ADMIN},
    "/web/market/kinds/seed": {Role.STAFF, Role.ADMIN},
    "/web/market/kinds/{kind_id}": {Role.STAFF, Role.ADMIN},
    "/web/market/new": {Role.STAFF, Role.ADMIN},
    "/web/market/{merchant_id}/invite": {Role.STAFF, Role.ADMIN},
    "/web/market/{merchant_id}/members/{account_id}/end": {Role.STAFF, Role.ADMIN},
    "/web/market/{merchant_id}/offers": {Role.STAFF, Role.ADMIN},
    "/web/market/{merchant_id}/offers/{offer_id}": {Role.STAFF, Role.ADMIN},
    "/web/settlements": {Role.STAFF, Role.ADMIN},
    "/web/settlements/{settlement_id}": {Role.STAFF, Role.ADMIN},
    "/web/settlements/{settlement_id}/sheet": {Role.STAFF, Role.ADMIN},
    "/web/settlements/{settlement_id}/close": {Role.STAFF, Role.ADMIN},
    "/web/audit": {Role.SUBDISTRICT, Role.DISTRICT, Role.ADMIN},
    "/web/alerts": EVERYBODY_INSIDE,
    "/web/alerts/{alert_id}": EVERYBODY_INSIDE,
    "/web/devices": EVERYBODY_INSIDE,
    "/web/devices/{device_id}": EVERYBODY_INSIDE,
    "/web/devices/new": ENROLLING,
    "/web/devices/strangers": ENROLLING,
    "/web/devices/{device_id}/mute": ENROLLING,
    "/web/devices/{device_id}/unmute": ENROLLING,
    "/web/devices/{device_id}/retire": ENROLLING,
    "/web/devices/{device_id}/secret": ENROLLING,
    "/web/devices/{device_id}/order": ENROLLING,
    "/web/device-rules": {Role.STAFF, Role.ADMIN},
    "/web/device-rules/{key}": {Role.STAFF, Role.ADMIN},
    "/web/fences": ENROLLING,
    "/web/fences/{person_id}": ENROLLING,
    "/web/fences/{person_id}/{fence_id}/end": ENROLLING,
    "/web/sources": {Role.STAFF, Role.ADMIN},
    "/web/sources/{source_id}/rotate": {Role.STAFF, Role.ADMIN},
    "/web/sources/{source_id}/end": {Role.STAFF, Role.ADMIN},
    "/web/silences": EVERYWHERE,
    "/web/silences/{silence_id}/approve": EVERYWHERE,
    "/web/silences/{silence_id}/end": EVERYWHERE,
    "/web/duty": EVERYWHERE,
    "/web/duty/{shift_id}/end": EVERYWHERE,
    "/web/duty/{shift_id}/hand-on": EVERYWHERE,
    "/web/duty/absences": EVERYWHERE,
    "/web/duty/absences/{absence_id}/end": EVERYWHERE,
    "/web/policies": {Role.STAFF, Role.ADMIN},
    "/web/policies/{key}": {Role.STAFF, Role.ADMIN},
}
HOLDERS = {one.role: one.name for one in reversed(CAST) if one.role and one.place != "neighbour"}
INSIDE = sorted(EVERYBODY_INSIDE)
FIRST_ALERT = 1


class _Ids(dict[str, object]):
    def __missing__(self, name: str) -> object:
        return 10**9


def filled(path: str, world: World) -> str:
    """The path with ids of things that exist."""
    key = "sos" if path.startswith("/web/policies/") else "notify.accepted"
    ids = {"category_id": world.categories["lighting"].id, "alert_id": FIRST_ALERT}
    # Of everything else there is none in this world.
    return path.format_map(_Ids(ids | {"key": key}))


def test_every_route_is_declared_with_what_it_needs():
    routers: list[APIRouter] = [enter.router, *(pages.router for pages in PAGES)]
    served = {
        (method, route.path) for router in routers for route in router.routes for method in route.methods - {"HEAD"}
    }
    declared = {(route.method, route.path) for route in ROUTES}

    assert served == declared | OPEN_TO_ALL


def test_the_table_of_this_test_knows_every_route():
    assert {route.path for route in ROUTES} == set(MAY_OPEN)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
async def test_nobody_gets_in_without_a_session(browser: Browser, world: World, route: Declared):
    path = filled(route.path, world)

    answer = await (browser.open(path) if route.method == "GET" else browser.post(path, {"csrf": "x", "nonce": "x"}))

    assert answer.status_code == 401
    assert "发送 /web" in answer.text


@on_both
@pytest.mark.parametrize("role", INSIDE)
async def test_each_role_opens_its_own_pages_and_no_others(browser: Browser, world: World, role: Role):
    assert await raised(world, septic(world)) == FIRST_ALERT
    await browser.come_in(HOLDERS[role])
    fields = form_to(await browser.open("/web"), "/web/sign-out")
    looked, sent = {}, {}

    for route in sorted(ROUTES, key=lambda route: "sign-out" in route.path):
        path = filled(route.path, world)
        if route.method == "GET" and route.path != "/web/events":
            looked[route.path] = (await browser.open(path)).status_code
        elif route.method == "POST" and "sign-out" not in route.path:
            # Nothing but the form's own fields: whoever is let in hears that the form is wrong.
            answer = await browser.post(path, {"csrf": fields["csrf"], "nonce": f"n{len(sent)}"})
            sent[route.path] = answer.status_code

    assert {path for path, status in looked.items() if status == 403} == {p for p in looked if role not in MAY_OPEN[p]}
    # A page of a thing that is not in this world is not found; all others open.
    assert {status for path, status in looked.items() if "{" not in path} <= {200, 403}
    assert set(looked.values()) <= {200, 403, 404}
    assert {path for path, status in sent.items() if status == 403} == {p for p in sent if role not in MAY_OPEN[p]}
    # What asks for nothing but the press itself, such as seeding, is done.
    assert set(sent.values()) <= {303, 403, 404, 409, 415, 422}


async def test_the_navigation_shows_only_what_opens(browser: Browser):
    await browser.come_in("leader Tang")

    page = (await browser.open("/web")).text

    assert 'href="/web/roles"' in page
    assert 'href="/web/categories"' not in page
    assert 'href="/web/audit"' not in page


async def test_staff_of_another_community_see_their_own_only(browser: Browser, world: World):
    await browser.come_in("foreign staff Bai")

    page = await browser.open("/web")

    assert "邻江社区" in page.text
    assert "石油社区" not in page.text
    assert (await browser.open(filled("/web/categories/{category_id}", world))).status_code == 404


async def test_a_leader_sees_their_own_grid_only(browser: Browser):
    await browser.come_in("leader Tang")

    page = await browser.open("/web/units")

    assert "第1网格" in page.text
    assert "第2网格" not in page.text


async def test_who_serves_several_communities_chooses_one(browser: Browser, world: World):
    await browser.come_in("operator Luo")
    assert "500105009001" in (await browser.open("/web/units")).text

    await browser.send("/web", "/web/community", community=str(world.units["neighbour"].id))

    assert "500105009002" in (await browser.open("/web/units")).text


async def test_nobody_puts_a_strange_community_on_their_screen(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    fields = form_to(await browser.open("/web"), "/web/sign-out")

    answer = await browser.post("/web/community", fields | {"community": str(world.units["neighbour"].id)})

    assert answer.status_code == 404


async def test_a_new_role_opens_its_pages_at_once(browser: Browser, world: World):
    await browser.come_in("leader Tang")
    assert (await browser.open("/web/calendar")).status_code == 403

    async with world.work.begin() as uow:
        account = await uow.session.merge(world.accounts["leader Tang"])
        community = await uow.session.merge(world.units["community"])
        await grant_role(uow, actor=world.actor("admin Yin"), account=account, role=Role.STAFF, unit=community)

    assert (await browser.open("/web/calendar")).status_code == 200
