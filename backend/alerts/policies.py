"""Policies of a community: the version in force, and staff's edits as new versions."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.alerts.errors import LifeSafetyNeedsRepeat, PolicyInvalid
from backend.alerts.models import EscalationPolicy
from backend.alerts.plans import FOREVER, Plan, default_plan, default_policies, plan_of, policy_key, written_plan
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.alarms import AlarmKind
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.rows import insert_new
from backend.registry import queries
from backend.registry.models import OrgUnit

_READ = "policies read"
"""A batch of a thousand alarms reads each policy once."""
_PLANS = "plans read"
LIFE_SAFETY_POLICIES = frozenset({"sos", "smoke", "gas"})


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """The newest version of one policy; `id` None: nobody needed it yet, it is the default."""

    key: str
    version: int
    plan: Plan
    id: int | None


async def policy_for(uow: UnitOfWork, community_id: int, kind: AlarmKind) -> tuple[EscalationPolicy, Plan]:
    """The version by which an alert of this kind climbs now; the first time the default becomes version 1."""
    key = policy_key(kind)
    read: dict[tuple[int, str], tuple[EscalationPolicy, Plan]] = uow.session.info.setdefault(_READ, {})
    if (community_id, key) not in read:
        policy = await _newest(uow, community_id, key)
        if policy is None:
            await _add(uow, community_id, key, 1, default_plan(key), None)
            policy = await _newest(uow, community_id, key)
        assert policy is not None, "the insert left a row, ours or another's"
        read[community_id, key] = policy, plan_of(policy.plan)
    return read[community_id, key]


async def plan_in(uow: UnitOfWork, policy_id: int) -> Plan:
    """The plan of one version; it never changes, so it is read once in a unit of work."""
    plans: dict[int, Plan] = uow.session.info.setdefault(_PLANS, {})
    if policy_id not in plans:
        plans[policy_id] = plan_of((await uow.session.get_one(EscalationPolicy, policy_id)).plan)
    return plans[policy_id]


async def policies_in_force(uow: UnitOfWork, *, actor: Actor, community_id: int) -> list[PolicyInForce]:
    """All policies of a community as they are followed now; raises AccessDenied."""
    await _check(uow, actor, community_id)
    found = []
    for default in default_policies():
        row = await _newest(uow, community_id, default.key)
        plan = plan_of(row.plan) if row is not None else default.plan
        found.append(PolicyInForce(default.key, row.version if row else 0, plan, row.id if row else None))
    return found


async def edit_policy(
    uow: UnitOfWork, *, actor: Actor, community_id: int, key: str, plan: Plan, was_version: int
) -> EscalationPolicy:
    """Make a new version; alerts that climb already keep theirs.

    Raises AccessDenied, PolicyInvalid (an unknown key, or somebody edited it meanwhile), LifeSafetyNeedsRepeat.
    """
    await _check(uow, actor, community_id)
    if key not in {default.key for default in default_policies()}:
        raise PolicyInvalid(key)
    if key in LIFE_SAFETY_POLICIES and plan.repeats != FOREVER:
        raise LifeSafetyNeedsRepeat
    # Two who edit the same policy take turns.
    await uow.session.execute(select(OrgUnit.id).where(OrgUnit.id == community_id).with_for_update())
    before = await _newest(uow, community_id, key)
    version = before.version if before is not None else 0
    if version != was_version:
        raise PolicyInvalid(f"version {version}")
    uow.session.info.pop(_READ, None)
    await _add(uow, community_id, key, version + 1, plan, actor.account_id)
    policy = await _newest(uow, community_id, key)
    assert policy is not None
    path = (await queries.org_unit(uow, community_id)).path
    audit(
        uow,
        actor,
        "policy.edit",
        f"escalation_policy:{policy.id}",
        org_path=path,
        before=before.plan if before is not None else None,
        after=policy.plan,
    )
    return policy


async def _check(uow: UnitOfWork, actor: Actor, community_id: int) -> None:
    unit = await queries.org_unit(uow, community_id)
    check_access(actor, Permission.EDIT_REFERENCE, unit.path)


async def _newest(uow: UnitOfWork, community_id: int, key: str) -> EscalationPolicy | None:
    newest: EscalationPolicy | None = await uow.session.scalar(
        select(EscalationPolicy)
        .where(EscalationPolicy.community_id == community_id, EscalationPolicy.key == key)
        .order_by(EscalationPolicy.version.desc())
        .limit(1)
    )
    return newest


async def _add(uow: UnitOfWork, community_id: int, key: str, version: int, plan: Plan, account_id: int | None) -> None:
    row = {
        "community_id": community_id,
        "key": key,
        "version": version,
        "plan": written_plan(plan),
        "made_at": uow.now,
        "made_by_id": account_id,
    }
    await insert_new(uow, EscalationPolicy, [row])
