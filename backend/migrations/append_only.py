"""Triggers that refuse to change or remove rows of tables that only grow (S7), on both databases.

Used by the first migration; a table that joins later gets its trigger in a migration of its own.
"""

from __future__ import annotations

APPEND_ONLY = ("audit_entry", "audit_seal")


def triggers(dialect: str) -> list[str]:
    """The statements that set the triggers up."""
    if dialect == "sqlite":
        return [_sqlite(table, act) for table in APPEND_ONLY for act in ("UPDATE", "DELETE")]
    function = (
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% only grows', TG_TABLE_NAME; END $$"
    )
    return [function, *(_postgres(table) for table in APPEND_ONLY)]


def without_triggers(dialect: str) -> list[str]:
    """The statements that take them away again."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_{act.lower()}" for table in APPEND_ONLY for act in ("UPDATE", "DELETE")]
    return [*(f"DROP TRIGGER {table}_only_grows ON {table}" for table in APPEND_ONLY), "DROP FUNCTION refuse_change()"]


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
