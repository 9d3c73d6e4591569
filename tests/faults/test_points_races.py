"""Many programs move points at once, on one database: exactly what is there is spent, and nothing twice (P4)."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.database import Database
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.points.errors import HoldOver, NotEnoughPoints
from backend.points.ledger.holds import capture_hold, hold_points, void_hold
from backend.points.ledger.models import Transfer, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.ledger.reconciling import find_differences
from tests.service.points.stage import Cast, Stage, balances

PROGRAMS = 4


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """Books without a line, on both databases."""
    opened = Stage(database_url)
    yield opened
    opened.close()


@asynccontextmanager
async def programs(stage: Stage, count: int = PROGRAMS) -> AsyncIterator[list[Work]]:
    """As many programs as meet on one database, each with connections of its own."""
    databases = [Database(stage.database.url.render_as_string(hide_password=False)) for _ in range(count)]
    try:
        yield [Work(database, stage.clock, stage.work.vault) for database in databases]
    finally:
        for database in databases:
            await database.close()


async def outcome(work: Work, step: Callable[[UnitOfWork], Awaitable[object]]) -> object:
    """What a step gave, or the refusal; anything else is a failure of the test."""
    try:
        async with work.begin() as uow:
            return await step(uow)
    except (NotEnoughPoints, HoldOver) as refusal:
        return refusal


def entry(cast: Cast, amount: int, *, debit: int | None, credit: int, key: UUID | None = None) -> Entry:
    giver = cast.issuance if debit is None else cast.accounts[debit]
    code = TransferCode.EARN if debit is None else TransferCode.SPEND
    return Entry(key=key or uuid4(), debit=giver, credit=cast.accounts[credit], amount=amount, code=code, event="race")


def posting(one: Entry) -> Callable[[UnitOfWork], Awaitable[object]]:
    return lambda uow: post(uow, one, actor=CLOCK_ACTOR)


def storm(stage: Stage, steps: list[Callable[[UnitOfWork], Awaitable[object]]]) -> list[object]:
    """Run all steps at once, spread over the programs."""

    async def run() -> list[object]:
        async with programs(stage) as works:
            return await asyncio.gather(*(outcome(works[index % len(works)], step) for index, step in enumerate(steps)))

    return stage.runner.run(run())


def test_of_many_spends_exactly_as_many_win_as_there_are_points(stage: Stage) -> None:
    cast = stage.cast()
    stage.do(posting(entry(cast, 30, debit=None, credit=0)))

    results = storm(stage, [posting(entry(cast, 1, debit=0, credit=1)) for _ in range(48)])

    assert sum(isinstance(result, NotEnoughPoints) for result in results) == 18
    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(0, 0), (30, 0)]
    assert stage.do(find_differences).is_sound


def test_one_key_from_all_sides_moves_points_once(stage: Stage) -> None:
    cast, key = stage.cast(), uuid4()
    stage.do(posting(entry(cast, 30, debit=None, credit=0)))

    results = storm(stage, [posting(entry(cast, 5, debit=0, credit=1, key=key)) for _ in range(16)])

    assert sum(posted.is_new for posted in results) == 1  # type: ignore[attr-defined]
    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(25, 0), (5, 0)]


def test_two_who_pay_each_other_never_wait_for_each_other_for_ever(stage: Stage) -> None:
    cast = stage.cast()
    for credit in (0, 1):
        stage.do(posting(entry(cast, 50, debit=None, credit=credit)))

    results = storm(stage, [posting(entry(cast, 1, debit=n % 2, credit=1 - n % 2)) for n in range(40)])

    assert not [result for result in results if isinstance(result, Exception)]
    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(50, 0), (50, 0)]


def test_of_a_capture_and_a_release_one_wins(stage: Stage) -> None:
    cast = stage.cast()
    stage.do(posting(entry(cast, 50, debit=None, credit=0)))
    until = stage.clock.now() + timedelta(hours=1)
    spent = 0
    for _ in range(5):
        key = uuid4()
        stage.do(partial(hold_points, hold_id=key, account=cast.accounts[0], amount=5, expires_at=until, ref="race"))

        results = storm(
            stage,
            [
                *[partial(capture_hold, hold_id=key, actor=CLOCK_ACTOR, payee=cast.accounts[1])] * 4,
                *[partial(void_hold, hold_id=key)] * 4,
            ],
        )

        captured = [result for result in results[:4] if not isinstance(result, HoldOver)]
        assert bool(captured) != any(results[4:])
        spent += 5 * bool(captured)
    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(50 - spent, 0), (spent, 0)]
    assert stage.do(find_differences).is_sound


@pytest.mark.slow
def test_a_program_that_dies_while_paying_has_paid_what_it_said_and_nothing_twice(stage: Stage) -> None:
    cast = stage.cast()
    stage.do(posting(entry(cast, 10_000, debit=None, credit=0)))
    url = stage.database.url.render_as_string(hide_password=False)
    refs = [f"{ref.id}" for ref in cast.accounts]
    said: list[str] = []
    for round_ in range(4):
        command = [sys.executable, "-m", "tests.faults.paying_process", url, *refs, str(round_)]
        payer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert payer.stdout is not None
        for _ in range(40 + 17 * round_):
            said.append(payer.stdout.readline().strip())
        payer.send_signal(signal.SIGKILL)
        said += [line.strip() for line in payer.stdout.readlines() if line.endswith("\n")]
        payer.wait()

    async def known(uow: UnitOfWork) -> set[str]:
        keys = await uow.session.scalars(select(Transfer.key).where(Transfer.event == "dying"))
        return {str(key) for key in keys}

    before = stage.do(known)
    assert set(said) <= before
    for key in before:
        again = entry(cast, 1, debit=0, credit=1, key=UUID(key))
        stage.do(posting(replace(again, event="dying")))
    moved = stage.do(lambda uow: balances(uow, cast.accounts))
    count = stage.do(lambda uow: uow.session.scalar(select(func.count()).where(Transfer.event == "dying")))
    assert moved == [(10_000 - len(before), 0), (len(before), 0)]
    assert count == len(before)
    assert stage.do(find_differences).is_sound


MUTANTS = (
    ("posting.py", "where(*which, posted - held >= 0, held >= 0)", "where(*which)"),
    ("posting.py", "if row.request_hash != asked:", "if False:"),
    ("posting.py", "    if made is None:\n        return None, 0\n", ""),
    ("posting.py", "*_BOTH, exists().select_from(made)", "*_BOTH"),
    ("posting.py", "return 0 if self.hold_id is None else self.amount", "return 0"),
    ("holds.py", "_CAPTURE = _RESOLVE.where(_hold.c.expires_at > _NOW)", "_CAPTURE = _RESOLVE"),
    ("holds.py", "held=-held.amount))\n    return True", "held=0))\n    return True"),
    ("reversing.py", "reverses_id=transfer_id,", ""),
    ("reconciling.py", "a.is_cached AND a.posted <> COALESCE(moved.total, 0)", "FALSE"),
)
"""Each takes one guard of the ledger away: a file, what stands there, and what then stands there instead."""


@pytest.mark.slow
@pytest.mark.parametrize(("file", "guard", "instead"), MUTANTS)
def test_without_any_one_guard_the_tests_of_the_ledger_fail(
    tmp_path: Path, file: str, guard: str, instead: str
) -> None:
    root = Path(__file__).resolve().parents[2]
    for name in ("backend", "tests", "locales", "playground", "bot", "handlers", "scheduler"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "pyproject.toml").symlink_to(root / "pyproject.toml")
    source = tmp_path / "backend/points/ledger" / file
    text = source.read_text()
    assert text.count(guard) == 1, "the guard stands where the test looks for it"
    source.write_text(text.replace(guard, instead))

    kind = "postgres" if "select_from(made)" in guard else "sqlite"
    tests = ["tests/service/points/test_ledger.py", "-k", kind, "-x", "-m", "not slow"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *tests], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1, done.stdout[-2_000:]
