"""What hostile and clumsy clients send: a clear word, nothing half-done, none of our insides."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter, FastAPI, Request

from backend.cockpit.app import create_web_app
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.registry.reference import CalendarDay
from tests.service.world import World
from tests.web.browsing import ADDRESS, Browser, browser_at, form_to
from tests.web.test_pages import rows


async def test_every_answer_tells_the_browser_what_to_refuse(browser: Browser):
    await browser.come_in("staff Chen")

    for path in ("/web", "/web/enter", "/web/nowhere", "/healthz", "/web/static/cockpit.css"):
        headers = (await browser.open(path)).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == ("no-cache" if "static" in path else "no-store")


async def test_over_https_the_cookie_never_leaves_it(world: World):
    settings = Settings(_env_file=None, public_url="https://youlin.example")
    browser = browser_at(create_web_app(world.work, load_texts(), settings), world)

    answer = await browser.enter(await browser.link_token("staff Chen"), Origin="https://youlin.example")

    assert answer.headers["set-cookie"].startswith("__Host-youlin=")
    assert "secure" in answer.headers["set-cookie"].lower()
    assert "strict-transport-security" in answer.headers
    await browser.client.aclose()


async def test_a_page_that_is_not_there_is_said_in_words(browser: Browser):
    answer = await browser.open("/web/nowhere")

    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


@pytest.mark.parametrize("path", ["/web/categories/999999", "/web/categories/x", f"/web/categories/{10**30}"])
async def test_an_unknown_thing_is_said_in_words(browser: Browser, path: str):
    await browser.come_in("staff Chen")

    answer = await browser.open(path)

    assert answer.status_code == 404
    assert "没有找到" in answer.text


async def test_the_words_are_in_the_readers_language(new_browser: Any):
    english = new_browser(**{"Accept-Language": "en-GB,en;q=0.9"})

    answer = await english.open("/web")

    assert answer.status_code == 401
    assert 'lang="en"' in answer.text
    assert "Send /web." in answer.text


async def test_a_body_that_is_too_large_is_refused(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    fields = form_to(await browser.open("/web/calendar?year=2027"), "/web/calendar/lines")

    answer = await browser.post("/web/calendar/lines", fields | {"lines": "x" * 100_000})

    assert answer.status_code == 413
    assert "太长" in answer.text


async def test_a_body_without_end_is_cut_off(browser: Browser):
    await browser.come_in("staff Chen")
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        while sent < 10_000_000:
            sent += 10_000
            yield b"x" * 10_000

    headers = {"Origin": ADDRESS, "Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.client.post("/web/calendar/day", content=endless(), headers=headers)

    assert answer.status_code == 413
    assert sent < 2_000_000


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "multipart/form-data; boundary=x", "", "x"])
async def test_another_kind_of_body_is_refused(browser: Browser, kind: str):
    await browser.come_in("staff Chen")

    answer = await browser.client.post(
        "/web/sign-out", content=b'{"csrf": 1}', headers={"Origin": ADDRESS, "Content-Type": kind}
    )

    assert answer.status_code == 415
    assert (await browser.open("/web")).status_code == 200


@pytest.mark.parametrize("body", [b"csrf=%ff%fe", b"csrf=%00", b"&&&===", b"%", "名=值".encode()])
async def test_broken_bytes_are_refused(browser: Browser, body: bytes):
    await browser.come_in("staff Chen")
    headers = {"Origin": ADDRESS, "Content-Type": "application/x-www-form-urlencoded"}

    answer = await browser.client.post("/web/sign-out", content=body, headers=headers)

    assert answer.status_code in {400, 403, 415}
    assert (await browser.open("/web")).status_code == 200


async def test_more_fields_than_any_form_has_are_refused(browser: Browser):
    await browser.come_in("staff Chen")
    fields = form_to(await browser.open("/web"), "/web/sign-out")

    answer = await browser.post("/web/sign-out", fields | {f"f{number}": "x" for number in range(400)})

    assert answer.status_code == 400
    assert (await browser.open("/web")).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5_000, "../../etc/passwd", "%00"])
async def test_a_strange_cookie_is_no_session(browser: Browser, cookie: str):
    answer = await browser.client.get("/web", headers={"Cookie": f"youlin_web={cookie}"})

    assert answer.status_code == 401


@pytest.mark.parametrize("token", ["", " ", "x" * 65, "x\x00", "名"])
async def test_a_strange_token_is_no_link(browser: Browser, token: str):
    answer = await browser.enter(token)

    assert answer.status_code in {410, 415, 422}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_other_methods_are_not_known(browser: Browser, method: str):
    answer = await browser.client.request(method, "/web")

    assert answer.status_code == 405


async def test_a_forged_form_writes_nothing(browser: Browser, world: World):
    await browser.come_in("staff Chen")
    fields = form_to(await browser.open("/web/calendar"), "/web/calendar/day")
    fields |= {"day": "2026-08-17", "kind": "off"}

    for forged in (fields | {"csrf": "0" * 64}, {**fields, "csrf": None}):
        assert (await browser.post("/web/calendar/day", forged)).status_code == 403
    assert (await browser.post("/web/calendar/day", fields, Origin="https://evil.test")).status_code == 403
    assert (await browser.post("/web/calendar/day", {**fields, "nonce": "x" * 33})).status_code == 415

    assert await rows(world, CalendarDay) == []


async def test_a_fault_of_ours_is_told_by_a_number_only(world: World, settings: Settings):
    router = APIRouter()

    async def fail(_request: Request) -> None:
        raise ZeroDivisionError("the insides")

    router.add_api_route("/web/fail", fail)
    app: FastAPI = create_web_app(world.work, load_texts(), settings, routers=[router])
    browser = browser_at(app, world)

    answer = await browser.open("/web/fail")

    assert answer.status_code == 500
    assert "编号" in answer.text
    assert "insides" not in answer.text
    await browser.client.aclose()


async def test_nothing_describes_the_program_to_strangers(browser: Browser):
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert (await browser.open(path)).status_code == 404


@pytest.mark.parametrize("path", ["/web/static/../app.py", "/web/static/%2e%2e/app.py", "/web/static/..%2fapp.py"])
async def test_only_our_own_files_are_served(browser: Browser, path: str):
    assert (await browser.open(path)).status_code == 404
