"""How a call of ours begins: who calls, and to whom, by what they are to the elder."""

from __future__ import annotations

from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import CallKind, CallScript
from backend.registry.contacts_models import FamilyContact
from backend.registry.models import OrgUnit


async def greeting(uow: UnitOfWork, texts: Texts, language: str, script: CallScript) -> str:
    """The first sentence, in the language of the one who is called."""
    if script.kind is CallKind.BOOKING or script.ref.startswith("booking:"):
        return texts.say(language, "phone.greeting.calm")
    contact = await uow.session.get(FamilyContact, script.contact_id) if script.contact_id is not None else None
    if contact is None:
        return texts.say(language, "phone.greeting.plain")
    community = await uow.session.get_one(OrgUnit, contact.community_id)
    name = uow.vault.open(contact.name_sealed)
    return texts.say(language, f"phone.greeting.{contact.relation.value}", community=community.name, name=name)
