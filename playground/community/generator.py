"""Puts the sample community together from its parts."""

from dataclasses import replace

from playground.community.buildings import BuiltGround, build
from playground.community.cast import Casting
from playground.community.chats import group_chats
from playground.community.ground import Lattice
from playground.community.households import Neighbourhood, Settling
from playground.community.numbers import Phones
from playground.community.people import Population
from playground.community.shapes import Community, Registry
from playground.community.sites import Sites
from playground.community.story import tell, with_story
from playground.community.streams import stream
from playground.community.units import grid_layers, org_units, partners
from playground.community.words import community_words, name_words


def generate(seed: int = 2026) -> Community:
    """Make the sample community; the same seed makes the same community."""
    words = community_words()
    lattice = Lattice(words.ground, stream(seed, "ground"))
    phones = Phones(words, stream(seed, "phones"))
    population = Population(words, name_words(), phones, stream(seed, "people"))
    built = build(words, lattice, stream(seed, "buildings"))
    sites = Sites(words, lattice, built, stream(seed, "sites"))
    standing = _standing(words.units[-1].code, built, sites, phones)
    neighbourhood = Settling(words, population, stream(seed, "households")).settle(
        built.dwellings, words.registry_records - sum(standing.counted().values())
    )
    units, allies = org_units(words, lattice), partners(words, phones)
    cast = Casting(words, population, phones).cast(neighbourhood)
    registry = with_story(_peopled(standing, neighbourhood), words.story)
    return Community(
        seed=seed,
        units=units,
        layers=grid_layers(words),
        partners=allies,
        registry=registry,
        cast=cast,
        chats=group_chats(words.chats, units, allies, cast),
        story=tell(registry, cast, words.story),
    )


def _standing(community: str, built: BuiltGround, sites: Sites, phones: Phones) -> Registry:
    """Give the registry of what stands there, with nobody in it yet."""
    places, enterprises = tuple(sites.places()), tuple(sites.enterprises(phones))
    return Registry(
        community=community,
        addresses=(*built.sites.values(), *sites.addresses, *built.dwellings),
        buildings=built.buildings,
        places=places,
        enterprises=enterprises,
        facilities=tuple(sites.facilities()),
        persons=(),
        households=(),
        residencies=(),
        care_tags=(),
        family_contacts=(),
    )


def _peopled(standing: Registry, neighbourhood: Neighbourhood) -> Registry:
    return replace(
        standing,
        persons=tuple(neighbourhood.persons),
        households=tuple(neighbourhood.households),
        residencies=tuple(neighbourhood.residencies),
        care_tags=tuple(neighbourhood.care_tags),
        family_contacts=tuple(neighbourhood.family_contacts),
    )
