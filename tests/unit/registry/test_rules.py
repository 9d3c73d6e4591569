"""What people write for a building, and who may hand out which role."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.access import Role
from backend.registry.models import OrgKind
from backend.registry.rules import GRANTABLE, age_on, building_number_in, may_grant, role_fits


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", "12"),
        ("#12", "12"),
        ("１２", "12"),
        ("12栋", "12"),
        ("12 号楼", "12"),
        ("012栋", "12"),
        ("石油一村12幢3单元", "12"),
        ("十二栋", "12"),
        ("二十栋", "20"),
        ("一百零三栋", "103"),
        ("一二栋", "12"),
        ("楼栋7", "7"),
        ("building 12", "12"),
        ("Block No. 12", "12"),
        ("bldg. 12", "12"),
        ("石油路12号", None),
        ("石油一村", None),
        ("hello", None),
        ("", None),
    ],
)
def test_the_number_of_a_building_is_read_in_all_the_ways_people_write_it(written: str, number: str | None):
    assert building_number_in(written) == number


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_of_a_number(written: str):
    number = building_number_in(written)

    assert number is None or number == str(int(number))


def test_nobody_hands_out_a_role_that_hands_out_more_than_their_own():
    for holder, grantable in GRANTABLE.items():
        for role in grantable:
            assert GRANTABLE.get(role, frozenset()) <= grantable, (holder, role)


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.GRID_WORKER, Role.PARTNER])
def test_residents_workers_and_partners_hand_out_nothing(role: Role):
    assert not any(may_grant(frozenset({role}), wanted) for wanted in Role)


def test_a_partners_role_names_the_partner_and_no_other_role_does():
    assert role_fits(Role.PARTNER, OrgKind.COMMUNITY, has_partner=True)
    assert not role_fits(Role.PARTNER, OrgKind.COMMUNITY, has_partner=False)
    assert not role_fits(Role.STAFF, OrgKind.COMMUNITY, has_partner=True)


def test_nobody_is_made_a_resident():
    assert not any(role_fits(Role.RESIDENT, kind, has_partner=False) for kind in OrgKind)


@pytest.mark.parametrize(("day", "years"), [(date(2026, 5, 11), 13), (date(2026, 5, 12), 14), (date(2027, 5, 11), 14)])
def test_a_year_of_life_ends_on_the_birthday(day: date, years: int):
    assert age_on(day, date(2012, 5, 12)) == years
