"""Whatever stands in an org-unit file, it is either read or refused with reasons."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.registry.errors import FileRefused
from backend.registry.org_unit_faults import faults_of_units
from backend.registry.org_units import parsed_org_units
from playground.community import generate

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON_VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


def sample() -> dict[str, Any]:
    community = generate()
    lists = {"units": community.units, "layers": community.layers, "partners": community.partners}
    entries = {name: [_filled(asdict(entry)) for entry in entries] for name, entries in lists.items()}
    document: dict[str, Any] = json.loads(json.dumps({"format": "youlin.org-units/1", **entries}, default=str))
    return document


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if value is not None}


def places_in(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a document."""
    inner = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inner:
        yield (*path, key)
        yield from places_in(value, (*path, key))


SAMPLE = sample()
PLACES = [place for place in places_in(SAMPLE) if "coordinates" not in place[:-3]]


def judged(text: str) -> bool:
    """Whether a file is taken; anything but a refusal with reasons is a fault of ours."""
    try:
        return not list(faults_of_units(parsed_org_units(text), {}))
    except FileRefused:
        return False


def test_the_sample_is_taken():
    assert judged(json.dumps(SAMPLE))


@given(JSON_VALUES)
def test_no_json_is_more_than_refused(value: Any):
    assert not judged(json.dumps(value))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PLACES), JSON_VALUES)
def test_one_wrong_value_anywhere_is_at_most_refused(place: tuple[Any, ...], value: Any):
    document = copy.deepcopy(SAMPLE)
    holder = document
    for key in place[:-1]:
        holder = holder[key]
    holder[place[-1]] = value

    assert judged(json.dumps(document)) in {True, False}
