"""The playground's devices: enrolled like any others, then laid on the bench with their keys in their hands."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from backend.devices import DeviceKind, NewDevice, enrol_device, find_device, rotate_secret
from backend.devices.observations import Protocol
from backend.ingest.models import Platform
from backend.ingest.sources import add_source, rotate_key, sources_of
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.alarms import SubjectKind
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.registry.homes import home_of
from backend.registry.models import Address, OrgUnit, Person, RegistryThing
from backend.registry.org_units import registry_code
from backend.registry.queries import communities
from playground.bench.bench import DeviceBench, Simulated
from playground.community.shapes import Community
from playground.devices import Camera, ManholeCover, SepticTank, SmokeAlarm, Watch
from playground.telegram.clock import Clock

SOURCE_TITLE = "playground"
TANK_DEPTH_M = 2.5


@dataclass(frozen=True, slots=True)
class Sample:
    """A device of the playground. `thing` is the kind of registry thing that carries it; None is worn by the elder."""

    key: str
    kind: DeviceKind
    protocol: Protocol
    external_id: str
    thing: str | None = None
    model: str = ""
    depth_m: float | None = None


SAMPLES = (
    Sample("watch", DeviceKind.WATCH, Protocol.WATCH, "8800000015"),
    Sample(
        "smoke",
        DeviceKind.SMOKE,
        Protocol.CTWING,
        "acf7baaee65e431eadfb8f5fe50e8b81",
        "charging_shed",
        model="ctwing.smoke",
    ),
    Sample("septic", DeviceKind.SEPTIC_LEVEL, Protocol.NATIVE, "septic-001", "septic_tank", depth_m=TANK_DEPTH_M),
    Sample(
        "manhole",
        DeviceKind.MANHOLE,
        Protocol.CHIRPSTACK,
        "24e124136b502217",
        "manhole",
        model="milesight.em310-tilt",
    ),
    Sample("camera", DeviceKind.CAMERA, Protocol.HIKVISION, "44:19:b6:5a:01:02/1", "camera"),
)
"""What lies on the bench, in this order."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose device it is, and where."""

    name: str
    point: tuple[float, float]


@dataclass(slots=True)
class SampleDevices:
    """Everything that the simulators must know; keys and tokens are made anew at each start."""

    community_code: str
    seats: dict[str, Seat] = field(default_factory=dict)
    token: str = ""
    paths: dict[Platform, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the product's doors are. Without a broker the tank speaks over HTTP."""

    web: str
    host: str
    watch_port: int
    mqtt_url: str | None = None


async def seat_devices(work: Work, sample: Community) -> SampleDevices:
    """Enrol what is not enrolled yet, and give every device and platform its key."""
    async with work.begin() as uow:
        community = (await communities(uow))[0]
        seated = SampleDevices(community.code)
        for one in SAMPLES:
            seated.seats[one.key] = await _seat(uow, community, sample, one, seated)
        for platform in (Platform.CTWING, Platform.CHIRPSTACK, Platform.HIKVISION):
            seated.paths[platform] = await _path(uow, community, platform)
    return seated


def lay_out(bench: DeviceBench, seated: SampleDevices, addresses: Addresses, clock: Clock) -> None:
    """Put the devices on the bench."""

    def url(platform: Platform) -> str:
        return addresses.web + seated.paths[platform]

    names = {one.key: one.external_id for one in SAMPLES}
    mqtt_url = addresses.mqtt_url
    native = None if mqtt_url else f"{addresses.web}/ingest/native"
    mac = names["camera"].partition("/")[0]
    devices: dict[str, Simulated] = {
        "watch": Watch(names["watch"], host=addresses.host, port=addresses.watch_port, clock=clock),
        "smoke": SmokeAlarm(names["smoke"], url=url(Platform.CTWING), clock=clock),
        "septic": SepticTank(
            seated.token,
            community=seated.community_code,
            device=names["septic"],
            url=native,
            mqtt_url=mqtt_url,
            clock=clock,
        ),
        "manhole": ManholeCover(names["manhole"], url=url(Platform.CHIRPSTACK), clock=clock),
        "camera": Camera(mac, url=url(Platform.HIKVISION), clock=clock),
    }
    for key, device in devices.items():
        seat = seated.seats[key]
        bench.put(key, seat.name, seat.point, device, most=TANK_DEPTH_M if key == "septic" else None)
        if isinstance(device, Watch):
            device.state.longitude, device.state.latitude = seat.point


async def _seat(uow: UnitOfWork, community: OrgUnit, sample: Community, one: Sample, seated: SampleDevices) -> Seat:
    subject_kind, subject_id, seat = await _subject(uow, community, sample, one)
    device = await find_device(uow, one.protocol, one.external_id)
    if device is None:
        new = NewDevice(
            community_id=community.id,
            kind=one.kind,
            protocol=one.protocol,
            external_id=one.external_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            model=one.model,
            depth_m=one.depth_m,
        )
        device_id = (await enrol_device(uow, actor=SHELL_ACTOR, new=new)).device_id
    else:
        device_id = device.id
    if one.protocol is Protocol.NATIVE:
        seated.token = await rotate_secret(uow, actor=SHELL_ACTOR, device_id=device_id)
    return seat


async def _subject(
    uow: UnitOfWork, community: OrgUnit, sample: Community, one: Sample
) -> tuple[SubjectKind, int, Seat]:
    """The elder of the cast, or the first thing of its kind."""
    if one.thing is None:
        code = registry_code(community, sample.registry.family_contacts[0].elder)
        person = (await uow.session.scalars(select(Person).where(Person.code == code))).one()
        home = await home_of(uow, person.id)
        return SubjectKind.PERSON, person.id, Seat(person.name, await _point(uow, home.address))
    things = select(RegistryThing).where(RegistryThing.community_id == community.id, RegistryThing.kind == one.thing)
    thing = (await uow.session.scalars(things.order_by(RegistryThing.code).limit(1))).one()
    kind = SubjectKind.FACILITY if thing.type == "facility" else SubjectKind.PLACE
    at = (thing.longitude, thing.latitude)
    point = (at[0], at[1]) if at[0] is not None and at[1] is not None else await _point_of_thing(uow, thing)
    return kind, thing.id, Seat(thing.name, point)


async def _point_of_thing(uow: UnitOfWork, thing: RegistryThing) -> tuple[float, float]:
    return await _point(uow, await uow.session.get(Address, thing.address_id) if thing.address_id else None)


async def _point(uow: UnitOfWork, address: Address | None) -> tuple[float, float]:
    """The point of an address, or of the building round it."""
    while address is not None and (address.longitude is None or address.latitude is None):
        address = await uow.session.get(Address, address.parent_id) if address.parent_id else None
    assert address is not None, "everything in the sample has a place"
    assert address.longitude is not None
    assert address.latitude is not None
    return address.longitude, address.latitude


async def _path(uow: UnitOfWork, community: OrgUnit, platform: Platform) -> str:
    for source in await sources_of(uow, actor=SHELL_ACTOR, community_id=community.id):
        if source.platform is platform and source.title == SOURCE_TITLE:
            return (await rotate_key(uow, actor=SHELL_ACTOR, source_id=source.id)).path
    return (
        await add_source(uow, actor=SHELL_ACTOR, community_id=community.id, platform=platform, title=SOURCE_TITLE)
    ).path
