"""What notices about an alert are made of: who, what, where, who has it; what is private is told apart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.alerts.models import Alert, Incident
from backend.alerts.names import name_of_hand, relation_of_hand
from backend.kernel.alarms import AlarmKind, AlarmStatus, Severity, SubjectKind
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Lane
from backend.notify.words import Words
from backend.registry.contacts_models import RelationKind
from backend.registry.homes import home_of
from backend.registry.models import OrgUnit

LANES: Mapping[Severity, Lane] = {
    Severity.LIFE_SAFETY: Lane.EMERGENCY,
    Severity.CRITICAL: Lane.EMERGENCY,
    Severity.WARNING: Lane.URGENT,
    Severity.CARE: Lane.NORMAL,
}
DOTS: Mapping[Severity, str] = {
    Severity.LIFE_SAFETY: "red",
    Severity.CRITICAL: "orange",
    Severity.WARNING: "yellow",
    Severity.CARE: "blue",
}

HEALTH = frozenset(
    {
        AlarmKind.HEART_RATE_HIGH,
        AlarmKind.HEART_RATE_LOW,
        AlarmKind.OXYGEN_LOW,
        AlarmKind.TEMPERATURE_HIGH,
        AlarmKind.TEMPERATURE_LOW,
        AlarmKind.SLEEP_CHANGE,
        AlarmKind.NO_MOVEMENT,
    }
)
WHEREABOUTS = frozenset({AlarmKind.LEFT_CIRCLE, AlarmKind.OUT_AT_CURFEW})
ABOUT_LIFE = frozenset({AlarmKind.SOS, AlarmKind.FALL, AlarmKind.HELP_BY_PHONE}) | HEALTH
"""Where an ambulance may be needed."""
ABOUT_FIRE = frozenset({AlarmKind.SMOKE, AlarmKind.GAS})
LONGEST_PLACE = 40

_DASH = re.compile(r"(?<=\d)[-－](?=\d)")
_LONG_NUMBER = re.compile(r"\d{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """An alert opened for notices. `value` stands only in what those read who may see it."""

    alert: Alert
    where: str
    community: str
    holder: str
    holder_relation: RelationKind | None
    incident_count: int
    video: str
    value: float | None
    unit: str
    now: datetime
    zone: ZoneInfo

    @property
    def lane(self) -> Lane:
        return LANES[self.alert.severity]

    @property
    def is_drill(self) -> bool:
        return self.alert.status is not AlarmStatus.ACTUAL

    def what(self, words: Words, *, is_private: bool, sees_health: bool = False, sees_place: bool = False) -> str:
        """What happened: in groups and SMS neither health nor whereabouts are named."""
        return kind_said(
            words, self.alert.kind, sees_health=is_private and sees_health, sees_place=is_private and sees_place
        )

    def who(self, words: Words) -> str:
        """Whom it is about, with the word that it is only an exercise or a test where that is so."""
        mark = words.plain(f"alert.mark.{self.alert.status.value}") if self.is_drill else ""
        return f"{mark}{self.alert.subject_name}"


def kind_said(words: Words, kind: AlarmKind, *, sees_health: bool = False, sees_place: bool = False) -> str:
    """What happened, as far as the reader may know."""
    if kind in HEALTH and not sees_health:
        return words.plain("alert.kind.health_hidden")
    if kind in WHEREABOUTS and not sees_place:
        return words.plain("alert.kind.place_hidden")
    return words.plain(f"alert.kind.{kind.value}")


async def alert_facts(uow: UnitOfWork, alert: Alert, *, video_base_url: str) -> AlertFacts:
    """Everything that the words about an alert need, as it stands now."""
    community = await uow.session.get_one(OrgUnit, alert.community_id)
    detail: dict[str, Any] = uow.vault.open_json(alert.detail_sealed)
    holder = alert.takers[0] if alert.takers else ""
    incident = await uow.session.get(Incident, alert.incident_id) if alert.incident_id is not None else None
    return AlertFacts(
        alert=alert,
        where=await _where(uow, alert, str(detail.get("label") or "")),
        community=community.name,
        holder=await name_of_hand(uow, holder) if holder else "",
        holder_relation=await relation_of_hand(uow, holder) if holder else None,
        incident_count=incident.count if incident is not None and incident.lead_id == alert.id else 0,
        video=f"{video_base_url.rstrip('/')}/{alert.video_room}",
        value=detail.get("value"),
        unit=str(detail.get("unit") or ""),
        now=uow.now,
        zone=ZoneInfo(community.time_zone),
    )


async def _where(uow: UnitOfWork, alert: Alert, label: str) -> str:
    """The home of a person, which helpers need; for anything else where the device hangs."""
    if alert.subject_kind is SubjectKind.PERSON and alert.subject_id is not None:
        home = await home_of(uow, alert.subject_id)
        if home.address is not None:
            return home.address.label[:LONGEST_PLACE]
        return ""
    return (label if label != alert.subject_name else "")[:LONGEST_PLACE]


def spoken(words: Words, said: str) -> str:
    """Numbers of houses as one hears them best: a dash has a name, and long numbers come digit by digit."""
    said = _DASH.sub(words.plain("alert.voice.dash"), said)
    return _LONG_NUMBER.sub(lambda number: " ".join(number.group()), said)
