"""Rules of devices: the limits that hold in a community, for one person or one device, with where they come from."""

from __future__ import annotations

from backend.cockpit.places import Over
from backend.cockpit.reads.rules import rule_set_at, scope_named, scopes_named
from backend.cockpit.routing import StaffPages
from backend.cockpit.rule_form import changes_in, fields_of, is_free
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.devices import rules_set, set_rule
from backend.devices.rules.book import COMMUNITY
from backend.devices.rules.rule import default_rules
from backend.devices.rules.setting import LONGEST_NOTE
from backend.kernel.access import Permission
from backend.kernel.alarms import Severity
from backend.kernel.errors import NotFound

pages = StaffPages()
NEEDS = Permission.SET_DEVICE_RULE
LONGEST_SCOPE = 40


@pages.page("/web/device-rules", needs=NEEDS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Every rule as it holds here, and everything that differs anywhere in the community."""
    scope = await scope_named(visit.uow, visit.community, _scope(visit))
    rows = await rules_set(visit.uow, actor=visit.actor, community_id=visit.community.id)
    return Page(
        "device_rules.html",
        {
            "scope": scope,
            "rules": scope.book.by_key,
            "defaults": default_rules(),
            "fields_of": fields_of,
            "set_here": {row.key for row in rows if row.scope == scope.scope},
            "rows": [row for row in rows if row.scope != COMMUNITY],
            "names": await scopes_named(visit.uow, visit.community, rows),
        },
    )


@pages.page("/web/device-rules/{key}", needs=NEEDS, over=Over.COMMUNITY)
async def show_one(visit: Visit) -> Answer:
    """One rule with its default, its source, and what may be set of it."""
    key = _key(visit)
    scope = await scope_named(visit.uow, visit.community, _scope(visit))
    row = await rule_set_at(visit.uow, visit.community.id, scope.scope, key)
    return Page(
        "device_rule.html",
        {
            "scope": scope,
            "rule": scope.book.by_key[key],
            "base": scope.base.by_key[key],
            "default": default_rules()[key],
            "fields": fields_of(scope.book.by_key[key]),
            "free": is_free(scope.book.by_key[key]),
            "row": row,
            "was": mark_of(row.changes if row is not None else None),
            "severities": tuple(Severity),
            "longest_note": LONGEST_NOTE,
        },
    )


@pages.action("/web/device-rules/{key}", needs=NEEDS, again=show_one)
async def change(visit: Visit) -> Answer:
    """Set it; what equals the wider rule is not kept, so that it follows when that is changed."""
    key = _key(visit)
    await hold_reference(visit)
    scope = await scope_named(visit.uow, visit.community, _scope(visit))
    row = await rule_set_at(visit.uow, visit.community.id, scope.scope, key)
    check_unchanged(visit, row.changes if row is not None else None)
    is_reset = visit.typed.get("verdict") == "default"
    changes = {} if is_reset else changes_in(visit.typed, scope.base.by_key[key])
    await set_rule(
        visit.uow,
        actor=visit.actor,
        community_id=visit.community.id,
        scope=scope.scope,
        key=key,
        changes=changes,
        note=visit.typed.text("note", most=LONGEST_NOTE),
    )
    return GoTo(f"/web/device-rules?scope={scope.scope}", done="web.done.saved")


def _scope(visit: Visit) -> str:
    return visit.typed.get("scope", "") or visit.asked("scope", most=LONGEST_SCOPE) or COMMUNITY


def _key(visit: Visit) -> str:
    key = str(visit.request.path_params["key"])
    if key not in default_rules():
        raise NotFound
    return key
