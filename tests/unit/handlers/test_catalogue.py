"""The catalogue: nothing is hidden, a name finds its service, and what people report stays a report."""

from __future__ import annotations

import pytest

from backend.issues.categories.defaults import load_categories
from backend.kernel.access import Role
from backend.notify.presses import MenuButton
from handlers.common.commands import COMMANDS
from handlers.start.catalogue import Brand, Scene, catalogue, plain

BY_COMMAND_ONLY = {"card", "elder", "dispatch", "supervise", "workers", "invite"}
"""What staff type with a name behind it; they have their menu of commands."""


def opened(text: str, *roles: Role) -> set[str]:
    return {each.opens.value for each in catalogue().asked_for(text, roles)}


def test_every_brand_and_every_scene_has_a_service_for_a_resident():
    assert all(catalogue().of_brand(brand, ()) for brand in Brand)
    assert all(catalogue().of_scene(scene, ()) for scene in Scene)


def test_every_command_of_a_resident_is_in_the_catalogue():
    listed = {each.opens.value for each in catalogue().services}
    commands = {"neighbours" if name == "help_neighbour" else name for name in COMMANDS}

    assert commands - BY_COMMAND_ONLY <= listed
    assert len(listed) == len(catalogue().services)


@pytest.mark.parametrize(
    ("typed", "service"),
    [
        ("理发", "book"),
        ("我想理发", "book"),
        ("怎么预约理发？", "book"),
        ("　Haircut ", "book"),
        ("积分", "points"),
        ("查积分", "points"),
        ("我的积分。", "points"),
        ("今天吃什么", "canteen"),
        ("报平安", "ok"),
        ("我要上报", "report"),
        ("上报", "mine"),
        ("预约", "my_bookings"),
        ("书法", "courses"),
    ],
)
def test_a_name_finds_its_service(typed: str, service: str):
    assert service in opened(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "？！",
        "我",
        "楼道堵了",
        "路灯坏了",
        "食堂门口下水道堵了",
        "理发店半夜放音乐太吵",
        "三单元有老人摔倒了，快来人",
        "预约" * 40,
    ],
)
def test_whatever_says_more_than_a_name_is_left_to_the_report(typed: str):
    assert opened(typed) == set()


def test_no_word_of_a_category_asks_for_a_service():
    keywords = {plain(word) for group in load_categories() for kind in group.categories for word in kind.keywords}

    assert not {word for word in keywords if opened(word)}


def test_residents_do_not_find_what_staff_have():
    assert opened("统计") == set()
    assert opened("统计", Role.STAFF) == {MenuButton.STATISTICS.value}
