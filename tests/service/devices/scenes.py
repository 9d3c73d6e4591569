"""What the tests of devices play with: enrolled devices in the small world, and packets as doors hand them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from backend.devices import DeviceKind, NewDevice, ReceivedPacket, StoredBatch, enrol_device, store_observations
from backend.devices.events import AlarmCleared, AlarmSeen, CommandQueued, DeviceBack, DeviceSilent
from backend.devices.observations import Fix, FixKind, Flag, Kind, Observation, Protocol
from backend.devices.sweeping import sweep_devices
from backend.kernel.alarms import SubjectKind
from backend.kernel.geo import Point
from backend.registry.models import Household, Person, RegistryThing, Residency
from tests.service.world import World, middle_of

DEVICE_EVENTS = (AlarmSeen, AlarmCleared, DeviceSilent, DeviceBack, CommandQueued)
WATCH, TANK = "8800000015", "tank-1"
HOME = Point(middle_of(1)[1], middle_of(1)[0])


def north_of(point: Point, metres: float) -> Point:
    return Point(point.latitude + metres / 111_195, point.longitude)


@dataclass
class Yard:
    """The world with devices in it; `hears` and `says` are packets of one device."""

    world: World

    async def enrol(self, new: NewDevice) -> int:
        async with self.world.work.begin() as uow:
            return (await enrol_device(uow, actor=self.world.actor("staff Chen"), new=new)).device_id

    async def enrol_watch(self, name: str = "Wang Fang", external_id: str = WATCH) -> int:
        person_id = self.world.actors[name].person_id
        assert person_id is not None
        return await self.enrol(
            NewDevice(
                community_id=self.world.community_id,
                kind=DeviceKind.WATCH,
                protocol=Protocol.WATCH,
                external_id=external_id,
                subject_kind=SubjectKind.PERSON,
                subject_id=person_id,
                is_settled=True,
            )
        )

    async def enrol_tank(self, external_id: str = TANK, gateway: str = "", hours: float = 1) -> int:
        return await self.enrol(
            NewDevice(
                community_id=self.world.community_id,
                kind=DeviceKind.SEPTIC_LEVEL,
                protocol=Protocol.NATIVE,
                external_id=external_id,
                subject_kind=SubjectKind.FACILITY,
                subject_id=await self.facility(),
                depth_m=2.0,
                gateway_key=gateway,
                expected_interval=timedelta(hours=hours),
            )
        )

    async def facility(self) -> int:
        async with self.world.work.begin() as uow:
            thing = await uow.session.scalar(select(RegistryThing).where(RegistryThing.code == "septic-1"))
            if thing is None:
                thing = RegistryThing(
                    community_id=self.world.community_id,
                    grid_id=self.world.units["grid-1"].id,
                    type="facility",
                    kind="septic_tank",
                    code="septic-1",
                    name="1号化粪池",
                    longitude=middle_of(1)[0],
                    latitude=middle_of(1)[1],
                )
                uow.session.add(thing)
                await uow.session.flush()
            return thing.id

    async def live_in(self, name: str, building: str) -> None:
        """Let somebody live in a building, so that a grid is theirs."""
        async with self.world.work.begin() as uow:
            household = Household(
                community_id=self.world.community_id,
                code=f"household-{name}",
                address_id=self.world.buildings[building].address_id,
            )
            uow.session.add(household)
            await uow.session.flush()
            person = await uow.session.scalar(select(Person).where(Person.name == name))
            assert person is not None
            uow.session.add(Residency(person_id=person.id, household_id=household.id, role="owner"))

    async def receive(self, *packets: ReceivedPacket) -> StoredBatch:
        async with self.world.work.begin() as uow:
            return await store_observations(uow, packets)

    async def says(self, *observations: Observation) -> StoredBatch:
        """One packet that arrives now."""
        return await self.receive(self.packet(*observations))

    def packet(self, *observations: Observation, at: datetime | None = None) -> ReceivedPacket:
        return ReceivedPacket(observations=observations, received_at=at or self.world.clock.now(), door="watch")

    async def minutes(self, minutes: float) -> None:
        """Let time pass, and the clock look at what became due."""
        self.world.clock.advance(timedelta(minutes=minutes))
        await self.sweep()

    async def sweep(self) -> int:
        async with self.world.work.begin() as uow:
            return await sweep_devices(uow)

    def alarms(self) -> list[str]:
        """The alarms seen so far, in words."""
        return [event.alarm.value for event in self.world.heard if isinstance(event, AlarmSeen)]

    def cleared(self) -> list[str]:
        return [event.dedup_key for event in self.world.heard if isinstance(event, AlarmCleared)]


def of_watch(kind: Kind, value: float | None = None, *flags: Flag, external_id: str = WATCH) -> Observation:
    return Observation(device=external_id, protocol=Protocol.WATCH, kind=kind, value=value, flags=flags)


def of_tank(kind: Kind, value: float | None, external_id: str = TANK) -> Observation:
    return Observation(device=external_id, protocol=Protocol.NATIVE, kind=kind, value=value)


def at(point: Point, *, kind: FixKind = FixKind.GPS, accuracy: float | None = 10) -> Observation:
    """A watch's position."""
    return replace(of_watch(Kind.POSITION), fix=Fix(point=point, kind=kind, accuracy_m=accuracy))


def sealed_columns_hold(rows: Sequence[str | None], secret: str) -> bool:
    return any(secret in (row or "") for row in rows)
