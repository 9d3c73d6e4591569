"""The whole way of an alarm: a watch speaks its protocol to the real port, telephones ring, the group's card turns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from backend.devices import DeviceKind, NewDevice, enrol_device
from backend.devices.observations import Protocol
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.alarms import SubjectKind
from backend.messaging.contents import ChannelName
from backend.registry.contacts_editing import NewContact, NewMethod, add_contact, add_method, note_consent
from backend.registry.contacts_models import RelationKind
from backend.registry.contacts_proving import vouch_for_method
from bot.web import build_web
from playground.devices import Watch
from playground.telegram.serve import serve_application
from playground.telephone.exchange import Exchange
from playground.telephone.pace import Pace
from playground.telephone.serve import serve
from playground.telephone.telephones import Telephone, TelephoneBook
from tests.chat.town import Town, open_town
from tests.phone.program.switchboard import OURS, Pages
from tests.service.world import middle_of

WATCH = "8800000015"
ELDER = "Wang Fang"


@dataclass
class Scene:
    """The town with an elder who wears a watch, and her two children, who have nothing but telephones."""

    town: Town
    exchange: Exchange
    watch: Watch
    daughter: Telephone
    son: Telephone


@pytest.fixture
async def scene(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Scene]:
    exchange, pages = Exchange(pace=Pace(quick=True)), Pages()
    book = TelephoneBook(exchange)
    async with serve_application(pages) as web, serve(exchange) as twilio:
        exchange.add_number(OURS, voice_url=f"{web}/phone/twilio/voice/inbound")
        more = {
            "public_url": web,
            "twilio_api": twilio,
            "twilio_account_sid": exchange.account_sid,
            "twilio_auth_token": SecretStr(exchange.auth_token),
            "twilio_from": OURS,
            "twilio_not_called": (),
            "watch_port": 0,
        }
        async with open_town(sqlite_url, tmp_path, more=more) as town:
            pages.app = build_web(town.app)
            await town.app.doors.open()
            children = [await child(town, book, "daughter", 1), await child(town, book, "son", 2)]
            assert town.app.doors.watch_port is not None
            watch = await worn_watch(town, town.app.doors.watch_port)
            yield Scene(town, exchange, watch, *children)
            await watch.stop()


async def child(town: Town, book: TelephoneBook, name: str, rank: int) -> Telephone:
    """Somebody on the elder's ladder who is called by voice."""
    number = f"+861380000010{rank}"
    async with town.app.work.begin() as uow:
        person_id = town.world.accounts[ELDER].person_id
        assert person_id is not None
        new = NewContact(name=name, relation=RelationKind.CHILD, rank=rank)
        contact = await add_contact(uow, actor=SHELL_ACTOR, person_id=person_id, contact=new)
        await note_consent(uow, actor=SHELL_ACTOR, contact_id=contact.id)
        way = NewMethod(channel=ChannelName.VOICE, phone=number)
        method = await add_method(uow, actor=SHELL_ACTOR, contact_id=contact.id, method=way)
        await vouch_for_method(uow, actor=SHELL_ACTOR, method_id=method.id)
    return book.new(number, name)


async def worn_watch(town: Town, port: int) -> Watch:
    """The elder's watch, enrolled and switched on."""
    async with town.app.work.begin() as uow:
        person_id = town.world.accounts[ELDER].person_id
        assert person_id is not None
        new = NewDevice(
            community_id=town.world.community_id,
            kind=DeviceKind.WATCH,
            protocol=Protocol.WATCH,
            external_id=WATCH,
            subject_kind=SubjectKind.PERSON,
            subject_id=person_id,
            place=middle_of(1),
        )
        await enrol_device(uow, actor=SHELL_ACTOR, new=new)
    watch = Watch(WATCH, host="127.0.0.1", port=port, clock=town.clock)
    await watch.start()
    return watch


async def test_the_daughter_presses_one_the_son_is_left_alone_and_the_worker_ends_it(scene: Scene) -> None:
    town, group, worker = scene.town, scene.town.group("grid-1"), scene.town.phone("worker Li")

    await scene.watch.sos()
    await worker.sees("按了求助键", "还没有人接手", in_chat=group)
    await scene.daughter.answer()
    await scene.daughter.hears("求助键")
    await scene.daughter.press("1")
    await scene.daughter.hears("由您来处理")
    await worker.sees_edited("子女", "接手", in_chat=group)

    await worker.presses("联系上了", in_chat=group)
    await worker.presses("解决了", in_chat=group)
    await worker.sees_edited("已解决", in_chat=group)

    await scene.exchange.webhooks.all_told()
    assert all(told.status in {200, 204} for told in scene.exchange.webhooks.told)
    scene.son.expects_nothing()
    scene.daughter.expects_nothing()
    assert list(scene.exchange.complaints) == []
    town.phones.forget()


async def test_the_son_is_called_at_once_when_the_daughter_is_busy(scene: Scene) -> None:
    scene.daughter.busy()

    await scene.watch.sos()
    await scene.daughter.is_called("busy")
    await scene.son.answer()
    await scene.son.hears("求助键")
    await scene.son.press("1")

    await scene.town.phone("worker Li").sees_edited("子女", "接手", in_chat=scene.town.group("grid-1"))
    scene.town.phones.forget()
