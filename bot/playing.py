"""The playground inside the program: the local Telegram with the sample community's people in their seats."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import SecretStr

from backend.kernel.access import SHELL_ACTOR, Role
from backend.kernel.clock import MovableClock
from backend.kernel.settings import Settings
from backend.kernel.texts import Language, Texts
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.registry.accounts import TelegramUser, account_for_telegram_user, actor_of_account
from backend.registry.chats import Served, bind_chat
from backend.registry.grants import grant_role
from backend.registry.joining import SharedContact, join_as_resident
from backend.registry.models import Partner
from backend.registry.org_units import registry_code
from backend.registry.queries import communities, org_unit_by_code, partners_of
from bot.installing import load_org_file, load_registry_lines
from playground.community.files import write
from playground.community.shapes import CastMember, Community, GroupChat
from playground.devices.broker import HOST, Broker
from playground.telegram.groups import create_group, promote
from playground.telegram.people import read, start
from playground.telegram.world import World
from playground.telephone.exchange import Exchange

MAIN_TOKEN = "800000001:playground-main"  # noqa: S105 - of the local Telegram only
DUTY_TOKEN = "800000002:playground-duty"  # noqa: S105 - of the local Telegram only

WATCH_PORT = 8093
"""Where the playground's watches find their server, unless a port is set."""

BEGINNING = 1_767_225_600
"""The first second of 2026, so that the numbers of messages stay small."""

KNOWN_RESIDENT = "resident"
"""Has shared the telephone already, so that what they report goes straight to work; the others may join themselves."""

ROLES = {
    "grid_worker": Role.GRID_WORKER,
    "grid_leader": Role.GRID_LEADER,
    "partner_worker": Role.PARTNER,
    "community_staff": Role.STAFF,
    "subdistrict_operator": Role.SUBDISTRICT,
    "admin": Role.ADMIN,
}
"""Roles of the cast that the product knows; residents and relatives hold none."""


def watch_port_of(settings: Settings) -> int:
    """Where the watches of the bench connect."""
    return settings.watch_port if settings.watch_port is not None else WATCH_PORT


def playground_settings(settings: Settings, address: str, exchange: Exchange, broker: Broker | None) -> Settings:
    """The same settings, pointed at the local Telegram, telephone exchange and broker, with a door for watches.

    What is set for a carrier, a port or a broker counts: one may play with a real telephone.
    """
    local: dict[str, object] = {
        "bot_token": SecretStr(MAIN_TOKEN),
        "telegram_api": address,
        "device_host": HOST,
        "watch_port": watch_port_of(settings),
    }
    if broker is not None:
        local |= {
            "mqtt_url": broker.url,
            "mqtt_version": "5" if broker.speaks_version_5 else "3.1.1",
            "mqtt_group": None,
        }
    if settings.twilio_account_sid is None:
        local |= {
            "twilio_api": address,
            "twilio_account_sid": exchange.account_sid,
            "twilio_auth_token": SecretStr(exchange.auth_token),
            "twilio_from": next(iter(exchange.numbers)),
            "twilio_not_called": (),
        }
    return settings.model_copy(update=local)


def open_world(community: Community, clock: MovableClock, texts: Texts) -> World:
    """The local Telegram with the cast's telephones and groups; the bot is a member and administrator of each group."""
    # The database outlives the local Telegram: new messages must not take the numbers of old ones.
    world = World(clock, epoch=int(clock.now().timestamp()) - BEGINNING)
    bot = world.add_bot(MAIN_TOKEN, "youlin_bot", texts.say(Language.CHINESE, "bot.name"))
    called = {contact.cast for contact in community.story.contacts}
    for member in community.cast:
        person = world.add_person(member.name, language_code=member.language, phone=member.phone, id=member.telegram_id)
        if member.role in ROLES or member.key in called:
            start(world, person, bot.id)  # they came by an invitation's link: otherwise nobody may write to them
    ids = {member.key: member.telegram_id for member in community.cast}
    for chat in community.chats:
        members = [ids[key] for key in chat.members]
        create_group(
            world,
            chat.title,
            members[0],
            [*members[1:], bot.id],
            supergroup=chat.kind == "supergroup",
            forum=chat.forum,
            group_id=chat.telegram_id,
        )
        promote(world, chat.telegram_id, bot.id)
        for member_id in members:
            read(world, world.person(member_id), chat.telegram_id)
    return world


def has_changed(community: Community, folder: Path) -> bool:
    """Whether the sample is another than the one whose files lie in `folder`, as after an update of the program."""
    with TemporaryDirectory() as fresh:
        written = write(community, Path(fresh))
        return any(not _same(file, folder / file.name) for file in written)


def _same(file: Path, other: Path) -> bool:
    return other.is_file() and file.read_bytes() == other.read_bytes()


async def load_sample(work: Work, texts: Texts, community: Community, folder: Path) -> Community:
    """Load the sample's files the way an installation loads its own, and leave them in `folder`; twice is safe."""
    with TemporaryDirectory() as fresh:
        org_units, registry, _ = write(community, Path(fresh))
        await load_org_file(work, texts, org_units.read_text("utf-8"))
        with registry.open(encoding="utf-8") as lines:
            await load_registry_lines(work, lines)
    # Last, since they say what has been loaded.
    write(community, folder)
    return community


async def seat_cast(work: Work, community: Community) -> None:
    """Give the cast its roles and the groups their units, as an administrator would by links and /bind."""
    async with work.begin() as uow:
        for member in community.cast:
            await _seat(uow, member)
        for chat in community.chats:
            await _bind(uow, chat)


async def _seat(uow: UnitOfWork, member: CastMember) -> None:
    account = await account_for_telegram_user(
        uow, TelegramUser(member.telegram_id, member.name, language_code=member.language)
    )
    if member.key == KNOWN_RESIDENT:
        own = SharedContact(member.phone, member.telegram_id)
        await join_as_resident(uow, actor=await actor_of_account(uow, account), account=account, contact=own)
    role = ROLES.get(member.role)
    if role is None:
        return
    partner = await _partner(uow, member.partner) if member.partner else None
    unit = await org_unit_by_code(uow, member.org_unit) if member.org_unit else (await communities(uow))[0]
    await grant_role(uow, actor=SHELL_ACTOR, account=account, role=role, unit=unit, partner=partner)


async def _bind(uow: UnitOfWork, chat: GroupChat) -> None:
    if chat.partner is not None:
        served = Served(partner_id=(await _partner(uow, chat.partner)).id)
    else:
        assert chat.org_unit is not None
        served = Served(org_unit_id=(await org_unit_by_code(uow, chat.org_unit)).id)
    await bind_chat(uow, actor=SHELL_ACTOR, chat_id=chat.telegram_id, served=served, title=chat.title)


async def _partner(uow: UnitOfWork, key: str) -> Partner:
    community = (await communities(uow))[0]
    code = registry_code(community, key)
    return next(partner for partner in await partners_of(uow, community.id) if partner.code == code)
