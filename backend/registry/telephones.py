"""Telephones by their ids: every number stands sealed in one table, and messages go to its row."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from sqlalchemy import select

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Recipient
from backend.messaging.rows import insert_new
from backend.registry.contacts_models import Telephone
from backend.registry.models import Person
from backend.registry.phones import phone_lookup

PREFIX = "tel:"
"""How the address of a message to a telephone begins; the number itself stands in no message."""


@dataclass(frozen=True, slots=True)
class KnownNumber:
    """A telephone opened for the one who dials."""

    id: int
    number: str
    country: str
    is_opted_out: bool


def telephone_address(telephone_id: int) -> str:
    """What stands in a recipient's address."""
    return f"{PREFIX}{telephone_id}"


def telephone_recipient(channel: ChannelName, telephone_id: int) -> Recipient:
    """A telephone as the recipient of a call or an SMS."""
    return Recipient(channel, telephone_address(telephone_id))


def telephone_id_in(address: str) -> int | None:
    """The telephone that an address means; None for any other address."""
    digits = address.removeprefix(PREFIX)
    is_ours = address.startswith(PREFIX) and digits.isascii() and digits.isdigit() and len(digits) < 19
    return int(digits) if is_ours else None


async def telephone_of(uow: UnitOfWork, number: str) -> Telephone:
    """The row of a number in E.164, made on first sight; two at once still make one."""
    found = await find_telephone(uow, number)
    if found is not None:
        return found
    row = {
        "number_sealed": uow.vault.seal(number),
        "number_lookup": phone_lookup(uow, number),
        "country": str(phonenumbers.parse(number).country_code),
        "added_at": uow.now,
    }
    await insert_new(uow, Telephone, [row])
    found = await find_telephone(uow, number)
    assert found is not None, "the insert left a row, ours or another's"
    return found


async def find_telephone(uow: UnitOfWork, number: str) -> Telephone | None:
    """The row of a number in E.164, if we know it."""
    lookup = phone_lookup(uow, number)
    return await uow.session.scalar(select(Telephone).where(Telephone.number_lookup == lookup))


async def telephone_of_person(uow: UnitOfWork, person_id: int) -> Telephone | None:
    """The telephone that the registry has of a person; None without one."""
    person = await uow.session.get(Person, person_id)
    if person is None or person.phone_sealed is None:
        return None
    return await telephone_of(uow, uow.vault.open(person.phone_sealed))


async def number_at(uow: UnitOfWork, address: str) -> KnownNumber | None:
    """The number behind a recipient's address; None when there is none."""
    telephone_id = telephone_id_in(address)
    row = await uow.session.get(Telephone, telephone_id) if telephone_id is not None else None
    if row is None:
        return None
    number = uow.vault.open(row.number_sealed)
    return KnownNumber(row.id, number, row.country, is_opted_out=row.opted_out_at is not None)
