"""A person reads everything that is held of them, and can be forgotten."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from backend.kernel.audit import AuditEntry
from backend.messaging.contents import ChannelName
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import RelationKind
from backend.registry.errors import RoleStillHeld
from backend.registry.events import AccountForgotten
from backend.registry.models import CareTag, Household, Person, Residency
from backend.registry.privacy import forget_account, own_record
from tests.service.registry.people import account_of, somebody_new
from tests.service.world import World


async def test_a_copy_holds_everything_of_oneself_in_plain_words_and_is_recorded(world: World):
    async with world.work.begin() as uow:
        person = await uow.session.get(Person, world.actor("Wang Fang").person_id)
        assert person is not None
        home = Household(
            community_id=world.community_id,
            code="home",
            address_id=world.buildings["1"].address_id,
            head_person_id=person.id,
        )
        uow.session.add(home)
        await uow.session.flush()
        uow.session.add(Residency(person_id=person.id, household_id=home.id, role="head"))
        uow.session.add(CareTag(person_id=person.id, kind="lives_alone", colour="orange", visit_every_days=30))
        staff, new = world.actor("staff Chen"), NewContact(name="王娜", relation=RelationKind.CHILD, rank=1)
        contact = await add_contact(uow, actor=staff, person_id=person.id, contact=new)
        await note_consent(uow, actor=staff, contact_id=contact.id)
        way = NewMethod(channel=ChannelName.VOICE, phone="+8613900000001")
        await add_method(uow, actor=staff, contact_id=contact.id, method=way)

    async with world.work.begin() as uow:
        copy = await own_record(uow, actor=world.actor("Wang Fang"), account=await account_of(uow, world, "Wang Fang"))

    assert json.loads(json.dumps(copy)) == copy
    assert copy["person"]["phone"] == "+8613800000000"
    assert copy["homes"] == [{"address": "石油路1号", "role": "head", "since": None, "until": None}]
    assert copy["contacts"][0]["name"] == "王娜"
    assert copy["contacts"][0]["ways"][0]["number"] == "…0001"
    assert copy["care"] == [{"kind": "lives_alone", "colour": "orange", "visit_every_days": 30}]
    async with world.work.look() as uow:
        [entry] = await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "account.export"))
    assert entry.account_id == world.account_id("Wang Fang")


async def test_a_stranger_has_a_copy_without_a_person(world: World):
    async with world.work.begin() as uow:
        copy = await own_record(uow, actor=world.actor("stranger"), account=await account_of(uow, world, "stranger"))

    assert (copy["person"], copy["homes"], copy["care"]) == (None, [], [])
    assert copy["account"]["name"] == "stranger"


async def test_who_is_forgotten_comes_back_as_somebody_new(world: World):
    async with world.work.begin() as uow:
        account = await account_of(uow, world, "Wang Fang")
        telegram_id = account.telegram_id
        for _ in range(2):
            await forget_account(uow, actor=world.actor("Wang Fang"), account=account)

    async with world.work.begin() as uow:
        shell = await account_of(uow, world, "Wang Fang")
        again, actor = await somebody_new(uow, telegram_id, "Wang Fang")

    assert (shell.display_name, shell.person_id, shell.phone_lookup) == ("", None, None)
    assert again.id != shell.id
    assert (again.person_id, actor.grants) == (None, ())
    assert world.events(AccountForgotten) == [AccountForgotten(shell.id)]


async def test_who_serves_is_not_forgotten_before_the_role_has_ended(world: World):
    async with world.work.begin() as uow:
        account = await account_of(uow, world, "worker Li")

        with pytest.raises(RoleStillHeld):
            await forget_account(uow, actor=world.actor("worker Li"), account=account)
