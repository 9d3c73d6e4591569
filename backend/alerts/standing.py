"""How an alert stands after what humans said: a fold over its acknowledgements, the one source of its state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from backend.alerts.states import AckKind, AlertState

TAKES = frozenset({AckKind.CLAIMED, AckKind.EN_ROUTE, AckKind.CONTACT_MADE, AckKind.ON_SCENE})
"""Who says one of these has the alert in hand."""
REACHES = frozenset({AckKind.CONTACT_MADE, AckKind.ON_SCENE})
"""A human stands by the one whom it is about, or has spoken to them: not the same as acknowledged."""
ENDS = {AckKind.RESOLVED: AlertState.RESOLVED, AckKind.FALSE_ALARM: AlertState.FALSE_ALARM}
IS_OVER = frozenset({AlertState.RESOLVED, AlertState.EXPIRED, AlertState.FALSE_ALARM})


@dataclass(frozen=True, slots=True)
class Standing:
    """`takers` in the order in which they took it on: the first one has it."""

    state: AlertState = AlertState.TRIGGERED
    takers: tuple[str, ...] = ()
    is_reached: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One acknowledgement as the fold sees it."""

    kind: AckKind
    who: str


def after(standing: Standing, said: Said) -> Standing:
    """Where the alert stands after one more acknowledgement. What is over stays over."""
    if standing.state in IS_OVER or said.kind is AckKind.SEEN:
        return standing
    if said.kind in ENDS:
        return replace(standing, state=ENDS[said.kind])
    if said.kind in TAKES:
        takers = standing.takers if said.who in standing.takers else (*standing.takers, said.who)
        return Standing(AlertState.ACKNOWLEDGED, takers, standing.is_reached or said.kind in REACHES)
    left = () if said.kind is AckKind.LAPSED else tuple(who for who in standing.takers if who != said.who)
    return Standing(AlertState.ACKNOWLEDGED if left else AlertState.TRIGGERED, left, bool(left) and standing.is_reached)


def folded(acknowledgements: Iterable[Said]) -> Standing:
    """Where an alert stands after all that was said, oldest first."""
    standing = Standing()
    for said in acknowledgements:
        standing = after(standing, said)
    return standing
