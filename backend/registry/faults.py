"""Turns what pydantic says of a file into problems with a place, a field and a reason."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from backend.registry.errors import FileRefused, Problem

MOST_PROBLEMS = 100
"""Nobody corrects more at once; a file that is wrong throughout is recognised by fewer."""


class Problems:
    """Collects the faults of a file, and refuses it when there are any."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    @property
    def any(self) -> bool:
        """Whether anything was found."""
        return bool(self._found)

    def add(self, place: str, field: str, why: str) -> None:
        """Note one fault."""
        self._found.append(Problem(place, field, why))
        if len(self._found) >= MOST_PROBLEMS:
            self.refuse_if_any()

    def add_all(self, problems: Iterator[Problem]) -> None:
        """Note several."""
        for problem in problems:
            self.add(problem.place, problem.field, problem.why)

    def refuse_if_any(self) -> None:
        """Raise FileRefused with all that was found."""
        if self._found:
            raise FileRefused(self._found)


def problems_of_document(error: ValidationError) -> Iterator[Problem]:
    """The faults of a JSON document: the place is the path of lists and indexes, such as `units.3`."""
    for fault in error.errors(include_url=False, include_input=False):
        *place, field = [str(part) for part in fault["loc"]] or [""]
        yield Problem(".".join(place) or "file", field, _reason(fault["type"], fault["msg"]))


def problems_of_line(number: int, error: ValidationError) -> Iterator[Problem]:
    """The faults of one line of a file of lines."""
    for fault in error.errors(include_url=False, include_input=False):
        # The first part is the record's kind, by which pydantic chose the shape.
        field = ".".join(str(part) for part in fault["loc"][1:])
        yield Problem(f"line {number}", field or "record", _reason(fault["type"], fault["msg"]))


def _reason(kind: str, message: str) -> str:
    return f"{kind} ({message})"
