"""What devices are told: queued by people or rules, taken by the door that holds the connection."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from backend.devices.command_arguments import checked_arguments
from backend.devices.errors import CommandNotForDevice
from backend.devices.events import CommandQueued
from backend.devices.finding import access_device
from backend.devices.kinds import CommandKind, CommandStatus
from backend.devices.models import Device, DeviceCommand
from backend.devices.observations import Protocol
from backend.devices.watched import Watched
from backend.kernel.access import CLOCK_ACTOR, Actor, Permission
from backend.kernel.audit import audit
from backend.kernel.errors import NotFound
from backend.kernel.unit_of_work import UnitOfWork

_IW = frozenset(CommandKind) - {CommandKind.FIND, CommandKind.QUIET_TIMES}
COMMANDS_OF: Mapping[Protocol, frozenset[CommandKind]] = {Protocol.WATCH: frozenset(CommandKind), Protocol.IW: _IW}
"""What a device of each protocol can be told; what the second family has for ringing and quiet hours is not known."""
LEASE = timedelta(seconds=30)
MOST_TAKEN = 20
LIVES: Mapping[CommandKind, timedelta] = {
    # An hour later nobody wants to know where she was, and a ringing watch frightens.
    CommandKind.LOCATE_NOW: timedelta(minutes=10),
    CommandKind.FIND: timedelta(minutes=10),
    CommandKind.HEART_RATE_PERIOD: timedelta(hours=1),
    CommandKind.MESSAGE: timedelta(hours=12),
}
USUAL_LIFE = timedelta(days=7)

_LIVE = (CommandStatus.QUEUED, CommandStatus.SENT)


@dataclass(frozen=True, slots=True)
class TakenCommand:
    """A command on its way: `arguments` as `command_arguments` checked them."""

    id: int
    device_id: int
    protocol: Protocol
    external_id: str
    kind: CommandKind
    arguments: Mapping[str, Any]


def commands_known(protocol: Protocol) -> frozenset[CommandKind]:
    """What a device that speaks so can be told; nothing for most."""
    return COMMANDS_OF.get(protocol, frozenset())


async def queue_command(
    uow: UnitOfWork, *, actor: Actor, device_id: int, kind: CommandKind, arguments: Mapping[str, Any] | None = None
) -> int:
    """Tell a device something when it is next connected; returns the command's id.

    A newer command of the same kind replaces one that still waits. Raises NotFound, AccessDenied, CommandNotForDevice,
    CommandUnfit. There is no command to listen in, by design.
    """
    device, unit = await access_device(uow, actor, Permission.COMMAND_DEVICE, device_id)
    if kind not in commands_known(device.protocol):
        raise CommandNotForDevice
    command = await _add(uow, device.id, kind, checked_arguments(kind, arguments or {}), actor)
    audit(uow, actor, "device.command", f"device:{device.id}", org_path=unit.path, after={"command": kind.value})
    return command.id


async def ask_device(uow: UnitOfWork, device: Watched, kind: CommandKind) -> None:
    """Let a rule ask a device for another reading; where it cannot be asked, nothing happens.

    It replaces nothing that waits: that may be how often staff want it to measure.
    """
    if kind in commands_known(device.protocol) and not await _waits(uow, device.id, kind):
        await _add(uow, device.id, kind, checked_arguments(kind, {}), CLOCK_ACTOR)


async def _waits(uow: UnitOfWork, device_id: int, kind: CommandKind) -> bool:
    waiting = select(DeviceCommand.id).where(
        DeviceCommand.device_id == device_id,
        DeviceCommand.kind == kind,
        DeviceCommand.status == CommandStatus.QUEUED,
        DeviceCommand.expires_at > uow.now,
    )
    return await uow.session.scalar(waiting.limit(1)) is not None


async def _add(
    uow: UnitOfWork, device_id: int, kind: CommandKind, arguments: dict[str, Any], actor: Actor
) -> DeviceCommand:
    await uow.session.execute(
        update(DeviceCommand)
        .where(
            DeviceCommand.device_id == device_id,
            DeviceCommand.kind == kind,
            DeviceCommand.status == CommandStatus.QUEUED,
        )
        .values(status=CommandStatus.CANCELLED)
    )
    command = DeviceCommand(
        device_id=device_id,
        kind=kind,
        arguments_sealed=uow.vault.seal_json(arguments),
        status=CommandStatus.QUEUED,
        queued_at=uow.now,
        queued_by_id=actor.account_id,
        expires_at=uow.now + LIVES.get(kind, USUAL_LIFE),
    )
    uow.session.add(command)
    await uow.session.flush()
    uow.record(CommandQueued(command_id=command.id, device_id=device_id))
    return command


async def take_commands(uow: UnitOfWork, device_ids: Collection[int]) -> Sequence[TakenCommand]:
    """Take what waits for these connected devices, oldest first; nobody else gets it for LEASE.

    A command that is not noted as sent by then is taken again: rather twice than never, they do no harm.
    """
    if not device_ids:
        return ()
    waiting = (
        select(DeviceCommand, Device.protocol, Device.external_id)
        .join(Device, Device.id == DeviceCommand.device_id)
        .where(
            DeviceCommand.device_id.in_(sorted(device_ids)),
            DeviceCommand.status == CommandStatus.QUEUED,
            DeviceCommand.expires_at > uow.now,
            or_(DeviceCommand.taken_until.is_(None), DeviceCommand.taken_until <= uow.now),
        )
        .order_by(DeviceCommand.id)
        .limit(MOST_TAKEN)
        .with_for_update(of=DeviceCommand, skip_locked=True)
    )
    taken = []
    for command, protocol, external_id in (await uow.session.execute(waiting)).all():
        command.taken_until = uow.now + LEASE
        arguments = uow.vault.open_json(command.arguments_sealed)
        taken.append(TakenCommand(command.id, command.device_id, protocol, external_id, command.kind, arguments))
    return taken


async def note_command_sent(uow: UnitOfWork, command_id: int) -> None:
    """It was written to the connection. Twice is safe. Raises NotFound."""
    command = await uow.session.get(DeviceCommand, command_id)
    if command is None:
        raise NotFound
    if command.status is CommandStatus.QUEUED:
        command.status, command.sent_at = CommandStatus.SENT, uow.now


async def note_command_answered(uow: UnitOfWork, device_id: int, kind: CommandKind) -> bool:
    """The device repeated the command's word; False when nothing of this kind was sent lately."""
    answered = await uow.session.execute(
        update(DeviceCommand)
        .where(
            DeviceCommand.device_id == device_id,
            DeviceCommand.kind == kind,
            DeviceCommand.status == CommandStatus.SENT,
        )
        .values(status=CommandStatus.ANSWERED, answered_at=uow.now)
    )
    return bool(answered.rowcount)  # type: ignore[attr-defined]  # a CursorResult: the statement is an update


async def expire_commands(uow: UnitOfWork) -> int:
    """Give up what came too late, also what was sent and never answered; returns how many."""
    late = await uow.session.execute(
        update(DeviceCommand)
        .where(DeviceCommand.status.in_(_LIVE), DeviceCommand.expires_at <= uow.now)
        .values(status=CommandStatus.EXPIRED)
    )
    return int(late.rowcount)  # type: ignore[attr-defined]  # a CursorResult: the statement is an update


async def commands_of(uow: UnitOfWork, *, actor: Actor, device_id: int, limit: int = 20) -> Sequence[DeviceCommand]:
    """What a device was told lately, newest first; the words and numbers stay sealed. Raises NotFound, AccessDenied."""
    await access_device(uow, actor, Permission.READ_DEVICE, device_id)
    found = select(DeviceCommand).where(DeviceCommand.device_id == device_id)
    return (await uow.session.scalars(found.order_by(DeviceCommand.id.desc()).limit(limit))).all()
