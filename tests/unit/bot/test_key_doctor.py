"""The doctor says what is wrong with the encryption keys, before anybody finds names that nobody can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.settings import Settings
from bot.doctor import examine
from bot.keys import KEY_FILE
from tests.service.world import open_world

KEY = Fernet.generate_key().decode()


async def complaints(home: Path, url: str, **settings: Any) -> str:
    found = await examine(Settings(_env_file=None, home=home, database_url=url, **settings))
    return "\n".join(finding.words for finding in found if not finding.is_well)


@pytest.mark.parametrize(
    ("written", "said"),
    [("", "is empty"), ("quoted-and-cut", "Key 1 of"), (f"{KEY}\n{KEY[:-4]}", "Key 2 of")],
    ids=["empty", "no key", "second cut"],  # the key is another one in each process
)
async def test_a_key_that_is_none_is_named_by_its_place(tmp_path: Path, sqlite_url: str, written: str, said: str):
    (tmp_path / KEY_FILE).write_text(written)

    found = await complaints(tmp_path, sqlite_url)

    assert said in found
    assert KEY[:8] not in found


@pytest.mark.parametrize("is_known", [True, False])
async def test_keys_that_do_not_open_what_is_stored_are_noticed(tmp_path: Path, sqlite_url: str, is_known: bool):
    database = Database(sqlite_url)
    await open_world(database, vault=Vault([KEY]))
    await database.close()
    keys = [Fernet.generate_key().decode()] + ([KEY] if is_known else [])

    found = await complaints(tmp_path, sqlite_url, encryption_keys=keys)

    assert ("No key opens what is stored in person.phone_sealed" in found) is not is_known
