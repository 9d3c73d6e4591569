"""Proving the sums: what accounts say against what transfers and holds say, at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy import TextClause, text

from backend.kernel.unit_of_work import UnitOfWork
from backend.points.events import LedgerBroken
from backend.points.ledger.sealing import first_broken_seal

log = structlog.get_logger(__name__)

MOVED = """
SELECT account_id, SUM(amount) AS total FROM (
    SELECT credit_id AS account_id, amount FROM points_transfer
    UNION ALL SELECT debit_id, -amount FROM points_transfer
) AS legs GROUP BY account_id
"""
WRONG_ACCOUNTS = text(f"""
SELECT a.id FROM points_account AS a
LEFT JOIN ({MOVED}) AS moved ON moved.account_id = a.id
LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM points_hold WHERE state = 'pending' GROUP BY account_id)
    AS pending ON pending.account_id = a.id
LEFT JOIN (SELECT account_id, SUM(remaining) AS total FROM points_lot GROUP BY account_id)
    AS lots ON lots.account_id = a.id
WHERE (a.is_cached AND a.posted <> COALESCE(moved.total, 0))
    OR a.held <> COALESCE(pending.total, 0)
    OR (a.has_lots AND a.posted <> COALESCE(lots.total, 0))
ORDER BY a.id
""")  # noqa: S608 - put together from constants
"""One statement, so that it sees one moment: balances and movements committed together are seen together."""

WRONG_REVERSALS = text("""
SELECT r.id FROM points_transfer AS r JOIN points_transfer AS t ON t.id = r.reverses_id
WHERE r.amount <> t.amount OR r.debit_id <> t.credit_id OR r.credit_id <> t.debit_id
""")
WRONG_CAPTURES = text("""
SELECT h.id FROM points_hold AS h LEFT JOIN points_transfer AS t ON t.hold_id = h.id
WHERE (h.state = 'posted') <> (t.id IS NOT NULL) OR t.amount <> h.amount OR t.debit_id <> h.account_id
""")


@dataclass(frozen=True, slots=True)
class Findings:
    """Ids of what does not agree; all empty when the books are right."""

    accounts: tuple[int, ...]
    reversals: tuple[int, ...]
    captures: tuple[int, ...]
    broken_seal: int | None

    @property
    def is_sound(self) -> bool:
        return not (self.accounts or self.reversals or self.captures) and self.broken_seal is None


async def find_differences(uow: UnitOfWork) -> Findings:
    """Compare everything with everything; reads only."""

    async def ids(check: TextClause) -> tuple[int, ...]:
        return tuple((await uow.session.execute(check)).scalars())

    return Findings(
        accounts=await ids(WRONG_ACCOUNTS),
        reversals=await ids(WRONG_REVERSALS),
        captures=await ids(WRONG_CAPTURES),
        broken_seal=await first_broken_seal(uow),
    )


async def reconcile(uow: UnitOfWork) -> Findings:
    """Prove the sums; whoever answers for the server is told at once when they are wrong."""
    findings = await find_differences(uow)
    if not findings.is_sound:
        log.error("points.out_of_balance", accounts=findings.accounts[:20], seal=findings.broken_seal)
        what = "seal" if findings.broken_seal is not None else "sums"
        uow.record(LedgerBroken(what=what, accounts=len(findings.accounts)))
    return findings
