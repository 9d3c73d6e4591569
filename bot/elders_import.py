"""`youlin elders import`: elders, their contacts and watches from a spreadsheet; refused rows come back with why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from backend.devices import DeviceKind, NewDevice, devices_of, enrol_device, find_device
from backend.devices.observations import Protocol
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import BadInput, DomainError
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.contents import ChannelName
from backend.registry.contacts import contacts_of
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import ContactScope, RelationKind
from backend.registry.models import Person
from backend.registry.phones import normalised_phone, phone_lookup
from handlers.elders.text import relation_words

KNOWN = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
MOST_ROWS = 10_000
MOST_BYTES, MOST_UNPACKED = 5_000_000, 100_000_000
LONGEST_CELL = 200

Row = Mapping[str, str]


class DryRun(Exception):
    """Thrown after a row was tried, so that nothing of it stays."""


@dataclass(slots=True)
class Imported:
    """How it went; `refused` holds each row as it came, with the reason behind it."""

    taken: int
    refused: list[list[str]]
    headings: list[str]


async def import_elders(work: Work, texts: Texts, file: Path, *, is_dry_run: bool) -> Imported:
    """Take in a spreadsheet row by row, each whole or not at all; the same file twice adds nothing.

    Raises BadInput when the file is too large, is no spreadsheet or lacks a needed column.
    """
    headings, rows = _read(file)
    done = Imported(0, [], headings)
    relations = _relations(texts)
    for cells, row in rows:
        try:
            async with work.begin() as uow:
                await _take(uow, row, relations)
                if is_dry_run:
                    raise DryRun
        except DryRun:
            done.taken += 1
        except DomainError as refusal:
            reason = texts.say(Language.CHINESE, refusal.key, **refusal.params)
            done.refused.append([*cells, reason])
        else:
            done.taken += 1
    return done


def write_refused(done: Imported, file: Path, texts: Texts) -> None:
    """The refused rows as a spreadsheet, to be mended and imported again."""
    book = Workbook()
    sheet = book.active
    sheet.append([*done.headings, texts.say(Language.CHINESE, "elders.reason")])
    for cells in done.refused:
        sheet.append(cells)
    book.save(file)


def _read(file: Path) -> tuple[list[str], Iterator[tuple[list[str], Row]]]:
    if file.stat().st_size > MOST_BYTES:
        raise BadInput("elders.error.file_too_large")
    try:
        with ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise BadInput("elders.error.file_too_large")
        sheet = load_workbook(file, read_only=True, data_only=True).active
        lines = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1)
        headings = [_cell(value) for value in next(lines)]
    except (OSError, BadZipFile, ValueError, KeyError, StopIteration, TypeError, AttributeError) as error:
        raise BadInput("elders.error.no_spreadsheet") from error
    places = {key: _place(headings, names) for key, names in KNOWN["columns"].items()}
    if places["elder"] is None:
        raise BadInput("elders.error.no_elder_column", name=KNOWN["columns"]["elder"][0])
    return headings, _rows(lines, places)


def _rows(lines: Iterator[tuple[object, ...]], places: Mapping[str, int | None]) -> Iterator[tuple[list[str], Row]]:
    for line in lines:
        cells = [_cell(value) for value in line]
        if any(cells):
            yield cells, {key: cells[at] if at is not None and at < len(cells) else "" for key, at in places.items()}


def _cell(value: object) -> str:
    text = "" if value is None else str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    return text.strip()[:LONGEST_CELL]


def _place(headings: list[str], names: list[str]) -> int | None:
    return next((at for at, heading in enumerate(headings) if heading.lower() in names), None)


def _relations(texts: Texts) -> Mapping[str, RelationKind]:
    return relation_words(
        {kind: texts.say(Language.CHINESE, f"elder.relation_words.{kind.value}") for kind in RelationKind}
    )


async def _take(uow: UnitOfWork, row: Row, relations: Mapping[str, RelationKind]) -> None:
    elder = await _elder(uow, row)
    if row["contact"]:
        await _take_contact(uow, elder, row, relations)
    if row["watch"]:
        await _take_watch(uow, elder, row["watch"])


async def _elder(uow: UnitOfWork, row: Row) -> Person:
    """The one person of that name, or of that name and number. Raises BadInput for nobody, or several."""
    found = select(Person).where(Person.name == row["elder"])
    if row["elder_phone"]:
        found = found.where(Person.phone_lookup == phone_lookup(uow, normalised_phone(row["elder_phone"])))
    people = (await uow.session.scalars(found.limit(2))).all()
    if len(people) != 1:
        raise BadInput("elders.error.several" if people else "elders.error.nobody")
    return people[0]


async def _take_contact(uow: UnitOfWork, elder: Person, row: Row, relations: Mapping[str, RelationKind]) -> None:
    relation = relations.get(row["relation"])
    if relation is None:
        raise BadInput("elders.error.relation_unknown")
    if row["consent"].lower() not in KNOWN["consent"]["yes"]:
        raise BadInput("elders.error.no_consent")
    known = await contacts_of(uow, actor=SHELL_ACTOR, person_id=elder.id)
    if any(one.name == row["contact"] for one in known):
        return
    rank = max((one.rank for one in known), default=0) + 1
    new = NewContact(name=row["contact"], relation=relation, rank=rank, scopes=frozenset({ContactScope.STATE}))
    contact = await add_contact(uow, actor=SHELL_ACTOR, person_id=elder.id, contact=new)
    await note_consent(uow, actor=SHELL_ACTOR, contact_id=contact.id)
    for channel in (ChannelName.VOICE, ChannelName.SMS):
        method = NewMethod(channel=channel, phone=row["phone"])
        await add_method(uow, actor=SHELL_ACTOR, contact_id=contact.id, method=method)


async def _take_watch(uow: UnitOfWork, elder: Person, number: str) -> None:
    mine = await devices_of(uow, subject_kind=SubjectKind.PERSON, subject_id=elder.id)
    if any(one.external_id == number for one in mine):
        return
    if await find_device(uow, Protocol.WATCH, number) is not None:
        raise BadInput("elders.error.watch_taken")
    new = NewDevice(
        community_id=elder.community_id,
        kind=DeviceKind.WATCH,
        protocol=Protocol.WATCH,
        external_id=number,
        subject_kind=SubjectKind.PERSON,
        subject_id=elder.id,
    )
    await enrol_device(uow, actor=SHELL_ACTOR, new=new)
