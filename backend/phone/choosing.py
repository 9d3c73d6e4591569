"""Which carrier takes a call or an SMS: by country, ability, quota and health; pure, over what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.phone.carrier import Quota, Service

MOST_FAILURES = 2
"""In a row; then the circuit opens."""
OPEN_FOR = timedelta(seconds=15)
"""Then one request tries whether the carrier is back."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A carrier as it stands now for one telephone: `used` are the moments of its requests there, oldest first."""

    name: str
    service: Service
    open_until: datetime | None = None
    used: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ask this one. `is_trial`: its circuit was open, and this request tries it."""

    name: str
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class NotNow:
    """Somebody could carry it, but not before `until`."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """No carrier that is left reaches this number."""


def choose(carriers: Sequence[Standing], country: str, now: datetime, *, wants_keys: bool) -> Chosen | NotNow | Nobody:
    """The best carrier: not one that is failing, then one that hands back keys if wanted, then one at home there."""
    reaching = [carrier for carrier in carriers if carrier.service.reaches(country)]
    if not reaching:
        return Nobody()
    free_at = {carrier.name: _free_at(carrier, country, now) for carrier in reaching}
    ready = [carrier for carrier in reaching if free_at[carrier.name][0] <= now]
    if ready:
        best = min(ready, key=lambda carrier: _rank(carrier, country, wants_keys=wants_keys))
        return Chosen(best.name, is_trial=best.open_until is not None)
    moment, reason = min(free_at.values())
    return NotNow(moment, reason)


def _rank(carrier: Standing, country: str, *, wants_keys: bool) -> tuple[bool, bool, bool]:
    """Smaller is better; equals keep the order in which they were given."""
    service = carrier.service
    # One that has just failed is tried only where nobody else could carry it.
    return (carrier.open_until is not None, wants_keys and not service.keypress, country not in service.home)


def _free_at(carrier: Standing, country: str, now: datetime) -> tuple[datetime, str]:
    if carrier.open_until is not None and carrier.open_until > now:
        return carrier.open_until, f"{carrier.name} is down"
    moments = [_room_at(quota, carrier.used, now) for quota in carrier.service.quotas_for(country)]
    return max([now, *moments]), f"{carrier.name} takes no more to this number yet"


def _room_at(quota: Quota, used: Sequence[datetime], now: datetime) -> datetime:
    """When the quota has room: at once, or when the oldest of the last so many leaves the window."""
    inside = [moment for moment in used if moment > now - quota.window]
    return now if len(inside) < quota.most else inside[-quota.most] + quota.window
