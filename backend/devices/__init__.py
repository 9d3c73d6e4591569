"""Devices: who wears or carries them, what they observed, the rules that judge it."""

from backend.devices.commands import (
    TakenCommand,
    commands_known,
    commands_of,
    expire_commands,
    note_command_answered,
    note_command_sent,
    queue_command,
    take_commands,
)
from backend.devices.enrolment import (
    EnrolledDevice,
    NewDevice,
    enrol_device,
    mute_device,
    retire_device,
    rotate_secret,
    unmute_device,
)
from backend.devices.fences.drawing import NamedFence, draw_fence, end_fence, fences_drawn_for
from backend.devices.fences.hours import Hours
from backend.devices.fences.shapes import Circle, Polygon, drawn_circle, drawn_polygon
from backend.devices.finding import (
    access_device,
    devices_named,
    devices_of,
    devices_within,
    find_device,
    find_device_by_secret,
    names_by_secret,
)
from backend.devices.history import forget_packets, make_months
from backend.devices.kinds import CommandKind, CommandStatus, DeviceKind, DeviceStatus, FencePurpose, StrangerReason
from backend.devices.latest import (
    LatestFix,
    LatestHeart,
    LatestState,
    heart_rates_of_day,
    latest_state,
    states_of_person,
    status_counts,
    view_state,
)
from backend.devices.models import Device, DeviceState
from backend.devices.packet_keys import forget_packet_keys
from backend.devices.received import PacketFate, ReceivedPacket, StoredBatch
from backend.devices.renaming import refresh_subject_names
from backend.devices.rules.setting import book_of_device, rules_set, set_rule
from backend.devices.settling import settle_watch, tell_contacts
from backend.devices.storing import store_observations
from backend.devices.strangers import ignore_stranger, note_refused_device, unknown_devices
from backend.devices.sweeping import is_check_due, sweep_devices

__all__ = [
    "Circle",
    "CommandKind",
    "CommandStatus",
    "Device",
    "DeviceKind",
    "DeviceState",
    "DeviceStatus",
    "EnrolledDevice",
    "FencePurpose",
    "Hours",
    "LatestFix",
    "LatestHeart",
    "LatestState",
    "NamedFence",
    "NewDevice",
    "PacketFate",
    "Polygon",
    "ReceivedPacket",
    "StoredBatch",
    "StrangerReason",
    "TakenCommand",
    "access_device",
    "book_of_device",
    "commands_known",
    "commands_of",
    "devices_named",
    "devices_of",
    "devices_within",
    "draw_fence",
    "drawn_circle",
    "drawn_polygon",
    "end_fence",
    "enrol_device",
    "expire_commands",
    "fences_drawn_for",
    "find_device",
    "find_device_by_secret",
    "forget_packet_keys",
    "forget_packets",
    "heart_rates_of_day",
    "ignore_stranger",
    "is_check_due",
    "latest_state",
    "make_months",
    "mute_device",
    "names_by_secret",
    "note_command_answered",
    "note_command_sent",
    "note_refused_device",
    "queue_command",
    "refresh_subject_names",
    "retire_device",
    "rotate_secret",
    "rules_set",
    "set_rule",
    "settle_watch",
    "states_of_person",
    "status_counts",
    "store_observations",
    "sweep_devices",
    "take_commands",
    "tell_contacts",
    "unknown_devices",
    "unmute_device",
    "view_state",
]
