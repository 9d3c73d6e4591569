"""Telephones in one form, identity numbers and credit codes by their check digits."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from backend.registry.errors import PhoneUnreadable
from backend.registry.identity import born_on_of, is_credit_code
from backend.registry.phones import normalised_phone, shared_phone


@pytest.mark.parametrize("written", ["8614000000001", "+8614000000001", "86 140 0000 0001", "+86-140-0000-0001"])
def test_a_shared_number_always_names_its_country(written: str):
    assert shared_phone(written) == "+8614000000001"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("14000000001", "+8614000000001"),
        ("140 0000 0001", "+8614000000001"),
        ("+86 14000000001", "+8614000000001"),
        ("023-67001234", "+862367001234"),
        ("+44 20 7946 0018", "+442079460018"),
    ],
)
def test_a_number_without_a_country_is_chinese(written: str, number: str):
    assert normalised_phone(written) == number


@pytest.mark.parametrize("written", ["", "110", "abc", "+", "9" * 60, "+86 1", "+999 123456789"])
def test_what_is_no_telephone_number_is_refused(written: str):
    with pytest.raises(PhoneUnreadable):
        normalised_phone(written)


@given(st.text(max_size=50))
def test_no_text_breaks_the_reading_of_a_telephone(written: str):
    for read in (normalised_phone, shared_phone):
        try:
            number = read(written)
        except PhoneUnreadable:
            continue
        assert number.startswith("+")
        assert len(number) <= 20


def identity_number(area: str, born_on: str) -> str:
    body = f"{area}{born_on}001"
    return body + mod_11_2.calc_check_digit(body)


@pytest.mark.parametrize("area", ["510202", "510212", "500103", "880105"])
def test_elders_with_codes_of_dissolved_districts_are_believed(area: str):
    assert born_on_of(identity_number(area, "19550307")) == date(1955, 3, 7)


@pytest.mark.parametrize("born_on", ["19550230", "19551301", "00000000"])
def test_a_date_that_never_was_is_not_believed(born_on: str):
    assert born_on_of(identity_number("510202", born_on)) is None


@given(st.integers(min_value=0, max_value=16), st.integers(min_value=1, max_value=9))
def test_one_mistyped_digit_is_always_found(position: int, shift: int):
    number = identity_number("510202", "19550307")
    wrong = str((int(number[position]) + shift) % 10)

    assert born_on_of(number[:position] + wrong + number[position + 1 :]) is None


@given(st.text(max_size=20))
def test_no_text_breaks_the_check_of_a_number(written: str):
    assert born_on_of(written) is None or len(written) == 18
    assert is_credit_code(written) in {True, False}


def test_a_credit_code_with_check_value_nought_is_right():
    assert is_credit_code("915001037QEY9X0DT0")
    assert not is_credit_code("915001037QEY9X0DT1")
