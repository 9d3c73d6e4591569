"""The playground's service days: a barber with open times, a school with a course, and wishes that wait."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from backend.bookings import (
    TEACHING,
    CoursePlan,
    DayHours,
    apply_as_provider,
    days_ahead,
    decide_provider,
    make_days,
    make_wish,
    offerings_of,
    open_course,
    open_day,
    providers_of,
    seed_offerings,
    sessions_of_provider,
)
from backend.bookings.models import Provider
from backend.bookings.states import SessionKind
from backend.kernel.access import SHELL_ACTOR, Actor
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.registry.accounts import TelegramUser, account_for_telegram_user, actor_of_account
from backend.registry.models import OrgUnit
from backend.registry.queries import communities
from playground.community.shapes import CastMember, Community

SAMPLE = Path(__file__).with_suffix(".toml")
SATURDAY = 6
ONE_DAY = timedelta(days=1)


async def open_services(work: Work, community: Community) -> None:
    """Have somebody serve on the next service days and teach, whenever the playground opens; twice is safe."""
    sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    cast = {member.key: member for member in community.cast}
    async with work.begin() as uow:
        unit = (await communities(uow))[0]
        await seed_offerings(uow, unit.id)
        await make_days(uow, unit)
        for row in sample["providers"]:
            actor = await _actor(uow, cast[row["member"]])
            provider = await _provider(uow, unit, actor, row)
            if row["trade"] == TEACHING:
                await _teach(uow, unit, actor, provider, row)
            else:
                await _serve(uow, unit, actor, provider, row, most=sample["days"])
        for row in sample["wishes"]:
            await make_wish(uow, actor=await _actor(uow, cast[row["member"]]), community=unit, topic=row["topic"])


async def _actor(uow: UnitOfWork, member: CastMember) -> Actor:
    user = TelegramUser(member.telegram_id, member.name, language_code=member.language)
    return await actor_of_account(uow, await account_for_telegram_user(uow, user))


async def _provider(uow: UnitOfWork, unit: OrgUnit, actor: Actor, row: Mapping[str, Any]) -> Provider:
    """The approved provider; whoever applied before is not asked again."""
    assert actor.account_id is not None
    known = [one for one in await providers_of(uow, actor.account_id) if one.trade == row["trade"]]
    provider = known[0] if known else None
    if provider is None:
        provider = await apply_as_provider(
            uow, actor=actor, community=unit, trade=row["trade"], title=row["title"], about=row["about"]
        )
    return await decide_provider(uow, actor=SHELL_ACTOR, provider_id=provider.id, approve=True)


async def _serve(
    uow: UnitOfWork, unit: OrgUnit, actor: Actor, provider: Provider, row: Mapping[str, Any], *, most: int
) -> None:
    """Open times on the next days that have none of this provider; today is over before anybody can book."""
    there = {one.service_day_id for one in await sessions_of_provider(uow, provider.id, since=uow.now)}
    today = uow.now.astimezone(ZoneInfo(unit.time_zone)).date()
    hours = DayHours(
        begins=time.fromisoformat(row["begins"]),
        ends=time.fromisoformat(row["ends"]),
        minutes=row["minutes"],
        place=row["place"],
    )
    coming = [day for day in await days_ahead(uow, unit) if day.day_on > today][:most]
    for day in coming:
        if day.id not in there:
            await open_day(uow, actor=actor, provider_id=provider.id, service_day_id=day.id, hours=hours)


async def _teach(uow: UnitOfWork, unit: OrgUnit, actor: Actor, provider: Provider, row: Mapping[str, Any]) -> None:
    """Offer the course from the next Saturday on, unless one runs."""
    if await sessions_of_provider(uow, provider.id, since=uow.now):
        return
    offerings = {one.key: one for one in await offerings_of(uow, unit.id, kind=SessionKind.COURSE)}
    zone = ZoneInfo(unit.time_zone)
    day = uow.now.astimezone(zone).date() + ONE_DAY
    while day.isoweekday() != SATURDAY:
        day += ONE_DAY
    first = datetime.combine(day, time.fromisoformat(row["begins"]), zone)
    plan = CoursePlan(
        title=row["course"],
        starts=tuple(first + timedelta(weeks=week) for week in range(row["weeks"])),
        length=timedelta(minutes=row["minutes"]),
        seats=row["seats"],
        about=row["words"],
        place=row["place"],
    )
    offering = offerings[row["offering"]]
    await open_course(uow, actor=actor, provider_id=provider.id, offering_id=offering.id, plan=plan)
