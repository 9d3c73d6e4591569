"""Who is called for an elder: consent first, proof second, access always; stop is stop; looks at the card are kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from backend.kernel.audit import AuditEntry
from backend.kernel.database import Database
from backend.kernel.errors import AccessDenied, BadInput, Conflict
from backend.messaging.contents import ChannelName
from backend.registry.contacts import Method, contacts_of, ladder_of
from backend.registry.contacts_editing import (
    NewContact,
    NewMethod,
    add_contact,
    add_method,
    change_rank,
    end_contact,
    note_consent,
)
from backend.registry.contacts_errors import ConsentMissing, MethodKnown, MethodOptedOut, ProofTooSoon
from backend.registry.contacts_events import ContactOptedOut, ProofAsked
from backend.registry.contacts_models import MethodState, RelationKind, Telephone
from backend.registry.contacts_proving import (
    GAP,
    LIFE,
    MOST_TRIES,
    confirm_at_telephone,
    confirm_method,
    send_proof,
)
from backend.registry.contacts_refusing import opt_in, opt_out
from backend.registry.household_cards import CareNotes, household_card, write_care_notes
from backend.registry.models import Household, Residency
from backend.registry.telephones import telephone_of
from tests.service.world import World, open_world

NUMBER = "+8613900000001"
CHILD = NewContact(name="王娜", relation=RelationKind.CHILD, rank=1)
BY_VOICE = NewMethod(channel=ChannelName.VOICE, phone="139 0000 0001")


@pytest.fixture
async def world(sqlite_url: str) -> AsyncIterator[World]:
    database = Database(sqlite_url)
    yield await open_world(database, hears=(ProofAsked, ContactOptedOut))
    await database.close()


@pytest.fixture
async def elder_id(world: World) -> int:
    """Wang Fang, who lives in grid 1."""
    person_id = world.accounts["Wang Fang"].person_id
    assert person_id is not None
    async with world.work.begin() as uow:
        home = Household(community_id=world.community_id, code="home", address_id=world.buildings["1"].address_id)
        uow.session.add(home)
        await uow.session.flush()
        uow.session.add(Residency(person_id=person_id, household_id=home.id, role="owner"))
    return person_id


async def with_method(world: World, elder_id: int, **other: object) -> int:
    """A contact with consent and a telephone that waits for its proof; returns the method's id."""
    worker = world.actor("worker Li")
    async with world.work.begin() as uow:
        contact = await add_contact(uow, actor=worker, person_id=elder_id, contact=CHILD)
        await note_consent(uow, actor=worker, contact_id=contact.id)
        method = replace(BY_VOICE, **other)  # type: ignore[arg-type]
        return (await add_method(uow, actor=worker, contact_id=contact.id, method=method)).id


async def code_for(world: World, method_id: int) -> str:
    async with world.work.begin() as uow:
        await send_proof(uow, actor=world.actor("staff Chen"), method_id=method_id)
    return [event.code for event in world.events(ProofAsked)][-1]  # type: ignore[attr-defined]


async def rungs(world: World, elder_id: int) -> int:
    async with world.work.look() as uow:
        return len(await ladder_of(uow, person_id=elder_id))


async def test_nobody_stands_on_the_ladder_before_consent_and_proof(world: World, elder_id: int) -> None:
    worker = world.actor("worker Li")
    async with world.work.begin() as uow:
        contact = await add_contact(uow, actor=worker, person_id=elder_id, contact=CHILD)
        with pytest.raises(ConsentMissing):
            await add_method(uow, actor=worker, contact_id=contact.id, method=BY_VOICE)
        await note_consent(uow, actor=worker, contact_id=contact.id)
        way = await add_method(uow, actor=worker, contact_id=contact.id, method=BY_VOICE)
    before = await rungs(world, elder_id)
    code = await code_for(world, way.id)
    async with world.work.begin() as uow:
        assert await confirm_method(
            uow, actor=world.actor("staff Chen"), method_id=way.id, code=f" {code[:3]} {code[3:]}"
        )

    async with world.work.look() as uow:
        (rung,) = await ladder_of(uow, person_id=elder_id)
    assert before == 0
    assert (rung.name, rung.relation, rung.methods[0].channel) == ("王娜", RelationKind.CHILD, ChannelName.VOICE)
    assert NUMBER not in rung.methods[0].address


async def test_a_number_stands_sealed_and_once_however_it_is_written(world: World, elder_id: int) -> None:
    method_id = await with_method(world, elder_id)
    async with world.work.begin() as uow:
        (contact,) = await contacts_of(uow, actor=world.actor("worker Li"), person_id=elder_id)
        again = NewMethod(channel=ChannelName.VOICE, phone="+86-139-0000-0001")
        with pytest.raises(MethodKnown):
            await add_method(uow, actor=world.actor("worker Li"), contact_id=contact.contact_id, method=again)
        rows = (await uow.session.scalars(select(Telephone))).all()

    assert method_id
    assert [uow.vault.open(row.number_sealed) for row in rows] == [NUMBER]
    assert NUMBER not in rows[0].number_sealed


@pytest.mark.parametrize("name", ["worker Sun", "foreign staff Bai", "Liu Yang", "plumber Guo", "stranger"])
async def test_who_does_not_serve_the_grid_neither_reads_nor_writes(world: World, elder_id: int, name: str) -> None:
    actor = world.actor(name)
    async with world.work.begin() as uow:
        with pytest.raises(AccessDenied):
            await add_contact(uow, actor=actor, person_id=elder_id, contact=CHILD)
        with pytest.raises(AccessDenied):
            await contacts_of(uow, actor=actor, person_id=elder_id)
        with pytest.raises(AccessDenied):
            await household_card(uow, actor=actor, person_id=elder_id)


