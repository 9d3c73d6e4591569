"""Devices carry the name of whom or what they are for; here it follows the registry."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, func, select, update

from backend.devices.models import Device
from backend.kernel.alarms import SubjectKind
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Address, Household, Person, RegistryThing

_PERSON = select(Person.name).where(Person.id == Device.subject_id).scalar_subquery()
_THING = select(RegistryThing.name).where(RegistryThing.id == Device.subject_id).scalar_subquery()
_HOUSEHOLD = (
    select(func.coalesce(Address.label, Household.code))
    .join_from(Household, Address, Address.id == Household.address_id, isouter=True)
    .where(Household.id == Device.subject_id)
    .scalar_subquery()
)
_NAMES: dict[SubjectKind, ScalarSelect[str]] = {
    SubjectKind.PERSON: _PERSON,
    SubjectKind.HOUSEHOLD: _HOUSEHOLD,
    SubjectKind.PLACE: _THING,
    SubjectKind.FACILITY: _THING,
}


async def refresh_subject_names(uow: UnitOfWork, *, community_id: int) -> int:
    """Give every device of a community the present name of its subject; returns how many had another. Twice is safe.

    Alerts that are open keep the name under which people were told of them.
    """
    changed = 0
    for kind, name in _NAMES.items():
        renamed = await uow.session.execute(
            update(Device)
            .where(
                Device.community_id == community_id,
                Device.subject_kind == kind,
                Device.retired_at.is_(None),
                name.is_not(None),
                Device.subject_name != name,
            )
            .values(subject_name=name)
            .execution_options(synchronize_session=False)
        )
        changed += int(renamed.rowcount)  # type: ignore[attr-defined]  # a CursorResult: the statement is an update
    return changed
