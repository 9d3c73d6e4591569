"""A device is enrolled from the desk: what it is, for whom, and its secret, shown once."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TypeVar

from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.reads.devices import Choice, subjects_named
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, Page, Visit
from backend.devices import Device, DeviceKind, NewDevice, enrol_device
from backend.devices.observations import Protocol
from backend.ingest.codecs import MODELS
from backend.kernel.access import Permission
from backend.kernel.alarms import SubjectKind
from backend.kernel.errors import BadInput

pages = StaffPages()

LONGEST_ID, LONGEST_NAME = 64, 80
DEEPEST_CM = 10_000
Kind = TypeVar("Kind", bound=StrEnum)


class SubjectUnclear(BadInput):
    """Several people or things are called so; the page asks which of them."""

    def __init__(self) -> None:
        super().__init__("web.devices.error.subject_unclear")


@pages.page("/web/devices/new", needs=Permission.ENROL_DEVICE)
async def show(visit: Visit) -> Answer:
    """The form, filled with what a stranger told of itself; after a name that fits several, with these to choose."""
    given = {name: visit.asked(name, most=LONGEST_ID) for name in ("protocol", "external_id")} | dict(visit.typed)
    return Page(
        "device_new.html",
        {
            "given": given,
            "kinds": tuple(DeviceKind),
            "protocols": tuple(Protocol),
            "models": sorted(MODELS),
            "subject_kinds": tuple(SubjectKind),
            "choices": await _choices(visit) if visit.typed else (),
            "longest_id": LONGEST_ID,
            "longest_name": LONGEST_NAME,
        },
    )


@pages.action("/web/devices/new", needs=Permission.ENROL_DEVICE, over=Over.PART, again=show)
async def enrol(visit: Visit) -> Answer:
    """Take it in, and show its secret this once."""
    typed = visit.typed
    kind, protocol = _member(visit, DeviceKind, "kind"), _member(visit, Protocol, "protocol")
    model = typed.get("model", "")
    if model and model not in MODELS:
        raise FieldInvalid("model")
    new = NewDevice(
        community_id=visit.community.id,
        kind=kind,
        protocol=protocol,
        external_id=typed.text("external_id", least=1, most=LONGEST_ID),
        subject_kind=_member(visit, SubjectKind, "subject_kind"),
        subject_id=await _subject(visit),
        model=model,
        depth_m=typed.number("depth", least=1, most=DEEPEST_CM) / 100 if typed.get("depth") else None,
        gateway_key=typed.text("gateway", most=LONGEST_ID),
        is_settled=typed.is_ticked("is_settled"),
    )
    enrolled = await enrol_device(visit.uow, actor=visit.actor, new=new)
    device = await visit.uow.session.get_one(Device, enrolled.device_id)
    return Page("device_secret.html", {"device": device, "secret": enrolled.secret, "is_new": True})


async def _subject(visit: Visit) -> int:
    choices = await _choices(visit)
    chosen = visit.typed.get("subject_id", "")
    if chosen:
        fitting = [choice.id for choice in choices if str(choice.id) == chosen]
    else:
        fitting = [choice.id for choice in choices]
    if not fitting:
        raise FieldInvalid("subject")
    if len(fitting) > 1:
        raise SubjectUnclear
    return fitting[0]


async def _choices(visit: Visit) -> Sequence[Choice]:
    kind = _member(visit, SubjectKind, "subject_kind")
    text = visit.typed.get("subject", "")[:LONGEST_NAME]
    return await subjects_named(visit.uow, visit.actor, visit.community.id, kind, text)


def _member(visit: Visit, kinds: type[Kind], field: str) -> Kind:
    try:
        return kinds(visit.typed.get(field, ""))
    except ValueError as error:
        raise FieldInvalid(field) from error
