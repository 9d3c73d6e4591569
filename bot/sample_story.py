"""The playground's families and telephones: who is called for which elder, as staff would have written it down."""

from __future__ import annotations

from sqlalchemy import select

from backend.kernel.access import SHELL_ACTOR
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.contents import ChannelName
from backend.registry.accounts import TelegramUser, account_for_telegram_user
from backend.registry.contacts import contacts_of
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, end_contact, note_consent
from backend.registry.contacts_models import ContactScope, RelationKind
from backend.registry.contacts_proving import vouch_for_method
from backend.registry.household_cards import CareNotes, write_care_notes
from backend.registry.models import OrgUnit, Person
from backend.registry.org_units import registry_code
from backend.registry.queries import communities
from playground.community.shapes import CastMember, Community
from playground.community.story_shapes import CalledContact
from playground.telegram.clock import Clock
from playground.telegram.events import EventLog
from playground.telephone.exchange import Exchange

NUMBER = "+8614000000001"
"""The program's own number in the local exchange."""
SCOPES = frozenset({ContactScope.STATE, ContactScope.PLACE, ContactScope.HEALTH, ContactScope.BOOK})
PAGES = {"voice_url": "/phone/twilio/voice/inbound", "sms_url": "/phone/twilio/sms/incoming"}


def open_exchange(community: Community, clock: Clock, events: EventLog, public_url: str) -> Exchange:
    """The local telephone exchange with everybody's telephones, and one number of the program's."""
    exchange = Exchange(clock, events=events)
    exchange.add_number(NUMBER, **{name: public_url + path for name, path in PAGES.items()})
    for telephone in community.story.telephones:
        exchange.add_handset(telephone.number, telephone.name, landline=telephone.landline, about=telephone.about)
    return exchange


async def seat_story(work: Work, community: Community) -> None:
    """Write down whom to call for the elders of the story; what is there already stays as it is."""
    members = {member.key: member for member in community.cast}
    async with work.begin() as uow:
        unit = (await communities(uow))[0]
        for elder in community.story.elders:
            person = await _person(uow, unit, elder)
            known = await contacts_of(uow, actor=SHELL_ACTOR, person_id=person.id) if person is not None else ()
            if person is None or any(one.consent_at is not None for one in known):
                continue
            for one in known:  # the registry file names them too, without a consent: in the story all have agreed
                await end_contact(uow, actor=SHELL_ACTOR, contact_id=one.contact_id)
            for contact in community.story.contacts:
                if contact.elder == elder:
                    await _add(uow, person, contact, members.get(contact.cast or ""))
            if elder == community.story.elders[0]:
                await write_care_notes(
                    uow, actor=SHELL_ACTOR, person_id=person.id, notes=CareNotes(**community.story.notes)
                )


async def _person(uow: UnitOfWork, community: OrgUnit, key: str) -> Person | None:
    found = await uow.session.scalars(select(Person).where(Person.code == registry_code(community, key)))
    return found.one_or_none()


async def _add(uow: UnitOfWork, elder: Person, contact: CalledContact, played: CastMember | None) -> None:
    """Add somebody with their ways; staff have heard the number being answered, so it counts as proved."""
    account = None
    if played is not None:
        user = TelegramUser(played.telegram_id, played.name, language_code=played.language)
        account = await account_for_telegram_user(uow, user)
    new = NewContact(
        name=contact.name,
        relation=RelationKind(contact.relation),
        rank=contact.rank,
        scopes=SCOPES if contact.relation == RelationKind.CHILD else frozenset(),
        account_id=account.id if account is not None else None,
    )
    row = await add_contact(uow, actor=SHELL_ACTOR, person_id=elder.id, contact=new)
    await note_consent(uow, actor=SHELL_ACTOR, contact_id=row.id)
    ways = [ChannelName.VOICE, ChannelName.SMS] + ([ChannelName.TELEGRAM] if account is not None else [])
    for channel in ways:
        way = NewMethod(channel=channel, phone="" if channel is ChannelName.TELEGRAM else contact.phone)
        method = await add_method(uow, actor=SHELL_ACTOR, contact_id=row.id, method=way)
        if channel is not ChannelName.TELEGRAM:
            await vouch_for_method(uow, actor=SHELL_ACTOR, method_id=method.id)
