"""The playground opens on whatever an earlier version left behind, and begins anew when it is asked to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from backend.bookings.models import Offering
from backend.devices.models import Device
from backend.kernel.database import Database
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.migrations.running import downgrade
from backend.points.market.models import Merchant
from backend.registry.accounts import TelegramUser, account_for_telegram_user
from backend.registry.models import Account
from bot.app import open_work
from bot.preparing import KEPT, prepare
from bot.sample_devices import SAMPLES
from playground.community.generator import generate
from playground.community.shapes import Community
from tests.service.test_sample_story import only_the_elders

OF_THE_SPINE = "0003"
"""The tables of the first version that anybody ran: without telephones, devices, shops and bookings."""
COUNTED = (Account, Device, Merchant, Offering)


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    return Settings(_env_file=None, home=tmp_path, database_url=sqlite_url)


@pytest.fixture(scope="module")
def community() -> Community:
    """The sample with the elders, and one of each kind of thing that carries a device."""
    whole = generate()
    few = only_the_elders(whole).registry
    kinds = {one.thing for one in SAMPLES if one.thing is not None}
    places = {place.kind: place for place in whole.registry.places if place.kind in kinds}
    facilities = {thing.kind: thing for thing in whole.registry.facilities if thing.kind in kinds}
    doors = {one.address for one in places.values()} | {one.address for one in facilities.values()}
    doors -= {address.key for address in few.addresses}
    addresses = (*(address for address in whole.registry.addresses if address.key in doors), *few.addresses)
    few = replace(few, addresses=addresses, places=tuple(places.values()), facilities=tuple(facilities.values()))
    return replace(whole, registry=few)


async def test_a_playground_of_any_version_opens_with_everything_and_begins_anew(
    settings: Settings, community: Community
) -> None:
    await prepare(settings, community)
    first = await counted(settings)
    work = open_work(settings, load_texts())
    await downgrade(work.database.engine, OF_THE_SPINE)
    await work.database.close()
    (settings.home / "sample" / "registry.jsonl").write_text("{}\n", "utf-8")  # theirs was another

    await prepare(settings, community)
    await prepare(settings, community)

    assert await counted(settings) == first
    assert all(first.values())

    await meet_somebody(settings)
    await add_a_table_that_nobody_knows(settings)
    await prepare(settings, community)

    assert await counted(settings) == first
    assert [path.name for path in settings.home.glob(f"*{KEPT}")] == [f"youlin.db{KEPT}"]


async def meet_somebody(settings: Settings) -> None:
    work = open_work(settings, load_texts())
    async with work.begin() as uow:
        await account_for_telegram_user(uow, TelegramUser(77, "Somebody", language_code="en"))
    await work.database.close()


async def add_a_table_that_nobody_knows(settings: Settings) -> None:
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.execute(text("CREATE TABLE unheard_of (id INTEGER)"))
    await database.close()


async def counted(settings: Settings) -> dict[str, int]:
    """How many there are of what comes with the sample."""
    work = open_work(settings, load_texts())
    async with work.look() as uow:
        counts = {table.__tablename__: select(func.count()).select_from(table) for table in COUNTED}
        found = {name: await uow.session.scalar(count) or 0 for name, count in counts.items()}
    await work.database.close()
    return found
