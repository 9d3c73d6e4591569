"""Tables of the canteen: the dishes of a day, and who wants one kept or brought."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.kernel.tables import Base, BigId, Id, enum_column

LARGEST_PRICE = 1_000_00
"""Fen."""


class MealState(StrEnum):
    RESERVED = "reserved"
    CANCELLED = "cancelled"


class Dish(Base):
    """A dish of one day with its price and picture."""

    __tablename__ = "dish"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(BigId, ForeignKey("merchant.id"))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(40))
    price: Mapped[int]
    """In fen."""
    file_id: Mapped[str | None] = mapped_column(String(200))
    portions_left: Mapped[int | None]
    """How many portions can still be reserved; empty: nobody counts."""
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (
        UniqueConstraint("merchant_id", "day", "name"),
        CheckConstraint(f"price BETWEEN 0 AND {LARGEST_PRICE}", name="price"),
        CheckConstraint("portions_left >= 0", name="portions"),
    )


class MealOrder(Base):
    """A portion that is kept for somebody, to be fetched or brought by a neighbour."""

    __tablename__ = "meal_order"

    id: Mapped[Id]
    dish_id: Mapped[int] = mapped_column(BigId, ForeignKey("dish.id"), index=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey("person.id"), index=True)
    ordered_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    state: Mapped[MealState] = mapped_column(enum_column(MealState), default=MealState.RESERVED)
    made_at: Mapped[datetime]
    help_request_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("help_request.id"), unique=True)
    """The request to bring it."""
    __table_args__ = (
        Index(
            "uq_meal_order_live",
            "dish_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'reserved'"),
            postgresql_where=text("state = 'reserved'"),
        ),
    )
