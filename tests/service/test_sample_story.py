"""The families of the playground's story: written down once, as staff would, with ways that may be used at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from backend.bookings import courses_ahead, days_ahead, services_on
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from backend.messaging.contents import ChannelName
from backend.registry.contacts import ladder_of
from backend.registry.queries import communities
from bot.installing import load_org_file, load_registry_lines
from bot.sample_services import open_services
from bot.sample_story import open_exchange, seat_story
from playground.community.files import write
from playground.community.generator import generate
from playground.community.shapes import Community
from playground.telegram.events import EventLog


@cache
def sample() -> Community:
    return generate()


def only_the_elders(community: Community) -> Community:
    """The same community with nobody but the elders of the story in its registry."""
    registry, elders = community.registry, set(community.story.elders)
    stays = tuple(stay for stay in registry.residencies if stay.person in elders)
    homes = tuple(home for home in registry.households if home.key in {stay.household for stay in stays})
    doors = {home.address for home in homes}
    parents = {address.parent for address in registry.addresses if address.key in doors}
    few = replace(
        registry,
        addresses=tuple(one for one in registry.addresses if one.key in doors | parents),
        buildings=(),
        places=(),
        enterprises=(),
        facilities=(),
        persons=tuple(person for person in registry.persons if person.key in elders),
        households=homes,
        residencies=stays,
        care_tags=(),
        family_contacts=tuple(one for one in registry.family_contacts if one.elder in elders),
    )
    return replace(community, registry=few)


@pytest.fixture
async def work(sqlite_url: str) -> AsyncIterator[Work]:
    database = Database(sqlite_url)
    yield Work(database, MovableClock(), Vault([Fernet.generate_key().decode()]))
    await database.close()


async def test_the_first_elders_children_and_neighbour_can_be_called_from_the_first_minute(
    work: Work, tmp_path: Path
) -> None:
    community = only_the_elders(sample())
    org_units, registry, _ = write(community, tmp_path)
    await load_org_file(work, load_texts(), org_units.read_text("utf-8"))
    await load_registry_lines(work, registry.read_text("utf-8").splitlines())

    await seat_story(work, community)
    await seat_story(work, community)

    async with work.look() as uow:
        ladder = await ladder_of(uow, person_id=1)
    daughter, son, neighbour = ladder
    assert [rung.rank for rung in ladder] == [1, 2, 3]
    assert {method.channel for method in daughter.methods} == {*ChannelName}
    assert {method.channel for method in son.methods} == {ChannelName.VOICE, ChannelName.SMS}
    assert neighbour.account_id is not None


async def test_a_barber_and_a_school_wait_for_neighbours_however_often_it_opens(work: Work, tmp_path: Path) -> None:
    community = only_the_elders(sample())
    org_units, registry, _ = write(community, tmp_path)
    await load_org_file(work, load_texts(), org_units.read_text("utf-8"))
    await load_registry_lines(work, registry.read_text("utf-8").splitlines())

    await open_services(work, community)
    await open_services(work, community)

    async with work.look() as uow:
        unit = (await communities(uow))[0]
        days = [day for day in await days_ahead(uow, unit) if await services_on(uow, day.id)]
        free = [(await services_on(uow, day.id))[0].free for day in days]
        courses = await courses_ahead(uow, unit.id)
    assert free == [6, 6]
    assert [course.session.title for course in courses] == ["周末书法班"]


def test_everybody_of_the_story_has_a_telephone_in_the_exchange() -> None:
    community = sample()

    exchange = open_exchange(community, MovableClock(), EventLog(), "http://127.0.0.1:1")

    first_elder = {one.phone for one in community.story.contacts if one.elder == community.story.elders[0]}
    assert first_elder <= exchange.handsets.keys()
    assert [one.about for one in exchange.handsets.values()][:3] == ["daughter", "son", "elder"]
    assert [one.name for one in exchange.handsets.values() if one.landline] == [
        exchange.handsets["+8614000000021"].name
    ]
