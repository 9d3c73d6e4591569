"""Finds where the program asks for words, and what in the catalogues would not fit there."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from string import Formatter

from tests.architecture.sources import Source, called_name, calls

SPEAKERS = {"say", "html", "plain", "words", "DomainError", "BadInput"}
"""The last part of what is called with a key of the catalogues."""


def keys_asked_for(source: Source) -> Iterator[tuple[str, str]]:
    """Each literal key given to a speaker, and where."""
    for call in calls(source.tree):
        if called_name(call).split(".")[-1] in SPEAKERS:
            for argument in call.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." in argument.value:
                    yield argument.value, source.at(argument, argument.value)


def blanks_in(words: str) -> set[str]:
    """The names of the blanks in a sentence; raises ValueError for braces that do not match."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


def misfits(one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    """What two catalogues do not agree on: keys, blanks, and words that are empty or have blanks that are no names."""
    yield from (f"{key}: missing in one of the languages" for key in sorted(one.keys() ^ other.keys()))
    for key in sorted(one.keys() & other.keys()):
        if not one[key].strip() or not other[key].strip():
            yield f"{key}: empty"
        elif blanks_in(one[key]) != blanks_in(other[key]):
            yield f"{key}: {sorted(blanks_in(one[key]))} and {sorted(blanks_in(other[key]))} are not the same blanks"
        elif not all(name.isidentifier() for name in blanks_in(one[key])):
            yield f"{key}: a blank is a plain name, so that nothing else can be reached through it"
