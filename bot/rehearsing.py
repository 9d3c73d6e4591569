"""Alarms are rehearsed when the process starts, and taken back: the first real one must not be the slow one.

The first alarm of a process takes ten times as long as the next: forty statements are compiled and, on PostgreSQL,
prepared. That belongs before the moment in which somebody presses a button.
"""

from __future__ import annotations

import secrets

import structlog
from sqlalchemy import select

from backend.alerts import NewAlert, raise_alert
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from backend.kernel.database import DatabaseAway
from backend.kernel.errors import DomainError
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.registry.contacts_models import FamilyContact
from backend.registry.models import OrgKind, OrgUnit

TIMES = 2
"""The driver prepares a statement when it meets it for the first time; the second time shows that nothing is left."""

log = structlog.get_logger(__name__)


async def rehearse_alarms(work: Work) -> None:
    """Raise an elder's alarm and a facility's for the first grid, and let nothing of them stand."""
    try:
        for _ in range(TIMES):
            for kind, severity, subject in (
                (AlarmKind.SOS, Severity.LIFE_SAFETY, SubjectKind.PERSON),
                (AlarmKind.WATER_LEVEL, Severity.CRITICAL, SubjectKind.FACILITY),
            ):
                async with work.rehearse() as uow:
                    await _raise(uow, kind, severity, subject)
    except (DatabaseAway, DomainError) as error:  # a rehearsal that fails must not keep anybody from starting
        log.warning("alarms.not_rehearsed", error=type(error).__name__)


async def _raise(uow: UnitOfWork, kind: AlarmKind, severity: Severity, subject: SubjectKind) -> None:
    grid = await uow.session.scalar(select(OrgUnit).where(OrgUnit.kind == OrgKind.GRID).order_by(OrgUnit.id).limit(1))
    if grid is None or grid.parent_id is None:
        return  # nothing is installed yet
    elder = select(FamilyContact.person_id).order_by(FamilyContact.id).limit(1)
    new = NewAlert(
        community_id=grid.parent_id,
        grid_id=grid.id,
        subject_kind=subject,
        subject_id=await uow.session.scalar(elder) if subject is SubjectKind.PERSON else None,
        subject_name="-",  # a facility's alarm becomes a report, and one without a word would be refused
        kind=kind,
        severity=severity,
        dedup_key=f"rehearsal:{secrets.token_hex(8)}",
        occurred_at=uow.now,
        received_at=uow.now,
    )
    await raise_alert(uow, new)
