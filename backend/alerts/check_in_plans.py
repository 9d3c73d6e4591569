"""Who is asked each day whether all is well, when and how: set by those who look after them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from backend.alerts.care_models import CheckInMethod, CheckInPlan
from backend.alerts.check_in_rules import next_check_in
from backend.alerts.errors import CheckInInvalid
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry import queries
from backend.registry.homes import home_of
from backend.registry.models import OrgUnit

ANSWER_WITHIN = range(5, 241)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


async def plan_check_ins(
    uow: UnitOfWork,
    *,
    actor: Actor,
    person_id: int,
    method: CheckInMethod,
    ask_at: time,
    answer_within: int = 30,
    weekdays: Collection[int] = EVERY_DAY,
) -> CheckInPlan:
    """Ask this person at this local time from now on; a plan that was there is changed.

    Raises NotFound, AccessDenied, CheckInInvalid.
    """
    home = await home_of(uow, person_id)
    check_access(actor, Permission.PLAN_CHECK_INS, home.org_path)
    days = sorted(set(weekdays))
    if not days or not set(days) <= set(EVERY_DAY) or answer_within not in ANSWER_WITHIN:
        raise CheckInInvalid
    community = await uow.session.get_one(OrgUnit, home.person.community_id)
    plan = await _plan(uow, person_id)
    if plan is None:
        plan = CheckInPlan(community_id=community.id, person_id=person_id)
        uow.session.add(plan)
    plan.method, plan.ask_at, plan.answer_within, plan.weekdays = method, ask_at, answer_within, days
    plan.made_by_id = actor.account_id
    plan.next_at = next_check_in(ask_at, days, after=uow.now, zone=ZoneInfo(community.time_zone))
    await uow.session.flush()
    facts = {"method": method.value, "at": ask_at.isoformat(), "within": answer_within, "days": days}
    audit(uow, actor, "check_in.plan", f"person:{person_id}", org_path=home.org_path, after=facts)
    return plan


async def stop_check_ins(uow: UnitOfWork, *, actor: Actor, person_id: int) -> None:
    """Ask this person no more. Twice, or without a plan, changes nothing."""
    home = await home_of(uow, person_id)
    check_access(actor, Permission.PLAN_CHECK_INS, home.org_path)
    plan = await _plan(uow, person_id)
    if plan is not None and plan.next_at is not None:
        plan.next_at = None
        audit(uow, actor, "check_in.stop", f"person:{person_id}", org_path=home.org_path)


async def check_in_plan(uow: UnitOfWork, *, actor: Actor, person_id: int) -> CheckInPlan | None:
    """The plan of a person, if it is switched on; raises NotFound, AccessDenied."""
    home = await home_of(uow, person_id)
    check_access(actor, Permission.PLAN_CHECK_INS, home.org_path)
    plan = await _plan(uow, person_id)
    return plan if plan is not None and plan.next_at is not None else None


async def check_in_plans_of(uow: UnitOfWork, *, actor: Actor, community_id: int) -> Sequence[CheckInPlan]:
    """The plans of a community that are switched on, by time; raises AccessDenied."""
    unit = await queries.org_unit(uow, community_id)
    check_access(actor, Permission.PLAN_CHECK_INS, unit.path)
    found = select(CheckInPlan).where(CheckInPlan.community_id == community_id, CheckInPlan.next_at.is_not(None))
    return (await uow.session.scalars(found.order_by(CheckInPlan.ask_at, CheckInPlan.id))).all()


async def _plan(uow: UnitOfWork, person_id: int) -> CheckInPlan | None:
    plan: CheckInPlan | None = await uow.session.scalar(
        select(CheckInPlan).where(CheckInPlan.person_id == person_id).with_for_update()
    )
    return plan
