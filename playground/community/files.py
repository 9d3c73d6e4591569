"""Writes a community to files; FORMAT.md says what stands in them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

from playground.community.shapes import Community, Registry

# Kinds of registry lines in the order of the file: what is referred to stands before what refers to it.
KINDS = {
    "address": "addresses",
    "building": "buildings",
    "place": "places",
    "enterprise": "enterprises",
    "facility": "facilities",
    "person": "persons",
    "household": "households",
    "residency": "residencies",
    "care_tag": "care_tags",
    "family_contact": "family_contacts",
}


def write(community: Community, folder: Path) -> tuple[Path, Path, Path]:
    """Write org_units.json, registry.jsonl and cast.json; the same community gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    org_units = folder / "org_units.json"
    registry = folder / "registry.jsonl"
    cast = folder / "cast.json"
    org_units.write_text(
        _document("youlin.org-units/1", units=community.units, layers=community.layers, partners=community.partners),
        "utf-8",
    )
    registry.write_text("".join(f"{line}\n" for line in _registry_lines(community.registry)), "utf-8")
    cast.write_text(_document("youlin.cast/1", cast=community.cast, chats=community.chats), "utf-8")
    return org_units, registry, cast


def _document(form: str, **lists: Iterable[Any]) -> str:
    body = {key: [_without_gaps(asdict(record)) for record in records] for key, records in lists.items()}
    return json.dumps({"format": form, **body}, ensure_ascii=False, indent=1, default=_text) + "\n"


def _registry_lines(registry: Registry) -> Iterator[str]:
    yield _line({"format": "youlin.registry/1", "community": registry.community, **registry.counted()})
    for kind, name in KINDS.items():
        records = getattr(registry, name)
        names = [field.name for field in fields(records[0])] if records else []
        for record in records:
            yield _line({"record": kind} | _without_gaps({name: getattr(record, name) for name in names}))


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_text)


def _without_gaps(values: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known: a missing key and null mean the same, one of them is enough."""
    return {key: value for key, value in values.items() if value is not None and value != ()}


def _text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no form in the file for {type(value).__name__}")
