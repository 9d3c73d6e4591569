"""Reads and checks the categories that a new community starts with (`categories.toml`)."""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from backend.issues.errors import CategoriesInvalid
from backend.issues.states import ClockUnit, EvidenceKind, RiskGrade
from backend.issues.tasks.routing import RouteTo
from backend.issues.timing.clocks import Limit

DEFAULT_FILE = Path(__file__).with_name("categories.toml")

_CLOSED = ConfigDict(extra="forbid", str_min_length=1, str_max_length=80)


class QuestionKind(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"
    TEXT = "text"
    YES_NO = "yes_no"


def _limit(written: object) -> object:
    """Read "48 hour"; whatever else is refused by the type."""
    if not isinstance(written, str):
        return written
    amount, _, unit = written.partition(" ")
    return Limit(int(amount), ClockUnit(unit))


WrittenLimit = Annotated[Limit, BeforeValidator(_limit)]
# Keys travel in callback data of 64 bytes.
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]*(\.[a-z_]+)?$", max_length=24)]
MinorCode = Annotated[str, Field(pattern=r"^\d\d(0[89]\d|[1-9]\d\d)$")]


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Choice:
    """One answer to tap."""

    key: Key
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Question:
    """One thing to ask the reporter; always skippable."""

    key: Key
    zh: str
    en: str
    kind: QuestionKind
    choices: tuple[Choice, ...] = Field(default=(), max_length=8)

    @model_validator(mode="after")
    def _choices_fit_the_kind(self) -> "Question":
        if (self.kind is QuestionKind.CHOICE) != (len(self.choices) > 1):
            raise ValueError("a choice has two answers or more, other kinds have none")
        return self


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class Category:
    """What residents choose at the second level, with all that follows from the choice.

    `emergency` is the text key of what to do at once, such as calling 119. `duplicate_metres` 0 means that near
    open issues are not offered.
    """

    key: Key
    code: MinorCode
    emoji: str
    zh: str
    en: str
    grade: RiskGrade
    route: RouteTo
    accept: WrittenLimit
    claim: WrittenLimit
    resolve: WrittenLimit
    evidence: frozenset[EvidenceKind]
    duplicate_metres: Annotated[int, Field(ge=0, le=1000)]
    duplicate_days: Annotated[int, Field(ge=0, le=365)]
    questions: tuple[Question, ...] = Field(default=(), max_length=3)
    emergency: str | None = None
    keywords: tuple[Annotated[str, Field(max_length=20)], ...] = Field(default=(), max_length=12)


@dataclass(frozen=True, kw_only=True, config=_CLOSED)
class CategoryGroup:
    """The first level."""

    key: Key
    code: Annotated[str, Field(pattern=r"^\d\d$")]
    emoji: str
    zh: str
    en: str
    categories: tuple[Category, ...] = Field(min_length=1, max_length=12)


_GROUPS = TypeAdapter(tuple[CategoryGroup, ...])


def load_categories(path: Path = DEFAULT_FILE) -> tuple[CategoryGroup, ...]:
    """Read the two levels in the order of the file; raise CategoriesInvalid with the place of the first mistake."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        groups = _GROUPS.validate_python([_filled_in(group, raw) for group in raw.get("groups", ())])
    except tomllib.TOMLDecodeError as error:
        raise CategoriesInvalid(path.name, str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CategoriesInvalid(".".join(map(str, first["loc"])), first["msg"]) from error
    _check_unique(groups)
    return groups


def _filled_in(group: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """Give each category the defaults it does not override, and its questions in full."""
    return {
        **group,
        "categories": [
            {
                **raw.get("defaults", {}),
                **category,
                "questions": [_question(key, raw) for key in category.get("questions", ())],
            }
            for category in group.get("categories", ())
        ],
    }


def _question(key: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    question = raw.get("questions", {}).get(key)
    if question is None:
        raise CategoriesInvalid(f"questions.{key}", "asked but not written")
    return {"key": key, **question}


def _check_unique(groups: tuple[CategoryGroup, ...]) -> None:
    seen: set[str] = set()
    for name in _names(groups):
        if name in seen:
            raise CategoriesInvalid(name, "used twice")
        seen.add(name)
    for group in groups:
        for category in group.categories:
            if not (category.key.startswith(f"{group.key}.") and category.code.startswith(group.code)):
                raise CategoriesInvalid(category.key, "its key and code begin with its group's")


def _names(groups: tuple[CategoryGroup, ...]) -> Iterator[str]:
    for group in groups:
        yield from (group.key, group.code)
        for category in group.categories:
            yield from (category.key, category.code)
