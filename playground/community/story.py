"""The story of the sample: whom alarms are about at first, who is called for them, the telephones to play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from playground.community.shapes import CastMember, FamilyContact, Registry
from playground.community.story_shapes import CalledContact, SampleTelephone, Story
from playground.community.words import StoryWords

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
        contacts=tuple(_contacts(registry, cast, elders, words)),
        telephones=tuple(_telephones(registry, cast, words)),
    )


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
