"""A model of the ledger as a few numbers, and every way to move points; after each step both must agree (P4)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backend.kernel.access import CLOCK_ACTOR
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import AlreadyReversed, HoldOver, KeyReused, NotEnoughPoints
from backend.points.ledger.holds import capture_hold, expire_holds, hold_points, void_hold
from backend.points.ledger.models import TransferCode
from backend.points.ledger.posting import Entry, Posted, post
from backend.points.ledger.reconciling import find_differences
from backend.points.ledger.reversing import reverse_transfer
from backend.points.ledger.sealing import seal_transfers
from tests.service.points.stage import Stage, balances

PEOPLE = st.integers(0, 1)
AMOUNTS = st.integers(1, 60)
NTH = st.integers(0, 9)


@dataclass
class ModelHold:
    key: UUID
    owner: int
    amount: int
    expires_at: datetime
    is_pending: bool = True
    was_captured: bool = False


@dataclass
class ModelTransfer:
    entry: Entry
    transfer_id: int
    debit: int | None
    credit: int | None
    is_reversed: bool = False


class LedgerMachine(RuleBasedStateMachine):
    """`posted` and `held` are what two people must have by now; None stands for the community's own account."""

    stage: ClassVar[Stage]

    @initialize()
    def begin(self) -> None:
        self.cast = self.stage.cast()
        self.posted, self.held = [0, 0], [0, 0]
        self.holds: list[ModelHold] = []
        self.transfers: list[ModelTransfer] = []

    def does(self, step: Callable[[UnitOfWork], Awaitable[object]]) -> object:
        return self.stage.do(step)

    def refuses(self, error: type[DomainError], step: Callable[[UnitOfWork], Awaitable[object]]) -> None:
        with pytest.raises(error):
            self.stage.do(step)

    def free(self, person: int) -> int:
        return self.posted[person] - self.held[person]

    def entry(self, debit: int | None, credit: int | None, amount: int, code: TransferCode) -> Entry:
        ref = {None: self.cast.issuance, 0: self.cast.accounts[0], 1: self.cast.accounts[1]}
        return Entry(key=uuid4(), debit=ref[debit], credit=ref[credit], amount=amount, code=code, event="story")

    def posts(self, debit: int | None, credit: int | None, amount: int, code: TransferCode) -> None:
        entry = self.entry(debit, credit, amount, code)
        if debit is not None and self.free(debit) < amount:
            self.refuses(NotEnoughPoints, lambda uow: post(uow, entry, actor=CLOCK_ACTOR))
            return
        posted: Posted = self.does(lambda uow: post(uow, entry, actor=CLOCK_ACTOR))  # type: ignore[assignment]
        self.moves(debit, credit, amount)
        self.transfers.append(ModelTransfer(entry, posted.transfer_id, debit, credit))

    def moves(self, debit: int | None, credit: int | None, amount: int) -> None:
        if debit is not None:
            self.posted[debit] -= amount
        if credit is not None:
            self.posted[credit] += amount

    @rule(person=PEOPLE, amount=AMOUNTS)
    def earn(self, person: int, amount: int) -> None:
        self.posts(None, person, amount, TransferCode.EARN)

    @rule(person=PEOPLE, amount=AMOUNTS)
    def pay(self, person: int, amount: int) -> None:
        self.posts(person, 1 - person, amount, TransferCode.SPEND)

    @rule(person=PEOPLE, amount=AMOUNTS, minutes=st.integers(1, 30))
    def hold(self, person: int, amount: int, minutes: int) -> None:
        held = ModelHold(uuid4(), person, amount, self.stage.clock.now() + timedelta(minutes=minutes))
        if self.free(person) < amount:
            self.refuses(NotEnoughPoints, lambda uow: self.place(uow, held))
            return
        self.does(lambda uow: self.place(uow, held))
        self.does(lambda uow: self.place(uow, held))
        self.held[person] += amount
        self.holds.append(held)

    async def place(self, uow: UnitOfWork, held: ModelHold) -> None:
        await hold_points(
            uow,
            hold_id=held.key,
            account=self.cast.accounts[held.owner],
            amount=held.amount,
            expires_at=held.expires_at,
            ref="story",
        )

    @precondition(lambda self: self.holds)
    @rule(nth=NTH, times=st.integers(1, 2))
    def capture(self, nth: int, times: int) -> None:
        held = self.holds[nth % len(self.holds)]
        payee = self.cast.accounts[1 - held.owner]
        for _ in range(times):
            if held.is_pending and held.expires_at > self.stage.clock.now():
                self.does(lambda uow: capture_hold(uow, hold_id=held.key, actor=CLOCK_ACTOR, payee=payee))
                held.is_pending, held.was_captured = False, True
                self.held[held.owner] -= held.amount
                self.moves(held.owner, 1 - held.owner, held.amount)
            elif held.was_captured:
                self.does(lambda uow: capture_hold(uow, hold_id=held.key, actor=CLOCK_ACTOR, payee=payee))
            else:
                self.refuses(HoldOver, lambda uow: capture_hold(uow, hold_id=held.key, actor=CLOCK_ACTOR, payee=payee))

    @precondition(lambda self: self.holds)
    @rule(nth=NTH)
    def void(self, nth: int) -> None:
        held = self.holds[nth % len(self.holds)]
        assert self.does(lambda uow: void_hold(uow, hold_id=held.key)) is held.is_pending
        self.release(held)

    def release(self, held: ModelHold) -> None:
        if held.is_pending:
            held.is_pending = False
            self.held[held.owner] -= held.amount

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.stage.clock.advance(timedelta(minutes=minutes))
        self.does(expire_holds)
        for held in self.holds:
            if held.expires_at <= self.stage.clock.now():
                self.release(held)

    @rule(minutes=st.integers(1, 40))
    def time_passes_unnoticed(self, minutes: int) -> None:
        self.stage.clock.advance(timedelta(minutes=minutes))

    @precondition(lambda self: self.transfers)
    @rule(nth=NTH)
    def ask_again(self, nth: int) -> None:
        known = self.transfers[nth % len(self.transfers)]
        posted: Posted = self.does(lambda uow: post(uow, known.entry, actor=CLOCK_ACTOR))  # type: ignore[assignment]
        assert posted == (known.transfer_id, False)

    @precondition(lambda self: self.transfers)
    @rule(nth=NTH)
    def ask_for_something_else(self, nth: int) -> None:
        known = self.transfers[nth % len(self.transfers)].entry
        other = Entry(
            key=known.key,
            debit=known.debit,
            credit=known.credit,
            amount=known.amount + 1,
            code=known.code,
            event=known.event,
        )
        self.refuses(KeyReused, lambda uow: post(uow, other, actor=CLOCK_ACTOR))

    @precondition(lambda self: self.transfers)
    @rule(nth=NTH)
    def take_back(self, nth: int) -> None:
        known = self.transfers[nth % len(self.transfers)]

        async def reverse(uow: UnitOfWork) -> None:
            await reverse_transfer(uow, transfer_id=known.transfer_id, actor=CLOCK_ACTOR, key=uuid4())

        if known.is_reversed:
            self.refuses(AlreadyReversed, reverse)
        elif known.credit is not None and self.free(known.credit) < known.entry.amount:
            self.refuses(NotEnoughPoints, reverse)
        else:
            self.does(reverse)
            known.is_reversed = True
            self.moves(known.credit, known.debit, known.entry.amount)

    @rule()
    def seal(self) -> None:
        self.does(seal_transfers)

    @invariant()
    def both_agree(self) -> None:
        if not hasattr(self, "cast"):
            return
        found = self.stage.do(lambda uow: balances(uow, self.cast.accounts))
        assert found == list(zip(self.posted, self.held, strict=True))

    def teardown(self) -> None:
        findings = self.stage.do(find_differences)
        assert findings.is_sound, findings
