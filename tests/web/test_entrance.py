"""Coming in by the one-time link from chat, and being shut out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backend.cockpit.entry import open_web_door, web_link
from backend.cockpit.models import WebEntry, WebSession
from backend.cockpit.sessions import FULL_LIFE, IDLE_LIFE, forget_old_sessions
from backend.kernel.access import Role
from backend.kernel.audit import AuditEntry
from backend.kernel.errors import AccessDenied
from backend.registry.grants import end_role
from backend.registry.models import RoleGrant
from tests.service.world import CAST, World
from tests.web.browsing import Browser, form_to, on_both

pytestmark = on_both

OPENS = {Role.GRID_LEADER, Role.STAFF, Role.SUBDISTRICT, Role.DISTRICT, Role.ADMIN}


async def count_of(world: World, table: type) -> int:
    async with world.work.look() as uow:
        return await uow.session.scalar(select(func.count()).select_from(table)) or 0


async def grant_of(world: World, name: str) -> RoleGrant:
    async with world.work.look() as uow:
        found = await uow.session.scalars(select(RoleGrant).where(RoleGrant.account_id == world.account_id(name)))
        return found.one()


@pytest.mark.parametrize("one", CAST, ids=lambda one: one.name)
async def test_only_staff_and_leaders_get_a_link(world: World, one):
    async with world.work.begin() as uow:
        if one.role in OPENS:
            assert await open_web_door(uow, actor=world.actor(one.name))
        else:
            with pytest.raises(AccessDenied):
                await open_web_door(uow, actor=world.actor(one.name))


def test_the_token_stands_where_no_browser_sends_it_to_a_server():
    assert web_link("https://youlin.example/", "abc") == "https://youlin.example/web/enter#abc"


async def test_a_link_brings_its_owner_to_the_overview(browser: Browser):
    await browser.come_in("staff Chen")

    page = await browser.open("/web")

    assert page.status_code == 200
    assert "staff Chen" in page.text
    assert "石油社区" in page.text


async def test_fetching_the_entrance_for_a_preview_spends_nothing(browser: Browser, new_browser):
    token = await browser.link_token("staff Chen")

    for _ in range(3):
        assert (await new_browser().open("/web/enter")).status_code == 200

    assert (await browser.enter(token)).status_code == 303


async def test_a_link_opens_once(browser: Browser, new_browser):
    token = await browser.link_token("staff Chen")
    await browser.enter(token)

    second = await new_browser().enter(token)

    assert second.status_code == 410
    assert "/web" in second.text
    assert "set-cookie" not in second.headers


async def test_two_browsers_with_one_link_at_once_let_one_in(browser: Browser, new_browser):
    token = await browser.link_token("staff Chen")

    answers = await asyncio.gather(*(new_browser().enter(token) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]


async def test_a_link_is_dead_after_five_minutes(browser: Browser, world: World):
    token = await browser.link_token("staff Chen")
    world.clock.advance(timedelta(minutes=5))

    answer = await browser.enter(token)

    assert answer.status_code == 410


async def test_a_new_link_kills_the_one_before(browser: Browser):
    first, second = await browser.link_token("staff Chen"), await browser.link_token("staff Chen")

    assert (await browser.enter(first)).status_code == 410
    assert (await browser.enter(second)).status_code == 303


async def test_a_link_is_dead_when_the_role_has_ended(browser: Browser, world: World):
    token = await browser.link_token("staff Chen")
    async with world.work.begin() as uow:
        (await uow.session.get_one(RoleGrant, (await grant_of(world, "staff Chen")).id)).ended_at = uow.now

    assert (await browser.enter(token)).status_code == 410


async def test_guessing_is_stopped_after_a_few_wrong_links(browser: Browser, world: World):
    answers = [await browser.enter(f"guess-{number}") for number in range(12)]

    assert [answer.status_code for answer in answers] == [410] * 10 + [429] * 2
    token = await browser.link_token("staff Chen")
    assert (await browser.enter(token)).status_code == 429
    world.clock.advance(timedelta(minutes=5))
    assert (await browser.enter(token)).status_code == 410  # five minutes later the link itself is old
    assert (await browser.enter(await browser.link_token("staff Chen"))).status_code == 303


async def test_nothing_in_the_database_opens_the_door(browser: Browser, world: World):
    token = await browser.link_token("staff Chen")
    await browser.enter(token)
    secret = browser.client.cookies["youlin_web"]

    async with world.work.look() as uow:
        kept = [*await uow.session.scalars(select(WebEntry.token_digest))]
        kept += await uow.session.scalars(select(WebSession.token_digest))

    assert len(kept) == 2
    assert token not in kept
    assert secret not in kept


async def test_coming_in_is_written_down(browser: Browser, world: World):
    await browser.come_in("staff Chen")

    async with world.work.look() as uow:
        rows = (await uow.session.execute(select(AuditEntry.action, AuditEntry.account_id, AuditEntry.door))).all()

    account = world.account_id("staff Chen")
    assert [tuple(row) for row in rows] == [
        ("web.link_given", account, "chat"),
        ("web.signed_in", account, "web"),
    ]


async def test_another_site_cannot_sign_somebody_in(browser: Browser, world: World):
    token = await browser.link_token("staff Chen")

    answer = await browser.enter(token, Origin="http://evil.test")

    assert answer.status_code == 403
    assert await count_of(world, WebSession) == 0


async def test_a_session_sleeps_in_after_eight_hours(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    world.clock.advance(IDLE_LIFE - timedelta(minutes=1))
    assert (await browser.open("/web")).status_code == 200  # and this starts the idle time anew
    world.clock.advance(IDLE_LIFE - timedelta(minutes=1))
    assert (await browser.open("/web")).status_code == 200

    world.clock.advance(IDLE_LIFE)

    page = await browser.open("/web")
    assert page.status_code == 401
    assert "发送 /web" in page.text


async def test_a_session_lasts_a_day_at_most(browser: Browser, world: World):
    await browser.come_in("staff Chen")

    for _ in range(4):
        world.clock.advance(FULL_LIFE / 4)
        page = await browser.open("/web")

    assert page.status_code == 401


async def test_a_session_ends_with_the_role(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    grant = await grant_of(world, "staff Chen")

    async with world.work.begin() as uow:
        await end_role(uow, actor=world.actor("admin Yin"), grant_id=grant.id)

    assert (await browser.open("/web")).status_code == 401
    assert await count_of(world, WebSession) == 0


async def test_a_role_that_ended_behind_our_back_opens_nothing_either(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    async with world.work.begin() as uow:
        (await uow.session.get_one(RoleGrant, (await grant_of(world, "staff Chen")).id)).ended_at = uow.now

    assert (await browser.open("/web")).status_code == 401


async def test_signing_out_ends_this_browser_only(browser: Browser, new_browser):
    await browser.come_in("staff Chen")
    other = await new_browser().come_in("staff Chen")

    await browser.send("/web", "/web/sign-out")

    assert (await browser.open("/web")).status_code == 401
    assert (await other.open("/web")).status_code == 200


async def test_signing_out_everywhere_ends_every_browser(browser: Browser, new_browser):
    await browser.come_in("staff Chen")
    other = await new_browser().come_in("staff Chen")
    bystander = await new_browser().come_in("staff Xu")

    await browser.send("/web", "/web/sign-out-everywhere")

    assert (await browser.open("/web")).status_code == 401
    assert (await other.open("/web")).status_code == 401
    assert (await bystander.open("/web")).status_code == 200


async def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Browser):
    answer = await browser.enter(await browser.link_token("staff Chen"))

    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


async def test_old_sessions_and_links_are_forgotten(browser: Browser, world: World, new_browser: Callable):
    await browser.come_in("staff Chen")
    world.clock.advance(FULL_LIFE + timedelta(hours=1))
    await new_browser().come_in("staff Xu")

    async with world.work.begin() as uow:
        assert await forget_old_sessions(uow) == 1

    assert await count_of(world, WebSession) == 1
    assert await count_of(world, WebEntry) == 1


async def test_a_form_without_the_word_of_the_session_writes_nothing(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    fields = form_to(await browser.open("/web"), "/web/sign-out")

    forged = [
        await browser.post("/web/sign-out", fields | {"csrf": "0" * 64}),
        await browser.post("/web/sign-out", {"nonce": "1"}),
        await browser.post("/web/sign-out", fields, Origin="http://evil.test"),
        await browser.post("/web/sign-out", fields, Origin="null"),
    ]

    assert [answer.status_code for answer in forged] == [403] * 4
    assert (await browser.open("/web")).status_code == 200
