"""What people hear of bookings: a seat kept for them, a day that opens, tomorrow's appointment, what was called off."""

from __future__ import annotations

from datetime import timedelta

from backend.bookings.events import (
    BookingDue,
    BookingMoved,
    ServiceDayOpened,
    SurveyDue,
    WishAnswered,
)
from backend.bookings.models import Booking, ServiceDay, Session, Wish
from backend.bookings.offerings import services_on
from backend.bookings.states import BookingAction, BookingState
from backend.bookings.wishes import topics
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.broadcasts import broadcast
from backend.messaging.contents import Content, Lane
from backend.notify.booking_calls import Said, close_question, tell_by_telephone
from backend.notify.booking_facts import BookingFacts, booking_facts, offering_name
from backend.notify.booking_presses import (
    BookButton,
    BookPress,
)
from backend.notify.both_dates import day_said, when_said
from backend.notify.buttons import Rows, button, in_rows
from backend.notify.messages import tell
from backend.notify.people import Hearer, group_hearer, person
from backend.notify.words import Voice, Words
from backend.registry.models import OrgKind
from backend.registry.queries import chat_of_unit, org_unit, units_within

ASKED = (BookingState.OFFERED, BookingState.CONFIRMED)
"""Whoever has a telephone only may have been asked whether they come."""
HAPPY = (3, 2, 1)
"""The buttons of the question how it was, the best first."""


async def hear_move(uow: UnitOfWork, voice: Voice, event: BookingMoved) -> None:
    """Say what became of a booking to whoever did not do it themselves."""
    key = _said_of(event)
    booking = await uow.session.get_one(Booking, event.booking_id)
    if event.from_state in ASKED:
        await close_question(uow, booking)
    if key is None:
        return
    facts = await booking_facts(uow, booking)

    def say(words: Words) -> Content:
        said = facts.said(words) | {"because": _because(words, event)}
        return Content(words(key, **said), buttons=_buttons(words, event, booking))

    hearers = await _hearers(uow, booking, but=event.actor_account_id)
    lane = Lane.URGENT if event.to_state is BookingState.OFFERED else Lane.NORMAL
    name = f"booking:{booking.id}:{booking.sequence}"
    await tell(uow, voice, hearers, say, key=name, lane=lane, kept=facts.kept(uow))
    by_clock = event.action in (BookingAction.OFFER, BookingAction.LAPSE)
    if event.by_provider or by_clock or event.actor_account_id is not None:  # else they did it by telephone themselves
        await tell_by_telephone(uow, voice, booking, _by_telephone(uow, voice, event, key, facts))


def _by_telephone(uow: UnitOfWork, voice: Voice, event: BookingMoved, key: str, facts: BookingFacts) -> Said:
    is_offer = event.to_state is BookingState.OFFERED
    words = voice.words(Language.CHINESE.value)
    until = facts.booking.offer_until if is_offer else None
    return Said(
        key.removeprefix(NOTICE),
        facts.spoken(words) | {"because": _because(words, event)},
        f"booking:{facts.booking.id}:{facts.booking.sequence}",
        until or uow.now + facts.kept(uow),
        is_question=is_offer,
        is_called=is_offer or event.by_provider,
    )


NOTICE = "booking.notice."


def _said_of(event: BookingMoved) -> str | None:
    """The key of the words; None where nobody is told, such as of a check-in."""
    if event.by_provider:
        return f"{NOTICE}called_off"
    if event.action is None:
        return f"{NOTICE}made_for_you.{event.to_state.value}"
    if event.action is BookingAction.LAPSE and event.from_state is BookingState.WAITLISTED:
        return f"{NOTICE}waited_in_vain"
    return {
        BookingAction.OFFER: f"{NOTICE}offered",
        BookingAction.LAPSE: f"{NOTICE}lapsed",
        BookingAction.CANCEL: f"{NOTICE}cancelled_for_you",
    }.get(event.action)


def _because(words: Words, event: BookingMoved) -> str:
    return words.plain("booking.because", reason=event.reason) if event.reason else ""


def _buttons(words: Words, event: BookingMoved, booking: Booking) -> Rows:
    if event.to_state is BookingState.OFFERED:
        accept = button(words, "booking.button.accept", BookPress(BookButton.ACCEPT, booking.id))
        decline = button(words, "booking.button.decline", BookPress(BookButton.DECLINE, booking.id))
        return in_rows([accept, decline])
    if event.by_provider:
        return in_rows([button(words, "booking.button.days", BookPress(BookButton.DAYS))])
    if event.to_state in (BookingState.CONFIRMED, BookingState.WAITLISTED):
        return in_rows([button(words, "booking.button.show", BookPress(BookButton.SHOW, booking.id))])
    return ()


