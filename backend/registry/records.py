"""Loads the registry file, line by line in batches: addresses, buildings, people and what ties them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice

from pydantic import TypeAdapter, ValidationError

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.errors import FileRefused, Problem
from backend.registry.events import RecordsLoaded
from backend.registry.faults import Problems, problems_of_line
from backend.registry.file_shapes import AnyRecord, Record, RegistryHeader
from backend.registry.models import OrgKind
from backend.registry.record_rows import WRITERS
from backend.registry.record_tables import Ground

LONGEST_LINE = 10_000
BATCH = 1_000
_ANY_RECORD: TypeAdapter[Record] = TypeAdapter(AnyRecord)


@dataclass(frozen=True, slots=True)
class LoadedRecords:
    """How many records of each kind the file held, and what looked odd."""

    records: Mapping[str, int]
    warnings: tuple[Problem, ...] = ()


async def load_registry(uow: UnitOfWork, *, actor: Actor, lines: Iterable[str]) -> LoadedRecords:
    """Bring the records of a file in; what is there already is brought up to date, what is not named is left alone.

    A person is recognised by the identity number, everything else by its key in the community. Raises FileRefused
    with every fault (at most MOST_PROBLEMS): then nothing was changed. Raises AccessDenied.
    """
    check_access(actor, Permission.EDIT_REFERENCE, "/")
    numbered = enumerate(lines, start=1)
    ground = await _ground(uow, numbered)
    counts: Counter[str] = Counter()
    for kind, batch in _batches(ground.problems, numbered):
        counts[kind] += len(batch)
        await WRITERS[kind](ground, batch)
    ground.problems.refuse_if_any()
    audit(uow, actor, "registry.load_records", f"org_unit:{ground.community.id}", after=dict(counts))
    uow.record(RecordsLoaded(community_id=ground.community.id))
    return LoadedRecords(dict(counts), tuple(ground.warnings))


async def _ground(uow: UnitOfWork, numbered: Iterator[tuple[int, str]]) -> Ground:
    """Read the header and find the community that the file speaks of."""
    _, line = next(numbered, (1, ""))
    try:
        header = RegistryHeader.model_validate_json(line[:LONGEST_LINE])
        community = await queries.org_unit_by_code(uow, header.community)
    except ValidationError as error:
        raise FileRefused([Problem("line 1", "format", "is no header of a registry file")]) from error
    except NotFound as error:
        raise FileRefused([Problem("line 1", "community", "is not known; load its org units first")]) from error
    if community.kind is not OrgKind.COMMUNITY:
        raise FileRefused([Problem("line 1", "community", "is a unit of another kind")])
    grids = await queries.units_within(uow, (community.path,), OrgKind.GRID)
    return Ground(uow, community, {grid.code: grid for grid in grids})


def _batches(problems: Problems, numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[str, list[tuple[int, Record]]]]:
    """Group neighbouring records of one kind, at most BATCH at a time."""
    for kind, run in groupby(_records(problems, numbered), key=lambda one: one[1].record):
        while batch := list(islice(run, BATCH)):
            yield kind, batch


def _records(problems: Problems, numbered: Iterable[tuple[int, str]]) -> Iterator[tuple[int, Record]]:
    for number, line in numbered:
        if len(line) > LONGEST_LINE:
            problems.add(f"line {number}", "record", f"is longer than {LONGEST_LINE} characters")
            continue
        try:
            yield number, _ANY_RECORD.validate_json(line)
        except ValidationError as error:
            problems.add_all(problems_of_line(number, error))
