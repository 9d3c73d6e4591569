"""What somebody's words suggest, and which groups are shown before "more"."""

from __future__ import annotations

import pytest

from backend.issues.categories.suggestions import GroupUse, default_keywords, first_groups, suggested_keys


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ("楼道里堆了杂物，走不过去", "fire.blocked"),
        ("有人从窗口拉线给电瓶车充电", "fire.charging"),
        ("三楼着火了！冒烟", "fire.smoke"),
        ("化粪池满了，粪水流出来", "sewage.septic"),
        ("有人困在电梯里", "lift.trapped"),
        ("电梯有怪声", "lift.broken"),
        ("我们楼想加装电梯", "lift.retrofit"),
        ("闻到煤气味", "utility.gas"),
        ("窨井盖没了", "public.manhole"),
        ("路灯不亮", "public.light"),
        ("楼上半夜太吵", "neighbour.noise"),
        ("隔壁老人摔倒了叫不应", "elder.urgent"),
        ("有人推销保健品", "security.fraud"),
        ("The LIFT is stuck", "lift.broken"),
        ("你好", None),
        ("", None),
    ],
)
def test_the_words_suggest_a_kind(words: str, best: str | None):
    assert next(iter(suggested_keys(words, default_keywords())), None) == best


def test_at_most_three_are_suggested():
    assert len(suggested_keys("垃圾 老鼠 狗 停车 漏水 路灯", default_keywords())) == 3


def test_every_kind_but_the_last_resort_has_words():
    assert {key for key, words in default_keywords().items() if not words} == {"other.anything"}


def groups(*uses: int, urgent: int = 0) -> list[GroupUse]:
    """Groups 1, 2, ... so often used; number `urgent` holds emergencies."""
    return [GroupUse(number, times, number == urgent) for number, times in enumerate(uses, start=1)]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (groups(0, 0, 0, urgent=1), (1, 2, 3)),
        (groups(*[0] * 7), (1, 2, 3, 4, 5, 6, 7)),
        (groups(*[0] * 8, urgent=2), (1, 2, 3, 4, 5, 6)),
        (groups(0, 0, 0, 0, 0, 0, 0, 9, 5, urgent=1), (1, 2, 3, 4, 8, 9)),
        (groups(0, 1, 1, 1, 1, 1, 1, 1, urgent=1), (1, 2, 3, 4, 5, 6)),
        (groups(*[1] * 8), (1, 2, 3, 4, 5, 6)),
    ],
    ids=["few", "one more than fits", "nothing reported yet", "the most used", "emergencies stay", "no emergencies"],
)
def test_a_few_groups_come_first(found: list[GroupUse], shown: tuple[int, ...]):
    assert first_groups(found) == shown
