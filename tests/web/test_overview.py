"""The overview: true counts, worst first, cut to the reader, and heard of within a second."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from fastapi import FastAPI

from backend.issues.models import HistoryEntry, Issue, IssueClock, Task
from backend.issues.states import ClockTarget, ClockUnit, IssueStatus, RiskGrade, TaskStatus
from backend.registry.grants import end_role
from tests.service.world import World
from tests.web.browsing import Browser, on_both
from tests.web.test_entrance import grant_of

pytestmark = on_both

SERIALS = itertools.count(1)
END = "(end of the stream)"


async def open_issue(
    world: World,
    *,
    grid: str = "grid-1",
    grade: RiskGrade = RiskGrade.YELLOW,
    status: IssueStatus = IssueStatus.IN_PROGRESS,
    due_in: timedelta | None = timedelta(hours=40),
    place: str = "",
) -> Issue:
    """An issue of 48 hours whose limit ends in `due_in`, with its task and one step today by worker Li."""
    async with world.work.begin() as uow:
        issue = Issue(
            community_id=world.community_id,
            org_unit_id=world.units[grid].id,
            year=2026,
            serial=next(SERIALS),
            category_id=world.categories["noise"].id,
            status=status,
            risk_grade=grade,
            place=place,
            opened_at=uow.now,
            status_entered_at=uow.now,
        )
        uow.session.add(issue)
        await uow.session.flush()
        if due_in is not None:
            uow.session.add(
                IssueClock(
                    issue_id=issue.id,
                    target=ClockTarget.RESOLVE,
                    amount=48,
                    unit=ClockUnit.HOUR,
                    started_at=uow.now,
                    pauses=[],
                    due_at=uow.now + due_in,
                )
            )
        uow.session.add(
            Task(
                community_id=world.community_id,
                issue_id=issue.id,
                status=TaskStatus.OPEN,
                org_unit_id=world.units[grid].id,
                created_at=uow.now,
                status_entered_at=uow.now,
            )
        )
        uow.session.add(
            HistoryEntry(
                issue_id=issue.id,
                at=uow.now,
                account_id=world.account_id("worker Li"),
                actor_role="grid_worker",
                action="claim",
            )
        )
    return issue


def row_of(page: str, issue: Issue) -> str:
    """The line of the hazard list that shows this issue."""
    return next(row for row in page.split("<tr>") if f'<th scope="row">{issue.number}</th>' in row)


async def test_the_counts_are_those_of_the_list(browser: Browser, world: World):
    await open_issue(world, grade=RiskGrade.ORANGE)
    await open_issue(world, grade=RiskGrade.ORANGE, status=IssueStatus.REPORTED)
    await open_issue(world, status=IssueStatus.CLOSED)
    await browser.come_in("staff Chen")

    page = (await browser.open("/web")).text

    assert "未办结的事件：2 件" in page
    assert '<li class="tile orange"><b>2</b>' in page
    assert "<dt>已上报</dt><dd>1</dd>" in page


async def test_what_is_late_shows_red_and_stands_first(browser: Browser, world: World):
    early = await open_issue(world, grade=RiskGrade.ORANGE)
    late = await open_issue(world, grade=RiskGrade.BLUE, due_in=timedelta(hours=-3))
    await browser.come_in("staff Chen")

    page = (await browser.open("/web")).text

    assert page.index(late.number) < page.index(early.number)
    assert "红·重大" in row_of(page, late)
    assert "超时 3 小时" in row_of(page, late)
    assert "还剩 40 小时" in row_of(page, early)


async def test_an_issue_without_a_limit_is_shown_without_one(browser: Browser, world: World):
    issue = await open_issue(world, due_in=None)
    await browser.come_in("staff Chen")

    assert "—" in row_of((await browser.open("/web")).text, issue)


async def test_a_leader_sees_the_issues_of_their_grid(browser: Browser, world: World):
    own = await open_issue(world, grid="grid-1")
    other = await open_issue(world, grid="grid-2")
    await browser.come_in("leader Tang")

    page = (await browser.open("/web")).text

    assert own.number in page
    assert other.number not in page


async def test_a_place_with_a_script_in_it_is_only_a_place(browser: Browser, world: World):
    await open_issue(world, place="<img src=x onerror=alert(1)>")
    await browser.come_in("staff Chen")

    assert "<img src=x" not in (await browser.open("/web")).text


@asynccontextmanager
async def hearing(app: FastAPI, browser: Browser) -> AsyncIterator[asyncio.Queue[str]]:
    """Listen to `/web/events` as a browser does; what comes is put into the queue line by line."""
    heard: asyncio.Queue[str] = asyncio.Queue()
    cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    left = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        for line in message.get("body", b"").decode().splitlines():
            if line:
                heard.put_nowait(line)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            heard.put_nowait(END)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/web/events",
        "raw_path": b"/web/events",
        "query_string": b"",
        "headers": [(b"host", b"youlin.test"), (b"cookie", cookie.encode())],
        "http_version": "1.1",
        "scheme": "http",
        "client": ("10.1.1.1", 1),
        "server": ("youlin.test", 80),
    }
    async with asyncio.TaskGroup() as group:
        group.create_task(app(scope, receive, send))
        yield heard
        left.set()


async def next_line(heard: asyncio.Queue[str], start: str) -> str:
    async with asyncio.timeout(10):
        while not (line := await heard.get()).startswith(start):
            pass
    return line


async def test_an_open_page_hears_of_a_change(app: FastAPI, browser: Browser, world: World):
    await browser.come_in("staff Chen")

    async with hearing(app, browser) as heard:
        before = await next_line(heard, "data:")
        await open_issue(world)
        after = await next_line(heard, "data:")

    assert before != after


async def test_an_open_page_hears_that_its_session_has_ended(app: FastAPI, browser: Browser, world: World):
    await browser.come_in("staff Chen")

    async with hearing(app, browser) as heard:
        await next_line(heard, "data:")
        async with world.work.begin() as uow:
            await end_role(uow, actor=world.actor("admin Yin"), grant_id=(await grant_of(world, "staff Chen")).id)
        await open_issue(world)

        assert await next_line(heard, "event: ended") == "event: ended"


async def test_the_streams_end_before_the_server_does(app: FastAPI, browser: Browser):
    await browser.come_in("staff Chen")

    async with hearing(app, browser) as heard:
        await next_line(heard, "data:")
        assert app.state.desk.live.listeners == 1
        app.state.desk.live.close()
        await next_line(heard, END)

    assert app.state.desk.live.listeners == 0
