"""The devices of an elder: enrolled by a line of text, looked at, told to locate or ring, taken out of use."""

from __future__ import annotations

from collections.abc import Mapping

from backend.devices import (
    CommandKind,
    DeviceKind,
    NewDevice,
    access_device,
    enrol_device,
    queue_command,
    retire_device,
    view_state,
)
from backend.kernel.access import Permission
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import BadInput
from backend.notify.elder_presses import ElderButton, ElderPress
from backend.registry.homes import home_of
from handlers.common.asking import Asked, Purpose, ask
from handlers.common.keyboards import keyboard
from handlers.common.pressing import Act, Pressing
from handlers.common.replies import Reply
from handlers.common.showing import say, show
from handlers.elders import screens
from handlers.elders.text import KINDS, device_in


async def _add_device(on: Pressing[ElderPress]) -> Reply:
    return await ask(on.call, on.state, on.words, "elder.device", on.press.target)


async def _device_named(asked: Asked) -> Reply:
    """The device belongs to the elder from now on; its secret is told this once."""
    known = {word: key for key in KINDS for word in asked.words.plain(f"elder.device_words.{key}").lower().split()}
    typed = device_in(asked.text, known)
    if typed is None:
        raise BadInput("elder.error.device_unreadable")
    home = await home_of(asked.uow, asked.target)
    new = NewDevice(
        community_id=home.person.community_id,
        kind=typed.kind,
        protocol=typed.protocol,
        external_id=typed.external_id,
        subject_kind=SubjectKind.PERSON,
        subject_id=asked.target,
        model=typed.model,
    )
    enrolled = await enrol_device(asked.uow, actor=asked.actor, new=new)
    row = [screens.press(asked.words, "back", ElderPress(ElderButton.OPEN, asked.target))]
    key = "elder.watch_enrolled" if typed.kind is DeviceKind.WATCH else "elder.device_enrolled"
    return say(asked.event, asked.words(key, number=typed.external_id, secret=enrolled.secret), keyboard(row))


async def _device(on: Pressing[ElderPress]) -> Reply:
    device, _ = await access_device(on.uow, on.actor, Permission.READ_DEVICE, on.press.target)
    state = await view_state(on.uow, actor=on.actor, device_id=device.id)
    text, markup = screens.device_screen(on.words, device, state)
    return show(on.call, text, markup)


async def _locate(on: Pressing[ElderPress]) -> Reply:
    await queue_command(on.uow, actor=on.actor, device_id=on.press.target, kind=CommandKind.LOCATE_NOW, arguments={})
    return on.answer("elder.asked_watch")


async def _find(on: Pressing[ElderPress]) -> Reply:
    await queue_command(on.uow, actor=on.actor, device_id=on.press.target, kind=CommandKind.FIND, arguments={})
    return on.answer("elder.asked_watch")


async def _retire(on: Pressing[ElderPress]) -> Reply:
    device, _ = await access_device(on.uow, on.actor, Permission.ENROL_DEVICE, on.press.target)
    await retire_device(on.uow, actor=on.actor, device_id=device.id)
    back = [screens.press(on.words, "back", ElderPress(ElderButton.OPEN, device.subject_id or 0))]
    return show(on.call, on.words("elder.retired"), keyboard(back))


DEVICE_ACTS: Mapping[ElderButton, Act[ElderPress]] = {
    ElderButton.ADD_DEVICE: _add_device,
    ElderButton.DEVICE: _device,
    ElderButton.LOCATE: _locate,
    ElderButton.FIND: _find,
    ElderButton.RETIRE: _retire,
}

DEVICE_PURPOSES: Mapping[str, Purpose] = {"elder.device": _device_named}
