"""`kill -9` anywhere between a watch's button and the human who answers: no alarm is lost, and none rings on (P1)."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.faults.alarm_killing import (
    PATIENCE,
    STORIES,
    AlarmRun,
    alarm_plans,
    deadly_alarm,
    golden_alarm,
    summed_up,
)
from tests.faults.killing import Plan
from tests.faults.program import Forge
from tests.faults.results import note
from tests.faults.scene import Filled

EACH = int(os.environ.get("YOULIN_FAULT_EACH", "5"))
"""Deaths at each point, in each story, on each database."""
AT_ONCE = int(os.environ.get("YOULIN_FAULT_AT_ONCE", "2"))

THREE_DEATHS: Plan = (("ingest_stored", 2), ("carrier_asked", 1), ("callback_kept", 2))
"""Stored and not yet answered to the watch; called and not yet written; heard and not yet answered to the carrier."""


async def test_three_deaths_between_the_button_and_the_human_lose_nothing(
    filled_sqlite: Filled, forge: Forge, tmp_path: Path
) -> None:
    run = await deadly_alarm(filled_sqlite, forge, tmp_path / "run", STORIES["answered"], THREE_DEATHS)

    assert run.has_died
    check([run])


@pytest.mark.slow
@pytest.mark.parametrize("name", list(STORIES))
async def test_deaths_at_every_point_of_the_chain_lose_no_alarm(
    filled: Filled, forge: Forge, tmp_path: Path, name: str
) -> None:
    story, room = STORIES[name], asyncio.Semaphore(AT_ONCE)
    reached = await golden_alarm(filled, forge, tmp_path / "golden", story)
    chosen = list(alarm_plans(reached, story, EACH))

    async def one(number: int, plan: Plan) -> AlarmRun | str:
        async with room:
            try:
                return await deadly_alarm(filled, forge, tmp_path / str(number), story, plan)
            except Exception as error:  # noqa: BLE001 - all failures are shown together, each with its plan
                return f"{name} {plan}: {type(error).__name__} {error}"

    made = await asyncio.gather(*(one(number, plan) for number, plan in enumerate(chosen)))
    failures = [run for run in made if isinstance(run, str)]
    runs = [run for run in made if isinstance(run, AlarmRun)]
    database = "SQLite" if filled.server is None else "PostgreSQL"
    note(f"kill -9, alarm {name}, {database}", f"{summed_up(runs)}; {len(failures)} failed")
    assert not failures, "\n\n".join(failures[:10])
    died_at = {fault[0] for run in runs if run.has_died for fault in run.plan}
    assert died_at == {fault[0] for plan in chosen for fault in plan}
    check(runs)


def check(runs: Sequence[AlarmRun]) -> None:
    """At most one call and one message too many for each death, and soon where it belongs."""
    for run in runs:
        assert run.calls_twice <= run.deaths, run
        assert run.said_twice <= run.deaths, run
        assert run.after_death <= PATIENCE, run