@pytest.mark.parametrize(
    "contact",
    [replace(CHILD, name=" \x00 "), replace(CHILD, rank=0), replace(CHILD, rank=21)],
    ids=["no name", "rank 0", "rank 21"],
)
async def test_what_makes_no_sense_is_refused(world: World, elder_id: int, contact: NewContact) -> None:
    async with world.work.begin() as uow:
        with pytest.raises(BadInput):
            await add_contact(uow, actor=world.actor("staff Chen"), person_id=elder_id, contact=contact)


@pytest.mark.parametrize(
    "way",
    [
        {"phone": "12"},
        {"phone": "1" * 100},
        {"time_zone": "Mars/Olympus"},
        {"language": "tlh"},
        {"quiet_from": time(22)},
        {"quiet_from": time(22), "quiet_until": time(22)},
        {"channel": ChannelName.TELEGRAM},
    ],
)
async def test_a_way_that_cannot_work_is_refused(world: World, elder_id: int, way: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        await with_method(world, elder_id, **way)


async def test_a_code_counts_once_for_a_quarter_of_an_hour_and_five_tries(world: World, elder_id: int) -> None:
    method_id = await with_method(world, elder_id)
    staff = world.actor("staff Chen")

    async def says(code: str) -> bool:
        async with world.work.begin() as uow:
            return await confirm_method(uow, actor=staff, method_id=method_id, code=code)

    guessed = await code_for(world, method_id)
    wrong = "000000" if guessed != "000000" else "111111"
    assert not any([await says(wrong) for _ in range(MOST_TRIES)])
    assert not await says(guessed)

    world.clock.advance(GAP)
    late = await code_for(world, method_id)
    world.clock.advance(LIFE)
    assert not await says(late)

    fresh = await code_for(world, method_id)
    assert await says(fresh)
    assert not await says(fresh)


async def test_codes_do_not_wake_a_number_again_and_again(world: World, elder_id: int) -> None:
    method_id = await with_method(world, elder_id)
    await code_for(world, method_id)

    with pytest.raises(ProofTooSoon):
        await code_for(world, method_id)
    for _ in range(4):
        world.clock.advance(GAP)
        await code_for(world, method_id)
    world.clock.advance(timedelta(hours=1))
    with pytest.raises(ProofTooSoon):
        await code_for(world, method_id)


async def test_stop_holds_for_the_number_and_start_brings_back_what_was_proved(world: World, elder_id: int) -> None:
    method_id = await with_method(world, elder_id)
    code = await code_for(world, method_id)
    async with world.work.begin() as uow:
        telephone = await telephone_of(uow, NUMBER)
        assert await confirm_at_telephone(uow, telephone_id=telephone.id, code=code)

    async with world.work.begin() as uow:
        await opt_out(uow, number=NUMBER)
        await opt_out(uow, number=NUMBER)
    stopped = await rungs(world, elder_id)
    with pytest.raises((MethodOptedOut, Conflict)):
        await with_method(world, elder_id)
    async with world.work.begin() as uow:
        await opt_in(uow, number=NUMBER)

    assert (stopped, await rungs(world, elder_id)) == (0, 1)
    assert len(world.events(ContactOptedOut)) == 1


async def test_the_ladder_is_in_the_order_that_staff_set_and_ends_are_ends(world: World, elder_id: int) -> None:
    staff = world.actor("staff Chen")
    async with world.work.begin() as uow:
        first, second = [
            await add_contact(uow, actor=staff, person_id=elder_id, contact=replace(CHILD, name=name, rank=rank))
            for name, rank in (("王娜", 1), ("王强", 2))
        ]
        await change_rank(uow, actor=staff, contact_id=first.id, rank=3)
        third = await add_contact(uow, actor=staff, person_id=elder_id, contact=replace(CHILD, name="邻居"))
        await end_contact(uow, actor=staff, contact_id=third.id)

    async with world.work.look() as uow:
        listed = await contacts_of(uow, actor=staff, person_id=elder_id)
    assert [one.contact_id for one in listed] == [second.id, first.id]


async def test_the_card_tells_helpers_what_they_need_and_remembers_who_looked(world: World, elder_id: int) -> None:
    worker = world.actor("worker Li")
    notes = CareNotes(keys="邻居李阿姨有钥匙", oxygen="床边有氧气瓶", speech="听力不好，说重庆话")
    async with world.work.begin() as uow:
        await write_care_notes(uow, actor=worker, person_id=elder_id, notes=notes)
        with pytest.raises(BadInput):
            await write_care_notes(uow, actor=worker, person_id=elder_id, notes=CareNotes(pets="x" * 301))

    async with world.work.begin() as uow:
        card = await household_card(uow, actor=worker, person_id=elder_id)

    async with world.work.look() as uow:
        looks = (await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "household_card.view"))).all()
        written = (await uow.session.scalars(select(AuditEntry).where(AuditEntry.action == "care_notes.write"))).one()
    assert (card.notes, card.address) == (notes, "石油路1号")
    assert [look.account_id for look in looks] == [worker.account_id]
    assert "钥匙" not in str(written.after)


@pytest.mark.parametrize(
    ("hour_utc", "zone", "is_quiet"),
    [
        (15, "Asia/Shanghai", True),
        (4, "Asia/Shanghai", False),
        (4, "America/New_York", True),
        (23, "Asia/Shanghai", False),
    ],
)
def test_quiet_hours_are_those_where_the_contact_lives(hour_utc: int, zone: str, is_quiet: bool) -> None:
    method = Method(1, ChannelName.VOICE, "tel:1", "zh_Hans", MethodState.VERIFIED, zone, time(22), time(7))

    assert method.is_quiet_at(datetime(2026, 5, 12, hour_utc, tzinfo=UTC)) is is_quiet
