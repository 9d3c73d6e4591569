"""How an elder is looked after: the card for helpers at the door, the activity circle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from backend.devices import FencePurpose, draw_fence, drawn_circle
from backend.kernel.errors import BadInput
from backend.notify.elder_presses import ElderButton, ElderPress
from backend.registry.homes import home_of
from backend.registry.household_cards import CareNotes, household_card
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.pressing import Act, Pressing
from handlers.common.replies import Reply
from handlers.common.showing import show
from handlers.elders import screens

RADII = (300, 500, 1_000, 2_000)
"""Metres around home that a circle may have at one tap."""
LIFT = {True: "yes", False: "no", None: "unknown"}


async def _card(on: Pressing[ElderPress]) -> Reply:
    """What a helper at the door must know; that somebody looked is written down."""
    card = await household_card(on.uow, actor=on.actor, person_id=on.press.target)
    notes = [on.words(f"elder.note.{name}", text=text) for name, text in _written(card.notes) if text]
    head = on.words(
        "elder.card",
        name=card.name,
        age=card.age if card.age is not None else "?",
        address=card.address,
        lift=on.words.plain(
            {True: "elder.lift.yes", False: "elder.lift.no", None: "elder.lift.unknown"}[card.has_lift]
        ),
        phone=card.telephone or "—",
    )
    row = [screens.press(on.words, "back", ElderPress(ElderButton.OPEN, on.press.target))]
    return show(on.call, "\n".join([head, *notes]), keyboard(row))


def _written(notes: CareNotes) -> list[tuple[str, str]]:
    """The notes by name, in the order in which a helper needs them."""
    return [(field.name, getattr(notes, field.name)) for field in fields(notes)]


async def _circle(on: Pressing[ElderPress]) -> Reply:
    """How far from home the elder usually goes."""
    buttons = [
        (
            on.words.plain("elder.label.radius", metres=radius),
            ElderPress(ElderButton.CIRCLE_OF, on.press.target, radius),
        )
        for radius in RADII
    ]
    back = [screens.press(on.words, "back", ElderPress(ElderButton.OPEN, on.press.target))]
    return show(on.call, on.words("elder.which_radius"), keyboard(*in_columns(buttons, 2), back))


async def _circle_of(on: Pressing[ElderPress]) -> Reply:
    """Draw the activity circle around the elder's home; leaving it warns the contacts."""
    home = await home_of(on.uow, on.press.target)
    if home.address is None or home.address.longitude is None or home.address.latitude is None:
        raise BadInput("elder.error.home_unknown")
    if on.press.value not in RADII:
        raise BadInput("error.old_button")
    shape = drawn_circle(home.address.longitude, home.address.latitude, on.press.value)
    await draw_fence(
        on.uow,
        actor=on.actor,
        person_id=on.press.target,
        purpose=FencePurpose.CIRCLE,
        name=on.words.plain("elder.label.radius", metres=on.press.value),
        shape=shape,
    )
    return _done(on, "elder.circle_drawn")


def _done(on: Pressing[ElderPress], key: str, **params: object) -> Reply:
    back = [screens.press(on.words, "back", ElderPress(ElderButton.OPEN, on.press.target))]
    return show(on.call, on.words(key, **params), keyboard(back))


CARE_ACTS: Mapping[ElderButton, Act[ElderPress]] = {
    ElderButton.CARD: _card,
    ElderButton.CIRCLE: _circle,
    ElderButton.CIRCLE_OF: _circle_of,
}
