"""Grandma Wang with her watch, her daughter, her son and the neighbour; and what people do when it calls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from backend.alerts import AckKind, AckOutcome, NewAlert, Outcome, Via, acknowledge, advance_due, raise_alert
from backend.alerts.due import has_due
from backend.alerts.models import Alert, AlertLogEntry, AlertNotification
from backend.alerts.outcomes import note_outcome
from backend.kernel.access import Actor, Door
from backend.kernel.alarms import AlarmKind, Severity, SubjectKind
from backend.messaging.contents import ChannelName
from backend.messaging.models import Message, MessageState
from backend.registry.contacts_models import (
    ContactMethod,
    ContactScope,
    FamilyContact,
    MethodState,
    RelationKind,
    Telephone,
)
from backend.registry.models import Household, Person, Residency
from tests.service.world import World

ELDER = "王奶奶"
DAUGHTER, SON, NEIGHBOUR = "Wang Fang", "Wang Jun", "Zhang Ayi"


class Family:
    """Ids of the elder and her contacts, and the addresses of their telephones."""

    def __init__(self) -> None:
        self.elder_id = 0
        self.contacts: dict[str, int] = {}
        self.telephones: dict[str, str] = {}


async def settle_family(world: World) -> Family:
    """Put the elder into building 1 and everybody on her ladder."""
    family = Family()
    async with world.work.begin() as uow:
        session = uow.session
        elder = Person(community_id=world.community_id, name=ELDER)
        home = Household(community_id=world.community_id, code="home-1", address_id=world.buildings["1"].address_id)
        session.add_all((elder, home))
        await session.flush()
        session.add(Residency(person_id=elder.id, household_id=home.id, role="owner"))
        family.elder_id = elder.id
        for rank, (name, relation, ways) in enumerate(
            (
                (DAUGHTER, RelationKind.CHILD, ("telegram", "voice", "sms")),
                (SON, RelationKind.CHILD, ("voice",)),
                (NEIGHBOUR, RelationKind.NEIGHBOUR, ("voice",)),
            ),
            start=1,
        ):
            account = world.accounts.get(name)
            number = f"+8613900000{rank:03d}"
            telephone = Telephone(
                number_sealed=uow.vault.seal(number),
                number_lookup=uow.vault.lookup("phone", number),
                country="86",
                added_at=uow.now,
            )
            contact = FamilyContact(
                community_id=world.community_id,
                person_id=elder.id,
                account_id=account.id if account else None,
                name_sealed=uow.vault.seal(name),
                relation=relation,
                rank=rank,
                scopes=[ContactScope.STATE.value],
                consent_at=uow.now,
                added_at=uow.now,
            )
            session.add_all((telephone, contact))
            await session.flush()
            family.contacts[name], family.telephones[name] = contact.id, f"tel:{telephone.id}"
            for way in ways:
                session.add(
                    ContactMethod(
                        contact_id=contact.id,
                        channel=way,
                        telephone_id=None if way == "telegram" else telephone.id,
                        language="zh_Hans",
                        state=MethodState.VERIFIED,
                        time_zone="Asia/Shanghai",
                        added_at=uow.now,
                    )
                )
    return family


def sos(world: World, family: Family, **other: Any) -> NewAlert:
    """Her watch's key, unless `other` says something else."""
    new = NewAlert(
        community_id=world.community_id,
        grid_id=world.units["grid-1"].id,
        subject_kind=SubjectKind.PERSON,
        subject_id=family.elder_id,
        subject_name=ELDER,
        kind=AlarmKind.SOS,
        severity=Severity.LIFE_SAFETY,
        dedup_key="watch-1:sos",
        occurred_at=world.clock.now(),
        received_at=world.clock.now(),
        device_id=1,
    )
    return replace(new, **other)


