"""The words of the alerts domain: states, acknowledgements, outcomes of notifications, kinds of targets."""

from __future__ import annotations

from enum import StrEnum


class AlertState(StrEnum):
    """Where an alert stands; `backend.alerts.standing` says how it gets from one to the next."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"
    EXPIRED = "expired"
    FALSE_ALARM = "false_alarm"


OPEN_STATES = (AlertState.TRIGGERED, AlertState.ACKNOWLEDGED)


class Ladder(StrEnum):
    """What the escalation of an alert does now; `due_at` says when it does the next thing."""

    RUNNING = "running"
    HELD = "held"
    """A silence or maintenance: it begins when that ends and the alert is still open."""
    GROUPED = "grouped"
    """Its incident's first alert speaks for it."""
    MUTED = "muted"
    """Another open alert explains it: a dead gateway its silent sensors."""
    WAITING = "waiting"
    """Somebody has it: it goes on climbing unless they get further in time."""
    STOPPED = "stopped"
    EXHAUSTED = "exhausted"
    """Every step was taken, as often as the policy wants."""


class AckKind(StrEnum):
    """What a human said to an alert, in the order of getting further."""

    SEEN = "seen"
    CLAIMED = "claimed"
    DECLINED = "declined"
    EN_ROUTE = "en_route"
    CONTACT_MADE = "contact_made"
    ON_SCENE = "on_scene"
    RESOLVED = "resolved"
    FALSE_ALARM = "false_alarm"
    LAPSED = "lapsed"
    """Said by the clock: who had it did not get further in time."""


class Via(StrEnum):
    """By which way an acknowledgement came."""

    CHAT = "chat"
    VOICE = "voice"
    SMS = "sms"
    WEB = "web"
    CLOCK = "clock"
    DEVICE = "device"


class Outcome(StrEnum):
    """What became of one notification."""

    DELIVERED = "delivered"
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    FAILED = "failed"
    UNDELIVERED = "undelivered"
    REFUSED = "refused"
    DELAYED = "delayed"
    """It cannot leave just now. It is tried on, and may still arrive."""
    FOLDED = "folded"
    """Not sent by itself: it stands in a summary, because this person had heard something a moment before."""
    WITHDRAWN = "withdrawn"
    """Somebody had taken the alert before it left."""


BAD_OUTCOMES = frozenset(
    {
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.VOICEMAIL,
        Outcome.FAILED,
        Outcome.UNDELIVERED,
        Outcome.REFUSED,
        Outcome.DELAYED,
    }
)
"""No human heard it: the next rung is called."""


class TargetKind(StrEnum):
    """Whom a step of a policy calls."""

    CONTACT = "contact"
    NEIGHBOURS = "neighbours"
    DUTY_WORKER = "duty_worker"
    GRID_CHAT = "grid_chat"
    COMMUNITY_STAFF = "community_staff"
    COMMUNITY_CHAT = "community_chat"
    CENTRE_CHAT = "centre_chat"
    PARTNER = "partner"


class LogEvent(StrEnum):
    """What the timeline of an alert tells."""

    RAISED = "raised"
    REPEATED = "repeated"
    STEP_FIRED = "step_fired"
    NOBODY_REACHABLE = "nobody_reachable"
    OUTCOME = "outcome"
    ACKNOWLEDGED = "acknowledged"
    NOT_RECORDED = "not_recorded"
    CLIMBED = "climbed"
    EXHAUSTED = "exhausted"
    HELD = "held"
    RELEASED = "released"
    GROUPED = "grouped"
    LEADS = "leads"
    CLEARED = "cleared"
    ENDED = "ended"
    ISSUE_OPENED = "issue_opened"
