"""What a relative may know of an elder: each piece by the scope that the elder gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backend.kernel.access import Actor
from backend.kernel.audit import audit
from backend.kernel.errors import AccessDenied, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts import elders_of_account
from backend.registry.contacts_models import ContactScope, FamilyContact
from backend.registry.models import Person


@dataclass(frozen=True, slots=True)
class Elder:
    """One elder of a relative, by the line of the ladder that ties them."""

    contact: FamilyContact
    person: Person

    def may(self, scope: ContactScope) -> bool:
        return scope.value in self.contact.scopes


async def my_elders(uow: UnitOfWork, *, actor: Actor) -> Sequence[Elder]:
    """The elders whose contact the actor is, with consent."""
    if actor.account_id is None:
        return []
    contacts = await elders_of_account(uow, actor.account_id)
    return [Elder(one, await uow.session.get_one(Person, one.person_id)) for one in contacts]


async def my_elder(uow: UnitOfWork, *, actor: Actor, contact_id: int, scope: ContactScope) -> Elder:
    """One of them, if the elder let the actor know this much; the look is written down.

    Raises NotFound, AccessDenied.
    """
    found = next((one for one in await my_elders(uow, actor=actor) if one.contact.id == contact_id), None)
    if found is None:
        raise NotFound
    if not found.may(scope):
        raise AccessDenied("family.error.not_allowed")
    audit(uow, actor, f"family.{scope.value}", f"person:{found.person.id}", on_behalf_of=found.person.id)
    return found


def telephone_of_elder(uow: UnitOfWork, elder: Elder) -> str | None:
    """The number to call back, for family; None where the registry has none."""
    sealed = elder.person.phone_sealed
    return uow.vault.open(sealed) if sealed else None
