"""Keys rotate without a standstill: the new key first, old rows open, then everything sealed anew."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select

from backend.issues.models import Report
from backend.kernel.encryption import Vault
from backend.kernel.resealing import reseal, sealed_columns
from backend.kernel.settings import Settings
from backend.migrations.tables import all_tables
from backend.registry.models import Person
from backend.registry.phones import phone_lookup
from bot.keys import KEY_FILE, add_key, keys_of
from tests.service.issues.reporting import report
from tests.service.world import World


async def tokens(world: World) -> list[str]:
    async with world.work.look() as uow:
        persons = await uow.session.scalars(select(Person.phone_sealed).where(Person.phone_sealed.is_not(None)))
        reports = await uow.session.scalars(select(Report.text_sealed))
        return [token for token in (*persons, *reports) if token]


async def test_old_rows_open_under_a_new_key_and_are_sealed_anew(world: World):
    await report(world, text="楼道堵了")
    before, new = await tokens(world), Fernet.generate_key().decode()
    old = world.work.vault
    both = replace(world.work, vault=old.preceded_by(new))

    count = await reseal(both, sealed_columns(all_tables()))

    after, newest = await tokens(world), Vault([new])
    assert count == len(before) == len(after)
    assert [newest.open(token) for token in after] == [old.open(token) for token in before]
    with pytest.raises(InvalidToken):
        newest.open(before[0])


async def test_people_are_found_by_telephone_after_a_rotation(world: World):
    async with world.work.look() as uow:
        found = phone_lookup(uow, "+8613800000001")
    later = replace(world.work, vault=world.work.vault.preceded_by(Fernet.generate_key().decode()))

    async with later.look() as uow:
        assert phone_lookup(uow, "+8613800000001") == found


def test_a_key_is_added_in_front_and_the_file_is_ours_alone(tmp_path: Path):
    settings = Settings(_env_file=None, home=tmp_path)
    (first,) = keys_of(settings)

    add_key(settings)

    keys = keys_of(settings)
    assert len(keys) == 2
    assert keys[-1] == first
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]