def septic(world: World, number: int = 1, **other: Any) -> NewAlert:
    """The sensor in septic tank `number`."""
    new = NewAlert(
        community_id=world.community_id,
        grid_id=world.units["grid-1"].id,
        subject_kind=SubjectKind.FACILITY,
        subject_id=number,
        subject_name=f"{number}号化粪池",
        kind=AlarmKind.WATER_LEVEL,
        severity=Severity.WARNING,
        dedup_key=f"septic-{number}:level",
        occurred_at=world.clock.now(),
        received_at=world.clock.now(),
        detail={"value": 0.9, "unit": "m", "label": "石油路1号后面"},
        device_id=100 + number,
    )
    return replace(new, **other)


async def raised(world: World, new: NewAlert) -> int:
    async with world.work.begin() as uow:
        return (await raise_alert(uow, new)).id


async def says(
    world: World, who: str, alert_id: int, kind: AckKind, *, evidence: str = "", via: Via = Via.CHAT
) -> AckOutcome:
    """Somebody of the world speaks by a button."""
    async with world.work.begin() as uow:
        return await acknowledge(
            uow,
            actor=world.actor(who),
            alert_id=alert_id,
            kind=kind,
            via=via,
            evidence=evidence or f"{who}:{kind}:{world.clock.now()}",
        )


async def presses_key(
    world: World, contact_id: int, alert_id: int, kind: AckKind, *, call: str = "call-1"
) -> AckOutcome:
    """A contact presses a key during a call: a telephone proves no account."""
    async with world.work.begin() as uow:
        return await acknowledge(
            uow,
            actor=Actor(account_id=None, door=Door.PHONE),
            alert_id=alert_id,
            kind=kind,
            via=Via.VOICE,
            evidence=call,
            contact_id=contact_id,
        )


async def seconds_pass(world: World, seconds: float) -> int:
    """Time goes by, and the clock does what is due; returns how many steps it took."""
    world.clock.advance(timedelta(seconds=seconds))
    async with world.work.look() as uow:
        if not await has_due(uow):
            return 0
    async with world.work.begin() as uow:
        return await advance_due(uow)


async def call_ends(world: World, alert_id: int, address: str, outcome: Outcome) -> None:
    """The newest call to this telephone ended so."""
    async with world.work.begin() as uow:
        key = await uow.session.scalar(
            select(AlertNotification.key)
            .where(
                AlertNotification.alert_id == alert_id,
                AlertNotification.address == address,
                AlertNotification.channel == ChannelName.VOICE.value,
            )
            .order_by(AlertNotification.id.desc())
            .limit(1)
        )
        assert key is not None, "nobody called there"
        await note_outcome(uow, key=key, outcome=outcome)


async def alert_now(world: World, alert_id: int) -> Alert:
    async with world.work.look() as uow:
        return await uow.session.get_one(Alert, alert_id)


async def called(world: World, alert_id: int, channel: ChannelName | None = None) -> list[str]:
    """Who was called so far, in order: names of the family, of the world's people and groups."""
    async with world.work.look() as uow:
        rows = (
            await uow.session.scalars(
                select(AlertNotification).where(AlertNotification.alert_id == alert_id).order_by(AlertNotification.id)
            )
        ).all()
        contacts = {row.id: uow.vault.open(row.name_sealed) for row in await uow.session.scalars(select(FamilyContact))}
    people = {str(account.telegram_id): name for name, account in world.accounts.items()}
    people |= {str(chat.chat_id): f"group {key}" for key, chat in world.chats.items()}
    return [
        contacts[row.contact_id] if row.contact_id is not None else people.get(row.address, row.address)
        for row in rows
        if channel is None or row.channel == channel.value
    ]


async def timeline(world: World, alert_id: int) -> list[str]:
    async with world.work.look() as uow:
        rows = await uow.session.scalars(
            select(AlertLogEntry).where(AlertLogEntry.alert_id == alert_id).order_by(AlertLogEntry.id)
        )
        return [row.event.value for row in rows]


async def waiting_messages(world: World, alert_id: int) -> list[str]:
    """The dedup keys of this alert's calls and messages that may still leave."""
    async with world.work.look() as uow:
        rows = await uow.session.scalars(
            select(Message.dedup_key).where(
                Message.family == f"alert:{alert_id}", Message.state == MessageState.PENDING
            )
        )
        return sorted(rows)
