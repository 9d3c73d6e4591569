"""What came in by which door, under its external id: what arrives twice is done once, and its answer is not lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Index, String, Table, Text, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.encryption import Vault
from backend.kernel.tables import Base, UtcDateTime
from backend.kernel.unit_of_work import UnitOfWork


class Arrival(Base):
    """One update, call, message or form, and, sealed, what is still to be said back once the commit stands."""

    __tablename__ = "arrival"

    door: Mapped[str] = mapped_column(String(32), primary_key=True)
    external_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime]
    answer_sealed: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "ix_arrival_unanswered",
            "at",
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )


# These run with every update, so they are put together once.
_arrival: Table = Arrival.__table__  # type: ignore[assignment]
_NOTED = (
    bindparam("door_", type_=String),
    bindparam("external_id_", type_=String),
    bindparam("at_", type_=UtcDateTime),
    bindparam("at_", type_=UtcDateTime),
)
_COLUMNS = ["door", "external_id", "at", "answered_at"]
_TURN = func.pg_advisory_xact_lock(bindparam("turn_", type_=BigInteger)).alias("turn")
ARRIVE_ON_SQLITE = sqlite.insert(_arrival).values(dict(zip(_COLUMNS, _NOTED, strict=True))).on_conflict_do_nothing()
ARRIVE = postgresql.insert(_arrival).values(dict(zip(_COLUMNS, _NOTED, strict=True))).on_conflict_do_nothing()
ARRIVE_IN_TURN = (
    postgresql.insert(_arrival).from_select(_COLUMNS, select(*_NOTED).select_from(_TURN)).on_conflict_do_nothing()
)
"""The turn is taken first: a function among the tables is called before a row comes out."""
KEEP_ANSWER = (
    update(_arrival)
    .where(_arrival.c.door == bindparam("door_"), _arrival.c.external_id == bindparam("external_id_"))
    .values(answer_sealed=bindparam("answer_"), answered_at=None)
)

NOTE_ANSWERED = (
    update(_arrival)
    .where(
        _arrival.c.door == bindparam("door_"), _arrival.c.external_id.in_(bindparam("external_ids_", expanding=True))
    )
    .values(answer_sealed=None, answered_at=bindparam("at_", type_=UtcDateTime))
)


async def is_first_arrival(uow: UnitOfWork, door: str, external_id: str, *, turn: int | None = None) -> bool:
    """Note the arrival; False when it was there already, also when two come at the same moment.

    On PostgreSQL a second one waits here until the first has committed or rolled back, and so do all arrivals of the
    same `turn` (whoever is to be served in order), whichever process has the first. On SQLite there is one writer.
    """
    values = {"door_": door, "external_id_": external_id, "at_": uow.now}
    if uow.is_sqlite or turn is None:
        result = await uow.run(ARRIVE_ON_SQLITE if uow.is_sqlite else ARRIVE, values)
    else:
        result = await uow.run(ARRIVE_IN_TURN, values | {"turn_": turn})
    return bool(result.rowcount)


async def keep_answer(uow: UnitOfWork, door: str, external_id: str, answer: Sequence[Any]) -> None:
    """Store what will be said back, so that a crash after the commit does not swallow it."""
    values = {"door_": door, "external_id_": external_id, "answer_": uow.vault.seal_json(list(answer))}
    await uow.run(KEEP_ANSWER, values)


def answer_of(vault: Vault, arrival: Arrival) -> list[Any]:
    """What is to be said back; empty when nothing is, or not any longer."""
    return list(vault.open_json(arrival.answer_sealed)) if arrival.answer_sealed else []


async def note_answered(uow: UnitOfWork, door: str, external_ids: Iterable[str]) -> None:
    """These answers have left; their text is not kept any longer than needed."""
    values = {"door_": door, "external_ids_": list(external_ids), "at_": uow.now}
    await uow.run(NOTE_ANSWERED, values)


async def unanswered(uow: UnitOfWork, door: str, *, before: datetime, younger_than: timedelta) -> list[Arrival]:
    """Answers to what arrived before a moment and that nobody said, oldest first; stale ones stay silent."""
    found = await uow.session.scalars(
        select(Arrival)
        .where(
            Arrival.door == door, Arrival.answered_at.is_(None), Arrival.at < before, Arrival.at > before - younger_than
        )
        .order_by(Arrival.at)
    )
    return list(found)


async def forget_arrivals(uow: UnitOfWork, older_than: timedelta) -> int:
    """Delete what no door delivers again (Telegram keeps unconfirmed updates for 24 hours); returns how many."""
    result = await uow.session.execute(delete(Arrival).where(Arrival.at < uow.now - older_than))
    return int(result.rowcount)  # type: ignore[attr-defined]
