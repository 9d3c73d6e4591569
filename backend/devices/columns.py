"""Many rows in one statement of PostgreSQL: a column is one array, which costs a tenth of binding each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def unnested(types: Mapping[str, str]) -> str:
    """The source of rows `given`, with these columns of these types; each is a parameter of its name."""
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in types.items())
    return f"unnest({arrays}) AS given ({', '.join(types)})"


def by_column(rows: Sequence[Mapping[str, Any]], types: Mapping[str, str]) -> dict[str, list[Any]]:
    """The rows as those parameters."""
    return {name: [row[name] for row in rows] for name in types}
