"""Where a verb is performed: one call, the document's address, and where to go next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .records import Call, Hook, Line
from .twiml import Step

if TYPE_CHECKING:
    from .surroundings import Surroundings


@dataclass(frozen=True)
class Turn:
    """The document ends here: the next is asked at `hook` with `form`; without one the call ends."""

    hook: Hook | None = None
    form: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stage:
    """One document in one call; `base` is its address, to which others are relative."""

    exchange: Surroundings
    call: Call
    base: str

    def hook(self, url: str, method: str) -> Hook:
        return Hook(urljoin(self.base, url), method.upper())

    def action(self, step: Step) -> Hook:
        """Whom the verb's result is told; without an action the same document is asked again."""
        return self.hook(step.get("action", self.base), step.get("method", "POST"))

    def hear(self, line: Line) -> None:
        self.exchange.calling.hear(self.call, line)

    def patience(self, seconds: float) -> float:
        """How long to wait for a person; no machine will ever press a key."""
        by_machine = self.call.answered_by == "machine_start"
        return 0 if by_machine and self.exchange.pace.quick else seconds
