"""Facts about alerts, heard by notices, by the other domains and by the pages."""

from __future__ import annotations

from dataclasses import dataclass

from backend.alerts.callees import Callee
from backend.alerts.states import AckKind, AlertState, Via
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from backend.kernel.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRaised(Event):
    """Something needs a human. It is not raised again while it is open."""

    alert_id: int
    community_id: int
    kind: AlarmKind
    severity: Severity
    subject_kind: SubjectKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFired(Event):
    """A step calls these people now. `folded` heard something a moment ago: they get a summary later."""

    alert_id: int
    step: int
    loop: int
    fired: int
    callees: tuple[Callee, ...]
    folded: tuple[Callee, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanged(Event):
    """Something that cards show is not as it was."""

    alert_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAcknowledged(Event):
    """A human said something to an alert. `took_over`: with this somebody has it whom nobody had before."""

    alert_id: int
    acknowledgement_id: int
    kind: AckKind
    by_name: str
    via: Via
    contact_id: int | None
    account_id: int | None
    took_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEscalated(Event):
    """It climbs because somebody declined, nobody answered, or who had it did not get further in time."""

    alert_id: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded(Event):
    """Somebody, or the device, ended it."""

    alert_id: int
    state: AlertState
    by_device: bool = False
    by_account_id: int | None = None
    by_contact_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentOpened(Event):
    """Several alerts are one story from now on."""

    incident_id: int
    lead_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceWanted(Event):
    """A silence holds life safety for long: a second person must approve it."""

    silence_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInDue(Event):
    """An elder is to be asked whether all is well, for the `ask`-th time today."""

    check_in_id: int
    person_id: int
    method: str
    ask: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInAnswered(Event):
    """An elder is well, or somebody says so for them."""

    check_in_id: int
    person_id: int
    via: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInMissed(Event):
    """An elder did not answer: the alert is raised already."""

    check_in_id: int
    person_id: int
    alert_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDrilled(Event):
    """A contact is to prove this month that they can be reached."""

    result_id: int
    contact_id: int
    method_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactUnreachable(Event):
    """A contact did not answer the drill by any way: staff must look after it."""

    community_id: int
    contact_id: int
    person_id: int
    month: str


@dataclass(frozen=True, slots=True)
class PlaceAsked(Event):
    """A relative asks somebody to share where they are."""

    request_id: int


@dataclass(frozen=True, slots=True)
class PlaceShared(Event):
    """They do, for a while."""

    request_id: int


@dataclass(frozen=True, slots=True)
class PlaceEnded(Event):
    """They do not, or not any longer."""

    request_id: int
    was_shared: bool
    was_declined: bool


@dataclass(frozen=True, slots=True)
class SwapAsked(Event):
    """A colleague is asked to take over a shift."""

    swap_id: int


@dataclass(frozen=True, slots=True)
class SwapAnswered(Event):
    """They said yes or no."""

    swap_id: int


@dataclass(frozen=True, slots=True)
class AbsenceNoted(Event):
    """Somebody of the roster cannot be called for a while."""

    absence_id: int
