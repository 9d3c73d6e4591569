"""An SMS is a yes only when it plainly is one: no false acknowledgement in 100,000 replies (promise P13)."""

from __future__ import annotations

import random
import unicodedata

import pytest

from backend.phone.menus.replies import ReadReply, Reply, read_reply

ONE, TWO = ("1",), ("1", "2")


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "１",
        "①",
        " 1 ",
        "1。",
        "“1”",
        "「１」",
        "1️⃣",
        "回复1",
        "回复 1",
        "1收到",
        "1 好的",
        "我来",
        "马上去",
        "1!",
        "1\n",
    ],
)
def test_a_plain_yes_in_any_dress_is_one(text: str) -> None:
    assert read_reply(text, ONE).kind is Reply.YES


@pytest.mark.parametrize(
    "text",
    [
        *[
            "收到",
            "好",
            "ok",
            "👍",
            "嗯",
            "知道了",
            "收到？",
            "1？",
            "1吗",
            "11",
            "1 2",
            "1或2",
            "不是1",
            "别回1",
            "2",
            "3",
        ],
        *["1栋3单元", "我1点到", "不来", "一", "+11", "1.5", "", "？", "我来不了吧", "谁来", "我来？"],
    ],
)
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert read_reply(text, ONE).kind is not Reply.YES


@pytest.mark.parametrize(("text", "code"), [("1", "1"), ("2。", "2"), ("回复２", "2")])
def test_with_two_questions_open_the_number_says_which(text: str, code: str) -> None:
    assert (read_reply(text, TWO).kind, read_reply(text, TWO).code) == (Reply.YES, code)


@pytest.mark.parametrize("text", ["我来", "0", "去不了", "签收"])
def test_with_two_questions_open_words_alone_say_nothing(text: str) -> None:
    assert read_reply(text, TWO).kind is Reply.UNCLEAR


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [("0", Reply.NO, "1"), ("去不了", Reply.NO, "1"), ("0 1", Reply.NO, "1"), ("no", Reply.NO, "1")],
)
def test_a_plain_no_is_one(text: str, kind: Reply, code: str) -> None:
    assert (read_reply(text, ONE).kind, read_reply(text, ONE).code) == (kind, code)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("TD", Reply.STOP),
        ("退订", Reply.STOP),
        ("STOP", Reply.STOP),
        ("恢复", Reply.START),
        ("平安", Reply.FINE),
        ("OK", Reply.FINE),
        ("进度", Reply.MINE),
        ("积分", Reply.POINTS),
        ("482913", Reply.PROOF),
        ("４８２９１３", Reply.PROOF),
        ("路灯坏了", Reply.OTHER),
    ],
)
def test_without_a_question_open_words_mean_what_they_say(text: str, kind: Reply) -> None:
    assert read_reply(text, ()).kind is kind


def test_stop_counts_also_while_a_question_is_open() -> None:
    assert read_reply("退订", ONE).kind is Reply.STOP


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("3", Reply.TAKE, "3"),
        ("回复３", Reply.TAKE, "3"),
        ("1", Reply.YES, "1"),
        ("我去", Reply.YES, "1"),
        ("0", Reply.NO, "1"),
        ("9", Reply.UNCLEAR, ""),
    ],
)
def test_a_number_of_a_list_answers_no_question_and_hinders_none(text: str, kind: Reply, code: str) -> None:
    assert read_reply(text, ONE, listed=("2", "3")) == ReadReply(kind, code)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("余额", Reply.POINTS), ("预约", Reply.SERVICES), ("取消", Reply.BOOKINGS), ("取消12", Reply.GIVE_UP)],
)
def test_who_is_asked_something_can_still_ask_themselves(text: str, kind: Reply) -> None:
    assert read_reply(text, ONE).kind is kind


SIGNS = (
    "0123456789０１２３４５６７８９①②一二三是否好不来去到收回复我他们吗呢第栋楼号点"
    "？?。.!！，,、 \t\n“”「」'\"#*+-/~😀👍🙏1️⃣abcOKno"
)
WORDS = [
    *["1", "2", "1️⃣", "１", "收到", "好的", "不是", "回复", "我来", "我", "来", "去", "不", "栋", "ok"],
    *["？", " ", "。"],
]
YES_ALONE = {"我来", "我去", "我来处理", "我马上去", "马上去", "马上到", "签收", "onmyway", "iamgoing", "imgoing"}
AFTER_A_CODE = ("收到", "好的", "好", "我来", "我去", "ok")


def is_plain_yes(text: str) -> bool:
    """The same rule, written another way: what is left without marks is the number, perhaps with a word around it."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if "?" in plain:
        return False
    left = "".join(sign for sign in plain if unicodedata.category(sign)[0] in "LN")
    inner = "".join(sign if unicodedata.category(sign)[0] in "LN" else " " for sign in plain).split()
    if left in YES_ALONE:
        return True
    left = left.removeprefix("回复").removeprefix("回").removeprefix("reply")
    for word in AFTER_A_CODE:
        left = left.removesuffix(word)
    return left in {"1", "01"} and len(inner) <= 3


def test_of_a_hundred_thousand_random_replies_none_is_taken_for_a_yes_that_is_none() -> None:
    chance = random.Random(20260512)
    wrong = []
    for number in range(100_000):
        if number % 2:
            text = "".join(chance.choices(SIGNS, k=chance.randrange(1, 8)))
        else:
            text = "".join(chance.choices(WORDS, k=chance.randrange(1, 5)))
        if read_reply(text, ONE).kind is Reply.YES and not is_plain_yes(text):
            wrong.append(text)

    assert wrong == []
