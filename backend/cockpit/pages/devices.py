"""Devices: how each is doing, who knocked in vain, one with its last state, and what staff do with it."""

from __future__ import annotations

from collections.abc import Sequence

from backend.cockpit.device_orders import ORDERS
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.devices import DeviceLine, Sought, devices_in, line_for
from backend.cockpit.reads.names import names_of_accounts
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.devices import (
    DeviceState,
    DeviceStatus,
    access_device,
    commands_known,
    commands_of,
    ignore_stranger,
    mute_device,
    queue_command,
    retire_device,
    rotate_secret,
    settle_watch,
    status_counts,
    unknown_devices,
    unmute_device,
    view_state,
)
from backend.devices.models import UnknownDevice
from backend.devices.observations import QUANTITIES, Protocol
from backend.kernel.access import Permission, may
from backend.kernel.errors import NotFound

pages = StaffPages()

LONGEST_REASON = 200
LONGEST_ID = 64
MOST_PAGES = 10_000


@pages.page("/web/devices", needs=Permission.READ_DEVICE)
async def show(visit: Visit) -> Answer:
    """What is silent first; below, who is not enrolled and spoke."""
    status = visit.asked("status", most=16)
    sought = Sought(DeviceStatus(status) if status in list(DeviceStatus) else None, visit.asked("text", most=64))
    page = visit.asked_number("page", default=1, least=1, most=MOST_PAGES)
    lines, has_more = await devices_in(visit.uow, visit.actor, visit.community.id, visit.scope, sought, page)
    may_enrol = _may_enrol_here(visit)
    strangers = await unknown_devices(visit.uow, actor=visit.actor) if may_enrol else ()
    return Page(
        "devices.html",
        {
            "lines": lines,
            "sought": sought,
            "page": page,
            "has_more": has_more,
            "counts": await status_counts(visit.uow, visit.community.id, within=visit.scope),
            "statuses": tuple(DeviceStatus),
            "may_enrol": may_enrol,
            "strangers": _heeded(strangers, is_ignored=False),
            "ignored": _heeded(strangers, is_ignored=True),
        },
    )


@pages.action("/web/devices/strangers", needs=Permission.ENROL_DEVICE, over=Over.PART, again=show)
async def set_aside(visit: Visit) -> Answer:
    """Do not show a stranger any more, or show it again."""
    try:
        protocol = Protocol(visit.typed.get("protocol", ""))
    except ValueError as error:
        raise FieldInvalid("protocol") from error
    await ignore_stranger(
        visit.uow,
        actor=visit.actor,
        protocol=protocol,
        external_id=visit.typed.text("external_id", least=1, most=LONGEST_ID),
        is_ignored=visit.typed.get("verdict") != "heed",
    )
    return GoTo("/web/devices", done="web.done.saved")


@pages.page("/web/devices/{device_id}", needs=Permission.READ_DEVICE, leaves_trace=True)
async def show_one(visit: Visit) -> Answer:
    """One device; how its wearer is only for those who may know, and it is written down that they looked."""
    line = await _line(visit)
    device = line.device
    state = await view_state(visit.uow, actor=visit.actor, device_id=device.id) if line.is_open else None
    told = await commands_of(visit.uow, actor=visit.actor, device_id=device.id, limit=10)
    known = commands_known(device.protocol)
    return Page(
        "device.html",
        {
            "line": line,
            "state": state,
            "quantities": QUANTITIES,
            "told": told,
            "names": await names_of_accounts(visit.uow, {one.queued_by_id for one in told if one.queued_by_id}),
            "orders": {name: order for name, order in ORDERS.items() if order.kind in known},
            "may_enrol": may(visit.actor, Permission.ENROL_DEVICE, line.unit.path),
            "may_command": bool(known) and may(visit.actor, Permission.COMMAND_DEVICE, line.unit.path),
            "may_set_rules": may(visit.actor, Permission.SET_DEVICE_RULE, line.unit.path),
            "may_set_community_rules": may(visit.actor, Permission.SET_DEVICE_RULE, visit.community.path),
            "longest_reason": LONGEST_REASON,
        },
    )


@pages.action("/web/devices/{device_id}/mute", needs=Permission.ENROL_DEVICE, over=Over.PART, again=show_one)
async def mute(visit: Visit) -> Answer:
    """Somebody works at it: what it says meanwhile is a test."""
    device_id = (await _line(visit)).device.id
    reason = visit.typed.text("reason", least=1, most=LONGEST_REASON)
    await mute_device(visit.uow, actor=visit.actor, device_id=device_id, reason=reason)
    return _back(device_id)


@pages.action("/web/devices/{device_id}/unmute", needs=Permission.ENROL_DEVICE, over=Over.PART, again=show_one)
async def unmute(visit: Visit) -> Answer:
    device_id = (await _line(visit)).device.id
    await unmute_device(visit.uow, actor=visit.actor, device_id=device_id)
    return _back(device_id)


@pages.action("/web/devices/{device_id}/retire", needs=Permission.ENROL_DEVICE, over=Over.PART, again=show_one)
async def retire(visit: Visit) -> Answer:
    """Out of use; its history stays."""
    await retire_device(visit.uow, actor=visit.actor, device_id=(await _line(visit)).device.id)
    return GoTo("/web/devices", done="web.done.saved")


@pages.action("/web/devices/{device_id}/secret", needs=Permission.ENROL_DEVICE, over=Over.PART, again=show_one)
async def renew_secret(visit: Visit) -> Answer:
    """Make another secret and show it: this page is the only place where it is ever seen."""
    line = await _line(visit)
    secret = await rotate_secret(visit.uow, actor=visit.actor, device_id=line.device.id)
    return Page("device_secret.html", {"device": line.device, "secret": secret, "is_new": False})


@pages.action("/web/devices/{device_id}/order", needs=Permission.COMMAND_DEVICE, over=Over.PART, again=show_one)
async def order(visit: Visit) -> Answer:
    """Tell a watch something when it is next connected; `settle` tells it everything that a new one is told."""
    device_id, named = (await _line(visit)).device.id, visit.typed.get("order", "")
    if named == "settle":
        await settle_watch(visit.uow, actor=visit.actor, device_id=device_id)
    elif named in ORDERS:
        arguments = ORDERS[named].arguments(visit.typed)
        kind = ORDERS[named].kind
        await queue_command(visit.uow, actor=visit.actor, device_id=device_id, kind=kind, arguments=arguments)
    else:
        raise FieldInvalid("order")
    return GoTo(f"/web/devices/{device_id}", done="web.done.order_waits")


def _back(device_id: int) -> GoTo:
    return GoTo(f"/web/devices/{device_id}", done="web.done.saved")


async def _line(visit: Visit) -> DeviceLine:
    device_id = visit.id_in_path("device_id")
    device, unit = await access_device(visit.uow, visit.actor, Permission.READ_DEVICE, device_id)
    state = await visit.uow.session.get(DeviceState, device.id)
    if state is None or device.community_id != visit.community.id:
        raise NotFound
    return line_for(visit.actor, device, state, unit)


def _may_enrol_here(visit: Visit) -> bool:
    return any(may(visit.actor, Permission.ENROL_DEVICE, path) for path in visit.scope)


def _heeded(strangers: Sequence[UnknownDevice], *, is_ignored: bool) -> list[UnknownDevice]:
    return [one for one in strangers if (one.ignored_at is not None) is is_ignored]
