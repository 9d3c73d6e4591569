"""What loading a registry file needs at hand: the community, ids by key, and writing many rows at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.geo import Point, SourceCrs, to_wgs84
from backend.kernel.tables import Base
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.errors import Problem
from backend.registry.faults import MOST_PROBLEMS, Problems
from backend.registry.file_shapes import Position
from backend.registry.models import OrgUnit
from backend.registry.places import boundary_holds

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something lies."""

    grid_id: int | None
    point: Point | None


NOT_WRITTEN = -1
"""Stands for an id once the file is known to be faulty: then nothing more is written, only checked."""


@dataclass
class Ground:
    """One loading: where it goes, what was found wrong, and the ids of what was written so far."""

    uow: UnitOfWork
    community: OrgUnit
    grids: Mapping[str, OrgUnit]
    problems: Problems = field(default_factory=Problems)
    warnings: list[Problem] = field(default_factory=list)
    ids: dict[str, dict[str, int]] = field(default_factory=dict)
    """Kind of record -> key in the file -> id in the database."""
    identities: set[str] = field(default_factory=set)
    """Hashes of the identity numbers seen so far."""
    spots: dict[str, Spot] = field(default_factory=dict)
    """Key of an address -> where it lies, for what hangs on it."""

    def warn(self, line: int, column: str, why: str) -> None:
        """Note what looks odd but is taken; beyond MOST_PROBLEMS nobody reads on."""
        if len(self.warnings) < MOST_PROBLEMS:
            self.warnings.append(Problem(f"line {line}", column, why))

    def id_of(self, line: int, column: str, kind: str, key: str | None) -> int | None:
        """The id of a record named before; a key that is not known is a fault of this line."""
        if key is None:
            return None
        found = self.ids.get(kind, {}).get(key)
        if found is None:
            self.problems.add(f"line {line}", column, f"no {kind} {key} stands before this line")
        return found

    def spot(self, line: int, grid: str | None, point: Point | None) -> Spot:
        """Where a line says that something lies; without a grid, the one around the point."""
        if grid is None:
            around = (
                unit for unit in self.grids.values() if point and unit.boundary and boundary_holds(unit.boundary, point)
            )
            return Spot(next((unit.id for unit in around), None), point)
        unit = self.grids.get(grid)
        if unit is None:
            self.problems.add(f"line {line}", "grid", f"{grid} is no grid of this community")
            return Spot(None, point)
        if point and unit.boundary and not boundary_holds(unit.boundary, point):
            self.warn(line, "point", f"lies outside grid {grid}")
        return Spot(unit.id, point)

    def new_key(self, line: int, kind: str, key: str) -> bool:
        """Whether the key comes for the first time; a second one is a fault."""
        keys = self.ids.setdefault(kind, {})
        if key in keys:
            self.problems.add(f"line {line}", "key", f"{key} stands in the file twice")
            return False
        keys[key] = 0
        return True

    async def store_by_code(self, model: type[Base], kind: str, rows: Mapping[str, Row]) -> None:
        """Write rows (by key in the file) of a table with a unique `code`, and remember their ids."""
        if self.problems.any:
            self.ids[kind].update(dict.fromkeys(rows, NOT_WRITTEN))
            return
        codes = {row["code"]: key for key, row in rows.items()}
        present = await self.ids_by(model, "code", codes)
        await self.insert(model, [row for row in rows.values() if row["code"] not in present])
        await self.update(
            model, [row | {"id": present[row["code"]]} for row in rows.values() if row["code"] in present]
        )
        stored = await self.ids_by(model, "code", codes)
        self.ids[kind].update({codes[code]: id_ for code, id_ in stored.items()})

    async def ids_by(self, model: type[Base], column: str, values: Collection[str]) -> dict[str, int]:
        """The ids of the rows whose column has one of the values."""
        table = model.__table__
        rows = await self.uow.session.execute(
            select(table.c[column], table.c.id).where(table.c[column].in_(list(values)))
        )
        return {row[0]: row[1] for row in rows}

    async def insert(self, model: type[Base], rows: Sequence[Row]) -> None:
        """Add rows, many in one statement."""
        if rows and not self.problems.any:
            await self.uow.session.execute(insert(model), rows)

    async def update(self, model: type[Base], rows: Sequence[Row]) -> None:
        """Change rows found by their `id`."""
        if rows and not self.problems.any:
            await self.uow.session.execute(update(model), rows)

    async def upsert(self, model: type[Base], rows: Iterable[Row], key: Sequence[str]) -> None:
        """Add rows; where one with the same unique `key` is there, it takes the new values."""
        once = list({tuple(row[column] for column in key): row for row in rows}.values())
        if not once or self.problems.any:
            return
        dialect = sqlite if self.uow.is_sqlite else postgresql
        statement = dialect.insert(model).values(once)
        changed = {column: statement.excluded[column] for column in once[0] if column not in key}
        await self.uow.session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=changed))


def wgs84(position: Position | None, source: SourceCrs) -> Point | None:
    """A position of the file as our point; the source says from which map it came."""
    return to_wgs84(Point(position[1], position[0]), source) if position else None
