"""Days by rule and by hand; children, consent, wishes and the courses that answer them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from backend.bookings import (
    CalendarKind,
    CoursePlan,
    DayHours,
    DayRule,
    add_child,
    add_day,
    answer_wishes,
    apply_as_provider,
    attenders,
    book,
    cancel_day,
    days_ahead,
    decide_provider,
    groups_of_wishes,
    make_days,
    make_wish,
    my_child,
    my_children,
    my_wishes,
    offerings_of,
    open_course,
    open_day,
    open_due_days,
    remove_child,
    set_day_rule,
    wishes_by_grid,
)
from backend.bookings.errors import (
    AgeUnfit,
    ChildInvalid,
    ConsentMissing,
    DayPast,
    DayTaken,
    NotApproved,
    ProviderBusy,
    SessionInvalid,
    WishInvalid,
)
from backend.bookings.events import ServiceDayOpened, WishAnswered
from backend.bookings.forgetting import forget_account
from backend.bookings.models import Child, GuardianConsent, ServiceDay
from backend.kernel.errors import AccessDenied, NotFound
from tests.service.bookings.conftest import TWENTIETH, Market


async def test_a_new_rule_makes_new_days_and_leaves_those_with_sessions(market: Market):
    community = market.world.units["community"]
    rule = DayRule(calendar=CalendarKind.LUNAR, days=(10, 20, 30))

    async with market.world.work.begin() as uow:
        await set_day_rule(
            uow, actor=market.world.actor("staff Chen"), community=community, rule=rule, open_days_before=3
        )
        await make_days(uow, community)
        with pytest.raises(AccessDenied):
            await set_day_rule(
                uow, actor=market.world.actor("worker Li"), community=community, rule=rule, open_days_before=3
            )
    async with market.world.work.look() as uow:
        days = [day.day_on for day in await days_ahead(uow, community, most=4)]

    # The barber serves on the twentieth; 16 and 26 May are lunar tenths.
    assert days == [date(2026, 5, 16), TWENTIETH, date(2026, 5, 26), date(2026, 6, 5)]


async def test_days_are_added_and_cancelled_by_hand(market: Market):
    wang = await market.book("Wang Fang")
    community, staff = market.world.units["community"], market.world.actor("staff Chen")
    async with market.world.work.begin() as uow:
        await add_day(uow, actor=staff, community=community, day=date(2026, 5, 23), note="助残日")
        for day, refusal in ((TWENTIETH, DayTaken), (date(2026, 5, 10), DayPast)):
            with pytest.raises(refusal):
                await add_day(uow, actor=staff, community=community, day=day)
        await cancel_day(uow, actor=staff, service_day_id=market.day_id, reason="停电")
        await make_days(uow, community)

    async with market.world.work.look() as uow:
        days = [day.day_on for day in await days_ahead(uow, community, most=2)]
    assert days == [date(2026, 5, 23), date(2026, 5, 30)]
    assert await market.state(wang.booking.id) == "cancelled"


async def test_a_day_with_sessions_is_opened_once_two_days_ahead(market: Market):
    async with market.world.work.begin() as uow:
        early = await open_due_days(uow)
    market.world.hours_pass(24 * 6)
    async with market.world.work.begin() as uow:
        opened = [await open_due_days(uow), await open_due_days(uow)]

    assert (early, opened) == (0, [1, 0])
    assert market.world.events(ServiceDayOpened) == [ServiceDayOpened(market.day_id)]


async def test_nobody_serves_in_two_places_or_out_of_trade(market: Market):
    guo, work = market.world.actor("plumber Guo"), market.world.work
    async with work.begin() as uow:
        day = (await uow.session.scalars(select(ServiceDay).where(ServiceDay.day_on == TWENTIETH))).one()
        courses = {offering.key: offering.id for offering in await offerings_of(uow, market.world.community_id)}
        plan = _plan(uow.now, starts=1)
    for hours, refusal in (
        (DayHours(begins=time(9, 30), ends=time(11), minutes=30), ProviderBusy),
        (DayHours(begins=time(11), ends=time(10), minutes=30), SessionInvalid),
        (DayHours(begins=time(11), ends=time(12), minutes=1), SessionInvalid),
        (DayHours(begins=time(11), ends=time(12), minutes=30, seats=0), SessionInvalid),
    ):
        with pytest.raises(refusal):
            async with work.begin() as uow:
                await open_day(uow, actor=guo, provider_id=market.provider_id, service_day_id=day.id, hours=hours)
    with pytest.raises(NotApproved):
        async with work.begin() as uow:
            await open_course(
                uow, actor=guo, provider_id=market.provider_id, offering_id=courses["course.children"], plan=plan
            )


def _plan(now: datetime, *, starts: int = 2) -> CoursePlan:
    begins = now + timedelta(days=10)
    return CoursePlan(
        title="周末书法班",
        starts=tuple(begins + timedelta(days=7 * number) for number in range(starts)),
        length=timedelta(minutes=90),
        seats=2,
        place="石油小学",
        link="https://meet.example.org/room",
    )


async def test_a_childs_wish_is_answered_by_a_course_and_lists_show_an_initial(market: Market):
    mother, school, staff = (market.world.actor(name) for name in ("Wang Fang", "officer He", "staff Chen"))
    community, work = market.world.units["community"], market.world.work
    async with work.begin() as uow:
        child = await add_child(
            uow, actor=mother, community=community, name="小宝", birth_year=2018, birth_month=3, pick_up="外婆"
        )
        wish, is_new = await make_wish(
            uow, actor=mother, community=community, topic="calligraphy", child_id=child.id, words="想学毛笔字"
        )
        same, again = await make_wish(uow, actor=mother, community=community, topic="calligraphy", child_id=child.id)
        with pytest.raises(WishInvalid):
            await make_wish(uow, actor=mother, community=community, topic="alchemy")
        provider = await apply_as_provider(uow, actor=school, community=community, trade="course", title="石油小学")
        with pytest.raises(AccessDenied):
            await groups_of_wishes(uow, actor=school, community=community)
        await decide_provider(uow, actor=staff, provider_id=provider.id, approve=True)
    assert (same.id, is_new, again) == (wish.id, True, False)

    async with work.begin() as uow:
        groups = await groups_of_wishes(uow, actor=school, community=community)
        offering = next(one for one in await offerings_of(uow, community.id) if one.key == "course.children")
        course = await open_course(
            uow, actor=school, provider_id=provider.id, offering_id=offering.id, plan=_plan(uow.now)
        )
        told = await answer_wishes(uow, actor=school, session_id=course.id, topic="calligraphy")
        again_told = await answer_wishes(uow, actor=school, session_id=course.id, topic="calligraphy")
        booked = await book(uow, actor=mother, session_id=course.id, beneficiary=await my_child(uow, mother, child.id))
        listed = await attenders(uow, actor=school, session_id=course.id)
        by_grid = await wishes_by_grid(uow, actor=staff, community=community)

    assert [(group.topic, group.count, group.youngest) for group in groups] == [("calligraphy", 1, 8)]
    assert (told, again_told) == (1, 0)
    assert market.world.events(WishAnswered) == [WishAnswered(wish.id, course.id)]
    assert booked.is_new
    assert [one.name for one in listed] == ["小*"]
    assert [(topic, count) for _, topic, count in by_grid] == [("calligraphy", 1)]


async def test_a_course_is_for_its_ages(market: Market):
    mother, school, staff = (market.world.actor(name) for name in ("Wang Fang", "officer He", "staff Chen"))
    community, work = market.world.units["community"], market.world.work
    async with work.begin() as uow:
        baby = await add_child(uow, actor=mother, community=community, name="小贝", birth_year=2025, birth_month=1)
        provider = await apply_as_provider(uow, actor=school, community=community, trade="course", title="石油小学")
        await decide_provider(uow, actor=staff, provider_id=provider.id, approve=True)
        offering = next(one for one in await offerings_of(uow, community.id) if one.key == "course.children")
        course = await open_course(
            uow, actor=school, provider_id=provider.id, offering_id=offering.id, plan=_plan(uow.now)
        )

        with pytest.raises(AgeUnfit):
            await book(uow, actor=mother, session_id=course.id, beneficiary=await my_child(uow, mother, baby.id))


async def test_without_consent_nothing_is_done_with_a_child_and_withdrawing_it_wipes_the_name(market: Market):
    mother, stranger = market.world.actor("Wang Fang"), market.world.actor("Liu Yang")
    community, work = market.world.units["community"], market.world.work
    async with work.begin() as uow:
        child = await add_child(uow, actor=mother, community=community, name="小宝", birth_year=2018, birth_month=3)
        assert [name for _, name in await my_children(uow, actor=mother)] == ["小宝"]
        assert await my_children(uow, actor=stranger) == []
        with pytest.raises(NotFound):
            await my_child(uow, stranger, child.id)
        for year, month, name in ((2010, 1, "大宝"), (2027, 1, "未来"), (2018, 13, "小宝"), (2018, 1, " ")):
            with pytest.raises(ChildInvalid):
                await add_child(uow, actor=mother, community=community, name=name, birth_year=year, birth_month=month)
        consent = (await uow.session.scalars(select(GuardianConsent))).one()
        consent.ended_at = uow.now
        with pytest.raises(ConsentMissing):
            await my_child(uow, mother, child.id)

    async with work.begin() as uow:
        await remove_child(uow, actor=mother, child_id=child.id)
        await remove_child(uow, actor=mother, child_id=child.id)
        row = await uow.session.get_one(Child, child.id)
        assert (row.name_sealed, row.initial, await my_children(uow, actor=mother)) == ("", "", [])
        assert await my_wishes(uow, actor=mother) == []


async def test_who_is_forgotten_leaves_no_child_no_wish_and_no_seat_behind(market: Market):
    mother, work = market.world.actor("Wang Fang"), market.world.work
    booked = await market.book("Wang Fang")
    async with work.begin() as uow:
        community = market.world.units["community"]
        child = await add_child(uow, actor=mother, community=community, name="小宝", birth_year=2018, birth_month=3)
        await make_wish(uow, actor=mother, community=community, topic="music", child_id=child.id, words="钢琴")

    for _ in range(2):
        async with work.begin() as uow:
            await forget_account(uow, account_id=market.world.account_id("Wang Fang"))

    async with work.look() as uow:
        row = await uow.session.get_one(Child, child.id)
        assert (row.name_sealed, row.initial) == ("", "")
        assert await my_wishes(uow, actor=mother) == []
    assert await market.state(booked.booking.id) == "cancelled"
    assert await market.taken() == 0
