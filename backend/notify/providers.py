"""What those hear who offer services: the office decides about them, and they hear what became of it."""

from __future__ import annotations

from backend.bookings.events import ProviderApplied, ProviderDecided, ProviderEnded
from backend.bookings.models import Provider
from backend.bookings.states import ProviderState
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Content
from backend.notify.booking_presses import ProviderButton, ProviderPress, Verdict, VerdictPress
from backend.notify.buttons import button, in_rows
from backend.notify.messages import tell
from backend.notify.people import office_of, person
from backend.notify.words import Voice, Words


async def hear_applied(uow: UnitOfWork, voice: Voice, event: ProviderApplied) -> None:
    """The office decides who offers something."""
    provider = await uow.session.get_one(Provider, event.provider_id)

    def say(words: Words) -> Content:
        text = words("provider.notice.applied", title=provider.title, about=provider.about or "—")
        yes = button(words, "provider.button.approve", VerdictPress(Verdict.APPROVE, provider.id))
        no = button(words, "provider.button.refuse", VerdictPress(Verdict.REFUSE, provider.id))
        return Content(text, buttons=in_rows([yes, no]))

    await tell(uow, voice, await office_of(uow, provider.community_id), say, key=f"provider:{provider.id}")


async def hear_decided(uow: UnitOfWork, voice: Voice, event: ProviderDecided) -> None:
    """Who applied hears what was decided."""
    provider = await uow.session.get_one(Provider, event.provider_id)
    is_approved = provider.state is ProviderState.APPROVED

    def say(words: Words) -> Content:
        menu = [button(words, "provider.button.menu", ProviderPress(ProviderButton.MENU))] if is_approved else []
        key = "provider.notice.approved" if is_approved else "provider.notice.refused"
        return Content(words(key, title=provider.title), buttons=in_rows(menu))

    key = f"provider_decided:{provider.id}:{provider.state.value}"
    await tell(uow, voice, await person(uow, provider.account_id), say, key=key)


async def hear_ended(uow: UnitOfWork, voice: Voice, event: ProviderEnded) -> None:
    """Who serves no longer hears so, and why, from us and not from a neighbour at the door."""
    provider = await uow.session.get_one(Provider, event.provider_id)

    def say(words: Words) -> Content:
        key = "provider.notice.ended_with_sessions" if event.sessions else "provider.notice.ended"
        return Content(words(key, title=provider.title, reason=event.reason, count=event.sessions))

    key = f"provider_decided:{provider.id}:{provider.state.value}"
    await tell(uow, voice, await person(uow, provider.account_id), say, key=key)
