"""The program's own web pages and delivery loop, wired to an exchange that speaks Twilio's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select

from backend.alerts.acknowledging import acknowledgements_of
from backend.alerts.models import Alert
from backend.alerts.raising import NewAlert, raise_alert
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from backend.kernel.background import Nursery
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.files import DiskFileStore
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.wakeup import WakeUp
from backend.messaging.contents import ChannelName
from backend.messaging.deliver import DeliveryLoop, Rhythm
from backend.messaging.models import Message
from backend.messaging.receipt_models import MessageStanding, ReceiptStatus
from backend.notify.words import Voice
from backend.phone.wiring import Telephony, open_telephony
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import RelationKind
from backend.registry.contacts_proving import vouch_for_method
from backend.registry.models import Person
from bot.reacting import all_reactions
from playground.telegram.serve import serve_application
from playground.telephone.exchange import Exchange
from playground.telephone.pace import Pace
from playground.telephone.serve import serve
from playground.telephone.signing import SharedKey
from playground.telephone.telephones import Telephone, TelephoneBook
from tests.service.world import NOON, World, open_world

OURS = "+18005550100"
NEXT_TOKEN = "b" * 32
KEY = SharedKey("webhooks_sharedkey_1", "c" * 32)


class Pages:
    """The program's pages, made once the exchange is known."""

    def __init__(self) -> None:
        self.app = FastAPI()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """There is nothing that waits."""


@dataclass
class Switchboard:
    """What a test holds."""

    world: World
    exchange: Exchange
    phones: TelephoneBook
    telephony: Telephony
    pages: str
    """The address of the program's pages."""
    bell: WakeUp
    rung: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever something new stands in the outbox."""
    methods: dict[str, int] = field(default_factory=dict)
    """Name of a contact -> their way by voice."""

    def phone(self, name: str, number: str) -> Telephone:
        return self.phones.new(number, name)

    async def elder(self) -> Person:
        async with self.world.work.look() as uow:
            return await uow.session.get_one(Person, self.world.accounts["Wang Fang"].person_id)

    async def contact(
        self,
        name: str,
        number: str,
        *,
        rank: int = 1,
        channels: tuple[ChannelName, ...] = (ChannelName.VOICE,),
        language: str = "zh_Hans",
    ) -> Telephone:
        """Put somebody on the ladder of the elder, proved, with a handset."""
        elder, staff = await self.elder(), self.world.actor("staff Chen")
        async with self.world.work.begin() as uow:
            new = NewContact(name=name, relation=RelationKind.CHILD, rank=rank)
            contact = await add_contact(uow, actor=staff, person_id=elder.id, contact=new)
            await note_consent(uow, actor=staff, contact_id=contact.id)
            for channel in channels:
                way = await add_method(
                    uow,
                    actor=staff,
                    contact_id=contact.id,
                    method=NewMethod(channel=channel, phone=number, language=language),
                )
                await vouch_for_method(uow, actor=staff, method_id=way.id)
                self.methods[f"{name} {channel.value}"] = way.id
        return self.phone(name, number)

    async def number_of(self, name: str) -> str:
        """The telephone that the registry has of one of the cast."""
        async with self.world.work.look() as uow:
            person = await uow.session.get_one(Person, self.world.accounts[name].person_id)
            return uow.vault.open(person.phone_sealed or "")

    async def sos(self, key: str = "sos") -> int:
        """The elder presses the button of her watch; returns the alert's id."""
        elder = await self.elder()
        async with self.world.work.begin() as uow:
            alert = await raise_alert(
                uow,
                NewAlert(
                    community_id=self.world.community_id,
                    grid_id=self.world.units["grid-1"].id,
                    subject_kind=SubjectKind.PERSON,
                    subject_id=elder.id,
                    subject_name=elder.name,
                    kind=AlarmKind.SOS,
                    severity=Severity.LIFE_SAFETY,
                    dedup_key=key,
                    occurred_at=uow.now,
                    received_at=uow.now,
                ),
            )
            return alert.id

    async def said_to(self, alert_id: int) -> list[str]:
        """Every acknowledgement of an alert, oldest first."""
        async with self.world.work.look() as uow:
            return [row.kind.value for row in await acknowledgements_of(uow, alert_id)]

    async def alert(self, alert_id: int) -> Alert:
        async with self.world.work.look() as uow:
            return await uow.session.get_one(Alert, alert_id)

    async def standings(self) -> list[ReceiptStatus]:
        """How far each message to a telephone has come, oldest first."""
        await self.exchange.webhooks.all_told()
        async with self.world.work.look() as uow:
            found = select(MessageStanding.status).order_by(MessageStanding.message_id)
            return list(await uow.session.scalars(found))

    async def until_quiet(self) -> None:
        """Wait until the exchange and the program have nothing more to tell each other."""
        await self.exchange.background.settled()

    async def told_staff(self) -> list[str]:
        """What was written to anybody's chat."""
        async with self.world.work.look() as uow:
            found = await uow.session.scalars(select(Message).where(Message.channel == "telegram"))
            return [str(message.content.get("text", "")) for message in found]

    async def chat_hears(self, fragment: str) -> None:
        """Wait until somebody's chat was written to with these words in it."""
        async with asyncio.timeout(5):
            while not any(fragment in text for text in await self.told_staff()):
                self.rung.clear()
                await self.rung.wait()

    async def messages(self) -> list[Message]:
        """What stands in the outbox for telephones, oldest first."""
        async with self.world.work.look() as uow:
            found = select(Message).where(Message.channel != "telegram").order_by(Message.id)
            return list(await uow.session.scalars(found))


