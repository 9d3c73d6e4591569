"""THE TABLE of services (`catalogue.toml`): brand, scenes, who sees them, and which typed words ask for them."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from backend.kernel.access import FIELD, OFFICE, Role
from backend.kernel.brands import Brand
from backend.kernel.plain_words import plain
from backend.notify.presses import MenuButton

FILE = Path(__file__).with_name("catalogue.toml")
LONGEST_WISH = 16
"""Whoever writes more than this tells us something, and that begins a report."""

LEADING = OFFICE | {Role.GRID_LEADER}
SEEN_BY: Mapping[str, frozenset[Role]] = {
    "everybody": frozenset(Role),
    "field": FIELD,
    "watching": FIELD | OFFICE,
    "leading": LEADING,
}


class Scene(StrEnum):
    """智治 邻里 颐养 教育 创业 活力 交通 宜居 安全."""

    GOVERNANCE = "governance"
    NEIGHBOURS = "neighbours"
    ELDERLY = "elderly"
    EDUCATION = "education"
    ENTERPRISE = "enterprise"
    VITALITY = "vitality"
    TRANSPORT = "transport"
    LIVABLE = "livable"
    SAFETY = "safety"


@dataclass(frozen=True, slots=True)
class Service:
    """`words` are as `plain` makes them."""

    opens: MenuButton
    brand: Brand
    scenes: frozenset[Scene]
    seen_by: frozenset[Role]
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`openings` and `endings` stand around a word without changing what is asked for."""

    services: tuple[Service, ...]
    openings: tuple[str, ...]
    endings: tuple[str, ...]

    def of_brand(self, brand: Brand, roles: Collection[Role]) -> list[Service]:
        return [each for each in self.of_roles(roles) if each.brand is brand]

    def of_scene(self, scene: Scene, roles: Collection[Role]) -> list[Service]:
        return [each for each in self.of_roles(roles) if scene in each.scenes]

    def asked_for(self, text: str, roles: Collection[Role]) -> list[Service]:
        """The services that `text` names; none for whatever says more than a name."""
        meant = self.meanings(text)
        return [each for each in self.of_roles(roles) if meant & each.words]

    def meanings(self, text: str) -> frozenset[str]:
        """What `text` may name, as `plain` makes it; nothing for whatever says more than a name."""
        typed = plain(text)
        if not typed or len(typed) > LONGEST_WISH:
            return frozenset()
        return frozenset(each for each in self._meanings(typed) if each)

    def of_roles(self, roles: Collection[Role]) -> Iterable[Service]:
        """Whatever people with these roles see; everybody is a resident."""
        held = {*roles, Role.RESIDENT}
        return (each for each in self.services if held & each.seen_by)

    def _meanings(self, typed: str) -> Iterable[str]:
        """The text itself, and without what stands before its word (two such, at most) and after it."""
        once = {typed} | {typed.removeprefix(opening) for opening in self.openings}
        for start in once | {each.removeprefix(opening) for each in once for opening in self.openings}:
            yield start
            yield from (start.removesuffix(ending) for ending in self.endings)


@cache
def catalogue() -> Catalogue:
    """The file, read once; a row that does not fit raises ValueError or KeyError."""
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return Catalogue(
        tuple(_service(row) for row in raw["service"]),
        tuple(plain(each) for each in raw["openings"]),
        tuple(plain(each) for each in raw["endings"]),
    )


def _service(row: Mapping[str, object]) -> Service:
    scenes, words = row["scenes"], row["words"]
    if not isinstance(scenes, list) or not isinstance(words, list):
        raise ValueError(f"scenes and words are lists: {row['opens']}")
    return Service(
        opens=MenuButton(str(row["opens"])),
        brand=Brand(str(row["brand"])),
        scenes=frozenset(Scene(each) for each in scenes),
        seen_by=SEEN_BY[str(row.get("seen_by", "everybody"))],
        words=frozenset(plain(each) for each in words),
    )
