"""An alarm's whole way around a program that dies: a watch at the real port, telephones at a real exchange."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from backend.alerts.models import Alert, AlertNotification
from backend.alerts.plans import FOREVER, Plan, Step
from backend.alerts.policies import edit_policy
from backend.devices import DeviceKind, NewDevice, enrol_device
from backend.devices.observations import Protocol
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.alarms import SubjectKind
from backend.messaging.contents import ChannelName
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import RelationKind
from backend.registry.contacts_proving import vouch_for_method
from playground.devices import Watch
from playground.telephone.exchange import Exchange
from playground.telephone.pace import Pace
from playground.telephone.serve import serve
from playground.telephone.telephones import NotHeard, Telephone, TelephoneBook
from tests.faults.free_ports import free_port
from tests.faults.program import Forge
from tests.faults.scene import Filled, Scene, open_scene
from tests.service.world import middle_of

ELDER = "Wang Fang"
WATCH = "8800000015"
OURS = "+18005550100"
DAUGHTER, SON, NEIGHBOUR = "+16175550101", "+16175550102", "+16175550103"
ALARM_ROLES = ("ingest", "delivery", "clock", "web")

QUICK_LADDER = Plan(
    steps=(
        Step(to=("contact:1", "duty_worker@telegram", "grid_chat")),
        Step(after=4, to=("contact:2",)),
        Step(after=4, to=("contact:3-", "community_chat")),
        Step(after=4, to=("centre_chat",)),
    ),
    repeat_after=30,
    repeats=FOREVER,
)
"""The default one with shorter waits: a call that a death has eaten is made good by the next rung, in real seconds."""


@dataclass
class AlarmScene:
    """`scene.program` is what dies; the watch, the exchange and the people at the telephones stay."""

    scene: Scene
    exchange: Exchange
    watch: Watch
    ladder: tuple[Telephone, ...]
    elder_id: int

    async def alerts(self) -> list[Alert]:
        """All that there are, oldest first."""
        async with self.scene.work.look() as uow:
            return list(await uow.session.scalars(select(Alert).order_by(Alert.id)))

    async def rungs(self) -> list[tuple[int, str]]:
        """Step and target of every notification that was ever made, in order."""
        async with self.scene.work.look() as uow:
            rows = await uow.session.scalars(select(AlertNotification).order_by(AlertNotification.id))
            return [(row.step, row.target.value) for row in rows]

    async def waiting(self) -> int:
        """How many messages have not come to their end."""
        states = await self.scene.states()
        return states["pending"] + states["sending"]

    def calls(self) -> Counter[str]:
        """How often the exchange was asked to call for each message of the outbox."""
        hooks = [call.script.hook.url for call in self.exchange.calls.values() if call.script.hook is not None]
        return Counter(url.split("/voice/", 1)[1].split("/", 1)[0] for url in hooks)

    def calls_twice(self) -> int:
        """How many calls were made once too often."""
        return sum(count - 1 for count in self.calls().values())


@asynccontextmanager
async def open_alarm_scene(filled: Filled, forge: Forge, home: Path) -> AsyncIterator[AlarmScene]:
    """A copy of the world with an elder, her watch and her ladder; the program is not started yet."""
    web, watch_port = free_port(), free_port()
    exchange = Exchange(pace=Pace(quick=True))
    async with serve(exchange) as twilio:
        public = f"http://127.0.0.1:{web}"
        exchange.add_number(OURS, voice_url=f"{public}/phone/twilio/voice/inbound")
        settings = {
            "roles": ALARM_ROLES,
            "http_port": web,
            "public_url": public,
            "watch_port": watch_port,
            "device_host": "127.0.0.1",
            "twilio_api": twilio,
            "twilio_account_sid": exchange.account_sid,
            "twilio_auth_token": exchange.auth_token,
            "twilio_from": OURS,
            "twilio_not_called": [],
        }
        async with open_scene(filled, forge, home, **settings) as scene:
            book = TelephoneBook(exchange)
            elder_id = scene.world.accounts[ELDER].person_id
            assert elder_id is not None
            await enrol(scene, elder_id)
            ladder = tuple(book.new(number, f"rung {rank}") for rank, number in enumerate(ladder_numbers(), start=1))
            watch = Watch(WATCH, host="127.0.0.1", port=watch_port, repeat=1.0, clock=scene.work.clock)
            try:
                yield AlarmScene(scene, exchange, watch, ladder, elder_id)
            finally:
                await watch.stop()


def ladder_numbers() -> tuple[str, str, str]:
    """The telephones of the ladder by rank."""
    return DAUGHTER, SON, NEIGHBOUR


async def enrol(scene: Scene, elder_id: int) -> None:
    """The elder's watch, her contacts, and the ladder in its quick version."""
    async with scene.work.begin() as uow:
        new = NewDevice(
            community_id=scene.world.community_id,
            kind=DeviceKind.WATCH,
            protocol=Protocol.WATCH,
            external_id=WATCH,
            subject_kind=SubjectKind.PERSON,
            subject_id=elder_id,
            place=middle_of(1),
        )
        await enrol_device(uow, actor=SHELL_ACTOR, new=new)
        for rank, number in enumerate(ladder_numbers(), start=1):
            contact = await add_contact(
                uow,
                actor=SHELL_ACTOR,
                person_id=elder_id,
                contact=NewContact(name=f"rung {rank}", relation=RelationKind.CHILD, rank=rank),
            )
            await note_consent(uow, actor=SHELL_ACTOR, contact_id=contact.id)
            way = NewMethod(channel=ChannelName.VOICE, phone=number)
            method = await add_method(uow, actor=SHELL_ACTOR, contact_id=contact.id, method=way)
            await vouch_for_method(uow, actor=SHELL_ACTOR, method_id=method.id)
        await edit_policy(
            uow,
            actor=SHELL_ACTOR,
            community_id=scene.world.community_id,
            key="sos",
            plan=QUICK_LADDER,
            was_version=0,
        )


async def answers_and_takes_it(phone: Telephone) -> None:
    """A person who picks up whenever it rings and presses 1, for ever; a call that breaks off is not their last."""
    while True:
        with suppress(NotHeard, TimeoutError):
            await phone.answer(within=60)
            await phone.press("1", within=5)
            await phone.is_hung_up(within=5)
        if phone.handset.call is not None:
            with suppress(NotHeard):
                await phone.hangs_up()
        await asyncio.sleep(0)
