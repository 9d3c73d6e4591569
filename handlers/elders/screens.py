"""What staff see of an elder: the ladder of contacts with their ways, the devices with their state."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import InlineKeyboardMarkup

from backend.devices import Device, LatestState
from backend.notify.elder_presses import ElderButton, ElderPress
from backend.notify.words import Words
from backend.registry.contacts import ListedContact, Method
from backend.registry.contacts_models import ContactScope, FamilyContact, MethodState
from backend.registry.models import Person
from handlers.common.keyboards import Row, in_columns, keyboard

SCOPES = tuple(ContactScope)
"""In this order the buttons number them."""


def press(words: Words, key: str, to: ElderPress) -> tuple[str, ElderPress]:
    return words.plain(f"elder.button.{key}"), to


def elder_screen(
    words: Words, person: Person, contacts: Sequence[ListedContact], devices: Sequence[Device]
) -> tuple[str, InlineKeyboardMarkup]:
    """The elder with everybody on the ladder; each contact and device is a button."""
    rows: list[Row] = [
        [(_contact_label(words, one), ElderPress(ElderButton.CONTACT, one.contact_id))] for one in contacts
    ]
    rows += [[(_device_label(words, one), ElderPress(ElderButton.DEVICE, one.id))] for one in devices]
    rows.append(
        [
            press(words, "add_contact", ElderPress(ElderButton.ADD_CONTACT, person.id)),
            press(words, "add_device", ElderPress(ElderButton.ADD_DEVICE, person.id)),
        ]
    )
    rows.append(
        [
            press(words, "card", ElderPress(ElderButton.CARD, person.id)),
            press(words, "check_in", ElderPress(ElderButton.CHECK_IN, person.id)),
        ]
    )
    rows.append([press(words, "circle", ElderPress(ElderButton.CIRCLE, person.id))])
    key = "elder.one" if contacts else "elder.without_contacts"
    return words(key, name=person.name, contacts=len(contacts), devices=len(devices)), keyboard(*rows)


def _contact_label(words: Words, one: ListedContact) -> str:
    relation = words.plain(f"contact.relation.{one.relation.value}")
    proved = any(method.state is MethodState.VERIFIED for method in one.methods)
    sign = "✅" if one.consent_at is not None and proved else "⚠️"
    return words.plain("elder.label.contact", sign=sign, rank=one.rank, name=one.name, relation=relation)[:60]


def _device_label(words: Words, one: Device) -> str:
    return f"{words.plain(f'elder.device.{one.kind.value}')} {one.external_id}"[:60]


def contact_screen(
    words: Words, contact: FamilyContact, name: str, methods: Sequence[Method]
) -> tuple[str, InlineKeyboardMarkup]:
    """One contact: consent first, then the ways to be proved, what they may see, their own chat."""
    if contact.consent_at is None:
        rows: list[Row] = [[press(words, "consent", ElderPress(ElderButton.CONSENT, contact.id))]]
    else:
        rows = [row for method in methods for row in _method_rows(words, method)]
        rows += in_columns([_scope(words, contact, number) for number in range(len(SCOPES))], 2)
        rows.append([press(words, "link", ElderPress(ElderButton.LINK, contact.id))])
    rows.append(
        [
            press(words, "end_contact", ElderPress(ElderButton.END_CONTACT, contact.id)),
            press(words, "back", ElderPress(ElderButton.OPEN, contact.person_id)),
        ]
    )
    lines = [
        words.plain(f"elder.way.{one.channel.value}") + words.plain(f"elder.proof.{one.state.value}") for one in methods
    ]
    text = words(
        "elder.contact",
        name=name,
        relation=words.plain(f"contact.relation.{contact.relation.value}"),
        rank=contact.rank,
        consent=words.plain("elder.consent.yes" if contact.consent_at else "elder.consent.no"),
        ways="\n".join(lines) or "—",
    )
    return text, keyboard(*rows)


def _method_rows(words: Words, method: Method) -> list[Row]:
    if method.state is not MethodState.PENDING:
        return []
    way = words.plain(f"elder.way.{method.channel.value}")
    return [
        [(words.plain("elder.label.prove", way=way), ElderPress(ElderButton.PROVE, method.id))],
        [(words.plain("elder.label.vouch", way=way), ElderPress(ElderButton.VOUCH, method.id))],
    ]


def _scope(words: Words, contact: FamilyContact, number: int) -> tuple[str, ElderPress]:
    scope = SCOPES[number]
    sign = "✅" if scope.value in contact.scopes else "⬜"
    return f"{sign} {words.plain(f'elder.scope.{scope.value}')}", ElderPress(ElderButton.SCOPE, contact.id, number)


def device_screen(words: Words, device: Device, state: LatestState) -> tuple[str, InlineKeyboardMarkup]:
    """A device with how it is doing, for who may know."""
    rows: list[Row] = [
        [
            press(words, "locate", ElderPress(ElderButton.LOCATE, device.id)),
            press(words, "find", ElderPress(ElderButton.FIND, device.id)),
        ],
        [press(words, "retire", ElderPress(ElderButton.RETIRE, device.id))],
    ]
    if device.subject_id is not None:
        rows.append([press(words, "back", ElderPress(ElderButton.OPEN, device.subject_id))])
    seen = state.last_seen_at.astimezone(words.zone).strftime("%m-%d %H:%M") if state.last_seen_at else "—"
    text = words(
        "elder.device_state",
        kind=words.plain(f"elder.device.{device.kind.value}"),
        number=device.external_id,
        state=words.plain(f"elder.device_status.{state.state.value}"),
        seen=seen,
        battery=f"{state.battery}%" if state.battery is not None else "—",
    )
    return text, keyboard(*rows)
