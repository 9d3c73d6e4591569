"""Somebody at a browser: an HTTP client with cookies that fills in our forms as a browser would."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.cockpit.entry import open_web_door
from tests.service.world import World

ADDRESS = "http://youlin.test"

on_both = pytest.mark.usefixtures("database_url")
"""Runs the test on SQLite and on PostgreSQL: for what reads or writes; what never reaches a table needs only one."""


class _Fields(HTMLParser):
    """Collects the forms of a page: their address and what their fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, Any]]] = []
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append((given.get("action") or "", {}))
        elif tag == "input" and self.forms:
            self._read_input(name, given)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self.forms and ("selected" in given or self._select not in self.forms[-1][1]):
            self.forms[-1][1][self._select] = given.get("value") or ""
        elif tag == "textarea" and self.forms:
            self._text = name
            self.forms[-1][1][name] = ""

    def _read_input(self, name: str, given: dict[str, str | None]) -> None:
        fields = self.forms[-1][1]
        if given.get("type") in {"checkbox", "radio"}:
            if "checked" in given:
                fields.setdefault(name, [])
                fields[name] = [*fields[name], given.get("value") or "on"]
        elif name:
            fields[name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = ""
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.forms[-1][1][self._text] += data


def forms_of(page: httpx.Response) -> list[tuple[str, dict[str, Any]]]:
    """The forms on a page, in order."""
    parser = _Fields()
    parser.feed(page.text)
    return parser.forms


def form_to(page: httpx.Response, action: str) -> dict[str, Any]:
    """The fields of the form that goes to `action`, as the page filled them in."""
    fields = next((fields for address, fields in forms_of(page) if address == action), None)
    assert fields is not None, f"{page.status_code}: no form to {action} on {page.url}"
    return fields


@dataclass
class Browser:
    """One browser. `come_in` does what a member of staff does with the link from chat."""

    client: httpx.AsyncClient
    world: World

    async def link_token(self, name: str) -> str:
        """What `/web` in chat gives this person, behind the `#`."""
        async with self.world.work.begin() as uow:
            return await open_web_door(uow, actor=self.world.actor(name))

    async def enter(self, token: str, **headers: str) -> httpx.Response:
        """Press the button on the entrance."""
        return await self.client.post("/web/enter", data={"token": token}, headers={"Origin": ADDRESS} | headers)

    async def come_in(self, name: str) -> Browser:
        """Sign this person in."""
        answer = await self.enter(await self.link_token(name))
        assert answer.status_code == 303, answer.text
        return self

    async def open(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def send(self, page: str, action: str, **changes: Any) -> httpx.Response:
        """Open a page, change some fields of the form that goes to `action`, and send it."""
        fields = form_to(await self.open(page), action) | changes
        return await self.post(action, fields)

    async def post(self, action: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
        """Send a form from one of our own pages."""
        kept = {name: value for name, value in fields.items() if value is not None}
        return await self.client.post(action, data=kept, headers={"Origin": ADDRESS} | headers)


def browser_at(app: FastAPI, world: World, **headers: str) -> Browser:
    """A fresh browser without any cookie."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, client=("10.1.1.1", 40_000))
    client = httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers={"Accept-Language": "zh-CN"} | headers)
    return Browser(client, world)
