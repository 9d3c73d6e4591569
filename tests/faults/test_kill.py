"""`kill -9` of the whole program at every named point, in the middle of people's work: nothing is lost (P1)."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pytest

from backend.kernel.faults import FAULT_POINTS
from tests.faults.killing import POLLING, WEBHOOK, Plan, Run, golden_run, many_runs, plans, summed_up
from tests.faults.program import Forge
from tests.faults.results import note
from tests.faults.scene import Filled

AT_ONCE = int(os.environ.get("YOULIN_FAULT_AT_ONCE", "3"))
"""Programs at the same time: more than the machine can carry let people wait for longer than promised."""
EACH = int(os.environ.get("YOULIN_FAULT_EACH", "10"))
"""Deaths at each point, in each mode, on each database."""

SMOKE: tuple[Plan, ...] = ((("update_stored", 9),), (("delivery_after_call", 3),))


async def test_a_death_between_storing_and_answering_loses_nothing(
    filled_sqlite: Filled, forge: Forge, tmp_path: Path
) -> None:
    golden = await golden_run(filled_sqlite, forge, tmp_path / "golden", POLLING, FAULT_POINTS)

    runs = await many_runs(filled_sqlite, forge, tmp_path, POLLING, SMOKE, golden, len(SMOKE))

    assert all(run.has_died for run in runs)
    check_losses(runs)


@pytest.mark.slow
@pytest.mark.parametrize("mode", [POLLING, WEBHOOK])
async def test_deaths_at_every_point_lose_nothing(filled: Filled, forge: Forge, tmp_path: Path, mode: str) -> None:
    started = monotonic()
    golden = await golden_run(filled, forge, tmp_path / "golden", mode, FAULT_POINTS)
    chosen = list(plans(golden, mode, EACH))

    runs = await many_runs(filled, forge, tmp_path, mode, chosen, golden, AT_ONCE)

    figures = summed_up(runs)
    database = "SQLite" if filled.server is None else "PostgreSQL"
    note(f"kill -9, {mode}, {database}", f"{figures}; {monotonic() - started:.0f} s in all")
    died_at = {fault[0] for run in runs if run.has_died for fault in run.plan}
    assert died_at == {fault[0] for plan in chosen for fault in plan}
    check_losses(runs)


def check_losses(runs: Sequence[Run]) -> None:
    """Nothing is lost, and no message is said more often than once and once again for each death."""
    assert [run for run in runs if run.lost] == []
    for run in runs:
        assert max(Counter(run.twice).values(), default=0) <= run.deaths, run
