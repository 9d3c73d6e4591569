"""Names of those who had to do with an alert, opened for the one who may read them."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts_models import FamilyContact, RelationKind
from backend.registry.models import Account


async def name_of_hand(uow: UnitOfWork, who: str) -> str:
    """The name behind `account:5` or `contact:7`; empty for the clock and whoever is gone."""
    kind, _, number = who.partition(":")
    if kind == "account":
        account = await uow.session.get(Account, int(number))
        return account.display_name if account is not None else ""
    if kind == "contact":
        contact = await uow.session.get(FamilyContact, int(number))
        return uow.vault.open(contact.name_sealed) if contact is not None else ""
    return ""


async def relation_of_hand(uow: UnitOfWork, who: str) -> RelationKind | None:
    """How a contact is related; None for colleagues. Groups read this instead of a name."""
    kind, _, number = who.partition(":")
    contact = await uow.session.get(FamilyContact, int(number)) if kind == "contact" else None
    return contact.relation if contact is not None else None
