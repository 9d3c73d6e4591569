"""The story of the sample: the elders with watches and who is called for them, the devices, the telephones to play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from playground.community.shapes import (
    Address,
    CalledContact,
    CastMember,
    Facility,
    FamilyContact,
    Registry,
    SampleDevice,
    SampleTelephone,
    Story,
)
from playground.community.words import StoryWords

FIRST_WATCH = 8_800_000_015
FIRST_NODE = 0x24E124136B000001
FIRST_CAMERA = 0x4419B6000001
TANK_DEPTH = 2.5
SMOKE_HOUSEHOLDS = 3
EACH_FACILITY = 2
CHILD, NEIGHBOUR = "child", "neighbour"
LAST_RANK = 3
ABOUT = {"worker_a": "worker", "staff": "staff"}
"""Who of the cast has a telephone of the story besides the family."""


def with_story(registry: Registry, words: StoryWords) -> Registry:
    """Give the first elder a telephone at home and a son beside the daughter; nobody else changes."""
    daughter = registry.family_contacts[0]
    son = FamilyContact(
        elder=daughter.elder,
        name=f"{daughter.name[0]}{words.son_given_name}",
        relation="son",
        rank=2,
        phone=words.son_telephone,
    )
    persons = tuple(
        replace(person, phone=words.telephone) if person.key == daughter.elder else person
        for person in registry.persons
    )
    return replace(
        registry,
        persons=persons,
        family_contacts=(daughter, son, *_of_others(registry.family_contacts, daughter.elder)),
    )


def _of_others(contacts: tuple[FamilyContact, ...], elder: str) -> Iterator[FamilyContact]:
    return (contact for contact in contacts if contact.elder != elder)


def tell(registry: Registry, cast: tuple[CastMember, ...], words: StoryWords) -> Story:
    """Put the story together from who and what is there already."""
    elders = tuple(dict.fromkeys(contact.elder for contact in registry.family_contacts))[: words.elders]
    return Story(
        elders=elders,
        notes=words.notes,
        devices=(*_at_home(registry, elders), *_outside(registry)),
        contacts=tuple(_contacts(registry, cast, elders, words)),
        telephones=tuple(_telephones(registry, cast, words)),
    )


def _at_home(registry: Registry, elders: tuple[str, ...]) -> Iterator[SampleDevice]:
    """A watch for each elder, and smoke alarms in their homes."""
    households = {stay.person: stay.household for stay in registry.residencies}
    homes = {
        home.key: _address(registry, home.address)
        for home in registry.households
        if home.key in set(households.values())
    }
    for at, elder in enumerate(elders):
        home = households[elder]
        point = homes[home].point
        watch = str(FIRST_WATCH + at)
        yield SampleDevice(f"watch-{at + 1}", "watch", "watch", watch, "person", elder, point)
        smoke = f"smoke-{at + 1:03}"
        yield SampleDevice(smoke, "smoke", "ctwing", smoke, "household", home, point, model="ctwing.smoke")


def _outside(registry: Registry) -> Iterator[SampleDevice]:
    """Sensors in the first septic tanks and manholes, and the first cameras."""
    for at, tank in enumerate(_first(registry, "septic_tank")):
        key = f"septic-{at + 1}"
        yield SampleDevice(
            key, "septic_level", "native", key, "facility", tank.key, tank.point, model="youlin", depth_m=TANK_DEPTH
        )
    for at, manhole in enumerate(_first(registry, "manhole")):
        node = f"{FIRST_NODE + at:016x}"
        yield SampleDevice(
            f"manhole-{at + 1}",
            "manhole",
            "chirpstack",
            node,
            "facility",
            manhole.key,
            manhole.point,
            model="milesight.em310-tilt",
        )
    for at, camera in enumerate(_first(registry, "camera")):
        mac = f"{FIRST_CAMERA + at:012x}"
        name = ":".join(mac[place : place + 2] for place in range(0, 12, 2))
        yield SampleDevice(f"camera-{at + 1}", "camera", "hikvision", f"{name}/1", "facility", camera.key, camera.point)


def _first(registry: Registry, kind: str) -> list[Facility]:
    return [facility for facility in registry.facilities if facility.kind == kind][:EACH_FACILITY]


def _address(registry: Registry, key: str) -> Address:
    return next(address for address in registry.addresses if address.key == key)


def _contacts(
    registry: Registry, cast: tuple[CastMember, ...], elders: tuple[str, ...], words: StoryWords
) -> Iterator[CalledContact]:
    """The elders' children by rank; the first elder's neighbour comes after them."""
    by_phone = {member.phone: member.key for member in cast}
    for contact in registry.family_contacts:
        if contact.elder in elders:
            played = by_phone.get(contact.phone)
            yield CalledContact(contact.elder, contact.name, CHILD, contact.rank, contact.phone, played)
    neighbour = next(member for member in cast if member.key == words.neighbour)
    yield CalledContact(elders[0], neighbour.name, NEIGHBOUR, LAST_RANK, neighbour.phone, neighbour.key)


def _telephones(registry: Registry, cast: tuple[CastMember, ...], words: StoryWords) -> Iterator[SampleTelephone]:
    """The family's first, then those who serve, then everybody else of the cast and the other elders' children."""
    daughter, son = registry.family_contacts[:2]
    elder = next(person for person in registry.persons if person.key == daughter.elder)
    yield SampleTelephone(daughter.phone, daughter.name, "daughter")
    yield SampleTelephone(son.phone, son.name, "son")
    yield SampleTelephone(words.telephone, elder.name, "elder", landline=True)
    given = {daughter.phone, son.phone, words.telephone}
    about = {**ABOUT, words.neighbour: "neighbour"}
    for member in sorted(cast, key=lambda one: one.key not in about):
        if member.phone not in given:
            yield SampleTelephone(member.phone, member.name, about.get(member.key, ""))
