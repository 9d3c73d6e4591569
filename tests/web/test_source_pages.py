"""Staff let platforms push: the address is shown once, works, is changed, and is shut."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import httpx
from sqlalchemy import select, update

from backend.ingest.doors.senders import SENDERS
from backend.ingest.models import IngestSource, Platform
from backend.ingest.sources import find_source
from backend.kernel.audit import AuditEntry
from tests.service.world import World
from tests.web.browsing import Browser, form_to


def told(page: httpx.Response, field: str) -> str:
    found = re.search(rf'id="{field}" readonly value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


async def is_let_in(world: World, address: str) -> bool:
    _, _, platform, key = urlsplit(address).path.split("/")
    async with world.work.look() as uow:
        return await find_source(uow, Platform(platform), key) is not None


async def test_an_address_is_shown_once_changed_and_shut(browser: Browser, world: World):
    await browser.come_in("staff Chen")

    made = await browser.send(
        "/web/sources",
        "/web/sources",
        platform="onenet",
        source_title="移动烟感",
        networks="203.0.113.0/24, 198.51.100.7",
    )
    first = told(made, "address")
    page = await browser.open("/web/sources")
    changed = await browser.send("/web/sources", "/web/sources/1/rotate")
    second = told(changed, "address")
    both = [await is_let_in(world, first), await is_let_in(world, second)]
    shut = await browser.send("/web/sources", "/web/sources/1/end")
    again = await browser.post("/web/sources/1/rotate", form_to(await browser.open("/web/sources"), "/web/sources"))

    assert len(told(made, "token")) == 32
    assert "移动烟感" in page.text
    assert "198.51.100.7/32" in page.text
    assert first.rpartition("/")[2] not in page.text
    assert both == [True, True]
    assert (shut.status_code, again.status_code) == (303, 404)
    assert not await is_let_in(world, second)
    async with world.work.look() as uow:
        acts = (await uow.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))).all()
    assert [one for one in acts if one.startswith("ingest")] == [
        "ingest_source.add",
        "ingest_source.rotate",
        "ingest_source.end",
    ]


async def test_what_makes_no_sense_is_refused_and_what_was_typed_stays(browser: Browser):
    await browser.come_in("staff Chen")

    nameless = await browser.send("/web/sources", "/web/sources", platform="ctwing", source_title=" ")
    nowhere = await browser.send("/web/sources", "/web/sources", source_title="烟感", networks="somewhere")
    unknown = await browser.send("/web/sources", "/web/sources", platform="x", source_title="烟感")

    assert [one.status_code for one in (nameless, nowhere, unknown)] == [422, 422, 422]
    assert "somewhere" in nowhere.text
    assert "来源地址写得不对" in nowhere.text


async def test_the_page_says_when_a_source_last_pushed_and_why_it_was_refused(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    for platform in SENDERS:
        assert (
            await browser.send("/web/sources", "/web/sources", platform=platform.value, source_title="x")
        ).is_success
    async with world.work.begin() as uow:
        used = {"pushes": 41, "last_push_at": uow.now, "refusals": 3, "last_refused_at": uow.now}
        await uow.session.execute(
            update(IngestSource).where(IngestSource.id == 1).values(**used, last_refusal="bad_signature")
        )

    page = await browser.open("/web/sources")

    assert "2026-05-12 12:00 · 共 41 次" in page.text
    assert "签名不对" in page.text


async def test_the_neighbours_sources_are_not_found(browser: Browser):
    await browser.come_in("staff Chen")
    await browser.send("/web/sources", "/web/sources", platform="senml", source_title="井盖")

    await browser.come_in("foreign staff Bai")
    listed = await browser.open("/web/sources")
    ended = await browser.post("/web/sources/1/end", form_to(listed, "/web/sources"))

    assert "井盖" not in listed.text
    assert ended.status_code == 404
