"""Who came, who did not, and how it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from icalendar import Calendar

from backend.bookings import (
    add_survey_words,
    answer_survey,
    attenders,
    booking_counts,
    calendar_of,
    cancel_booking,
    check_in,
    check_in_by_code,
    finish_sessions,
    my_bookings,
    note_absences,
    satisfaction_of_provider,
)
from backend.bookings.errors import CheckInClosed, CodeUnknown, SurveyClosed
from backend.bookings.events import SessionTaught, SurveyDue
from backend.bookings.models import Session
from backend.bookings.states import BookingState
from backend.kernel.errors import AccessDenied
from tests.service.bookings.conftest import Market


async def begin(market: Market) -> None:
    async with market.world.work.look() as uow:
        session = await uow.session.get_one(Session, market.sessions[0])
    market.world.clock.advance(session.starts_at - market.world.clock.now())


async def test_the_barber_ticks_who_came_and_they_are_asked_how_it_was(market: Market):
    wang, liu = await market.book("Wang Fang", 0), await market.book("Liu Yang", 1)
    barber, work = market.world.actor("plumber Guo"), market.world.work
    with pytest.raises(CheckInClosed):
        async with work.begin() as uow:
            await check_in(uow, actor=barber, booking_id=wang.booking.id)
    await begin(market)

    for _ in range(2):
        async with work.begin() as uow:
            await check_in(uow, actor=barber, booking_id=wang.booking.id)
    async with work.look() as uow:
        listed = await attenders(uow, actor=barber, session_id=market.sessions[0])
    market.world.hours_pass(1)
    async with work.begin() as uow:
        finished = [await finish_sessions(uow), await finish_sessions(uow)]

    assert [(one.name, one.state, set(one.came)) for one in listed] == [("Wang Fang", BookingState.CHECKED_IN, {1})]
    assert finished == [3, 0]
    assert market.world.events(SurveyDue) == [SurveyDue(wang.booking.id)]
    assert market.world.events(SessionTaught) == [SessionTaught(market.sessions[0], 1)]
    assert await market.state(liu.booking.id) == "confirmed"


async def test_who_never_came_is_absent_a_day_later_and_the_barber_can_still_put_it_right(market: Market):
    liu = await market.book("Liu Yang", 0)
    await begin(market)
    market.world.hours_pass(1)
    async with market.world.work.begin() as uow:
        await finish_sessions(uow)
        assert await note_absences(uow) == 0
    market.world.hours_pass(23)
    async with market.world.work.begin() as uow:
        await check_in(uow, actor=market.world.actor("plumber Guo"), booking_id=liu.booking.id)
    assert await market.state(liu.booking.id) == "checked_in"

    wang = await _missed(market)
    assert wang == "no_show"


async def _missed(market: Market) -> str:
    async with market.world.work.begin() as uow:
        booked = (await my_bookings(uow, actor=market.world.actor("Liu Yang")))[0].booking
        booked.state = BookingState.CONFIRMED
    market.world.hours_pass(48)
    async with market.world.work.begin() as uow:
        await note_absences(uow)
    return await market.state(booked.id)


async def test_a_code_checks_in_once_and_only_with_its_barber(market: Market):
    wang = await market.book("Wang Fang")
    await begin(market)
    assert wang.code is not None

    for actor, code in (("plumber Guo", "guessed"), ("officer He", wang.code), ("Wang Fang", wang.code)):
        with pytest.raises(CodeUnknown):
            async with market.world.work.begin() as uow:
                await check_in_by_code(uow, actor=market.world.actor(actor), code=code)
    async with market.world.work.begin() as uow:
        booking = await check_in_by_code(uow, actor=market.world.actor("plumber Guo"), code=wang.code)

    assert booking.state is BookingState.CHECKED_IN


async def test_the_list_of_who_comes_is_for_the_provider_and_staff(market: Market):
    await market.book("Wang Fang")

    async with market.world.work.look() as uow:
        assert len(await attenders(uow, actor=market.world.actor("staff Chen"), session_id=market.sessions[0])) == 1
        for name in ("Liu Yang", "worker Li", "foreign staff Bai"):
            with pytest.raises(AccessDenied):
                await attenders(uow, actor=market.world.actor(name), session_id=market.sessions[0])


async def test_only_who_was_there_says_how_it_was_and_only_once(market: Market):
    wang, liu = await market.book("Wang Fang", 0), await market.book("Liu Yang", 1)
    await begin(market)
    async with market.world.work.begin() as uow:
        await check_in(uow, actor=market.world.actor("plumber Guo"), booking_id=wang.booking.id)
    market.world.hours_pass(1)
    async with market.world.work.begin() as uow:
        await finish_sessions(uow)

    async with market.world.work.begin() as uow:
        actor = market.world.actor("Wang Fang")
        given = [await answer_survey(uow, actor=actor, booking_id=wang.booking.id, stars=stars) for stars in (3, 1)]
        await add_survey_words(uow, actor=actor, booking_id=wang.booking.id, words="师傅手艺好")
        for name, booking_id, stars in (("Liu Yang", liu.booking.id, 3), ("Wang Fang", wang.booking.id, 4)):
            with pytest.raises(SurveyClosed):
                await answer_survey(uow, actor=market.world.actor(name), booking_id=booking_id, stars=stars)
    async with market.world.work.look() as uow:
        sums = await satisfaction_of_provider(uow, market.provider_id)
        counts = await booking_counts(
            uow,
            actor=market.world.actor("staff Chen"),
            community=market.world.units["community"],
            since=uow.now - timedelta(days=30),
            until=uow.now + timedelta(days=1),
        )

    assert given == [True, False]
    assert (sums.answers, sums.happy, sums.share) == (1, 1, None)
    assert (counts.services_held, counts.came, counts.answers, counts.satisfaction) == (3, 1, 1, 1.0)


async def test_a_calendar_says_when_and_where_but_not_who(market: Market):
    wang = await market.book("Wang Fang")
    actor = market.world.actor("Wang Fang")

    async with market.world.work.look() as uow:
        feed = calendar_of(await my_bookings(uow, actor=actor), now=uow.now, language="zh_Hans")
    async with market.world.work.begin() as uow:
        await cancel_booking(uow, actor=actor, booking_id=wang.booking.id)
    async with market.world.work.look() as uow:
        given_up = await my_bookings(uow, actor=actor, states=[BookingState.CANCELLED])
        removal = calendar_of(given_up, now=uow.now, language="zh_Hans", is_feed=False)

    (first,), (second,) = (Calendar.from_ical(text).walk("VEVENT") for text in (feed, removal))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert (str(first["status"]), str(second["status"])) == ("CONFIRMED", "CANCELLED")
    assert Calendar.from_ical(removal)["method"] == "CANCEL"
    assert first["dtstart"].dt.isoformat() == "2026-05-20T01:00:00+00:00"
    assert "Wang" not in feed.decode()
