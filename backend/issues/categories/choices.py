"""The categories as people choose from them: two levels, in the reader's language, with the questions to ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, select

from backend.issues.categories.defaults import Question, QuestionKind
from backend.issues.models import Category
from backend.issues.reports.errors import AnswerInvalid, CategoryUnknown
from backend.issues.words import clean
from backend.kernel.redaction import redact
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork

QUESTIONS = TypeAdapter(tuple[Question, ...])
LONGEST_ANSWER = 300
CategoryRow: TypeAlias = Row[int, int | None, str, dict[str, Any], str, bool]
"""Of a category: id, parent, key, names, emoji, whether it is an emergency."""
YES_NO = ("yes", "no")

# Whole rows with their questions and advice cost five times as much.
_SHOWN = (
    Category.id,
    Category.parent_id,
    Category.key,
    Category.names,
    Category.emoji,
    Category.is_emergency,
)
_ACTIVE = (
    select(*_SHOWN)
    .where(Category.community_id == bindparam("community_id"), Category.is_active)
    .order_by(Category.position, Category.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChoice:
    """One button of the menu. Without children it can be reported."""

    id: int
    name: str
    emoji: str
    has_children: bool
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class QuestionWords:
    """One question in the reader's language; `choices` are (key, words), empty when free words are asked for."""

    key: str
    words: str
    kind: QuestionKind
    choices: tuple[tuple[str, str], ...]


async def category_choices(
    uow: UnitOfWork, community_id: int, language: str, *, parent_id: int | None = None
) -> list[CategoryChoice]:
    """The active categories of one level in the community's order; groups without an active child are left out."""
    active = await active_categories(uow, community_id)
    parents = {category.parent_id for category in active}
    return [
        choice_of(category, language, has_children=category.id in parents)
        for category in active
        if category.parent_id == parent_id and (category.id in parents or category.parent_id is not None)
    ]


async def active_categories(uow: UnitOfWork, community_id: int) -> Sequence[CategoryRow]:
    """What the menus show of the active categories of both levels, in the community's order."""
    found = await uow.session.execute(_ACTIVE, {"community_id": community_id})
    return found.all()


def choice_of(category: CategoryRow, language: str, *, has_children: bool = False) -> CategoryChoice:
    """One button of the menu in the reader's language."""
    return CategoryChoice(
        id=category.id,
        name=in_language(category.names, language),
        emoji=category.emoji,
        has_children=has_children,
        is_emergency=category.is_emergency,
    )


async def reportable_category(uow: UnitOfWork, community_id: int, category_id: int) -> Category:
    """The active second-level category of this community; raises CategoryUnknown, also for an old button."""
    category = await uow.session.get(Category, category_id)
    if category is None or category.community_id != community_id or category.parent_id is None:
        raise CategoryUnknown
    if not category.is_active:
        raise CategoryUnknown
    return category


def in_language(words: Mapping[str, Any] | None, language: str) -> str:
    """The words in this language, else in Chinese, else none: staff may have written only one."""
    found = words or {}
    return str(found.get(language) or found.get(Language.CHINESE.value) or "")


def questions_of(category: Category, language: str) -> tuple[QuestionWords, ...]:
    """What to ask after this category was chosen; every question may be skipped."""
    return tuple(
        QuestionWords(
            question.key,
            _said(question.zh, question.en, language),
            question.kind,
            tuple((choice.key, _said(choice.zh, choice.en, language)) for choice in question.choices),
        )
        for question in QUESTIONS.validate_python(category.questions)
    )


def checked_answers(category: Category, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers, with numbers in free words masked; raises AnswerInvalid for what was not asked or not offered."""
    asked = {question.key: question for question in QUESTIONS.validate_python(category.questions)}
    return {key: _checked_answer(asked.get(key), key, answer) for key, answer in answers.items()}


def _checked_answer(question: Question | None, key: str, answer: str) -> str:
    if question is None:
        raise AnswerInvalid(key[:24])
    if question.kind is QuestionKind.TEXT:
        return redact(clean(answer, LONGEST_ANSWER))
    offered = YES_NO if question.kind is QuestionKind.YES_NO else tuple(choice.key for choice in question.choices)
    if answer not in offered:
        raise AnswerInvalid(question.key)
    return answer


def _said(chinese: str, english: str, language: str) -> str:
    return english if language == Language.ENGLISH.value else chinese
