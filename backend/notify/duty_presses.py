"""The buttons of a worker's own shifts and absences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from backend.messaging.presses import Press


class DutyButton(StrEnum):
    """What a worker presses about shifts: one's own, a colleague's question, being away."""

    LIST = "list"
    PICK = "pick"
    ASK = "ask"
    AGREE = "yes"
    REFUSE = "no"
    AWAY = "away"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class DutyPress(Press):
    """`target`: a shift, a swap or an absence; `value`: a colleague's account, or days."""

    prefix: ClassVar[str] = "d1"

    button: DutyButton
    target: int = 0
    value: int | None = None
