"""A column that is one of many values, asked so that a statement is made and prepared once and not for each count."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from backend.kernel.unit_of_work import UnitOfWork

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def among(uow: UnitOfWork, column: Column, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether `column` is one of `values`, which are sorted: one array on PostgreSQL; on SQLite, which has none, a list
    whose last value is repeated up to a power of two."""
    given = sorted(values)
    if not uow.is_sqlite:
        return column == any_(bindparam(None, given, type_=ARRAY(column.type), unique=True))
    size = 1 << (len(given) - 1).bit_length() if given else 0
    return column.in_(given + given[-1:] * (size - len(given)))
