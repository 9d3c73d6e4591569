"""The community as the page draws it: outlines of grids, points of buildings, who in the cast is what and where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]
EMPTY: Json = {"name": None, "time_zone": None, "cast": [], "grids": [], "buildings": [], "places": []}


def read_ground(folder: Path | None) -> Json:
    """Read the community's files (FORMAT.md beside the generator); without a folder the ground is empty.

    Of the registry only what stands there is taken: nobody's name, telephone or door goes to the map.
    """
    if folder is None:
        return EMPTY
    org_units = json.loads((folder / "org_units.json").read_text("utf-8"))
    cast = json.loads((folder / "cast.json").read_text("utf-8"))["cast"]
    records = list(_lines(folder / "registry.jsonl"))
    points = {record["key"]: record["point"] for record in records if record.get("record") == "address"}
    units = {unit["code"]: unit for unit in org_units["units"]}
    community: Json = next((unit for unit in units.values() if unit["level"] == "community"), {})
    homes = _homes(records, points)
    return {
        "name": community.get("name"),
        "time_zone": community.get("time_zone"),
        "cast": [_player(member, units, org_units["partners"], homes) for member in cast],
        "grids": [_grid(unit) for unit in units.values() if unit["level"] == "grid" and "boundary" in unit],
        "buildings": [_standing(one, points) for one in records if one.get("record") == "building"],
        "places": [_standing(one, points) for one in records if one.get("record") == "place"],
    }


def _lines(path: Path) -> Iterator[Json]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _homes(records: list[Json], points: dict[str, Any]) -> dict[str, Any]:
    """Give the point where each registered person lives."""
    doors = {one["key"]: one["address"] for one in records if one.get("record") == "household"}
    stays = (one for one in records if one.get("record") == "residency")
    return {stay["person"]: points[doors[stay["household"]]] for stay in stays}


def _player(member: Json, units: dict[str, Json], partners: list[Json], homes: dict[str, Any]) -> Json:
    unit = units.get(member.get("org_unit", ""), {})
    partner = next((one for one in partners if one["key"] == member.get("partner")), {})
    return {
        "telegram_id": member["telegram_id"],
        "key": member["key"],
        "role": member["role"],
        "serves": unit.get("name") or partner.get("name"),
        "point": homes.get(member.get("person", "")) or _middle(unit),
    }


def _grid(unit: Json) -> Json:
    return {"code": unit["code"], "name": unit["name"], "geometry": unit["boundary"], "middle": _middle(unit)}


def _standing(one: Json, points: dict[str, Any]) -> Json:
    shown: Json = {key: one[key] for key in ("number", "name", "kind", "floors") if key in one}
    return {**shown, "point": points[one["address"]]}


def _middle(unit: Json) -> list[float] | None:
    """Give a point inside the (roughly round) outline: the mean of its corners."""
    if "boundary" not in unit:
        return None
    shape = unit["boundary"]
    ring = shape["coordinates"][0] if shape["type"] == "Polygon" else shape["coordinates"][0][0]
    corners = ring[:-1]
    return [round(sum(corner[axis] for corner in corners) / len(corners), 6) for axis in (0, 1)]
