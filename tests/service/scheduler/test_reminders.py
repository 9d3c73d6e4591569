"""Half-written reports and stars that were not given: asked once, at a decent hour."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from backend.issues.reports.reporter import rate_issue
from backend.kernel.conversations import Conversation, keep_notes
from backend.notify.presses import MenuButton, MenuPress
from tests.service.issues.scenes import REPORTER, resolved
from tests.service.notify.post import Letter, letters, post_leaves
from tests.service.scheduler.conftest import at, clock_of, time_comes, time_passes
from tests.service.world import World

SAID: dict[str, Any] = {"words": {"7": "楼道里堆满纸箱"}}


async def writes(world: World, notes: dict[str, Any], *, step: str | None = "Writing:category") -> None:
    """Wang Fang stops in the middle of a conversation, now."""
    telegram_id = world.accounts[REPORTER].telegram_id
    async with world.work.begin() as uow:
        row = Conversation(bot_id=1, chat_id=telegram_id, user_id=telegram_id, step=step)
        keep_notes(uow, row, notes)
        row.updated_at, row.reminded_at = uow.now, None
        await uow.session.merge(row)


def about_drafts(found: list[Letter]) -> list[Letter]:
    return [letter for letter in found if letter.key.startswith("draft:")]


async def test_a_half_written_report_is_asked_after_once(world: World) -> None:
    await writes(world, SAID)
    clock = clock_of(world, "remind_of_drafts")

    await time_passes(world, clock, hours=1)
    assert await letters(world) == []
    await time_passes(world, clock, hours=6)

    (letter,) = about_drafts(await letters(world))
    assert letter.to == REPORTER
    assert letter.text == "📝 您有一份上报还没写完，内容都替您留着。要接着写吗？"
    assert [button.press for button in letter.buttons] == [MenuPress(MenuButton.REPORT).pack()]


async def test_who_went_on_and_stopped_again_is_asked_again(world: World) -> None:
    await writes(world, SAID)
    clock = clock_of(world, "remind_of_drafts")
    await time_passes(world, clock, hours=2)
    await writes(world, SAID)

    await time_passes(world, clock, hours=2)

    assert len(about_drafts(await letters(world))) == 2


@pytest.mark.parametrize(
    ("notes", "step"), [({"words": {}, "media": []}, "Writing:category"), (SAID, None), (SAID, "Asking:reason")]
)
async def test_nobody_is_asked_after_what_is_not_a_started_report(
    world: World, notes: dict[str, Any], step: str | None
) -> None:
    await writes(world, notes, step=step)

    await time_passes(world, clock_of(world, "remind_of_drafts"), hours=6)

    assert about_drafts(await letters(world)) == []


@pytest.mark.parametrize(
    ("stops", "looks", "is_asked"),
    [
        (at(12, 19, 30), at(12, 20, 59), True),
        (at(12, 20), at(12, 21, 30), False),
        (at(12, 20), at(13, 7, 59), False),
        (at(12, 20), at(13, 8), True),
    ],
)
async def test_at_night_a_draft_waits_for_the_morning(
    world: World, stops: datetime, looks: datetime, *, is_asked: bool
) -> None:
    world.clock.set(stops)
    await writes(world, SAID)

    await time_comes(world, clock_of(world, "remind_of_drafts"), looks)

    assert bool(about_drafts(await letters(world))) is is_asked


async def test_a_reporter_is_asked_for_stars_once(world: World) -> None:
    await resolved(world)
    await post_leaves(world)
    clock = clock_of(world, "ask_for_ratings")

    for day, hour in ((12, 18), (13, 10), (13, 15), (14, 10), (15, 10)):
        await time_comes(world, clock, at(day, hour))

    (letter,) = await letters(world)
    assert letter.to == REPORTER
    assert letter.text == "🙋 您反映的 <b>26-0001</b>（楼道堆物，石油路1号）已经办好了。满意吗？点几颗星就行。"
    assert letter.labels == ["1⭐", "2⭐", "3⭐", "4⭐", "5⭐", "😟 没解决"]


async def test_who_gave_stars_is_not_asked(world: World) -> None:
    issue_id, _ = await resolved(world)
    async with world.work.begin() as uow:
        await rate_issue(uow, actor=world.actor(REPORTER), issue_id=issue_id, stars=5)
    await post_leaves(world)

    await time_comes(world, clock_of(world, "ask_for_ratings"), at(13, 10))

    assert await letters(world) == []
