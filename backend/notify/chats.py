"""Groups that come and go: the cards they should show, and a word to the office when one is lost."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content, Lane
from backend.notify.cards import refresh_of_chat
from backend.notify.messages import tell
from backend.notify.people import office_of
from backend.notify.words import Voice, Words
from backend.registry.events import ChatBound, ChatMigrated, ChatUnbound
from backend.registry.models import BoundChat, OrgUnit, Partner
from backend.registry.queries import binding_of_chat


async def hear_bound(uow: UnitOfWork, voice: Voice, event: ChatBound) -> None:
    """The new group sees what is open."""
    await refresh_of_chat(uow, voice, event.bound_chat_id)


async def hear_moved(uow: UnitOfWork, voice: Voice, event: ChatMigrated) -> None:
    """A card cannot follow its group into the new chat: it is posted there anew."""
    bound = await binding_of_chat(uow, event.to_chat_id)
    if bound is not None:
        await refresh_of_chat(uow, voice, bound.id)


async def hear_unbound(uow: UnitOfWork, voice: Voice, event: ChatUnbound) -> None:
    """What hung in the group goes to its people in private; if Telegram took it away, the office hears."""
    await refresh_of_chat(uow, voice, event.bound_chat_id)
    if event.by_account_id is not None:
        return
    bound = await uow.session.get_one(BoundChat, event.bound_chat_id)
    if bound.partner_id is not None:
        partner = await uow.session.get_one(Partner, bound.partner_id)
        name, unit_id = partner.name, partner.community_id
    else:
        assert bound.org_unit_id is not None
        unit = await uow.session.get_one(OrgUnit, bound.org_unit_id)
        name, unit_id = unit.name, unit.id

    def say(words: Words) -> Content:
        return Content(words("chat.lost", name=name, title=bound.title))

    key = f"chat:{bound.id}:lost"
    await tell(uow, voice, await office_of(uow, unit_id), say, key=key, lane=Lane.URGENT)
