"""The buttons that messages of ours carry; handlers read them with the filter `Pressed`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from backend.messaging.presses import Press


class IssueButton(StrEnum):
    """What a reporter or follower presses under a message about an issue."""

    VIEW = "view"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    RATE = "rate"
    REOPEN = "reopen"
    ANSWER = "answer"
    COMMENT = "comment"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class IssuePress(Press):
    """`value`: the stars of a rating."""

    prefix: ClassVar[str] = "i1"

    button: IssueButton
    issue_id: int
    value: int | None = None


class TaskButton(StrEnum):
    """What somebody in a group, or the worker in private, presses on a task's card."""

    CLAIM = "claim"
    TRANSFER = "transfer"
    TRANSFER_TO_PERSON = "tperson"
    TRANSFER_TO_PARTNER = "tpartner"
    RETURN = "return"
    EN_ROUTE = "go"
    ARRIVE = "arrive"
    SUBMIT = "submit"
    DONE = "done"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    ASK = "ask"
    SUSPEND = "suspend"
    COMMENT = "comment"
    VIEW = "view"
    PHOTOS = "photos"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class TaskPress(Press):
    """`value`: the account or partner that a transfer goes to."""

    prefix: ClassVar[str] = "t1"
    in_groups: ClassVar[bool] = True

    button: TaskButton
    task_id: int
    value: int | None = None


class StaffButton(StrEnum):
    """What staff press under a notice or a found issue."""

    VIEW = "view"
    ACCEPT = "accept"
    REJECT = "reject"
    DISPATCH = "dispatch"
    DISPATCH_GRID = "dgrid"
    DISPATCH_PARTNER = "dpartner"
    DISPATCH_ALL = "dall"
    SUPERVISE = "supervise"
    MERGE = "merge"
    RESUME = "resume"
    SEND_UP = "up"
    SEND_DOWN = "down"
    REPORTER = "reporter"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class StaffPress(Press):
    """`value`: the unit, partner, level or page, depending on the button."""

    prefix: ClassVar[str] = "s1"
    in_groups: ClassVar[bool] = True

    button: StaffButton
    issue_id: int
    value: int | None = None


class DecisionButton(StrEnum):
    GRANT = "grant"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class RequestPress(Press):
    """Decides a request to suspend or to reopen."""

    prefix: ClassVar[str] = "q1"
    in_groups: ClassVar[bool] = True

    button: DecisionButton
    request_id: int


@dataclass(frozen=True, slots=True)
class SupervisionPress(Press):
    """Replies to an order to hurry."""

    prefix: ClassVar[str] = "v1"
    in_groups: ClassVar[bool] = True

    supervision_id: int


@dataclass(frozen=True, slots=True)
class BetweenPress(Press):
    """Answers a matter that came from another unit."""

    prefix: ClassVar[str] = "b1"
    in_groups: ClassVar[bool] = True

    dispatch_id: int


@dataclass(frozen=True, slots=True)
class JoinPress(Press):
    """Says which person of the registry an account is; without `person_id` it asks for the candidates."""

    prefix: ClassVar[str] = "j1"
    in_groups: ClassVar[bool] = True

    account_id: int
    person_id: int | None = None


class AlertButton(StrEnum):
    """What somebody says to an alert, in a group or in private."""

    CLAIM = "claim"
    DECLINE = "decline"
    EN_ROUTE = "go"
    CONTACT = "contact"
    ON_SCENE = "scene"
    RESOLVE = "resolve"
    FALSE_ALARM = "false"
    CALL = "call"
    TIMELINE = "line"
    VIEW = "view"


@dataclass(frozen=True, slots=True)
class AlertPress(Press):
    """`value`: the page of a list, where there is one."""

    prefix: ClassVar[str] = "a1"
    in_groups: ClassVar[bool] = True

    button: AlertButton
    alert_id: int
    value: int | None = None


class CheckInButton(StrEnum):
    """What an elder, or somebody of the family, answers to the daily question."""

    FINE = "fine"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class CheckInPress(Press):
    """Of an elder's own check-in."""

    prefix: ClassVar[str] = "ok1"

    button: CheckInButton
    person_id: int


@dataclass(frozen=True, slots=True)
class DrillPress(Press):
    """A contact shows that they are there."""

    prefix: ClassVar[str] = "dr1"

    result_id: int


class MenuButton(StrEnum):
    """Where the main menu leads; every service in at most three taps."""

    HOME = "home"
    REPORT = "report"
    MINE = "mine"
    TASKS = "tasks"
    HELP = "help"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    DUTY = "duty"
    FIND = "find"
    STATISTICS = "stats"
    WEB = "web"
    JOIN = "join"
    BOOK = "book"
    COURSES = "courses"
    MY_BOOKINGS = "my_bookings"
    WISH = "wish"
    PROVIDE = "provide"
    POINTS = "points"
    MARKET = "market"
    CANTEEN = "canteen"
    NEIGHBOURS = "neighbours"
    SERVICES = "services"
    OK = "ok"
    FAMILY = "family"
    ALERTS = "alerts"
    SHIFTS = "shifts"
    SHOP = "shop"


@dataclass(frozen=True, slots=True)
class MenuPress(Press):
    prefix: ClassVar[str] = "m1"

    button: MenuButton
    value: str | None = None
