"""The buttons of the report conversation."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from backend.messaging.presses import Press


class ReportButton(StrEnum):
    TOP = "top"
    GROUP = "group"
    MORE = "more"
    CATEGORY = "cat"
    ANSWER = "answer"
    SKIP = "skip"
    BUILDING = "building"
    OWN_WORDS = "own"
    SAME = "same"
    OTHER = "other"
    SUBMIT = "submit"
    ANONYMOUS = "anon"
    ON_BEHALF = "behalf"
    NEW_CATEGORY = "newcat"
    NEW_PLACE = "newplace"
    DISCARD = "discard"
    GO_ON = "go_on"
    START_ANEW = "anew"


@dataclass(frozen=True, slots=True)
class ReportPress(Press):
    """`value`: the category, building or issue; `choice`: the key of a chosen answer."""

    prefix: ClassVar[str] = "r1"

    button: ReportButton
    value: int | None = None
    choice: str | None = None
