"""The timeline of an alert: one append-only line for each thing that happened to it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from backend.alerts.models import Alert, AlertLogEntry
from backend.alerts.states import LogEvent, Via
from backend.kernel.unit_of_work import UnitOfWork

_LINES = "lines of alerts' timelines"
_WRITE = insert(AlertLogEntry.__table__)  # type: ignore[arg-type]  # a Table, though declared wider


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
    """Add a line, written with all others of this transaction. `facts` are ids, states, counts: no values or places."""
    uow.session.info.setdefault(_LINES, []).append(
        {
            "alert_id": alert.id,
            "at": uow.now,
            "event": event,
            "via": via.value if via is not None else "",
            "account_id": account_id,
            "contact_id": contact_id,
            "facts": facts,
        }
    )
    uow.before_commit(_write_lines)


async def _write_lines(uow: UnitOfWork) -> None:
    await (await uow.session.connection()).execute(_WRITE, uow.session.info.pop(_LINES))
