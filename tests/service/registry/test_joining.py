"""A shared telephone links an account to the one person who has it, and to nobody otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.errors import NotOwnContact, PhoneUnreadable
from backend.registry.events import JoiningUndecided, ResidentJoined
from backend.registry.joining import (
    Joined,
    SharedContact,
    access_person,
    candidates_for,
    decide_resident,
    join_as_resident,
)
from backend.registry.models import Account, Person
from tests.service.registry.people import somebody_new
from tests.service.world import World

PHONE = "8614000000001"


async def register(uow: UnitOfWork, world: World, name: str, born_on: date = date(1950, 1, 1)) -> Person:
    phone = f"+{PHONE}"
    person = Person(
        community_id=world.community_id,
        name=name,
        born_on=born_on,
        phone_sealed=uow.vault.seal(phone),
        phone_lookup=uow.vault.lookup("phone", phone),
    )
    uow.session.add(person)
    await uow.session.flush()
    return person


async def share(uow: UnitOfWork, phone: str = PHONE, telegram_id: int | None = 9_000) -> tuple[Account, Joined]:
    account, actor = await somebody_new(uow)
    joined = await join_as_resident(uow, actor=actor, account=account, contact=SharedContact(phone, telegram_id))
    return account, joined


async def test_the_one_person_with_this_telephone_is_linked(world: World):
    async with world.work.begin() as uow:
        person = await register(uow, world, "He Qin")

        account, joined = await share(uow)

    assert (joined, account.person_id, account.community_id) == (Joined.LINKED, person.id, world.community_id)
    assert world.events(ResidentJoined) == [ResidentJoined(account.id, person.id)]


async def test_joining_twice_links_once(world: World):
    async with world.work.begin() as uow:
        await register(uow, world, "He Qin")
        await share(uow)

        _, joined = await share(uow)

    assert joined is Joined.LINKED
    assert len(world.events(ResidentJoined)) == 1


async def test_a_telephone_that_nobody_has_leaves_a_stranger(world: World):
    async with world.work.begin() as uow:
        account, joined = await share(uow, "8614000000009")

    assert (joined, account.person_id) == (Joined.STRANGER, None)
    assert world.events(ResidentJoined) == []


async def test_somebody_elses_contact_is_refused_and_so_is_what_is_no_number(world: World):
    async with world.work.begin() as uow:
        await register(uow, world, "He Qin")

        for owner in (1_001, None):
            with pytest.raises(NotOwnContact):
                await share(uow, telegram_id=owner)
        with pytest.raises(PhoneUnreadable):
            await share(uow, "110")


async def test_staff_decide_between_two_people_with_one_telephone(world: World):
    async with world.work.begin() as uow:
        await register(uow, world, "He Qin")
        wife = await register(uow, world, "Shi Lan")
        account, joined = await share(uow)
        assert (joined, account.person_id) == (Joined.STAFF_DECIDE, None)

        found = await candidates_for(uow, actor=world.actor("staff Chen"), account_id=account.id)
        await decide_resident(uow, actor=world.actor("staff Chen"), account_id=account.id, person_id=wife.id)

    assert [person.name for person in found] == ["He Qin", "Shi Lan"]
    assert account.person_id == wife.id
    assert world.events(JoiningUndecided) == [JoiningUndecided(account.id)]
    decided_by = world.account_id("staff Chen")
    assert world.events(ResidentJoined) == [ResidentJoined(account.id, wife.id, decided_by_id=decided_by)]


async def test_nobody_else_sees_the_candidates_or_decides(world: World):
    async with world.work.begin() as uow:
        person = await register(uow, world, "He Qin")
        await register(uow, world, "Shi Lan")
        account, _ = await share(uow)

        for name in ("foreign staff Bai", "Wang Fang", "plumber Guo", "stranger"):
            assert await candidates_for(uow, actor=world.actor(name), account_id=account.id) == []
            with pytest.raises(NotFound):
                await decide_resident(uow, actor=world.actor(name), account_id=account.id, person_id=person.id)


async def test_staff_cannot_link_an_account_to_somebody_whose_telephone_it_did_not_prove(world: World):
    async with world.work.begin() as uow:
        account, _ = await share(uow)
        stranger_to_it = world.actor("Wang Fang").person_id
        assert stranger_to_it is not None

        with pytest.raises(NotFound):
            await decide_resident(uow, actor=world.actor("staff Chen"), account_id=account.id, person_id=stranger_to_it)


async def test_a_child_is_never_linked_by_telephone_alone(world: World):
    async with world.work.begin() as uow:
        await register(uow, world, "Little He", born_on=date(2013, 1, 1))

        account, joined = await share(uow)

    assert (joined, account.person_id) == (Joined.STAFF_DECIDE, None)


READERS = {
    "Wang Fang": True,
    "Liu Yang": False,
    "stranger": False,
    "plumber Guo": False,
    "worker Li": False,
    "staff Chen": True,
    "operator Luo": True,
    "admin Yin": True,
    "foreign staff Bai": False,
}


async def test_a_person_is_read_by_themselves_and_by_staff_of_the_community(world: World):
    person_id = world.actor("Wang Fang").person_id
    assert person_id is not None
    read: dict[str, bool] = {}

    async with world.work.look() as uow:
        for name in READERS:
            try:
                await access_person(uow, actor=world.actor(name), person_id=person_id)
                read[name] = True
            except AccessDenied:
                read[name] = False

    assert read == READERS
