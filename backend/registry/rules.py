"""Pure decisions of the registry: who may grant which role where, and what is a building's number in free text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date

from backend.kernel.access import WORKERS, Role
from backend.registry.models import OrgKind

_COMMUNITY = WORKERS | {Role.PARTNER, Role.STAFF}
_SUBDISTRICT = _COMMUNITY | {Role.SUBDISTRICT}
_DISTRICT = _SUBDISTRICT | {Role.DISTRICT}

GRANTABLE: Mapping[Role, frozenset[Role]] = {
    Role.GRID_LEADER: WORKERS,
    Role.STAFF: _COMMUNITY,
    Role.SUBDISTRICT: _SUBDISTRICT,
    Role.DISTRICT: _DISTRICT,
    Role.ADMIN: _DISTRICT | {Role.ADMIN},
}
"""Which roles the holder of a role may give and take, within the unit over which they hold it."""

KINDS_OF_ROLE: Mapping[Role, frozenset[OrgKind]] = {
    # A worker of a layer, or a leader of several grids, serves the whole community.
    Role.GRID_WORKER: frozenset({OrgKind.GRID, OrgKind.COMMUNITY}),
    Role.GRID_LEADER: frozenset({OrgKind.GRID, OrgKind.COMMUNITY}),
    Role.PARTNER: frozenset({OrgKind.COMMUNITY}),
    Role.STAFF: frozenset({OrgKind.COMMUNITY}),
    Role.SUBDISTRICT: frozenset({OrgKind.SUBDISTRICT}),
    Role.DISTRICT: frozenset({OrgKind.DISTRICT}),
    Role.ADMIN: frozenset(OrgKind) - {OrgKind.GRID},
}
"""On which kinds of unit a role exists. Nobody is made a resident: everybody is one."""

AGE_OF_OWN_CONSENT = 14
"""Below it the law wants a guardian, so a telephone alone links nobody (PIPL, article 28)."""


def may_grant(held: frozenset[Role], wanted: Role) -> bool:
    """Whether somebody with the roles `held` over a unit may give or take `wanted` there."""
    return any(wanted in GRANTABLE.get(role, frozenset()) for role in held)


def role_fits(role: Role, kind: OrgKind, *, has_partner: bool) -> bool:
    """Whether a role exists on a kind of unit; the role of a partner names the partner, no other does."""
    return kind in KINDS_OF_ROLE.get(role, frozenset()) and has_partner == (role is Role.PARTNER)


def age_on(day: date, born_on: date) -> int:
    """Full years of life on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


_SIGNS = str.maketrans("零〇一二两三四五六七八九十百", "001223456789TH")
"""Chinese numerals as digits, T for ten and H for a hundred."""
_NUMBER = r"([0-9]{1,4}|[零〇一二两三四五六七八九十百]{1,7})"
_FORMS = (
    # 12栋, 12号楼, 12幢, 十二栋
    re.compile(rf"{_NUMBER}\s*(?:栋|幢|号楼|座)"),
    # building 12, block 12, bldg. 12, 栋12, 楼栋12
    re.compile(rf"(?:building|block|bldg\.?|楼栋|栋)\s*(?:no\.?|number|#)?\s*{_NUMBER}", re.IGNORECASE),
    # #12 or the bare number
    re.compile(rf"^\s*#?\s*{_NUMBER}\s*$"),
)
_FULL_WIDTH = str.maketrans("０１２３４５６７８９＃", "0123456789#")


def building_number_in(text: str) -> str | None:
    """The number of a building in what somebody writes: `12栋`, `12 号楼`, `十二栋`, `building 12`, `#12` or `12`."""
    plain = text.translate(_FULL_WIDTH)
    found = next((match for form in _FORMS if (match := form.search(plain))), None)
    return str(_value(found[1])) if found else None


def _value(number: str) -> int:
    """Read digits or Chinese numerals up to 999."""
    signs = number.translate(_SIGNS)
    if signs.isdigit():
        return int(signs)
    total, digit = 0, ""
    for sign in signs:
        if sign.isdigit():
            digit = sign
        else:
            total += int(digit or 1) * (10 if sign == "T" else 100)
            digit = ""
    return total + int(digit or 0)


def holds_words(text: str, words: Iterable[str]) -> bool:
    """Whether a text holds every word, and no number of a word only as a part of a longer number: 12 is not in 112."""
    return all(_whole(word).search(text) for word in words)


def _whole(word: str) -> re.Pattern[str]:
    before = r"(?<!\d)" if word[:1].isdigit() else ""
    after = r"(?!\d)" if word[-1:].isdigit() else ""
    return re.compile(f"{before}{re.escape(word)}{after}", re.IGNORECASE)
