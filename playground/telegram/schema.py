"""Strict checks of nested values, compiled from aiogram's models: unknown fields and wrong types are refused."""

from __future__ import annotations

import types
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aiogram.client.default import Default
from aiogram.types import InputFile
from pydantic import BaseModel

Check = Callable[[Any], None]
IGNORED = (type(None), Default, timedelta)
DISCRIMINATORS = frozenset({"type", "status", "source"})


class Misshapen(ValueError):
    """A value does not have the shape that the Bot API gives it; `other_kind` when its type field names another one."""

    def __init__(self, reason: str, *, other_kind: bool = False) -> None:
        super().__init__(reason)
        self.other_kind = other_kind


def bare(annotation: Any) -> Any:
    """Strip `Annotated`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def alternatives(annotation: Any) -> list[Any]:
    """Return the members of a union that can arrive over the wire."""
    annotation = bare(annotation)
    if get_origin(annotation) not in (Union, types.UnionType):
        return [annotation]
    members = [inner for member in get_args(annotation) for inner in alternatives(member)]
    return [member for member in members if member not in IGNORED]


def check_of(annotation: Any) -> Check:
    """Return the check for values of `annotation`."""
    checks = [_check_one(member) for member in alternatives(annotation)]
    if len(checks) == 1:
        return checks[0]

    def any_of(value: Any) -> None:
        complaints = []
        for check in checks:
            try:
                return check(value)
            except Misshapen as complaint:
                complaints.append(complaint)
        raise min(complaints, key=lambda complaint: complaint.other_kind)

    return any_of


def _check_one(annotation: Any) -> Check:
    origin = get_origin(annotation)
    if origin is Literal:
        return _one_of([getattr(value, "value", value) for value in get_args(annotation)])
    if origin is list:
        return _list_of(check_of(get_args(annotation)[0]))
    if annotation is Any or not isinstance(annotation, type):
        return _anything
    if issubclass(annotation, Enum):
        return _one_of([member.value for member in annotation])
    if issubclass(annotation, BaseModel):
        return _model(annotation)
    return SCALARS.get(annotation, _anything)


def _anything(value: Any) -> None:
    del value


def _one_of(values: list[Any]) -> Check:
    def check(value: Any) -> None:
        if value not in values:
            raise Misshapen(f"must be {' or '.join(map(str, values))}", other_kind=True)

    return check


def _scalar(name: str, *kinds: type) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise Misshapen(f"{name} expected")

    return check


SCALARS: dict[type, Check] = {
    str: _scalar("String", str),
    bool: _scalar("Boolean", bool),
    int: _scalar("Integer", int),
    float: _scalar("Number", int, float),
    datetime: _scalar("Unix time", int),
    InputFile: _scalar("String", str),
}


def _list_of(check_item: Check) -> Check:
    def check(value: Any) -> None:
        if not isinstance(value, list):
            raise Misshapen("Array expected")
        for item in value:
            check_item(item)

    return check


_models: dict[type[BaseModel], Check] = {}


def _model(model: type[BaseModel]) -> Check:
    if model not in _models:
        _models[model] = _Fields(model)
    return _models[model]


class _Fields:
    """The check of one object; its fields are compiled at first use, since models contain each other."""

    def __init__(self, model: type[BaseModel]) -> None:
        self.model = model
        self.fields: dict[str, Check] | None = None
        self.required: list[str] = []

    def compile(self) -> dict[str, Check]:
        fields = {}
        for name, field in self.model.model_fields.items():
            wire_name = field.alias or name
            fields[wire_name] = check_of(field.annotation)
            if field.is_required():
                self.required.append(wire_name)
        self.fields = fields
        return fields

    def __call__(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise Misshapen("Object expected")
        fields = self.fields or self.compile()
        for name in self.required:
            if name not in value:
                raise Misshapen(f"Field {name} is missing")
        for name, inner in value.items():
            if name not in fields:
                raise Misshapen(f"Field {name} is unknown")
            try:
                if inner is not None:
                    fields[name](inner)
            except Misshapen as complaint:
                other_kind = complaint.other_kind and name in DISCRIMINATORS
                raise Misshapen(f"Field {name}: {complaint}", other_kind=other_kind) from None
