"""Who hears of a place that is asked for, shared and not shared any longer: who is asked, and the relative."""

from __future__ import annotations

from dataclasses import dataclass

from backend.alerts.events import PlaceAsked, PlaceEnded, PlaceShared
from backend.alerts.live_places import ANSWER_WITHIN
from backend.alerts.place_models import PlaceRequest
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.buttons import button
from backend.notify.elder_presses import FamilyButton, FamilyPress, PlacePress
from backend.notify.messages import tell
from backend.notify.people import person
from backend.notify.words import Voice, Words
from backend.registry.contacts_models import FamilyContact
from backend.registry.models import Account, Person


@dataclass(frozen=True, slots=True)
class _Facts:
    row: PlaceRequest
    contact: FamilyContact
    asker: str
    elder: str
    sharer: Account

    @property
    def is_elder(self) -> bool:
        return self.sharer.person_id == self.row.person_id


async def hear_asked(uow: UnitOfWork, voice: Voice, event: PlaceAsked) -> None:
    """Who asks, why, how it is done, who sees it, that it ends; and a button for no."""
    facts = await _facts(uow, event.request_id)

    def say(words: Words) -> Content:
        key = "family.place.asked_elder" if facts.is_elder else "family.place.asked_helper"
        relation = words.plain(f"contact.relation.{facts.contact.relation.value}")
        text = words(key, name=facts.asker, relation=relation, elder=facts.elder)
        no = button(words, "family.place.button.no", PlacePress(facts.row.id))
        return Content(text, buttons=((no,),))

    hearers = await person(uow, facts.sharer.id)
    await tell(uow, voice, hearers, say, key=f"place:{facts.row.id}:asked", lane=Lane.URGENT, kept=ANSWER_WITHIN)


async def hear_shared(uow: UnitOfWork, voice: Voice, event: PlaceShared) -> None:
    """The relative hears that they may look, and until when."""
    facts = await _facts(uow, event.request_id)

    def say(words: Words) -> Content:
        until = facts.row.until.astimezone(words.zone).strftime("%H:%M")
        text = words("family.place.shared", name=facts.sharer.display_name, elder=facts.elder, until=until)
        look = button(words, "family.place.button.look", FamilyPress(FamilyButton.LIVE, facts.contact.id))
        return Content(text, buttons=((look,),))

    hearers = await person(uow, facts.contact.account_id)
    await tell(uow, voice, hearers, say, key=f"place:{facts.row.id}:shared:{facts.row.message_id}", lane=Lane.URGENT)


async def hear_ended(uow: UnitOfWork, voice: Voice, event: PlaceEnded) -> None:
    """The relative hears why there is nothing to see."""
    facts = await _facts(uow, event.request_id)
    why = "over" if event.was_shared else "declined" if event.was_declined else "unanswered"

    def say(words: Words) -> Content:
        return Content(words(f"family.place.{why}", name=facts.sharer.display_name, elder=facts.elder))

    await tell(uow, voice, await person(uow, facts.contact.account_id), say, key=f"place:{facts.row.id}:ended")


async def _facts(uow: UnitOfWork, request_id: int) -> _Facts:
    row = await uow.session.get_one(PlaceRequest, request_id)
    contact = await uow.session.get_one(FamilyContact, row.contact_id)
    elder = await uow.session.get_one(Person, row.person_id)
    sharer = await uow.session.get_one(Account, row.account_id)
    return _Facts(row, contact, uow.vault.open(contact.name_sealed), elder.name, sharer)
