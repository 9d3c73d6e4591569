"""THE TABLE of services (`catalogue.toml`): brand, scenes, who sees them, and which typed words ask for them."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from backend.kernel.access import FIELD, OFFICE, Role
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


class Brand(StrEnum):
    """会客 乐享 养老 教育 汇聚 有你."""

    RECEPTION = "reception"
    ENJOYMENT = "enjoyment"
    ELDERLY_CARE = "elderly_care"
    EDUCATION = "education"
    GATHERING = "gathering"
    WITH_YOU = "with_you"


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
        return [each for each in self._seen(roles) if each.brand is brand]

    def of_scene(self, scene: Scene, roles: Collection[Role]) -> list[Service]:
        return [each for each in self._seen(roles) if scene in each.scenes]

    def asked_for(self, text: str, roles: Collection[Role]) -> list[Service]:
        """The services that `text` names; none for whatever says more than a name."""
        typed = plain(text)
        if not typed or len(typed) > LONGEST_WISH:
            return []
        meant = set(self._meanings(typed))
        return [each for each in self._seen(roles) if meant & each.words]

    def _seen(self, roles: Collection[Role]) -> Iterable[Service]:
        held = {*roles, Role.RESIDENT}
        return (each for each in self.services if held & each.seen_by)

    def _meanings(self, typed: str) -> Iterable[str]:
        """The text itself, and without what stands before its word (two such, at most) and after it."""
        once = {typed} | {typed.removeprefix(opening) for opening in self.openings}
        for start in once | {each.removeprefix(opening) for each in once for opening in self.openings}:
            yield start
            yield from (start.removesuffix(ending) for ending in self.endings)


def plain(text: str) -> str:
    """Without blanks and punctuation, widths and cases made one."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in folded if one.isalnum())


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
