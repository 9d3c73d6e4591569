"""What a helper at the door must know: the household card, its notes sealed, every look at it in the audit trail."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace

from sqlalchemy import select

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts_errors import CareNotesTooLong
from backend.registry.contacts_models import PersonCare
from backend.registry.homes import Home, home_of
from backend.registry.models import CareTag
from backend.registry.rules import age_on

LONGEST_NOTE = 300


@dataclass(frozen=True, slots=True)
class CareNotes:
    """Plain words, each at most 300 signs; empty where nothing is known."""

    floor: str = ""
    keys: str = ""
    """Where a key is, or who has one."""
    illnesses: str = ""
    allergies: str = ""
    medicines: str = ""
    mobility: str = ""
    speech: str = ""
    """Dialect, hearing, how to be understood."""
    gas: str = ""
    oxygen: str = ""
    pets: str = ""
    neighbours: str = ""
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """Who, where, how to get in and what to mind. `telephone` is in clear, for the one who must call."""

    person_id: int
    name: str
    age: int | None
    address: str
    longitude: float | None
    latitude: float | None
    has_lift: bool | None
    telephone: str | None
    tags: tuple[str, ...]
    notes: CareNotes


async def household_card(uow: UnitOfWork, *, actor: Actor, person_id: int) -> HouseholdCard:
    """The card, for who serves the grid or decides above it; that they looked is recorded.

    Raises NotFound or AccessDenied.
    """
    home = await home_of(uow, person_id)
    check_access(actor, Permission.READ_CONTACTS, home.org_path)
    audit(uow, actor, "household_card.view", f"person:{person_id}", org_path=home.org_path)
    tags = await uow.session.scalars(select(CareTag.kind).where(CareTag.person_id == person_id).order_by(CareTag.id))
    return _card(uow, home, tuple(tags), await _notes(uow, person_id))


async def write_care_notes(uow: UnitOfWork, *, actor: Actor, person_id: int, notes: CareNotes) -> None:
    """Keep these notes in place of what stood there. Raises CareNotesTooLong, NotFound, AccessDenied."""
    home = await home_of(uow, person_id)
    check_access(actor, Permission.EDIT_CONTACTS, home.org_path)
    cleaned = {name: " ".join(text.replace("\x00", "").split()) for name, text in asdict(notes).items()}
    if any(len(text) > LONGEST_NOTE for text in cleaned.values()):
        raise CareNotesTooLong(LONGEST_NOTE)
    row = await _row(uow, person_id)
    if row is None:
        row = PersonCare(person_id=person_id)
        uow.session.add(row)
    row.notes_sealed = uow.vault.seal_json(cleaned)
    row.changed_at, row.changed_by_id = uow.now, actor.account_id
    filled = sorted(name for name, text in cleaned.items() if text)
    audit(uow, actor, "care_notes.write", f"person:{person_id}", org_path=home.org_path, after={"filled": filled})


def _card(uow: UnitOfWork, home: Home, tags: tuple[str, ...], notes: CareNotes) -> HouseholdCard:
    person, address = home.person, home.address
    return HouseholdCard(
        person_id=person.id,
        name=person.name,
        age=age_on(uow.now.date(), person.born_on) if person.born_on else None,
        address=address.label if address else "",
        longitude=address.longitude if address else None,
        latitude=address.latitude if address else None,
        has_lift=home.building.has_lift if home.building else None,
        telephone=uow.vault.open(person.phone_sealed) if person.phone_sealed else None,
        tags=tags,
        notes=notes,
    )


async def _notes(uow: UnitOfWork, person_id: int) -> CareNotes:
    row = await _row(uow, person_id)
    if row is None:
        return CareNotes()
    known = {field.name for field in fields(CareNotes)}
    stored = {name: str(text) for name, text in uow.vault.open_json(row.notes_sealed).items() if name in known}
    return replace(CareNotes(), **stored)


async def _row(uow: UnitOfWork, person_id: int) -> PersonCare | None:
    return await uow.session.scalar(select(PersonCare).where(PersonCare.person_id == person_id))
