"""/elder and /device: grid workers and staff add an elder's contacts, with consent and proof, and the devices."""

from __future__ import annotations

from collections.abc import Mapping

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message

from backend.devices import devices_of, tell_contacts
from backend.kernel.access import PERMISSIONS, Actor, Permission
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import AccessDenied, BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName
from backend.notify.elder_presses import ElderButton, ElderPress
from backend.notify.words import Words
from backend.registry.acting import wards_of
from backend.registry.contacts import access_contact, contacts_of
from backend.registry.contacts_editing import (
    NewContact,
    NewMethod,
    access_method,
    add_contact,
    add_method,
    change_scopes,
    end_contact,
    note_consent,
)
from backend.registry.contacts_linking import link_for_contact
from backend.registry.contacts_models import ContactScope, RelationKind
from backend.registry.contacts_proving import confirm_method, send_proof, vouch_for_method
from backend.registry.homes import home_of
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import Row, keyboard
from handlers.common.links import CONTACT, Links
from handlers.common.pressed import Pressed
from handlers.common.pressing import Act, Pressing
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import Event, say, show
from handlers.elders import screens
from handlers.elders.caring import CARE_ACTS
from handlers.elders.check_ins import CHECK_IN_ACTS, CHECK_IN_PURPOSES
from handlers.elders.devices import DEVICE_ACTS, DEVICE_PURPOSES
from handlers.elders.text import contact_in, relation_words


def elders_router() -> Router:
    router = Router(name="elders.staff")
    router.message.register(elder, IN_PRIVATE, Command("elder", "device"))
    router.callback_query.register(link, Pressed(ElderPress, button=ElderButton.LINK))
    router.callback_query.register(pressed, Pressed(ElderPress))
    return router


