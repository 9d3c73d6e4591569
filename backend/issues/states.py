"""The words of the issues domain: statuses, actions, grades, sources, clocks and kinds of evidence."""

from enum import StrEnum


class IssueStatus(StrEnum):
    """Where an issue stands; `backend.issues.moves` says how it gets from one to the next."""

    REPORTED = "reported"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    IN_PROGRESS = "in_progress"
    PENDING_CHECK = "pending_check"
    RESOLVED = "resolved"
    CLOSED = "closed"
    WAITING_REPORTER = "waiting_reporter"
    SUSPENDED = "suspended"
    REOPEN_REQUESTED = "reopen_requested"
    REJECTED = "rejected"
    MERGED = "merged"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    """Where one piece of work stands. A transferred or returned task is over; its successor is a new row."""

    OPEN = "open"
    CLAIMED = "claimed"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    PENDING_CHECK = "pending_check"
    DONE = "done"
    RETURNED = "returned"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"


class IssueAction(StrEnum):
    """What can be done to an issue."""

    ACCEPT = "accept"
    REJECT = "reject"
    DISPATCH = "dispatch"
    CLAIM = "claim"
    TRANSFER = "transfer"
    RETURN = "return"
    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    ASK_REPORTER = "ask_reporter"
    ANSWER = "answer"
    REQUEST_SUSPEND = "request_suspend"
    SUSPEND = "suspend"
    RESUME = "resume"
    ESCALATE = "escalate"
    SUPERVISE = "supervise"
    RATE = "rate"
    CLOSE = "close"
    REQUEST_REOPEN = "request_reopen"
    REOPEN = "reopen"
    DENY_REOPEN = "deny_reopen"
    MERGE = "merge"
    CANCEL = "cancel"
    COMMENT = "comment"


class TaskAction(StrEnum):
    """What can be done to a task, mostly by a button on its card."""

    CLAIM = "claim"
    TRANSFER = "transfer"
    RETURN = "return"
    EN_ROUTE = "en_route"
    ARRIVE = "arrive"
    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    CANCEL = "cancel"
    RELEASE = "release"
    COMMENT = "comment"


class RiskGrade(StrEnum):
    """How bad it is, judged by people; how late it is lives in the clocks."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class ReportSource(StrEnum):
    """By which way a report came in."""

    RESIDENT = "resident"
    PATROL = "patrol"
    STAFF = "staff"
    SUPERIOR = "superior"
    HOTLINE = "hotline"
    SENSOR = "sensor"
    CAMERA = "camera"
    PHONE = "phone"


class Acceptance(StrEnum):
    """Who must have looked at a report before it goes to those who do the work; staff choose it per category."""

    AT_ONCE = "at_once"
    KNOWN = "known"  # people whom the registry knows go straight through, strangers wait for staff
    STAFF = "staff"


class ClockTarget(StrEnum):
    """What a clock waits for."""

    ACCEPT = "accept"
    CLAIM = "claim"
    RESOLVE = "resolve"


class ClockUnit(StrEnum):
    """In what a limit is counted: hours of the calendar, hours of work, or days of work."""

    HOUR = "hour"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"


class EvidenceKind(StrEnum):
    """What proves the work."""

    PHOTO_BEFORE = "photo_before"
    PHOTO_AFTER = "photo_after"
    NOTE = "note"
    LOCATION = "location"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
