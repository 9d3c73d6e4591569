"""Telegram fails in every way it knows while people report: nothing is lost, what is in doubt is said twice at most."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from playground.telegram.faults import Fault
from playground.telegram.serve import serve
from tests.chat.town import Town, open_town
from tests.faults import story
from tests.faults.program import Forge
from tests.faults.scene import Filled, Scene, open_scene
from tests.faults.story import press, report, shows
from tests.faults.test_repeats import rows, said_to


@asynccontextmanager
async def faulty_town(url: str, home: Path) -> AsyncIterator[Town]:
    """The program in a town where time passes, so that what waits for another try comes to it."""
    async with open_town(url, home) as town:

        async def pass_time() -> None:
            while True:
                await asyncio.sleep(0.05)
                town.clock.advance(timedelta(seconds=0.2))

        passing = asyncio.ensure_future(pass_time())
        try:
            yield town
        finally:
            passing.cancel()


async def one_report(town: Town, *faults: Fault) -> tuple[list[str], list[str]]:
    """A report from its photo to its card under faults; returns what the resident and the group were told."""
    wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")
    for fault in faults:
        town.telegram.order_fault(fault)

    await report(wang, "三楼楼道堵了", ("安全隐患", "楼道堆物"), grid=1)
    await shows(li, "三楼楼道堵了", "认领", in_chat=group)
    await press(li, "认领", group)
    await shows(li, "worker Li", in_chat=group)
    await town.app.answers.settled()

    assert (await rows(town))["issue"] == 1
    cards = [m["text"] or "" for m in li.messages(group) if m["sender"] and m["sender"]["is_bot"] and m["text"]]
    return said_to(wang), cards


STORMS = [
    pytest.param([Fault("too_many_requests", times=12, seconds=1)], id="429 to everything"),
    pytest.param([Fault("bad_gateway", times=8)], id="502 with a page instead of JSON"),
    pytest.param([Fault("bad_gateway", "getUpdates", times=2)], id="502 to the poller"),
    pytest.param([Fault("server_error", times=8)], id="500", marks=pytest.mark.slow),
    pytest.param(
        [Fault("reset", "getUpdates", times=2), Fault("reset", "editMessageText", times=3)],
        id="reset",
        marks=pytest.mark.slow,
    ),
]


@pytest.mark.parametrize("faults", STORMS)
async def test_what_was_certainly_not_done_is_done_later_and_once(
    sqlite_url: str, tmp_path: Path, faults: list[Fault]
) -> None:
    async with faulty_town(sqlite_url, tmp_path) as town:
        heard, cards = await one_report(town, *faults)

        assert not town.app.nursery.failed.is_set()
        assert len(cards) == 1
        assert [text for text, count in Counter(heard).items() if count > 1] == []


DOUBTS = [
    pytest.param("reset_after", "sendMessage", 2, id="done and reset"),
    pytest.param("reset", "sendMessage", 1, id="not done and reset", marks=pytest.mark.slow),
    pytest.param("reset_after", "editMessageText", 2, id="edited and reset", marks=pytest.mark.slow),
    pytest.param("reset_after", "answerCallbackQuery", 2, id="answered and reset", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("kind", "method", "times"), DOUBTS)
async def test_what_is_in_doubt_is_said_at_most_once_more_for_each_doubtful_call(
    sqlite_url: str, tmp_path: Path, kind: str, method: str, times: int
) -> None:
    async with faulty_town(sqlite_url, tmp_path) as town:
        heard, cards = await one_report(town, Fault(kind, method, times=times))  # type: ignore[arg-type]

        assert not town.app.nursery.failed.is_set()
        repeated = len(heard) - len(set(heard)) + len(cards) - 1
        assert repeated <= (times if method == "sendMessage" else 0), (heard, cards)


async def test_a_card_in_doubt_is_posted_once_more_and_stays_workable(sqlite_url: str, tmp_path: Path) -> None:
    """A card that may not be there is work that nobody sees."""
    async with faulty_town(sqlite_url, tmp_path) as town:
        wang, li, group = town.phone("Wang Fang"), town.phone("worker Li"), town.group("grid-1")
        await wang.sends_photo("三楼楼道堵了")
        await press(wang, "安全隐患")
        await press(wang, "楼道堆物")
        await shows(wang, "在什么地方")
        await wang.sends_location(29.577, 106.532)
        await shows(wang, "请看一看")
        town.telegram.order_fault(Fault("reset_after", "sendMessage"))
        await press(wang, "提交")

        await two_cards(town)
        await press(li, "认领", group)

        await shows(li, "worker Li", in_chat=group)


async def two_cards(town: Town) -> None:
    """Wait until the group has the card twice: the first was there, only nobody could know."""
    li, group = town.phone("worker Li"), town.group("grid-1")

    def cards() -> int:
        return sum("三楼楼道堵了" in (m["text"] or "") for m in li.messages(group))

    assert await li.inbox.until(lambda: cards() == 2, 30), cards()


async def away(scene: Scene, stack: AsyncExitStack, seconds: float) -> None:
    """Stop the local Telegram and start it again at the same address, with the same world."""
    port = int(scene.address.rsplit(":", 1)[1])
    await scene.stop_telegram()
    await asyncio.sleep(seconds)
    for bot in scene.telegram.bots.values():
        bot.updates.closing = False
    await stack.enter_async_context(serve(scene.telegram, port))


@pytest.mark.parametrize("seconds", [3.0, pytest.param(60.0, marks=pytest.mark.slow)])
async def test_telegram_is_out_of_reach_while_people_report(
    filled_sqlite: Filled, forge: Forge, tmp_path: Path, seconds: float
) -> None:
    async with AsyncExitStack() as stack, open_scene(filled_sqlite, forge, tmp_path / "run") as scene:
        await story.begin(scene)
        await scene.program.start()
        playing = asyncio.ensure_future(story.play(scene, patience=seconds + story.PATIENCE))
        await shows(scene.phone("Wang Fang"), "哪方面的问题")

        await away(scene, stack, seconds)

        await playing
        await scene.settles(seconds + 30)
        assert [life.is_alive for life in scene.program.lives] == [True], scene.program.last_words()
        assert len(await scene.summaries()) == 2
        assert set(await scene.states()) <= {"sent", "superseded", "unknown"}
