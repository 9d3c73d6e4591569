"""What must not reach a group: every number and address, however it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.kernel.redaction import MASK, redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打13812345678", "打***"),
        ("我13812345678，老伴139 1234 5678，女儿137-1234-5678", "我***，老伴***，女儿***"),
        ("a13812345678b13912345678c", "a***b***c"),
        ("电话67541234", "电话***"),
        ("6754-1234 或 6754 1234", "*** 或 ***"),
        ("(023)67541234", "***"),
        ("（023）6754 1234", "***"),
        ("+86 138 1234 5678", "***"),
        ("Call +44 20 7946 0958.", "Call ***."),
        ("(650) 253-0000", "***"),
        ("１３８１２３４５６７８", "***"),
        ("一三八一二三四五六七八", "***"),
        ("一三八12345678", "***"),
        ("幺三八 1234 5678", "***"),
        ("1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "***️⃣"),
        ("138\u200b1234\u200b5678", "***"),
        ("1.3.8.1.2.3.4.5.6.7.8", "***"),
        ("138 - 1234 - 5678", "***"),
        ("微信13812345678abc", "微信***abc"),
        ("身份证510202195501011234", "身份证***"),
        ("51020219550101123X。", "***。"),
        ("510202 19550101 123x", "***"),
        ("旧证510202550101123", "旧证***"),
        ("卡号6222 0212 3456 7890 123", "卡号***"),
        ("写信zhang.san+1@qq.com谢谢", "写信***谢谢"),
        ("zhang@mail.example.com,li＠163.com", "***,***"),
        ("王芳@qq.com", "王芳***"),
        ("2026-11-22 13812345678", "2026-11-22 ***"),
        ("13812345678 2026-11-22", "***"),
        ("2013-11-12-3456", "***"),
    ],
)
def test_numbers_and_addresses_are_hidden(text, shown):
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "3栋2单元1402，电梯停在12楼",
        "12-3-1402门口",
        "2026-11-22 17:30开始漏水",
        "2026.1.5 和 2026/11/22",
        "已打119和120",
        "110 119 12345",
        "水表读数123456",
        "3号楼, 101, 202, 303室",
        "@友邻 你好",
        "价格99.50元",
        "",
    ],
)
def test_doors_dates_and_public_services_stay_readable(text):
    assert redact(text) == text


SEPARATORS = st.sampled_from(["", " ", "-", ".", " - ", "\u3000", "—", "\u200b"])


@st.composite
def phones(draw):
    digits = draw(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
    return "".join(digit + draw(SEPARATORS) for digit in digits[:-1]) + digits[-1]


LETTERS = st.text(st.characters(exclude_categories=["Nd", "Cs"]), max_size=20)


@given(st.lists(st.tuples(LETTERS, phones()), min_size=1, max_size=4), LETTERS)
def test_no_phone_survives_anywhere_in_any_text(pieces, tail):
    shown = redact("".join(words + phone for words, phone in pieces) + tail)

    assert not re.search(r"\d", shown)
    assert MASK in shown


@given(st.text(st.sampled_from("0123456789-+. @ab年一三XＸ()/*\u200b"), max_size=60))
def test_hiding_twice_hides_nothing_more(text):
    once = redact(text)

    assert redact(once) == once


@given(st.text(max_size=60).filter(lambda text: not re.search(r"[\d@＠零〇一二三四五六七八九幺⓪①-⑨]", text)))
def test_words_without_numbers_are_left_alone(text):
    assert redact(text) == text


def test_a_long_hostile_text_is_done_quickly():
    for nasty in ("a" * 100_000, "1-" * 3 + "x" + "12 34 5x" * 20_000, "@a." * 30_000, "a.a@" * 20_000):
        redact(nasty)
