"""Seats are booked, waited for, offered, accepted and given up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from backend.bookings import (
    accept_offer,
    assure,
    book,
    cancel_booking,
    cancel_session,
    change_session,
    lapse_offers,
    my_bookings,
    myself,
    one_booking,
    remind,
    somebody,
)
from backend.bookings.errors import (
    HouseholdQuota,
    NotForThem,
    OfferOver,
    SeatsLeft,
    SessionFull,
    SessionOver,
)
from backend.bookings.events import BookingDue, BookingMoved, OfferNotMade, SessionCancelled
from backend.bookings.models import Booking, Session
from backend.bookings.states import BookedThrough, BookingAction, BookingState
from backend.kernel.access import Actor, Door
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import Household, Person, Residency
from tests.service.bookings.conftest import Market


async def test_a_seat_is_booked_once_however_often_it_is_asked_for(market: Market):
    first = await market.book("Wang Fang")

    again = await market.book("Wang Fang")
    other_time = await market.book("Wang Fang", slot=1)

    assert first.is_new
    assert first.code
    assert (again.is_new, other_time.is_new) == (False, False)
    assert again.booking.id == other_time.booking.id == first.booking.id
    assert [await market.taken(slot) for slot in (0, 1)] == [1, 0]


async def test_somebody_without_an_account_has_their_own_bookings_however_they_came_and_nobody_elses(market: Market):
    async with market.world.work.begin() as uow:
        elders = [Person(community_id=market.world.community_id, name=name) for name in ("张大妈", "李大爷")]
        uow.session.add_all(elders)
        await uow.session.flush()
        zhang, li = (Actor(account_id=None, person_id=one.id, name=one.name, door=Door.PHONE) for one in elders)
        worker = market.world.actor("staff Chen")
        by_telephone = await book(uow, actor=zhang, session_id=market.sessions[0], beneficiary=await myself(uow, zhang))
        for_li = await somebody(uow, worker, elders[1].id)
        by_worker = await book(uow, actor=worker, session_id=market.sessions[1], beneficiary=for_li)
    await market.book("Wang Fang", slot=2)

    async with market.world.work.look() as uow:
        listed = {who.name: await my_bookings(uow, actor=who) for who in (zhang, li, worker)}
        nobody = await my_bookings(uow, actor=Actor(account_id=None))
        with pytest.raises(NotFound):
            await one_booking(uow, actor=zhang, booking_id=by_worker.booking.id)

    told = {name: [(one.booking.id, one.for_name) for one in mine] for name, mine in listed.items()}
    assert told == {
        "张大妈": [(by_telephone.booking.id, "")],
        "李大爷": [(by_worker.booking.id, "")],
        "staff Chen": [(by_worker.booking.id, "李大爷")],
    }
    assert (by_telephone.booking.through, by_telephone.booking.account_id) == (BookedThrough.VOICE, None)
    assert nobody == []


async def test_a_full_time_is_refused_and_nobody_waits_while_there_are_seats(market: Market):
    await market.book("Wang Fang")

    with pytest.raises(SessionFull):
        await market.book("Liu Yang")
    with pytest.raises(SeatsLeft):
        await market.wait("Liu Yang")

    assert await market.taken() == 1
    assert (await market.book("Liu Yang", slot=1)).is_new


async def test_a_seat_given_up_is_offered_to_the_first_who_waits_in_the_same_moment(market: Market):
    wang, *_ = [await market.book(name, slot) for slot, name in enumerate(("Wang Fang", "staff Xu", "leader Tang"))]
    liu = await market.wait("Liu Yang")
    zhou = await market.wait("Zhou Min")

    async with market.world.work.begin() as uow:
        await cancel_booking(uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id)
        await cancel_booking(uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id)

    assert await market.taken() == 1
    assert await market.state(liu.booking.id) == "offered"
    assert await market.state(zhou.booking.id) == "waitlisted"
    with pytest.raises(SessionFull):
        await market.book("worker Sun")
    async with market.world.work.begin() as uow:
        accepted = await accept_offer(uow, actor=market.world.actor("Liu Yang"), booking_id=liu.booking.id)
        again = await accept_offer(uow, actor=market.world.actor("Liu Yang"), booking_id=liu.booking.id)
    assert accepted.booking.state is BookingState.CONFIRMED
    assert (accepted.is_new, again.is_new) == (True, False)


async def test_an_offer_that_nobody_takes_goes_on_to_the_next_and_is_not_taken_late(market: Market):
    wang, *_ = [await market.book(name, slot) for slot, name in enumerate(("Wang Fang", "staff Xu", "leader Tang"))]
    liu = await market.wait("Liu Yang")
    zhou = await market.wait("Zhou Min")
    async with market.world.work.begin() as uow:
        await cancel_booking(uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id)

    market.world.hours_pass(2)
    with pytest.raises(OfferOver):
        async with market.world.work.begin() as uow:
            await accept_offer(uow, actor=market.world.actor("Liu Yang"), booking_id=liu.booking.id)
    async with market.world.work.begin() as uow:
        lapsed = await lapse_offers(uow)
        again = await lapse_offers(uow)

    assert (lapsed, again) == (1, 0)
    assert await market.state(liu.booking.id) == "lapsed"
    assert await market.state(zhou.booking.id) == "offered"
    assert await market.taken() == 1


async def test_an_offer_shortly_before_the_start_is_not_made(market: Market):
    wang, *_ = [await market.book(name, slot) for slot, name in enumerate(("Wang Fang", "staff Xu", "leader Tang"))]
    liu = await market.wait("Liu Yang")
    async with market.world.work.look() as uow:
        session = await uow.session.get_one(Session, market.sessions[0])
    market.world.clock.advance(session.starts_at - market.world.clock.now() - timedelta(minutes=50))

    async with market.world.work.begin() as uow:
        await cancel_booking(uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id)

    assert await market.state(liu.booking.id) == "waitlisted"
    assert await market.taken() == 0
    assert market.world.events(OfferNotMade) == [OfferNotMade(market.sessions[0])]


async def test_who_waits_may_take_another_time_that_has_become_free(market: Market):
    for slot, name in enumerate(("Wang Fang", "staff Xu", "leader Tang")):
        await market.book(name, slot)
    liu = await market.wait("Liu Yang")
    async with market.world.work.begin() as uow:
        (await uow.session.get_one(Session, market.sessions[2])).capacity = 2

    booked = await market.book("Liu Yang", slot=2)

    assert booked.booking.id == liu.booking.id
    assert booked.booking.state is BookingState.CONFIRMED
    assert await market.taken(2) == 2


async def test_another_time_frees_the_first_for_who_waits(market: Market):
    wang, *_ = [await market.book(name, slot) for slot, name in enumerate(("Wang Fang", "staff Xu"))]
    async with market.world.work.begin() as uow:
        booking = await change_session(
            uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id, session_id=market.sessions[2]
        )
        sequence = booking.sequence

    assert [await market.taken(slot) for slot in (0, 1, 2)] == [0, 1, 1]
    assert sequence == 1
    with pytest.raises(SessionFull):
        async with market.world.work.begin() as uow:
            await change_session(
                uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id, session_id=market.sessions[1]
            )
    assert [await market.taken(slot) for slot in (0, 1, 2)] == [0, 1, 1]


async def test_a_late_cancellation_is_possible_and_noted(market: Market):
    wang = await market.book("Wang Fang")
    market.world.hours_pass(24 * 7 + 15)

    async with market.world.work.begin() as uow:
        cancelled = await cancel_booking(uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id)

    assert cancelled.is_late
    assert await market.taken() == 0


async def test_nobody_touches_a_strangers_booking(market: Market):
    wang = await market.book("Wang Fang")

    for name in ("Liu Yang", "foreign staff Bai", "plumber Guo"):
        with pytest.raises(NotFound):
            async with market.world.work.begin() as uow:
                await cancel_booking(uow, actor=market.world.actor(name), booking_id=wang.booking.id)
    async with market.world.work.begin() as uow:
        await cancel_booking(uow, actor=market.world.actor("staff Chen"), booking_id=wang.booking.id)
    assert await market.state(wang.booking.id) == "cancelled"


async def test_what_has_begun_cannot_be_booked(market: Market):
    market.world.hours_pass(24 * 8)

    with pytest.raises(SessionOver):
        await market.book("Wang Fang")


async def test_a_worker_books_for_an_elder_of_the_grid_and_the_record_keeps_both(market: Market):
    elder = market.world.accounts["Wang Fang"].person_id
    worker, stranger = market.world.actor("worker Li"), market.world.actor("Liu Yang")
    async with market.world.work.begin() as uow:
        await _live_in(uow, market, elder, "household-1")
    with pytest.raises(NotForThem):
        async with market.world.work.begin() as uow:
            await somebody(uow, stranger, elder)

    async with market.world.work.begin() as uow:
        beneficiary = await somebody(uow, worker, elder)
        booked = await book(uow, actor=worker, session_id=market.sessions[0], beneficiary=beneficiary)

    assert booked.booking.beneficiary == f"person:{elder}"
    assert booked.booking.booked_by_id == worker.account_id
    assert booked.booking.account_id == market.world.account_id("Wang Fang")


async def test_a_household_has_only_so_many_seats_of_a_day(market: Market):
    async with market.world.work.begin() as uow:
        for name in ("Wang Fang", "Liu Yang", "Zhou Min"):
            await _live_in(uow, market, market.world.accounts[name].person_id, "household-1")
    await market.book("Wang Fang", 0)
    await market.book("Liu Yang", 1)

    with pytest.raises(HouseholdQuota):
        await market.book("Zhou Min", 2)


async def test_a_cancelled_session_tells_everybody_once(market: Market):
    wang = await market.book("Wang Fang")
    market.world.heard.clear()

    for _ in range(2):
        async with market.world.work.begin() as uow:
            await cancel_session(
                uow, actor=market.world.actor("plumber Guo"), session_id=market.sessions[0], reason="下雨"
            )

    assert await market.state(wang.booking.id) == "cancelled"
    assert market.world.events(SessionCancelled) == [SessionCancelled(market.sessions[0], "下雨")]
    moved = market.world.events(BookingMoved)
    assert [(event.action, event.by_provider) for event in moved] == [(BookingAction.CANCEL, True)]


async def test_a_reminder_comes_once_and_only_for_what_still_stands(market: Market):
    wang = await market.book("Wang Fang", 0)
    liu = await market.book("Liu Yang", 1)
    market.world.hours_pass(24 * 7 + 5)
    async with market.world.work.begin() as uow:
        await cancel_booking(uow, actor=market.world.actor("Liu Yang"), booking_id=liu.booking.id)

    async with market.world.work.begin() as uow:
        told = [await remind(uow), await remind(uow)]

    assert told == [1, 0]
    assert market.world.events(BookingDue) == [BookingDue(wang.booking.id)]


async def test_who_stayed_away_twice_confirms_the_evening_before_or_the_seat_goes_on(market: Market):
    async with market.world.work.begin() as uow:
        actor = market.world.actor("Wang Fang")
        beneficiary = await myself(uow, actor)
        session = await uow.session.get_one(Session, market.sessions[0])
        for number in (901, 902):
            uow.session.add(_absence(session, beneficiary.key, number, uow.now))
    wang = await market.book("Wang Fang")

    assert wang.booking.confirm_by is not None
    async with market.world.work.begin() as uow:
        assured = await assure(uow, actor=market.world.actor("Wang Fang"), booking_id=wang.booking.id)
    assert assured.confirm_by is None

    liu = await market.book("Liu Yang", 1)
    async with market.world.work.begin() as uow:
        (await uow.session.get_one(Booking, liu.booking.id)).confirm_by = uow.now
        assert await lapse_offers(uow) == 1
    assert await market.taken(1) == 0


def _absence(session: Session, beneficiary: str, number: int, now: object) -> Booking:
    return Booking(
        community_id=session.community_id,
        number=number,
        offering_id=session.offering_id,
        session_id=session.id,
        claim_key=f"day:0:{number}",
        beneficiary=beneficiary,
        through="chat",
        state=BookingState.NO_SHOW,
        created_at=now,
        priority=0,
    )


async def _live_in(uow: UnitOfWork, market: Market, person_id: int, code: str) -> None:
    household = await uow.session.scalar(select(Household).where(Household.code == code))
    if household is None:
        address = market.world.buildings["1"].address_id
        household = Household(community_id=market.world.community_id, code=code, address_id=address)
        uow.session.add(household)
        await uow.session.flush()
    uow.session.add(Residency(person_id=person_id, household_id=household.id, role="owner"))
