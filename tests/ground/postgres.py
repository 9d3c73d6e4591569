"""A real PostgreSQL for one test run: own data directory, reachable only through its own socket."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.ground import processes

SUPERUSER = "youlin"
PORT = 5432
"""Only part of the socket's name: the server listens on no network port, so nothing can be in its way."""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "shared_buffers": "64MB",
    # A test run does not outlive a power cut anyway; durability is PostgreSQL's own promise, not ours to test.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
    "log_min_messages": "error",
}

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""For measurements: a commit costs what it costs in an installation."""


class PostgresServer:
    """Starts on entering, and stops and removes itself on leaving, also after Ctrl-C."""

    def __init__(self, *, durable: bool = False) -> None:
        self._programs = server_programs()
        self._settings = SETTINGS | DURABLE if durable else SETTINGS
        # The path of a socket may have at most 107 bytes, so the directory lies directly under the temporary one.
        self._home = Path(tempfile.mkdtemp(prefix="youlin-pg-"))
        self._user = unprivileged_user()
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._remove()

    def url_of(self, database: str) -> str:
        """The address of a database of this server, as SQLAlchemy spells it."""
        return f"postgresql+asyncpg://{SUPERUSER}@/{database}?host={self._home}&port={PORT}"

    def create_database(self, *, template: str = "template0") -> str:
        """Make a database with a new name, copied from `template`, and return its name."""
        name = f"youlin_{next(self._numbers)}"
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database; who is still connected to it is thrown out."""
        self.run_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run_sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement as superuser and return its rows, unaligned, one a line."""
        command = [str(self._programs / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", str(self._home), "-p", str(PORT), "-U", SUPERUSER, "-d", database, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{statement}: {done.stderr.strip()}")
        return done.stdout.strip()

    def _start(self) -> None:
        if self._user is not None:
            shutil.chown(self._home, user=self._user)
        tables, log = self._home / "tables", self._home / "log"
        initdb = [str(self._programs / "initdb"), "-D", str(tables), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
        made = processes.spawn([*initdb, "--locale=C.UTF-8", "--no-sync"], log=log, user=self._user)
        if made.wait(timeout=processes.PATIENCE) != 0:
            raise RuntimeError(f"initdb failed:\n{log.read_text(errors='replace')[-2000:]}")
        self.resume()

    def resume(self) -> None:
        """Start the server on its tables, the first time or after `halt`; the addresses stay the same."""
        tables, log = self._home / "tables", self._home / "log"
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        server = [str(self._programs / "postgres"), "-D", str(tables), "-k", str(self._home), *settings]
        self._process = processes.spawn(server, log=log, user=self._user)
        processes.wait_until(self._answers, self._process, log=log)

    def halt(self) -> None:
        """Stop the server and throw everybody out, as an update of its machine does."""
        if self._process is not None:
            # SIGINT is PostgreSQL's "fast" stop: sessions are ended, nothing is waited for.
            processes.stop(self._process, first=signal.SIGINT)
            self._process = None

    def _answers(self) -> bool:
        with suppress(RuntimeError):
            return self.run_sql("SELECT 1") == "1"
        return False

    def _remove(self) -> None:
        self.halt()
        shutil.rmtree(self._home, ignore_errors=True)


def server_programs() -> Path:
    """The directory with initdb and postgres: the newest that Debian installed, else the one on the path."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version, reverse=True)
    on_path = shutil.which("initdb")
    for initdb in [*installed, *([Path(on_path)] if on_path else [])]:
        return initdb.resolve().parent
    raise RuntimeError("PostgreSQL's server programs are missing: install the package postgresql (make test says how)")


def unprivileged_user() -> str | None:
    """Who runs the server: PostgreSQL refuses root, so root lends it to another user; others run it themselves."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def _version(initdb: Path) -> float:
    return float(initdb.parent.parent.name)
