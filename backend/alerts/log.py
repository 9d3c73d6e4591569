"""The timeline of an alert: one append-only line for each thing that happened to it."""

from __future__ import annotations

from typing import Any

from backend.alerts.models import Alert, AlertLogEntry
from backend.alerts.states import LogEvent, Via
from backend.kernel.unit_of_work import UnitOfWork


def write_log(
    uow: UnitOfWork,
    alert: Alert,
    event: LogEvent,
    *,
    via: Via | None = None,
    account_id: int | None = None,
    contact_id: int | None = None,
    **facts: Any,
) -> None:
    """Add a line. `facts` are ids, states and counts: never names, values or places."""
    uow.session.add(
        AlertLogEntry(
            alert_id=alert.id,
            at=uow.now,
            event=event,
            via=via.value if via is not None else "",
            account_id=account_id,
            contact_id=contact_id,
            facts=facts,
        )
    )
