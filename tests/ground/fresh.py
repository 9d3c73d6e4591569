"""Fresh PostgreSQL databases for tests: copied from a template, and emptied to be lent again."""

from __future__ import annotations

from tests.ground.postgres import PostgresServer

SCHEMA = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
    SELECT format('%s %s %s', attrelid::regclass, attname, atttypid) AS line
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
    UNION ALL
    SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
) AS lines
"""
"""What tells two schemas apart: relations, their columns and triggers."""

EMPTYING = """
DO $$
DECLARE
    name text;
    is_filled boolean;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
    -- Neither foreign keys nor the triggers that keep the audit trail may stop it.
    SET LOCAL session_replication_role = replica;
    FOR name IN
        SELECT oid::regclass FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', name) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('DELETE FROM %s', name);
        END IF;
    END LOOP;
    FOR name IN SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %s RESTART', name);
    END LOOP;
END $$;
"""
"""Deleting the few rows of a test takes a tenth of copying the files of all tables."""


class FreshDatabases:
    """Lends databases that look like a new copy of `template`; how one looked while it was lent does not matter."""

    def __init__(self, server: PostgresServer, template: str) -> None:
        self._server = server
        self._template = template
        self._schema = server.run_sql(SCHEMA, database=template)
        self._idle: list[str] = []

    def lend(self) -> str:
        """The name of a database with all tables and no rows."""
        return self._idle.pop() if self._idle else self._server.create_database(template=self._template)

    def take_back(self, name: str) -> None:
        """Throw out whoever is still connected and empty it; one whose tables were changed is dropped."""
        if self._server.run_sql(EMPTYING + SCHEMA, database=name) == self._schema:
            self._idle.append(name)
        else:
            self._server.drop_database(name)
