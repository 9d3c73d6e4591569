"""Somebody wants to join whom the registry cannot tell for sure: the office decides."""

from __future__ import annotations

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import office_of, person
from backend.notify.presses import JoinPress
from backend.notify.words import Voice, Words
from backend.registry.events import JoiningUndecided, ResidentJoined
from backend.registry.models import Account
from backend.registry.queries import home_community


async def hear_undecided(uow: UnitOfWork, voice: Voice, event: JoiningUndecided) -> None:
    """The office hears that somebody waits, not who: the notice may hang in a group."""
    account = await uow.session.get_one(Account, event.account_id)
    community = await home_community(uow, account)
    if community is None:
        return

    def say(words: Words) -> Content:
        press = button(words, "joining.button.decide", JoinPress(account.id))
        return Content(words("joining.undecided", number=account.id), buttons=in_rows([press]))

    await tell(uow, voice, await office_of(uow, community.id), say, key=f"joining:{account.id}")


async def hear_joined(uow: UnitOfWork, voice: Voice, event: ResidentJoined) -> None:
    """Whoever waited for the office hears that it is done; who was found at once has it as the reply already."""
    if event.decided_by_id is None:
        return
    hearers = await person(uow, event.account_id)
    await tell(uow, voice, hearers, lambda words: Content(words("joining.decided")), key=f"joined:{event.account_id}")
