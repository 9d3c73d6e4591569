"""Who acts, with which roles where, and the one check that every read and write passes (denied by default)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.kernel.errors import AccessDenied


class Role(StrEnum):
    RESIDENT = "resident"
    GRID_WORKER = "grid_worker"
    GRID_LEADER = "grid_leader"
    PARTNER = "partner"
    STAFF = "staff"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    ADMIN = "admin"


class Door(StrEnum):
    """By which edge somebody came in; kept in the audit trail."""

    CHAT = "chat"
    WEB = "web"
    PHONE = "phone"
    API = "api"
    CLOCK = "clock"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role over an org unit and all below it; `org_path` is the unit's path of ids, such as `/1/4/9/`."""

    role: Role
    org_path: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something. A stranger has neither person nor grants; the clock has no account."""

    account_id: int | None
    person_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    door: Door = Door.CHAT
    language: str = "zh_Hans"

    def roles_at(self, org_path: str) -> frozenset[Role]:
        """The roles that reach `org_path`; everybody is a resident everywhere."""
        reached = {grant.role for grant in self.grants if org_path.startswith(grant.org_path)}
        return frozenset(reached | {Role.RESIDENT})

    def has_role(self, *roles: Role) -> bool:
        """Whether the actor holds one of `roles` anywhere."""
        return any(grant.role in roles for grant in self.grants)

    def paths_of(self, roles: Iterable[Role]) -> tuple[str, ...]:
        """The org paths over which the actor holds one of `roles`: the scope of lists and searches."""
        wanted = frozenset(roles)
        return tuple(sorted({grant.org_path for grant in self.grants if grant.role in wanted}))


CLOCK_ACTOR = Actor(account_id=None, name="clock", door=Door.CLOCK, grants=(Grant(Role.ADMIN, "/"),))
"""The scheduler: it acts everywhere, and the record says that no human did."""

SHELL_ACTOR = Actor(account_id=None, name="shell", door=Door.SHELL, grants=(Grant(Role.ADMIN, "/"),))
"""Whoever has a shell on the server."""


class Permission(StrEnum):
    REPORT_ISSUE = "report_issue"
    READ_OWN_ISSUE = "read_own_issue"
    READ_ISSUE = "read_issue"
    READ_REPORTER = "read_reporter"
    FIND_ISSUES = "find_issues"
    READ_STATISTICS = "read_statistics"
    SUPERVISE_ISSUE = "supervise_issue"
    SEND_DOWN = "send_down"
    SEND_UP = "send_up"
    READ_PERSON = "read_person"
    READ_CONTACTS = "read_contacts"
    BOOK_FOR_OTHERS = "book_for_others"
    MANAGE_BOOKINGS = "manage_bookings"
    EDIT_CONTACTS = "edit_contacts"
    EDIT_REFERENCE = "edit_reference"
    READ_OUTBOX = "read_outbox"
    OPEN_WEB = "open_web"
    INVITE = "invite"
    END_ROLE = "end_role"
    BIND_CHAT = "bind_chat"
    PATROL = "patrol"
    GO_ON_DUTY = "go_on_duty"
    READ_AUDIT = "read_audit"
    ENROL_DEVICE = "enrol_device"
    READ_DEVICE = "read_device"
    READ_WHEREABOUTS = "read_whereabouts"
    COMMAND_DEVICE = "command_device"
    SET_DEVICE_RULE = "set_device_rule"
    MANAGE_POINTS = "manage_points"
    USE_POINTS_FOR_OTHERS = "use_points_for_others"
    READ_ALERT = "read_alert"
    HANDLE_ALERT = "handle_alert"
    SILENCE_ALERTS = "silence_alerts"
    PLAN_DUTY = "plan_duty"
    PLAN_CHECK_INS = "plan_check_ins"


WORKERS = frozenset({Role.GRID_WORKER, Role.GRID_LEADER})
"""Who serves a grid."""

FIELD = WORKERS | {Role.PARTNER}
"""Who does the work of tasks."""

OFFICE = frozenset({Role.STAFF, Role.SUBDISTRICT, Role.DISTRICT, Role.ADMIN})
"""Who decides at a desk, from the community upwards."""

_EVERYBODY = frozenset(Role)

PERMISSIONS: Mapping[Permission, frozenset[Role]] = {
    Permission.REPORT_ISSUE: _EVERYBODY,
    Permission.READ_OWN_ISSUE: _EVERYBODY,
    Permission.READ_ISSUE: WORKERS | OFFICE | {Role.PARTNER},
    Permission.READ_REPORTER: WORKERS | OFFICE,
    Permission.FIND_ISSUES: OFFICE | {Role.GRID_LEADER},
    Permission.READ_STATISTICS: OFFICE | {Role.GRID_LEADER},
    Permission.SUPERVISE_ISSUE: OFFICE,
    Permission.SEND_DOWN: frozenset({Role.SUBDISTRICT, Role.DISTRICT, Role.ADMIN}),
    Permission.SEND_UP: OFFICE,
    Permission.READ_PERSON: WORKERS | OFFICE,
    Permission.READ_CONTACTS: WORKERS | OFFICE,
    Permission.BOOK_FOR_OTHERS: WORKERS | OFFICE,
    Permission.MANAGE_BOOKINGS: frozenset({Role.STAFF, Role.ADMIN}),
    Permission.EDIT_CONTACTS: WORKERS | OFFICE,
    Permission.EDIT_REFERENCE: frozenset({Role.STAFF, Role.ADMIN}),
    Permission.READ_OUTBOX: OFFICE,
    Permission.OPEN_WEB: OFFICE | {Role.GRID_LEADER},
    Permission.INVITE: OFFICE | {Role.GRID_LEADER},
    Permission.END_ROLE: OFFICE,
    Permission.BIND_CHAT: frozenset({Role.STAFF, Role.ADMIN, Role.SUBDISTRICT}),
    Permission.PATROL: WORKERS,
    Permission.GO_ON_DUTY: FIELD,
    Permission.READ_AUDIT: frozenset({Role.ADMIN, Role.DISTRICT, Role.SUBDISTRICT}),
    Permission.ENROL_DEVICE: frozenset({Role.STAFF, Role.ADMIN, Role.GRID_LEADER}),
    Permission.READ_DEVICE: WORKERS | OFFICE,
    # Where somebody is, and how their heart beats: for those who go there, and who send them.
    Permission.READ_WHEREABOUTS: WORKERS | frozenset({Role.STAFF, Role.SUBDISTRICT, Role.ADMIN}),
    Permission.COMMAND_DEVICE: frozenset({Role.STAFF, Role.ADMIN, Role.GRID_LEADER, Role.GRID_WORKER}),
    Permission.SET_DEVICE_RULE: frozenset({Role.STAFF, Role.ADMIN, Role.GRID_LEADER}),
    Permission.MANAGE_POINTS: frozenset({Role.STAFF, Role.ADMIN}),
    Permission.USE_POINTS_FOR_OTHERS: WORKERS | {Role.STAFF, Role.ADMIN},
    Permission.READ_ALERT: FIELD | OFFICE,
    Permission.HANDLE_ALERT: FIELD | OFFICE,
    Permission.SILENCE_ALERTS: OFFICE,
    Permission.PLAN_DUTY: OFFICE | {Role.GRID_LEADER},
    Permission.PLAN_CHECK_INS: WORKERS | OFFICE,
}


def may(actor: Actor, permission: Permission, org_path: str) -> bool:
    """Whether `actor` may do this to a thing that belongs to `org_path`."""
    allowed = PERMISSIONS.get(permission, frozenset())
    return bool(actor.roles_at(org_path) & allowed)


def check_access(actor: Actor, permission: Permission, org_path: str) -> None:
    """Raise AccessDenied unless `actor` may do this to a thing that belongs to `org_path`."""
    if not may(actor, permission, org_path):
        raise AccessDenied