@asynccontextmanager
async def open_switchboard(
    database_url: str,
    home: Path,
    *,
    key: SharedKey | None = None,
    time_passes: bool = False,
    patience: float = 5,
    **more: Any,
) -> AsyncIterator[Switchboard]:
    """The whole arrangement; `more` are further settings. With `time_passes` the world's clock runs from noon on."""
    exchange, pages, bell, nursery = Exchange(pace=Pace(quick=True), shared_key=key), Pages(), WakeUp(), Nursery()
    database = Database(database_url)
    async with serve_application(pages) as address, serve(exchange) as api:
        settings = Settings(
            _env_file=None,
            public_url=address,
            twilio_api=api,
            twilio_account_sid=exchange.account_sid,
            twilio_auth_token=exchange.auth_token,
            twilio_from=OURS,
            **{"twilio_signing_key": key.secret if key else None, "twilio_not_called": (), **more},
        )
        exchange.add_number(
            OURS,
            voice_url=f"{address}/phone/twilio/voice/inbound",
            sms_url=f"{address}/phone/twilio/sms/incoming",
        )
        rung = asyncio.Event()

        def ring() -> None:
            bell.ring()
            rung.set()

        texts = load_texts()
        world = await open_world(database, reactions=all_reactions(texts, settings))
        if time_passes:
            world.clock = MovableClock()
            world.clock.set(NOON)
        world.work = replace(world.work, clock=world.clock, ring_outbox=ring)
        telephony = open_telephony(
            settings, world.work, texts, DiskFileStore(home), Voice(texts, "https://meet.example"), patience=patience
        )
        for router in telephony.routers:
            pages.app.include_router(router)
        loop = DeliveryLoop(
            world.work,
            telephony.channels,
            bell=bell,
            nursery=nursery,
            name="test",
            rhythm=Rhythm(sweep=0.05, paced_sweep=0.05),
        )
        nursery.start(loop.run(), name="delivery")
        try:
            yield Switchboard(world, exchange, TelephoneBook(exchange), telephony, address, bell, rung)
        finally:
            await nursery.close()
            await telephony.close()
            await database.close()
