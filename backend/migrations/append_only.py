"""Triggers that refuse to change or remove rows of tables that only grow (S7), on both databases.

Used by the first migration; a table that joins later gets its trigger in a migration of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

APPEND_ONLY = ("audit_entry", "audit_seal")


def triggers(dialect: str) -> list[str]:
    """The statements that set up the first tables, and on PostgreSQL the function that all triggers call."""
    if dialect == "sqlite":
        return only_growing(dialect, APPEND_ONLY)
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
    )
    return [function, *only_growing(dialect, APPEND_ONLY)]


def without_triggers(dialect: str) -> list[str]:
    """The statements that take them away again."""
    statements = changing_again(dialect, APPEND_ONLY)
    return statements if dialect == "sqlite" else [*statements, "DROP FUNCTION refuse_change()"]


def only_growing(dialect: str, tables: Sequence[str]) -> list[str]:
    """The statements that let tables only grow, for those that join later."""
    if dialect == "sqlite":
        return [_sqlite(table, act) for table in tables for act in ("UPDATE", "DELETE")]
    return [_postgres(table) for table in tables]


def changing_again(dialect: str, tables: Sequence[str]) -> list[str]:
    """The reverse of `only_growing`."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_{act.lower()}" for table in tables for act in ("UPDATE", "DELETE")]
    return [f"DROP TRIGGER {table}_only_grows ON {table}" for table in tables]


def _sqlite(table: str, act: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} only grows'); END"
    )


def _postgres(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
