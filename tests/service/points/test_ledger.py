"""The books balance whatever is asked in whatever order, and the database itself refuses what would break them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import AlreadyReversed, AmountInvalid, HoldOver, NotEnoughPoints, NotReversible
from backend.points.ledger.holds import capture_hold, expire_holds, hold_points
from backend.points.ledger.models import Transfer, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.ledger.reading import balance_of, lines_of
from backend.points.ledger.reconciling import find_differences
from backend.points.ledger.reversing import reverse_transfer
from backend.points.ledger.sealing import first_broken_seal, seal_transfers
from tests.service.points.machine import LedgerMachine
from tests.service.points.stage import Cast, Stage, balances, count_of

QUICK = settings(
    max_examples=8, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
LONG = settings(max_examples=300, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck))


def entry(cast: Cast, amount: int, *, debit: int | None = None, credit: int | None = 0) -> Entry:
    ref = {None: cast.issuance, 0: cast.accounts[0], 1: cast.accounts[1]}
    code = TransferCode.EARN if debit is None else TransferCode.SPEND
    return Entry(key=uuid4(), debit=ref[debit], credit=ref[credit], amount=amount, code=code, event="test")


def gives(stage: Stage, cast: Cast, amount: int) -> int:
    """Points out of nowhere for the first person."""
    posted = stage.do(lambda uow: post(uow, entry(cast, amount), actor=CLOCK_ACTOR))
    return posted.transfer_id


def test_whatever_is_asked_the_books_agree_with_a_few_numbers(stage: Stage) -> None:
    machine = type("Machine", (LedgerMachine,), {"stage": stage})

    run_state_machine_as_test(machine, settings=QUICK)


@pytest.mark.slow
def test_hundreds_of_lives_of_the_books(stage: Stage) -> None:
    machine = type("Machine", (LedgerMachine,), {"stage": stage})

    run_state_machine_as_test(machine, settings=LONG)


@pytest.mark.parametrize("amount", [0, -5, 1_000_001, 10**30, 2.5, True, "7"])
def test_points_are_whole_and_within_reason(stage: Stage, amount: int) -> None:
    cast = stage.cast()

    with pytest.raises(AmountInvalid):
        stage.do(lambda uow: post(uow, entry(cast, amount), actor=CLOCK_ACTOR))

    assert stage.do(lambda uow: count_of(uow, Transfer)) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE points_transfer SET amount = amount + 1",
        "DELETE FROM points_transfer",
        "DELETE FROM points_seal",
        "UPDATE points_account SET posted = -1 WHERE is_cached",
        "UPDATE points_account SET held = posted + 1 WHERE is_cached",
        "UPDATE points_account SET held = -1 WHERE is_cached",
        "UPDATE points_account SET posted = 5 WHERE NOT is_cached",
    ],
)
def test_not_even_a_typed_statement_breaks_the_books(stage: Stage, statement: str) -> None:
    cast = stage.cast()
    gives(stage, cast, 10)
    stage.do(seal_transfers)

    async def type_it(uow: UnitOfWork) -> None:
        await uow.session.execute(text(statement))

    with pytest.raises(DBAPIError):
        stage.do(type_it)

    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(10, 0), (0, 0)]


def test_a_hold_can_always_be_captured_and_never_overdrawn(stage: Stage) -> None:
    cast, key = stage.cast(), uuid4()
    gives(stage, cast, 10)
    until = stage.clock.now() + timedelta(minutes=5)

    stage.do(
        lambda uow: hold_points(uow, hold_id=key, account=cast.accounts[0], amount=7, expires_at=until, ref="booking:1")
    )
    with pytest.raises(NotEnoughPoints) as refusal:
        stage.do(lambda uow: post(uow, entry(cast, 4, debit=0, credit=1), actor=CLOCK_ACTOR))
    stage.do(lambda uow: capture_hold(uow, hold_id=key, actor=CLOCK_ACTOR))

    assert refusal.value.params == {"needed": 4, "available": 3}
    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(3, 0), (0, 0)]
    assert stage.do(find_differences).is_sound


def test_a_hold_whose_time_is_over_is_not_captured_even_before_the_clock_has_swept(stage: Stage) -> None:
    cast, key = stage.cast(), uuid4()
    gives(stage, cast, 10)
    until = stage.clock.now() + timedelta(minutes=5)
    stage.do(lambda uow: hold_points(uow, hold_id=key, account=cast.accounts[0], amount=7, expires_at=until, ref="x:1"))

    stage.clock.advance(timedelta(minutes=5))
    with pytest.raises(HoldOver):
        stage.do(lambda uow: capture_hold(uow, hold_id=key, actor=CLOCK_ACTOR))
    assert stage.do(expire_holds) == 1

    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(10, 0), (0, 0)]


def test_a_movement_is_taken_back_once_whatever_the_key(stage: Stage) -> None:
    cast = stage.cast()
    earned = gives(stage, cast, 10)
    gives(stage, cast, 10)
    stage.do(lambda uow: reverse_transfer(uow, transfer_id=earned, actor=CLOCK_ACTOR))

    with pytest.raises(AlreadyReversed):
        stage.do(lambda uow: reverse_transfer(uow, transfer_id=earned, actor=CLOCK_ACTOR, key=uuid4()))

    assert stage.do(lambda uow: balances(uow, cast.accounts)) == [(10, 0), (0, 0)]


def test_a_reversal_is_not_reversed(stage: Stage) -> None:
    cast = stage.cast()
    earned = gives(stage, cast, 10)
    back = stage.do(lambda uow: reverse_transfer(uow, transfer_id=earned, actor=CLOCK_ACTOR))

    with pytest.raises(NotReversible):
        stage.do(lambda uow: reverse_transfer(uow, transfer_id=back.transfer_id, actor=CLOCK_ACTOR))

    again = stage.do(lambda uow: reverse_transfer(uow, transfer_id=earned, actor=CLOCK_ACTOR))
    assert again == (back.transfer_id, False)


def test_the_lines_of_an_account_say_what_was_left_each_time(stage: Stage) -> None:
    cast = stage.cast()
    gives(stage, cast, 10)
    stage.do(lambda uow: post(uow, entry(cast, 4, debit=0, credit=1), actor=CLOCK_ACTOR))
    gives(stage, cast, 1)

    lines = stage.do(lambda uow: lines_of(uow, cast.accounts[0], size=2))

    assert [(line.amount, line.balance) for line in lines] == [(1, 7), (-4, 6)]
    assert stage.do(lambda uow: balance_of(uow, cast.persons[0])).available == 7


def test_what_is_changed_behind_our_back_is_found(stage: Stage) -> None:
    cast = stage.cast()
    gives(stage, cast, 10)
    stage.do(seal_transfers)
    gives(stage, cast, 5)
    assert stage.do(find_differences).is_sound

    stage.do(lambda uow: _tamper(uow, is_sqlite=stage.database.is_sqlite))

    findings = stage.do(find_differences)
    assert findings.accounts == (cast.accounts[0].id,)
    assert stage.do(first_broken_seal) == findings.broken_seal == 1


async def _tamper(uow: UnitOfWork, *, is_sqlite: bool) -> None:
    """What somebody with the keys of the database could do."""
    off = "DROP TRIGGER points_transfer_update" if is_sqlite else "ALTER TABLE points_transfer DISABLE TRIGGER USER"
    await uow.session.execute(text(off))
    await uow.session.execute(text("UPDATE points_transfer SET amount = 11 WHERE amount = 10"))
