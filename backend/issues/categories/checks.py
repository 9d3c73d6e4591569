"""What staff may enter for a category, field by field: bounds, languages, questions that can be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from backend.issues.categories.choices import QUESTIONS
from backend.issues.reports.errors import CategoryEditInvalid, TextTooLong
from backend.issues.states import EvidenceKind
from backend.issues.tasks.routing import RouteTo
from backend.issues.words import clean
from backend.kernel.texts import Language

LARGEST_RADIUS = 2_000
LONGEST_NAME = 40
LONGEST_ADVICE = 300
MOST_QUESTIONS = 5
LANGUAGES = tuple(language.value for language in Language)
_KEY = re.compile(r"[a-z][a-z_]*(\.[a-z_]+)?")
LONGEST_KEY = 24
"""Keys travel in callback data."""


def checked_key(key: str) -> str:
    """The key in the form of the default set, such as `lift.noise`."""
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise CategoryEditInvalid("key")
    return key


def checked_field(name: str, value: Any) -> Any:
    """The value of one field as it is stored; raises CategoryEditInvalid naming the field."""
    return _CHECKS[name](value) if name in _CHECKS else value


def _checked_words(field: str, longest: int, words: Mapping[str, str]) -> dict[str, str]:
    if not set(words) <= set(LANGUAGES):
        raise CategoryEditInvalid(field)
    try:
        return {language: clean(said, longest) for language, said in words.items()}
    except TextTooLong as error:
        raise CategoryEditInvalid(field) from error


def _checked_names(words: Mapping[str, str]) -> dict[str, str]:
    names = _checked_words("names", LONGEST_NAME, words)
    if not names.get(Language.CHINESE.value):
        raise CategoryEditInvalid("names")
    return names


def _checked_advice(words: Mapping[str, str]) -> dict[str, str]:
    return _checked_words("advice", LONGEST_ADVICE, words)


def _checked_questions(questions: Sequence[Mapping[str, Any]]) -> list[Any]:
    try:
        checked = QUESTIONS.validate_python(list(questions))
    except ValidationError as error:
        raise CategoryEditInvalid("questions") from error
    keys = [question.key for question in checked]
    if len(keys) > MOST_QUESTIONS or len(set(keys)) < len(keys):
        raise CategoryEditInvalid("questions")
    return list(QUESTIONS.dump_python(checked, mode="json"))


def _checked_evidence(kinds: Sequence[EvidenceKind]) -> list[str]:
    try:
        return sorted({EvidenceKind(kind).value for kind in kinds})
    except ValueError as error:
        raise CategoryEditInvalid("evidence") from error


def _checked_emoji(emoji: str) -> str:
    if len(emoji) > 8:
        raise CategoryEditInvalid("emoji")
    return emoji


def _checked_radius(metres: int) -> int:
    if not 0 <= metres <= LARGEST_RADIUS:
        raise CategoryEditInvalid("duplicate_radius")
    return metres


def _checked_days(days: int) -> int:
    if not 0 <= days <= 365:
        raise CategoryEditInvalid("duplicate_days")
    return days


def _checked_position(position: int) -> int:
    if not 0 <= position <= 1_000:
        raise CategoryEditInvalid("position")
    return position


def _route_value(route: RouteTo) -> str:
    return RouteTo(route).value


_CHECKS: Mapping[str, Any] = {
    "names": _checked_names,
    "advice": _checked_advice,
    "questions": _checked_questions,
    "evidence": _checked_evidence,
    "emoji": _checked_emoji,
    "duplicate_radius": _checked_radius,
    "duplicate_days": _checked_days,
    "position": _checked_position,
    "route": _route_value,
}
