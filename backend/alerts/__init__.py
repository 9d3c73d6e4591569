"""Alerts: what needs a human, whom it calls, and the human who answered."""

from backend.alerts.acknowledging import AckOutcome, acknowledge
from backend.alerts.due import advance_due, audit_overdue
from backend.alerts.ending import clear_alert
from backend.alerts.outcomes import note_outcome
from backend.alerts.raising import NewAlert, raise_alert
from backend.alerts.states import AckKind, AlertState, Outcome, Via

__all__ = [
    "AckKind",
    "AckOutcome",
    "AlertState",
    "NewAlert",
    "Outcome",
    "Via",
    "acknowledge",
    "advance_due",
    "audit_overdue",
    "clear_alert",
    "note_outcome",
    "raise_alert",
]