async def hear_due(uow: UnitOfWork, voice: Voice, event: BookingDue) -> None:
    """Remind of what is tomorrow; who stayed away before is asked whether they come."""
    booking = await uow.session.get_one(Booking, event.booking_id)
    facts = await booking_facts(uow, booking)
    must_confirm = booking.confirm_by is not None

    def say(words: Words) -> Content:
        key = "booking.notice.confirm" if must_confirm else "booking.notice.reminder"
        coming = (
            [button(words, "booking.button.assure", BookPress(BookButton.ASSURE, booking.id))] if must_confirm else []
        )
        show = [button(words, "booking.button.show", BookPress(BookButton.SHOW, booking.id))]
        return Content(words(key, **facts.said(words)), buttons=in_rows(coming, show))

    hearers = await _hearers(uow, booking)
    name, kept = f"booking_due:{booking.id}:{booking.sequence}", facts.kept(uow)
    await tell(uow, voice, hearers, say, key=name, kept=kept)
    spoken = facts.spoken(voice.words(Language.CHINESE.value))
    key = "confirm" if must_confirm else "reminder"
    said = Said(key, spoken, name, uow.now + kept, is_question=True, is_called=True)
    await tell_by_telephone(uow, voice, booking, said)


async def hear_survey(uow: UnitOfWork, voice: Voice, event: SurveyDue) -> None:
    """Ask once how it was: three buttons."""
    booking = await uow.session.get_one(Booking, event.booking_id)
    facts = await booking_facts(uow, booking)

    def say(words: Words) -> Content:
        row = [
            button(words, f"booking.survey.{stars}", BookPress(BookButton.RATE, booking.id, stars)) for stars in HAPPY
        ]
        return Content(words("booking.notice.survey", **facts.said(words)), buttons=in_rows(row))

    hearers = await person(uow, booking.account_id)
    await tell(uow, voice, hearers, say, key=f"booking_survey:{booking.id}", lane=Lane.BULK)


async def hear_day_opened(uow: UnitOfWork, voice: Voice, event: ServiceDayOpened) -> None:
    """Tell the residents of the community, and the groups of its grids, what can be booked."""
    day = await uow.session.get_one(ServiceDay, event.service_day_id)
    services = [one.offering for one in await services_on(uow, day.id)]

    def say(words: Words) -> Content:
        names = words.plain("list.separator").join(offering_name(words, one) for one in services)
        text = words("booking.notice.day_opened", day=day_said(words, day.day_on), services=names)
        return Content(text, buttons=in_rows([button(words, "booking.button.book", BookPress(BookButton.DAY, day.id))]))

    await broadcast(
        uow,
        key=f"service_day:{day.id}",
        audience={"kind": "residents", "community": day.community_id},
        contents={language.value: say(voice.words(language.value)) for language in Language},
        expires_at=uow.now + timedelta(days=2),
    )
    for hearer in await _grid_groups(uow, day.community_id):
        await tell(uow, voice, [hearer], lambda words: Content(say(words).text), key=f"service_day:{day.id}")


async def _grid_groups(uow: UnitOfWork, community_id: int) -> list[Hearer]:
    community = await org_unit(uow, community_id)
    grids = await units_within(uow, [community.path], OrgKind.GRID)
    chats = [await chat_of_unit(uow, grid.id) for grid in grids]
    return [group_hearer(chat) for chat in chats if chat is not None]


async def hear_wish_answered(uow: UnitOfWork, voice: Voice, event: WishAnswered) -> None:
    """A course answers somebody's wish: the guardian hears, not the child."""
    wish = await uow.session.get_one(Wish, event.wish_id)
    session = await uow.session.get_one(Session, event.session_id)
    topic = topics()[wish.topic]

    def say(words: Words) -> Content:
        name = topic.en if words.language == Language.ENGLISH else topic.zh
        text = words("wish.notice.answered", topic=name, title=session.title, when=when_said(words, session.starts_at))
        look = button(words, "booking.button.look", BookPress(BookButton.TIME, session.id))
        return Content(text, buttons=in_rows([look]))

    await tell(uow, voice, await person(uow, wish.account_id), say, key=f"wish:{wish.id}:{session.id}")


async def _hearers(uow: UnitOfWork, booking: Booking, *, but: int | None = None) -> list[Hearer]:
    """The one for whom it is, and whoever booked it for them: an elder without a chat is told by a human."""
    whose = await person(uow, booking.account_id, but=but)
    others = await person(uow, booking.booked_by_id, but=but) if booking.booked_by_id != booking.account_id else []
    return [*whose, *others]