async def elder(
    message: Message, command: CommandObject, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    """Whose: `/elder 王` or the name asked for."""
    if not actor.paths_of(PERMISSIONS[Permission.EDIT_CONTACTS]):
        raise AccessDenied
    if not command.args:
        return await ask(message, state, words, "elder.name", 0)
    return await _found(message, uow, actor, words, command.args)


async def _named(asked: Asked) -> Reply:
    return await _found(asked.event, asked.uow, asked.actor, asked.words, asked.text)


async def _found(event: Event, uow: UnitOfWork, actor: Actor, words: Words, name: str) -> Reply:
    people = await wards_of(uow, actor, name.strip(), permission=Permission.EDIT_CONTACTS)
    if not people:
        return say(event, words("elder.nobody", name=name[:20]))
    rows: list[Row] = [[(_label(words, one.name, one.born_on), ElderPress(ElderButton.OPEN, one.id))] for one in people]
    return say(event, words("elder.which"), keyboard(*rows))


def _label(words: Words, name: str, born_on: object) -> str:
    year = str(born_on)[:4] if born_on else "?"
    return words.plain("elder.label.person", name=name, year=year)


async def pressed(
    call: CallbackQuery, press: ElderPress, uow: UnitOfWork, actor: Actor, words: Words, state: FSMContext
) -> Reply:
    act = ACTS.get(press.button)
    if act is None:
        raise BadInput("error.old_button")
    return await act(Pressing(call, press, uow, actor, words, state))


async def _open(on: Pressing[ElderPress]) -> Reply:
    return await elder_shown(on.call, on.uow, on.actor, on.words, on.press.target)


async def elder_shown(event: Event, uow: UnitOfWork, actor: Actor, words: Words, person_id: int) -> Reply:
    """The screen of an elder, for who may read the contacts."""
    contacts = await contacts_of(uow, actor=actor, person_id=person_id)
    devices = await devices_of(uow, subject_kind=SubjectKind.PERSON, subject_id=person_id)
    text, markup = screens.elder_screen(words, (await home_of(uow, person_id)).person, contacts, devices)
    return show(event, text, markup)


async def _add_contact(on: Pressing[ElderPress]) -> Reply:
    """What the contact must have agreed to, before their name and number are written down."""
    rows = [
        [screens.press(on.words, "agreed", ElderPress(ElderButton.AGREED, on.press.target))],
        [screens.press(on.words, "back", ElderPress(ElderButton.OPEN, on.press.target))],
    ]
    text = on.words("elder.ask_consent", wording=on.words.plain("contact.consent_text"))
    return show(on.call, text, keyboard(*rows))


async def _agreed(on: Pressing[ElderPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "elder.contact", on.press.target)


async def _contact_named(asked: Asked) -> Reply:
    """Name, relation, number: the contact stands at the end of the ladder, their telephone waits to be proved."""
    listed = {kind: asked.words.plain(f"elder.relation_words.{kind.value}") for kind in RelationKind}
    typed = contact_in(asked.text, relation_words(listed))
    if typed is None:
        raise BadInput("elder.error.contact_unreadable")
    known = await contacts_of(asked.uow, actor=asked.actor, person_id=asked.target)
    rank = max((one.rank for one in known), default=0) + 1
    new = NewContact(name=typed.name, relation=typed.relation, rank=rank, scopes=frozenset({ContactScope.STATE}))
    contact = await add_contact(asked.uow, actor=asked.actor, person_id=asked.target, contact=new)
    await note_consent(asked.uow, actor=asked.actor, contact_id=contact.id)
    for channel in (ChannelName.VOICE, ChannelName.SMS):
        method = NewMethod(channel=channel, phone=typed.phone)
        await add_method(asked.uow, actor=asked.actor, contact_id=contact.id, method=method)
    return await _contact_shown(asked.event, asked.uow, asked.actor, asked.words, contact.id)


async def _contact(on: Pressing[ElderPress]) -> Reply:
    return await _contact_shown(on.call, on.uow, on.actor, on.words, on.press.target)


async def _contact_shown(event: Event, uow: UnitOfWork, actor: Actor, words: Words, contact_id: int) -> Reply:
    contact = await access_contact(uow, actor, contact_id, Permission.READ_CONTACTS)
    listed = await contacts_of(uow, actor=actor, person_id=contact.person_id)
    one = next(each for each in listed if each.contact_id == contact_id)
    text, markup = screens.contact_screen(words, contact, one.name, one.methods)
    return show(event, text, markup)


async def _consent(on: Pressing[ElderPress]) -> Reply:
    await note_consent(on.uow, actor=on.actor, contact_id=on.press.target)
    return await _contact(on)


async def _prove(on: Pressing[ElderPress]) -> Reply:
    """A code goes to the telephone; the contact reads it out."""
    await send_proof(on.uow, actor=on.actor, method_id=on.press.target)
    return await ask(on.call, on.state, on.words, "elder.code", on.press.target)


async def _code_told(asked: Asked) -> Reply:
    is_right = await confirm_method(asked.uow, actor=asked.actor, method_id=asked.target, code=asked.text)
    if not is_right:
        return say(asked.event, asked.words("elder.wrong_code"))
    await _tell_watches(asked.uow, asked.actor, asked.target)
    return say(asked.event, asked.words("elder.proved"))


async def _vouch(on: Pressing[ElderPress]) -> Reply:
    """The worker has spoken with the contact at this number."""
    await vouch_for_method(on.uow, actor=on.actor, method_id=on.press.target)
    await _tell_watches(on.uow, on.actor, on.press.target)
    method = await access_method(on.uow, on.actor, on.press.target)
    return await _contact_shown(on.call, on.uow, on.actor, on.words, method.contact_id)


async def _tell_watches(uow: UnitOfWork, actor: Actor, method_id: int) -> None:
    """The elder's watch calls whoever stands first on the ladder now."""
    method = await access_method(uow, actor, method_id)
    contact = await access_contact(uow, actor, method.contact_id, Permission.READ_CONTACTS)
    for device in await devices_of(uow, subject_kind=SubjectKind.PERSON, subject_id=contact.person_id):
        await tell_contacts(uow, actor=actor, device_id=device.id)


async def link(
    call: CallbackQuery, press: ElderPress, uow: UnitOfWork, actor: Actor, words: Words, links: Links
) -> Reply:
    """A link for the contact's own chat, to be handed on."""
    token = await link_for_contact(uow, actor=actor, contact_id=press.target)
    return say(call, words("elder.link", link=links.deep(CONTACT + token)))


async def _scope(on: Pressing[ElderPress]) -> Reply:
    """Turn one thing that the contact may see or do on or off, by the elder's word."""
    if on.press.value is None or not 0 <= on.press.value < len(screens.SCOPES):
        raise BadInput("error.old_button")
    contact = await access_contact(on.uow, on.actor, on.press.target, Permission.EDIT_CONTACTS)
    changed = {ContactScope(scope) for scope in contact.scopes} ^ {screens.SCOPES[on.press.value]}
    await change_scopes(on.uow, actor=on.actor, contact_id=contact.id, scopes=changed)
    return await _contact(on)


async def _end_contact(on: Pressing[ElderPress]) -> Reply:
    contact = await access_contact(on.uow, on.actor, on.press.target, Permission.EDIT_CONTACTS)
    await end_contact(on.uow, actor=on.actor, contact_id=contact.id)
    return await elder_shown(on.call, on.uow, on.actor, on.words, contact.person_id)


ACTS: Mapping[ElderButton, Act[ElderPress]] = {
    **DEVICE_ACTS,
    **CARE_ACTS,
    **CHECK_IN_ACTS,
    ElderButton.OPEN: _open,
    ElderButton.ADD_CONTACT: _add_contact,
    ElderButton.AGREED: _agreed,
    ElderButton.CONTACT: _contact,
    ElderButton.CONSENT: _consent,
    ElderButton.PROVE: _prove,
    ElderButton.VOUCH: _vouch,
    ElderButton.SCOPE: _scope,
    ElderButton.END_CONTACT: _end_contact,
}

PURPOSES: Mapping[str, Purpose] = {
    "elder.name": _named,
    "elder.contact": _contact_named,
    "elder.code": _code_told,
    **CHECK_IN_PURPOSES,
    **DEVICE_PURPOSES,
}
