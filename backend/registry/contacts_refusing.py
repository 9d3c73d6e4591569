"""STOP and START: who has a number decides whether we may use it, and staff hear of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from backend.kernel.access import Actor, Door
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts_events import ContactOptedIn, ContactOptedOut
from backend.registry.contacts_models import ContactMethod, FamilyContact, MethodState, Telephone
from backend.registry.telephones import telephone_of

CALLER = Actor(account_id=None, name="caller", door=Door.PHONE)
"""Whoever holds a telephone: the number is all that is known of them."""


async def opt_out(uow: UnitOfWork, *, number: str) -> None:
    """Use this number (E.164) no more, whoever's contact it is, until its owner says start. Twice is safe."""
    telephone = await telephone_of(uow, number)
    if telephone.opted_out_at is not None:
        return
    telephone.opted_out_at = uow.now
    methods = await _methods_at(uow, telephone)
    for method in methods:
        method.state = MethodState.OPTED_OUT
    audit(uow, CALLER, "contact.opt_out", f"telephone:{telephone.id}")
    uow.record(ContactOptedOut(telephone.id, _contact_ids(methods)))


async def opt_in(uow: UnitOfWork, *, number: str) -> None:
    """The owner wants to be reached again: what was proved once counts again, the rest is to be proved."""
    telephone = await telephone_of(uow, number)
    if telephone.opted_out_at is None:
        return
    telephone.opted_out_at = None
    methods = await _methods_at(uow, telephone)
    for method in methods:
        method.state = MethodState.VERIFIED if method.verified_at else MethodState.PENDING
    audit(uow, CALLER, "contact.opt_in", f"telephone:{telephone.id}")
    uow.record(ContactOptedIn(telephone.id, _contact_ids(methods)))


async def _methods_at(uow: UnitOfWork, telephone: Telephone) -> Sequence[ContactMethod]:
    found = (
        select(ContactMethod)
        .join(FamilyContact, FamilyContact.id == ContactMethod.contact_id)
        .where(
            ContactMethod.telephone_id == telephone.id,
            ContactMethod.ended_at.is_(None),
            FamilyContact.ended_at.is_(None),
        )
        .order_by(ContactMethod.id)
    )
    return (await uow.session.scalars(found)).all()


def _contact_ids(methods: Sequence[ContactMethod]) -> tuple[int, ...]:
    return tuple(sorted({method.contact_id for method in methods}))
