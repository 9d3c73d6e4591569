"""Somebody wants to join whom the registry cannot tell for sure: the office decides."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.messages import tell
from backend.notify.people import office_of
from backend.notify.words import Voice, Words
from backend.registry.events import JoiningUndecided
from backend.registry.models import Account
from backend.registry.queries import home_community


async def hear_undecided(uow: UnitOfWork, voice: Voice, event: JoiningUndecided) -> None:
    """The office hears that somebody waits, not who: the notice may hang in a group."""
    account = await uow.session.get_one(Account, event.account_id)
    community = await home_community(uow, account)
    if community is None:
        return

    def say(words: Words) -> Content:
        return Content(words("joining.undecided", number=account.id))

    await tell(uow, voice, await office_of(uow, community.id), say, key=f"joining:{account.id}")
