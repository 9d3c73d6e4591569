"""Two workers press "claim" on one card at the same moment, through the real bot: one has it, both know (P6)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select

from backend.issues.models import Task
from backend.issues.reports.intake import submit_report
from tests.chat.town import Town, open_town
from tests.faults.results import note
from tests.faults.story import shows
from tests.service.issues.reporting import a_report, spot

RACERS = ("worker Li", "worker Zhao")


async def race(town: Town, number: int) -> None:
    """One card, two presses in one batch of updates: one toast says that it is theirs, the other names the winner."""
    li, zhao = (town.phone(name) for name in RACERS)
    group = town.group("grid-1")
    words = f"第{number}堆杂物"
    async with town.app.work.begin() as uow:
        problem = a_report(town.world, text=words, point=spot(1), category="noise")
        await submit_report(uow, actor=town.world.actor("Wang Fang"), report=problem)
    card = await shows(li, words, "认领", in_chat=group)
    bot = next(iter(town.telegram.bots.values()))

    bot.updates.pause()
    pressed = [asyncio.ensure_future(one.presses("认领", on=card, within=30)) for one in (li, zhao)]
    await asyncio.sleep(0)
    bot.updates.resume()
    answers = [answer["text"] or "" for answer in await asyncio.gather(*pressed)]

    async with town.app.work.look() as uow:
        holder = await uow.session.scalar(select(Task.assignee_id).order_by(Task.id.desc()).limit(1))
    winner = next(name for name in RACERS if town.world.account_id(name) == holder)
    loser_hears = answers[1 - RACERS.index(winner)]
    assert "已认领" in answers[RACERS.index(winner)]
    assert winner in loser_hears
    assert "已经先认领" in loser_hears


async def many_races(url: str, home: Path, times: int) -> float:
    async with open_town(url, home) as town:
        async with town.app.work.begin() as uow:
            for name in RACERS:
                (await uow.session.merge(town.world.accounts[name])).task_cap = 1_000
        started = monotonic()
        for number in range(times):
            await race(town, number)
        return monotonic() - started


async def test_of_two_workers_one_gets_the_task_and_the_other_the_name(database_url: str, tmp_path: Path) -> None:
    await many_races(database_url, tmp_path, 3)


@pytest.mark.slow
async def test_a_hundred_races(database_url: str, tmp_path: Path) -> None:
    seconds = await many_races(database_url, tmp_path, 100)

    note(
        "claim races",
        f"{database_url.split('+')[0]}: 100 races, 100 winners, 100 losers told the name; {seconds:.0f} s",
    )
