"""THE TABLE of methods and their parameters, derived from aiogram's generated method models."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import aiogram.methods
from aiogram.types import InputFile
from pydantic import BaseModel

from .errors import bad_request
from .schema import Misshapen, alternatives, check_of

TRUE = frozenset({"true", "True", "1", "yes"})
FALSE = frozenset({"false", "False", "0", "no"})
Decode = Callable[[str], Any]


class Parameter:
    """One parameter: reads its value from a form's text or from JSON and checks it."""

    def __init__(self, name: str, annotation: Any, *, required: bool) -> None:
        self.name = name
        self.required = required
        kinds = set()
        for member in alternatives(annotation):
            kinds.add(member if member in PLAIN else None)
        self._decode = _decoder(kinds)
        self._check = check_of(annotation)

    def read(self, raw: Any) -> Any:
        try:
            value = self._decode(raw) if isinstance(raw, str) else raw
            self._check(value)
        except (ValueError, RecursionError) as problem:
            reason = str(problem) if isinstance(problem, Misshapen) else "invalid value"
            raise bad_request(f'can\'t parse parameter "{self.name}": {reason}') from None
        return value


def _text(raw: str) -> str:
    return raw


def _whole(raw: str) -> int:
    return int(raw)


def _name_or_number(raw: str) -> int | str:
    return int(raw) if raw.lstrip("-").isdecimal() else raw


def _truth(raw: str) -> bool:
    if raw not in TRUE | FALSE:
        raise Misshapen("Boolean expected")
    return raw in TRUE


PLAIN = frozenset({str, int, float, bool, datetime, InputFile})
DECODERS: dict[frozenset[Any], Decode] = {
    frozenset({str}): _text,
    frozenset({InputFile}): _text,
    frozenset({str, InputFile}): _text,
    frozenset({int}): _whole,
    frozenset({int, datetime}): _whole,
    frozenset({float}): float,
    frozenset({bool}): _truth,
    frozenset({int, str}): _name_or_number,
}


def _decoder(kinds: set[Any]) -> Decode:
    return DECODERS.get(frozenset(kinds), json.loads)


class Method:
    """One method of the Bot API with its parameters."""

    def __init__(self, name: str, model: type[BaseModel]) -> None:
        self.name = name
        self.parameters = {
            key: Parameter(key, field.annotation, required=field.is_required())
            for key, field in model.model_fields.items()
        }
        self.required = [key for key, parameter in self.parameters.items() if parameter.required]

    def read(self, raw: Mapping[str, Any], uploads: Mapping[str, Any]) -> dict[str, Any]:
        """Return the checked arguments; a file sent under a parameter's own name counts as that parameter."""
        arguments = {}
        for key, value in raw.items():
            parameter = self.parameters.get(key)
            if parameter is None:
                raise bad_request(f'unexpected parameter "{key}"')
            if value is not None:
                arguments[key] = parameter.read(value)
        for key in self.required:
            if key in uploads:
                arguments.setdefault(key, f"attach://{key}")
            if arguments.get(key) in (None, "", []):
                raise bad_request(EMPTY.get(key, f'parameter "{key}" is required'))
        return arguments


EMPTY = {"chat_id": "chat_id is empty", "text": "message text is empty"}


def _derive() -> dict[str, Method]:
    models = [getattr(aiogram.methods, name) for name in aiogram.methods.__all__]
    named = [model for model in models if isinstance(getattr(model, "__api_method__", None), str)]
    return {model.__api_method__.lower(): Method(model.__api_method__, model) for model in named}


METHODS = _derive()
