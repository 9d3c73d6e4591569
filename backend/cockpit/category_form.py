"""The form of a category: from what staff typed to the edit that the service takes, and from values to fields."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from backend.cockpit.errors import FieldInvalid
from backend.cockpit.forms import Typed
from backend.issues.categories.checks import LARGEST_RADIUS, LONGEST_ADVICE, LONGEST_NAME, MOST_QUESTIONS
from backend.issues.categories.defaults import QuestionKind
from backend.issues.categories.editing import CategoryEdit
from backend.issues.states import Acceptance, ClockTarget, ClockUnit, EvidenceKind, RiskGrade
from backend.issues.tasks.routing import RouteTo
from backend.issues.timing.clocks import MAX_AMOUNT, Limit
from backend.kernel.texts import Language

Choice = TypeVar("Choice", bound=StrEnum)

LONGEST_QUESTION = 80
LONGEST_CHOICES = 1_000


def group_edit(typed: Typed) -> CategoryEdit:
    """The edit of a category of the first level, which only has a name and a place."""
    return CategoryEdit(
        names=_by_language(typed, "names", LONGEST_NAME),
        emoji=typed.text("emoji", most=8),
        position=typed.number("position", least=0, most=1_000),
        is_active=typed.is_ticked("is_active"),
    )


def category_edit(typed: Typed, *, has_advice: bool) -> CategoryEdit:
    """The edit of a category of the second level; raises FieldInvalid with the name of the field.

    Where there was no advice and none was typed, none is written: an empty one would be told as a change.
    """
    advice = _by_language(typed, "advice", LONGEST_ADVICE)
    return CategoryEdit(
        names=_by_language(typed, "names", LONGEST_NAME),
        emoji=typed.text("emoji", most=8),
        risk_grade=_one_of(RiskGrade, typed, "risk_grade"),
        route=_one_of(RouteTo, typed, "route"),
        acceptance=_one_of(Acceptance, typed, "acceptance"),
        evidence=_evidence(typed),
        questions=[question for place in range(MOST_QUESTIONS) if (question := _question(typed, place))],
        duplicate_radius=typed.number("duplicate_radius", least=0, most=LARGEST_RADIUS),
        duplicate_days=typed.number("duplicate_days", least=0, most=365),
        is_emergency=typed.is_ticked("is_emergency"),
        advice=advice if advice or has_advice else None,
        position=typed.number("position", least=0, most=1_000),
        is_active=typed.is_ticked("is_active"),
        limits={target: _limit(typed, target) for target in ClockTarget},
    )


def fields_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields of the form hold for a category's values."""
    limits = {target: str(written).split(" ") for target, written in values["limits"].items()}
    return {
        **{name: values[name] for name in ("emoji", "risk_grade", "route", "acceptance", "evidence", "position")},
        **{name: values[name] for name in ("duplicate_radius", "duplicate_days", "is_emergency", "is_active")},
        **{f"names_{language.value}": values["names"].get(language.value, "") for language in Language},
        **{f"advice_{language.value}": (values["advice"] or {}).get(language.value, "") for language in Language},
        **{f"amount_{target.value}": limits.get(target.value, ["", ""])[0] for target in ClockTarget},
        **{f"unit_{target.value}": limits.get(target.value, ["", "hour"])[1] for target in ClockTarget},
        **_question_fields(values["questions"]),
    }


def fields_typed(typed: Typed, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the fields hold when a refused form comes back: what was typed, ticks as they were set."""
    fields = fields_of(values) | {name: typed[name] for name in typed if name != "evidence"}
    ticks = {name: typed.is_ticked(name) for name in ("is_emergency", "is_active")}
    return fields | ticks | {"evidence": typed.all("evidence")}


def _by_language(typed: Typed, name: str, most: int) -> dict[str, str]:
    words = {language.value: typed.text(f"{name}_{language.value}", most=most) for language in Language}
    return {language: said for language, said in words.items() if said}


def _one_of(kind: type[Choice], typed: Typed, name: str) -> Choice:
    try:
        return kind(typed.get(name, ""))
    except ValueError as error:
        raise FieldInvalid(name) from error


def _evidence(typed: Typed) -> list[EvidenceKind]:
    try:
        return [EvidenceKind(kind) for kind in typed.all("evidence")]
    except ValueError as error:
        raise FieldInvalid("evidence") from error


def _limit(typed: Typed, target: ClockTarget) -> Limit | None:
    """An empty amount means that no such clock runs."""
    if not typed.get(f"amount_{target.value}"):
        return None
    amount = typed.number(f"amount_{target.value}", least=1, most=MAX_AMOUNT)
    return Limit(amount, _one_of(ClockUnit, typed, f"unit_{target.value}"))


def _question(typed: Typed, place: int) -> dict[str, Any] | None:
    """One question, or None where its key was left empty."""
    key = typed.text(f"question_key_{place}", most=24)
    if not key:
        return None
    try:
        kind = QuestionKind(typed.get(f"question_kind_{place}", ""))
    except ValueError as error:
        raise FieldInvalid("questions") from error
    lines = typed.text(f"question_choices_{place}", most=LONGEST_CHOICES).splitlines()
    return {
        "key": key,
        "zh": typed.text(f"question_zh_{place}", most=LONGEST_QUESTION),
        "en": typed.text(f"question_en_{place}", most=LONGEST_QUESTION),
        "kind": kind.value,
        "choices": [_choice(line) for line in lines if line.strip()] if kind is QuestionKind.CHOICE else [],
    }


def _choice(line: str) -> dict[str, str]:
    parts = [part.strip() for part in line.split("|")]
    if len(parts) != 3:
        raise FieldInvalid("questions")
    return dict(zip(("key", "zh", "en"), parts, strict=True))


def _question_fields(questions: list[Mapping[str, Any]]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for place in range(MOST_QUESTIONS):
        question = questions[place] if place < len(questions) else {}
        choices = [f"{one['key']} | {one['zh']} | {one['en']}" for one in question.get("choices", ())]
        fields |= {f"question_{name}_{place}": str(question.get(name, "")) for name in ("key", "zh", "en", "kind")}
        fields[f"question_choices_{place}"] = "\n".join(choices)
    return fields
