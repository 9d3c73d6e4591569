"""The seed categories are complete and a mistake in the file is named."""

import re

import pytest

from backend.issues.categories.defaults import DEFAULT_FILE, load_categories
from backend.issues.errors import CategoriesInvalid
from backend.issues.states import ClockUnit, EvidenceKind, RiskGrade
from backend.issues.timing.clocks import HAZARD_LIMIT, Limit
from backend.kernel.texts import Language, load_texts

GROUPS = load_categories()
CATEGORIES = {category.key: category for group in GROUPS for category in group.categories}


def test_the_default_set_has_what_a_community_meets():
    assert {group.key for group in GROUPS} == {
        "fire", "sewage", "lift", "building", "utility", "public", "clean", "neighbour", "parking", "green",
        "elder", "child", "security", "pet", "property", "voice", "other",
    }  # fmt: skip


def test_a_hazard_has_48_hours_and_asks_for_pictures():
    charging = CATEGORIES["fire.charging"]

    assert charging.resolve == HAZARD_LIMIT
    assert charging.grade is RiskGrade.ORANGE
    assert EvidenceKind.PHOTO_AFTER in charging.evidence


def test_what_a_category_does_not_say_comes_from_the_defaults():
    praise, anything = CATEGORIES["voice.praise"], CATEGORIES["other.anything"]

    assert praise.resolve == Limit(5, ClockUnit.WORK_DAY)
    assert anything.resolve == HAZARD_LIMIT
    assert anything.questions == ()


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=CATEGORIES.keys())
def test_words_are_short_chinese_and_limits_fit_the_grade(category):
    assert re.search(r"[\u4e00-\u9fff]", category.zh)
    assert len(category.zh) <= 14
    assert not re.search(r"[\u4e00-\u9fff]", category.en)
    if category.grade is RiskGrade.RED:
        assert category.resolve.unit is ClockUnit.HOUR
        assert category.resolve.amount <= 24
        assert category.accept.amount == 1


def test_danger_to_life_says_what_to_do_at_once():
    told = {key: category.emergency for key, category in CATEGORIES.items() if category.emergency}

    assert told["fire.smoke"] == "advice.call_119"
    assert told["elder.urgent"] == "advice.call_120"
    assert {"lift.trapped", "utility.gas", "child.danger", "security.crime"} <= set(told)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('key = "fire.charging"', 'key = "fire.smoke"', "fire.smoke"),
        ('code = "81081"', 'code = "82099"', "fire.charging"),
        ('code = "81081"', 'code = "81001"', "0.categories.1.code"),
        ('grade = "yellow"', 'grade = "purple"', "1.categories.1.grade"),
        ('resolve = "48 hour"', 'resolve = "48 moons"', "resolve"),
        ('resolve = "48 hour"', 'resolve = "soon"', "resolve"),
        ('resolve = "48 hour"', 'resolve = "0 hour"', "resolve"),
        ('"burning", "trapped"', '"burning", "shouted"', "questions.shouted"),
        ('"burning", "trapped"', '"burning", "trapped", "hurt", "floor"', "questions"),
        ('kind = "yes_no"', 'kind = "choice"', "questions"),
        ("duplicate_metres = 50", "duplicate_metres = -1", "duplicate_metres"),
        ("duplicate_metres = 50", "duplicate_meters = 50", "duplicate_met"),
        ("[defaults]", "[defaults", "categories.toml"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(tmp_path, old, new, where):
    path = tmp_path / "categories.toml"
    path.write_text(DEFAULT_FILE.read_text("utf-8").replace(old, new, 1), "utf-8")

    with pytest.raises(CategoriesInvalid) as refusal:
        load_categories(path)

    assert where in str(refusal.value.params["where"])


@pytest.mark.parametrize("language", Language)
def test_every_advice_has_words_in_every_language(language):
    advice = {category.emergency for category in CATEGORIES.values() if category.emergency}

    assert advice <= load_texts().keys(language)
