"""A real headless Chromium for one test run, driven by Playwright; a page that complains fails its test."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Request, ViewportSize, async_playwright

from tests.ground import processes

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)

FLAGS = (
    "--headless",
    "--disable-gpu",
    # The browser's own errands would leave the machine; the pages must not notice that they cannot.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--remote-debugging-port=0",
)
OWN_HOSTS = {"127.0.0.1", "localhost", "::1", None}
"""Whom a page may ask: only the server that is tested (None: data: and blob: addresses)."""


class Chromium:
    """One browser process; every page opens in a fresh context, so tests share no cookies.

    Playwright is connected anew for each page, because it belongs to the event loop of one test.
    """

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="youlin-chromium-"))
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        log = self._home / "log"
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        command = [browser_program(), *FLAGS, *root, f"--user-data-dir={self._home / 'profile'}"]
        self._process = processes.spawn([*command, "about:blank"], log=log)
        try:
            processes.wait_until(self._is_listening, self._process, log=log)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            processes.stop(self._process, first=signal.SIGTERM)
        shutil.rmtree(self._home, ignore_errors=True)

    @asynccontextmanager
    async def page(self, complaints: list[str], viewport: ViewportSize = DESKTOP) -> AsyncIterator[Page]:
        """Open an empty page; what it complains of (console errors, exceptions, foreign hosts) is appended."""
        port, path = self._endpoint().read_text().split()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.connect_over_cdp(f"ws://127.0.0.1:{port}{path}")
            context = await browser.new_context(viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai")
            page = await context.new_page()
            listen(page, complaints)
            yield page
            await context.close()
            await browser.close()

    def _endpoint(self) -> Path:
        return self._home / "profile" / "DevToolsActivePort"

    def _is_listening(self) -> bool:
        # The file is there before its second line is.
        return self._endpoint().is_file() and len(self._endpoint().read_text().split()) == 2


def browser_program() -> str:
    """The installed Chromium: $CHROMIUM, else the first known name on the path. Playwright never fetches its own."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise RuntimeError("Chromium is missing: install the package chromium (make test says how), or set CHROMIUM")


def listen(page: Page, complaints: list[str]) -> None:
    """Write down every console error, uncaught exception and request to a foreign host of this page."""

    def hear_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"console: {message.text}")

    def hear_request(request: Request) -> None:
        if urlsplit(request.url).hostname not in OWN_HOSTS:
            complaints.append(f"asks a foreign host: {request.url}")

    page.on("console", hear_console)
    page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
    page.on("request", hear_request)
