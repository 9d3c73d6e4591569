"""What a watch is told when it is enrolled, and again when the contacts of its wearer change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.devices.commands import commands_known, queue_command
from backend.devices.finding import access_device
from backend.devices.kinds import CommandKind
from backend.devices.models import Device
from backend.kernel.access import Actor, Permission
from backend.kernel.alarms import SubjectKind
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.contacts import Rung, ladder_of
from backend.registry.queries import org_unit
from backend.registry.telephones import number_at

MOST_SOS_NUMBERS, MOST_CONTACTS = 3, 10
LONGEST_NAME = 10
UPLOAD_S, HEART_RATE_S = 600, 600
"""What rules need and a battery stands: a place and a pulse each ten minutes."""


async def settle_watch(uow: UnitOfWork, *, actor: Actor, device_id: int) -> int:
    """Tell a new watch its language, how often to report, and whom to call; returns how many commands wait for it.

    Devices that take no commands are told nothing. Raises NotFound, AccessDenied.
    """
    device, _ = await access_device(uow, actor, Permission.COMMAND_DEVICE, device_id)
    if not commands_known(device.protocol):
        return 0
    commands: Mapping[CommandKind, Mapping[str, Any]] = {
        CommandKind.LANGUAGE_ZONE: {"language": Language.CHINESE.value, "hours_east": await _hours_east(uow, device)},
        CommandKind.UPLOAD_INTERVAL: {"seconds": UPLOAD_S},
        CommandKind.HEART_RATE_PERIOD: {"seconds": HEART_RATE_S},
    }
    for kind, arguments in commands.items():
        await queue_command(uow, actor=actor, device_id=device_id, kind=kind, arguments=arguments)
    return len(commands) + await tell_contacts(uow, actor=actor, device_id=device_id)


async def tell_contacts(uow: UnitOfWork, *, actor: Actor, device_id: int) -> int:
    """Tell a watch whom its SOS button calls and whom its telephone book holds: the wearer's contacts, by rank.

    Only proved numbers of contacts who consented. Returns how many commands wait. Raises NotFound, AccessDenied.
    """
    device, _ = await access_device(uow, actor, Permission.COMMAND_DEVICE, device_id)
    if not commands_known(device.protocol) or device.subject_kind is not SubjectKind.PERSON:
        return 0
    entries = await _entries(uow, await ladder_of(uow, person_id=device.subject_id or 0))
    if not entries:
        return 0
    numbers = [entry["number"] for entry in entries[:MOST_SOS_NUMBERS]]
    for kind, arguments in (
        (CommandKind.SOS_NUMBERS, {"numbers": numbers}),
        (CommandKind.CONTACTS, {"contacts": entries[:MOST_CONTACTS]}),
    ):
        await queue_command(uow, actor=actor, device_id=device_id, kind=kind, arguments=arguments)
    return 2


async def _entries(uow: UnitOfWork, ladder: Sequence[Rung]) -> list[dict[str, str]]:
    """Each number once, under the name of its contact."""
    entries: dict[str, str] = {}
    for rung in ladder:
        for method in rung.methods:
            known = await number_at(uow, method.address)
            if known is not None and not known.is_opted_out:
                entries.setdefault(known.number, rung.name[:LONGEST_NAME])
    return [{"number": number, "name": name} for number, name in entries.items()]


async def _hours_east(uow: UnitOfWork, device: Device) -> float:
    zone = ZoneInfo((await org_unit(uow, device.community_id)).time_zone)
    offset = datetime.fromtimestamp(uow.now.timestamp(), zone).utcoffset()
    return offset.total_seconds() / 3600 if offset is not None else 0.0
