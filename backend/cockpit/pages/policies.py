"""Ways of climbing: who is called for each kind of alarm, after how long; an edit is a new version."""

from __future__ import annotations

from typing import Any

from backend.alerts.errors import PolicyInvalid
from backend.alerts.plans import FOREVER, LONGEST_WAIT, MOST_STEPS, Plan, default_policies, plan_of, written_plan
from backend.alerts.policies import LIFE_SAFETY_POLICIES, PolicyInForce, edit_policy, policies_in_force
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound

pages = StaffPages()

TARGETS = (
    "contact:1",
    "contact:2",
    "contact:3-",
    "contact:1@telegram,sms",
    "contact:1@telegram",
    "contact:1@voice",
    "contact:1-2",
    "neighbours",
    "duty_worker@telegram",
    "duty_worker@voice",
    "duty_worker",
    "grid_chat",
    "community_staff",
    "community_chat",
    "centre_chat",
    "partner:property",
    "partner:police",
    "partner:fire",
    "partner:health",
)
"""What can be ticked for a step; a plan that names something else keeps it as a further box."""
TIMES = ("repeat_from", "repeat_after", "contact_within", "arrive_within", "resolve_within")
KINDS = {policy.key: policy.kinds for policy in default_policies()}


@pages.page("/web/policies", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """All policies with their steps."""
    policies = await policies_in_force(visit.uow, actor=visit.actor, community_id=visit.community.id)
    return Page("policies.html", {"policies": policies, "kinds": KINDS, "life_safety": LIFE_SAFETY_POLICIES})


@pages.page("/web/policies/{key}", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show_one(visit: Visit) -> Answer:
    """The form of one policy: a row for each step and two empty ones."""
    policy = await _policy(visit)
    steps = _typed_steps(visit) if visit.typed else [dict(step) for step in written_plan(policy.plan)["steps"]]
    named = {target for step in steps for target in step["to"]}
    return Page(
        "policy.html",
        {
            "policy": policy,
            "kinds": KINDS[policy.key],
            "steps": [*steps, _EMPTY, _EMPTY][:MOST_STEPS],
            "targets": [*TARGETS, *sorted(named - set(TARGETS))],
            "times": {name: visit.typed.get(name, "") or getattr(policy.plan, name) for name in TIMES},
            "repeats": visit.typed.get("repeats", "") or policy.plan.repeats,
            "is_life_safety": policy.key in LIFE_SAFETY_POLICIES,
            "forever": FOREVER,
            "longest_wait": LONGEST_WAIT,
            "most_steps": MOST_STEPS,
        },
    )


@pages.action("/web/policies/{key}", needs=Permission.EDIT_REFERENCE, again=show_one)
async def change(visit: Visit) -> Answer:
    """Save the form as a new version; alerts that climb already keep theirs."""
    policy = await _policy(visit)
    await edit_policy(
        visit.uow,
        actor=visit.actor,
        community_id=visit.community.id,
        key=policy.key,
        plan=_plan(visit, policy),
        was_version=visit.typed.number("was", least=0, most=30_000),
    )
    return GoTo("/web/policies", done="web.done.policy_saved")


_EMPTY: dict[str, Any] = {"to": (), "after": 0, "parallel": False, "times": 1, "every": 0}


async def _policy(visit: Visit) -> PolicyInForce:
    key = str(visit.request.path_params["key"])
    policies = await policies_in_force(visit.uow, actor=visit.actor, community_id=visit.community.id)
    found = next((policy for policy in policies if policy.key == key), None)
    if found is None:
        raise NotFound
    return found


def _typed_steps(visit: Visit) -> list[dict[str, Any]]:
    """The rows in which somebody is ticked, as they were typed."""
    steps = []
    for row in range(MOST_STEPS):
        to = visit.typed.all(f"to_{row}")
        if to:
            steps.append(
                {
                    "to": to,
                    "after": visit.typed.get(f"after_{row}", "") or 0,
                    "parallel": visit.typed.is_ticked(f"parallel_{row}"),
                    "times": visit.typed.get(f"times_{row}", "") or 1,
                    "every": visit.typed.get(f"every_{row}", "") or 0,
                }
            )
    return steps


def _plan(visit: Visit, policy: PolicyInForce) -> Plan:
    steps = _typed_steps(visit)
    if not steps:
        raise PolicyInvalid("steps")
    repeats = visit.typed.get("repeats", "")
    times = {name: visit.typed.number(name, least=1, most=10**6) for name in TIMES}
    hours = written_plan(policy.plan)["hours"]
    is_forever = repeats == str(FOREVER)
    number = FOREVER if is_forever else visit.typed.number("repeats", least=0, most=100)
    return plan_of({"steps": steps, "repeats": number, "hours": hours, **times})
