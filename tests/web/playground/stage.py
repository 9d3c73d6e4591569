"""The people of these tests, and what one sees and does on the page."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from playwright.async_api import Locator, Page, expect

from backend.kernel.clock import MovableClock
from playground.page import Playground, build_playground_app
from playground.telegram import groups
from playground.telegram.state import Group, Person
from playground.telegram.world import World
from tests.web.playground.bot import TOKEN, USERNAME


class Stage:
    """A resident, two workers with their group, and the small bot."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.world = World(self.clock)
        self.bot = self.world.add_bot(TOKEN, USERNAME, "友邻", privacy=False)
        self.resident = self.world.add_person("张涛峰", phone="+8614004922298")
        self.worker = self.world.add_person("王怡悦")
        self.colleague = self.world.add_person("黄航翔")
        self.group = self.make_group("第一网格工作群", supergroup=True)
        self.begun_again = 0
        self.moved: list[timedelta] = []

    def make_group(self, title: str, **kind: Any) -> Group:
        members = [self.colleague.id, self.bot.id]
        return groups.create_group(self.world, title=title, creator=self.worker.id, members=members, **kind)

    def application(self) -> Playground:
        return build_playground_app(self.world, clock=self, staff_url="/staff", start_over=self._begin_again)

    # The clock as a host hands it in: moving may take its time.

    def now(self) -> Any:
        return self.clock.now()

    async def advance(self, by: timedelta) -> None:
        self.clock.advance(by)
        self.moved.append(by)

    def _begin_again(self) -> None:
        self.begun_again += 1


class Screen:
    """The page in one browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    async def open(self, *phones: tuple[Person, int]) -> None:
        """Open the page with these phones on the table, each in a chat."""
        kept = json.dumps([{"person": person.id, "chat": chat} for person, chat in phones])
        await self.page.add_init_script(f"localStorage['youlin.playground.phones'] ??= {json.dumps(kept)}")
        await self.page.goto(f"{self.address}/playground/")
        for person, _ in phones:
            await self.phone(person).locator(".composer-line").wait_for(state="attached")

    def phone(self, person: Person) -> Locator:
        return self.page.locator(f'.phone[data-person="{person.id}"]')

    def bubbles(self, person: Person) -> Locator:
        return self.phone(person).locator(".messages .row")

    def own(self, person: Person, text: str) -> Locator:
        return self.phone(person).locator(".messages .row.mine").filter(has_text=text)

    async def start(self, person: Person) -> None:
        await self.phone(person).locator(".start-button").click()

    async def write(self, person: Person, text: str) -> None:
        field = self.phone(person).locator("textarea")
        await field.fill(text)
        await field.press("Enter")

    async def press(self, person: Person, label: str) -> None:
        await self.phone(person).locator(".inline-button", has_text=label).last.click()

    async def attach(self, person: Person, what: str) -> None:
        await self.phone(person).get_by_role("button", name="附件").click()
        await self.page.get_by_role("menuitem", name=what, exact=True).click()

    async def choose(self, person: Person, text: str, what: str) -> None:
        """Choose from the menu of the message that has `text`."""
        row = self.bubbles(person).filter(has_text=text).last
        await row.locator(".bubble").click(button="right", position={"x": 6, "y": 6})
        await self.page.get_by_role("menuitem", name=what, exact=True).click()

    async def sees(self, person: Person, text: str) -> Locator:
        """Wait for a bubble with `text`."""
        found = self.bubbles(person).filter(has_text=text).last
        await expect(found).to_be_visible()
        return found
