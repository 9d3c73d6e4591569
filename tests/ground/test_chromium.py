"""The browser that tests get is real, and a page that complains does not pass unheard."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page

pytestmark = pytest.mark.browser

PAGE = "<!doctype html><title>友邻</title><link rel=icon href='data:,'><button>报事</button>"
ROOT = Path(__file__).parents[2]
SCRIPT = "<script>document.querySelector('button').onclick = event => { event.target.textContent = '已受理' }</script>"


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """A server in the test's own event loop, as the product's server will be."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        body = (PAGE + SCRIPT).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        writer.write(head.encode() + b"Connection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/"


async def test_a_page_runs_its_script_when_its_button_is_pressed(page: Page, address: str):
    await page.goto(address)

    await page.get_by_role("button", name="报事").click()

    assert await page.get_by_role("button").inner_text() == "已受理"


async def test_two_people_at_two_screens_share_no_cookies(page: Page, phone_page: Page, address: str):
    await page.goto(address)
    await phone_page.goto(address)

    await page.evaluate("document.cookie = 'who=worker'")

    assert await phone_page.evaluate("document.cookie") == ""
    assert await phone_page.evaluate("innerWidth") == 390


async def test_chinese_and_emoji_are_drawn_and_not_boxes(page: Page, address: str):
    await page.goto(address)
    width = (
        "text => { const pen = document.createElement('canvas').getContext('2d'); return pen.measureText(text).width }"
    )

    missing, house = await page.evaluate(width, "\U0010fffd"), await page.evaluate(width, "友")

    assert house != missing


@pytest.mark.parametrize(
    ("script", "complaint"),
    [
        ("console.error('no map')", "console: no map"),
        ("setTimeout(() => { throw new Error('lost') })", "exception: lost"),
        ("fetch('http://elsewhere.invalid/', { mode: 'no-cors' })", "asks a foreign host: http://elsewhere.invalid/"),
    ],
)
async def test_what_a_page_complains_of_is_heard(
    page: Page, complaints: list[str], address: str, script: str, complaint: str
):
    await page.goto(address)
    await page.route("http://elsewhere.invalid/", lambda route: route.fulfill(body="found"))

    await page.evaluate(f"() => {{ {script} }}")
    async with asyncio.timeout(5):
        while not complaints:
            await page.evaluate("() => 0")  # events come with the answers

    assert complaints == [complaint]
    complaints.clear()


def test_a_complaint_that_no_test_expected_fails_it(tmp_path: Path):
    test = tmp_path / "test_careless.py"
    test.write_text("def test_looks_at_a_page(complaints):\n    complaints.append('console: no map')\n")

    command = [sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "tests.conftest", str(test)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)

    assert run.returncode == 1
    assert "1 passed, 1 error" in run.stdout
