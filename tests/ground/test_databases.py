"""The databases that tests get are real, fresh, and gone afterwards."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.ground.fresh import FreshDatabases
from tests.ground.postgres import PostgresServer, unprivileged_user


async def run(url: str, *statements: str) -> list[object]:
    """Run statements in one transaction and return the first column of the last one."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for statement in statements:
            result = await connection.execute(text(statement))
        rows: list[object] = [row[0] for row in result] if result.returns_rows else []
    await engine.dispose()
    return rows


@pytest.mark.parametrize("turn", ["first", "second"])
async def test_what_one_test_writes_the_next_does_not_see(database_url: str, turn: str):
    found = await run(
        database_url,
        "CREATE TABLE visitor (name VARCHAR(20) PRIMARY KEY)",
        f"INSERT INTO visitor VALUES ('{turn}')",
        "SELECT name FROM visitor",
    )

    assert found == [turn]


async def test_a_database_url_names_the_database_of_its_turn(database_url: str, request: pytest.FixtureRequest):
    backend = request.node.callspec.params["database_url"]

    is_postgres = backend == "postgres"

    version = await run(database_url, "SELECT version()" if is_postgres else "SELECT sqlite_version()")
    assert str(version[0]).startswith("PostgreSQL") is is_postgres


async def test_an_empty_database_has_no_table_at_all(empty_database_url: str):
    is_postgres = empty_database_url.startswith("postgresql")
    catalogue = "pg_tables WHERE schemaname = 'public'" if is_postgres else "sqlite_master"

    tables = await run(empty_database_url, f"SELECT count(*) FROM {catalogue}")

    assert tables == [0]


@pytest.mark.postgres
async def test_a_database_that_is_lent_again_looks_new(
    fresh_databases: FreshDatabases, postgres_server: PostgresServer
):
    name = fresh_databases.lend()
    url = postgres_server.url_of(name)
    columns = "(kind, code, name, path, time_zone)"
    unit = f"INSERT INTO org_unit {columns} VALUES ('grid', '1', '1', '/1/', 'UTC') RETURNING id"
    first = await run(url, unit)
    forgotten = await asyncpg.connect(url.replace("+asyncpg", ""))
    await forgotten.execute("BEGIN; DELETE FROM org_unit")

    await asyncio.to_thread(fresh_databases.take_back, name)
    again = fresh_databases.lend()

    assert again == name
    assert await run(url, "SELECT count(*) FROM org_unit") == [0]
    assert await run(url, unit) == first == [1]
    assert forgotten.is_closed()
    fresh_databases.take_back(again)


@pytest.mark.postgres
async def test_a_database_whose_tables_were_changed_is_not_lent_again(
    fresh_databases: FreshDatabases, postgres_server: PostgresServer
):
    name = fresh_databases.lend()
    await run(postgres_server.url_of(name), "ALTER TABLE org_unit ADD COLUMN colour TEXT")

    fresh_databases.take_back(name)

    assert postgres_server.run_sql(f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == "0"


@pytest.mark.postgres
def test_the_server_leaves_no_process_and_no_file_behind():
    with PostgresServer() as server:
        home = Path(server.run_sql("SHOW unix_socket_directories"))
        process = int((home / "tables" / "postmaster.pid").read_text().split()[0])
        assert home.exists()

    assert not home.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.postgres
def test_the_server_never_runs_as_root(postgres_server: PostgresServer):
    home = Path(postgres_server.run_sql("SHOW unix_socket_directories"))

    owner = (home / "tables" / "postmaster.pid").stat().st_uid

    assert owner != 0
    assert (unprivileged_user() is None) == (os.geteuid() != 0)


@pytest.mark.postgres
def test_a_wrong_statement_is_an_error_with_the_reason(postgres_server: PostgresServer):
    with pytest.raises(RuntimeError, match="syntax error"):
        postgres_server.run_sql("SELEKT 1")


async def test_a_fresh_database_has_the_tables_of_the_program(database_url: str):
    arrivals = await run(database_url, "SELECT count(*) FROM arrival")

    assert arrivals == [0]
