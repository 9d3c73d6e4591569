"""Tables of alerts: what happened, what was said to whom, what humans said back, the timeline, incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.alerts.states import AckKind, AlertState, Ladder, LogEvent, Outcome, TargetKind, Via
from backend.kernel.alarms import AlarmKind, AlarmStatus, Certainty, Severity, SubjectKind
from backend.kernel.tables import Base, BigId, Id, Name, enum_column

_OPEN = text("state IN ('triggered', 'acknowledged')")
_LED = text("issue_id IS NOT NULL")
_TIMED = text("due_at IS NOT NULL")
_LIVE = text("closed_at IS NULL")
IS_CALL = text("coalesce(alert_notification.outcome, '') NOT IN ('folded', 'withdrawn')")
"""What left for somebody, or will: in a storm nearly everything else is folded into summaries."""
_IS_CALL = text(IS_CALL.text.replace("alert_notification.", ""))


class Alert(Base):
    """A condition that needs a human, open until somebody ended it; at most one open per `dedup_key`.

    Its running escalation stands in the same row, so that a climb and an acknowledgement are decided by one lock:
    `policy_id` is the version it began with, (`step`, `turn`, `loop`) where it stands, `fired` how often it called.
    """

    __tablename__ = "alert"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    grid_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("org_unit.id"))
    subject_kind: Mapped[SubjectKind] = mapped_column(enum_column(SubjectKind))
    subject_id: Mapped[int | None]
    subject_name: Mapped[Name]
    kind: Mapped[AlarmKind] = mapped_column(enum_column(AlarmKind))
    severity: Mapped[Severity] = mapped_column(enum_column(Severity))
    certainty: Mapped[Certainty] = mapped_column(enum_column(Certainty))
    status: Mapped[AlarmStatus] = mapped_column(enum_column(AlarmStatus))
    source: Mapped[str] = mapped_column(String(24))
    device_id: Mapped[int | None]
    gateway_key: Mapped[str] = mapped_column(String(120), default="")
    dedup_key: Mapped[str] = mapped_column(String(200))
    state: Mapped[AlertState] = mapped_column(enum_column(AlertState))
    count: Mapped[int] = mapped_column(default=1)
    occurred_at: Mapped[datetime]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    """When the device said that it is over, which is not yet a human's word."""
    ended_at: Mapped[datetime | None]
    anonymised_at: Mapped[datetime | None]
    """Since when it names nobody any more."""
    detail_sealed: Mapped[str] = mapped_column(Text)
    """JSON: value, unit, label, place, trace: health and whereabouts are sealed."""
    incident_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("incident.id"), index=True)
    previous_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("alert.id"))
    issue_id: Mapped[int | None] = mapped_column(index=True)
    video_room: Mapped[str] = mapped_column(String(64))

    policy_id: Mapped[int] = mapped_column(BigId, ForeignKey("escalation_policy.id"))
    ladder: Mapped[Ladder] = mapped_column(enum_column(Ladder))
    step: Mapped[int] = mapped_column(SmallInteger, default=0)
    turn: Mapped[int] = mapped_column(SmallInteger, default=0)
    loop: Mapped[int] = mapped_column(default=1)
    fired: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    hold_reason: Mapped[str | None] = mapped_column(String(40))
    takers: Mapped[list[Any]]
    """Who has it, the first to take it first: `account:5`, `contact:7`. Folded from the acknowledgements."""
    is_reached: Mapped[bool] = mapped_column(default=False)
    """Contact was made or somebody is on the scene."""
    __table_args__ = (
        Index("uq_alert_open", "community_id", "dedup_key", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_alert_due", "due_at", sqlite_where=_TIMED, postgresql_where=_TIMED),
        Index("ix_alert_list", "community_id", "first_at"),
        Index("ix_alert_kind", "community_id", "kind", "first_at"),
        Index("ix_alert_subject", "subject_kind", "subject_id", "first_at"),
        Index("ix_alert_device", "device_id", "first_at"),
        Index("ix_alert_issue", "community_id", "dedup_key", sqlite_where=_LED, postgresql_where=_LED),
    )


class EscalationPolicy(Base):
    """One version of how a kind of alert climbs; never changed (a trigger refuses it): an edit is a new version."""

    __tablename__ = "escalation_policy"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    key: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(SmallInteger)
    plan: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    __table_args__ = (UniqueConstraint("community_id", "key", "version"),)


class AlertNotification(Base):
    """One call, SMS or chat message of a step to one address, and what became of it.

    `key` is the dedup key of its message in the outbox. `address` is what a recipient takes: never a number.
    """

    __tablename__ = "alert_notification"

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alert.id"))
    fired: Mapped[int]
    step: Mapped[int] = mapped_column(SmallInteger)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    target: Mapped[TargetKind] = mapped_column(enum_column(TargetKind))
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(64))
    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("family_contact.id"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    is_life_safety: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str] = mapped_column(String(40), default="")
    """Whom it was about, such as `person:12`: what is new to somebody is judged by it."""
    at: Mapped[datetime]
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    outcome_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_alert_notification_alert", "alert_id", "fired"),
        Index("ix_alert_notification_heard", "channel", "address", "at"),
        Index("ix_alert_notification_called", "address", "at", sqlite_where=_IS_CALL, postgresql_where=_IS_CALL),
    )


class Acknowledgement(Base):
    """What a human said to an alert; only grows. The same `evidence` twice is one."""

    __tablename__ = "acknowledgement"

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alert.id"))
    at: Mapped[datetime]
    kind: Mapped[AckKind] = mapped_column(enum_column(AckKind))
    via: Mapped[Via] = mapped_column(enum_column(Via))
    who: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("account.id"))
    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("family_contact.id"))
    evidence: Mapped[str] = mapped_column(String(120))
    __table_args__ = (UniqueConstraint("alert_id", "evidence"),)


class AcknowledgementNote(Base):
    """What somebody wrote beside their acknowledgement: sealed, in a table of its own, since keys must be renewable."""

    __tablename__ = "acknowledgement_note"

    id: Mapped[Id]
    acknowledgement_id: Mapped[int] = mapped_column(BigId, ForeignKey("acknowledgement.id"), unique=True)
    note_sealed: Mapped[str] = mapped_column(Text)


class AlertLogEntry(Base):
    """One line of the timeline, to the second; only grows."""

    __tablename__ = "alert_log"

    id: Mapped[Id]
    alert_id: Mapped[int] = mapped_column(BigId, ForeignKey("alert.id"), index=True)
    at: Mapped[datetime]
    event: Mapped[LogEvent] = mapped_column(enum_column(LogEvent))
    via: Mapped[str] = mapped_column(String(16), default="")
    account_id: Mapped[int | None]
    contact_id: Mapped[int | None]
    facts: Mapped[dict[str, Any]]


class ClockPulse(Base):
    """When the clock last looked at what is due: an auditor in another process sees that it has died."""

    __tablename__ = "clock_pulse"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    beat_at: Mapped[datetime]


class Incident(Base):
    """Alerts that have one cause or came in one storm; `lead_id` is the one that speaks for all."""

    __tablename__ = "incident"

    id: Mapped[Id]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("org_unit.id"))
    group_key: Mapped[str] = mapped_column(String(200))
    lead_id: Mapped[int | None]
    count: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("uq_incident_open", "community_id", "group_key", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
    )
