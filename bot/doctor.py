"""`youlin doctor`: looks at everything an installation needs and says in plain words what is missing or wrong."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramUnauthorizedError
from sqlalchemy import func, select, text

from backend.issues.models import Category
from backend.kernel.access import Role
from backend.kernel.audit import first_broken_seal
from backend.kernel.clock import SystemClock
from backend.kernel.settings import Settings, TelegramMode
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from backend.migrations.running import current_revision, head_revision
from backend.registry.models import BoundChat, RoleGrant
from backend.registry.queries import communities
from bot.app import open_work, tokens_of
from bot.findings import Finding, well, wrong
from bot.key_doctor import about_keys, keys_open_what_is_stored
from bot.telephone_doctor import about_telephone

LARGEST_CLOCK_ERROR = timedelta(seconds=2)
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What Telegram takes as the secret of a webhook."""


async def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which one would mend them."""
    findings = [*_about_settings(settings)]
    keys = [*about_keys(settings)]
    findings += keys
    if not all(finding.is_well for finding in keys):
        return findings  # nothing that is stored can be looked at without them
    work = open_work(settings, load_texts())
    try:
        if not await work.database.is_reachable():
            findings.append(wrong(f"The database does not answer: {work.database.url.render_as_string()}"))
            return findings
        findings.append(well("The database answers."))
        findings += [finding async for finding in _about_database(work)]
    finally:
        await work.database.close()
    findings += [finding async for finding in _about_telegram(settings)]
    findings += [finding async for finding in about_telephone(settings)]
    return findings


def _about_settings(settings: Settings) -> list[Finding]:
    findings = []
    if settings.is_playground:
        findings.append(well("YOULIN_BOT_TOKEN is not set: `youlin run` starts the local playground."))
    if settings.telegram_mode is TelegramMode.WEBHOOK:
        findings.append(_webhook(settings))
    findings += _doors(settings)
    return findings


def _doors(settings: Settings) -> Iterator[Finding]:
    """The doors of devices, and what is usually forgotten with them."""
    if settings.watch_port is None and settings.iw_port is None:
        yield well("No door for watches: set YOULIN_WATCH_PORT to open one.")
    else:
        yield well("Watches find their door where YOULIN_WATCH_PORT and YOULIN_IW_PORT say.")
    if settings.mqtt_url is None:
        return
    if settings.mqtt_ca_file is not None and not settings.mqtt_ca_file.is_file():
        yield wrong(f"YOULIN_MQTT_CA_FILE names {settings.mqtt_ca_file}, where there is no file.")
    shows_password = settings.mqtt_password is not None or "@" in settings.mqtt_url
    if settings.mqtt_url.startswith("mqtt://") and shows_password:
        yield wrong(
            "YOULIN_MQTT_URL begins with mqtt://: the password travels in clear. Use mqtts:// beyond one machine."
        )
    yield well("The broker is set.")


def webhook_fault(settings: Settings) -> str | None:
    """Why Telegram could not come in by webhook, or could not be told from others; None when all is well."""
    if settings.public_url is None:
        return "Webhook mode needs YOULIN_PUBLIC_URL, the https address at which Telegram reaches this server."
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    if not WEBHOOK_SECRET.fullmatch(secret):
        return "Webhook mode needs YOULIN_WEBHOOK_SECRET: 1 to 256 letters, digits, _ or -."
    return None


def _webhook(settings: Settings) -> Finding:
    fault = webhook_fault(settings)
    if fault is not None:
        return wrong(fault)
    if not (settings.public_url or "").startswith("https://"):
        return wrong("Telegram itself reaches only https addresses: begin YOULIN_PUBLIC_URL with https://.")
    return well("Webhook settings are complete.")


async def _about_database(work: Work) -> AsyncIterator[Finding]:
    head, current = head_revision(), await current_revision(work.database.engine)
    if current != head:
        yield wrong(f"The tables are at {current or 'nothing'}, this version wants {head}: run `youlin db upgrade`.")
        return
    yield well(f"The tables are at {head}.")
    for look in LOOKS:
        yield await look(work)


async def _clocks_agree(work: Work) -> Finding:
    if work.database.is_sqlite:
        return well("SQLite uses the clock of this machine.")
    async with work.look() as uow:
        now = await uow.session.scalar(select(func.now()))
    error = abs(SystemClock().now() - now) if now is not None else timedelta(0)
    if error > LARGEST_CLOCK_ERROR:
        return wrong(f"This machine's clock and the database's differ by {error.total_seconds():.0f} s: set up NTP.")
    return well("This machine's clock and the database's agree.")


async def _has_communities(work: Work) -> Finding:
    async with work.look() as uow:
        count = len(await communities(uow))
    if not count:
        return wrong("There is no community yet: run `youlin org load FILE`, or `youlin sample load` to try it out.")
    return well(f"{count} communit{'y' if count == 1 else 'ies'}.")


async def _has_categories(work: Work) -> Finding:
    async with work.look() as uow:
        without = [
            unit.name
            for unit in await communities(uow)
            if not await uow.session.scalar(select(func.count()).where(Category.community_id == unit.id))
        ]
    if without:
        return wrong(f"Without categories nobody can report: {', '.join(without)}. Run `youlin org load FILE` again.")
    return well("Every community has categories.")


async def _has_admin(work: Work) -> Finding:
    async with work.look() as uow:
        live = select(func.count()).where(RoleGrant.role == Role.ADMIN, RoleGrant.ended_at.is_(None))
        count = await uow.session.scalar(live) or 0
    if not count:
        return wrong("Nobody is administrator: `youlin invite --role admin` prints the link to open in Telegram.")
    return well(f"{count} administrator(s).")


async def _has_chats(work: Work) -> Finding:
    async with work.look() as uow:
        count = await uow.session.scalar(select(func.count()).where(BoundChat.ended_at.is_(None))) or 0
    if not count:
        return wrong("No group is bound: add the bot to a group, make it administrator and say /bind there.")
    return well(f"{count} group(s) bound.")


async def _trail_is_whole(work: Work) -> Finding:
    async with work.look() as uow:
        broken = await first_broken_seal(uow)
    if broken is not None:
        return wrong(f"The audit trail was changed at entry {broken}: keep a copy of the database and ask who did it.")
    return well("The audit trail is whole.")


async def _sqlite_is_alone(work: Work) -> Finding:
    if not work.database.is_sqlite:
        return well("PostgreSQL: several processes may share the work.")
    async with work.look() as uow:
        mode = await uow.session.scalar(text("PRAGMA journal_mode"))
    if mode != "wal":
        return wrong("SQLite is not in WAL mode: is the file on a network drive? Put it on a local disk.")
    return well("SQLite in WAL mode: one process only; for more use PostgreSQL.")


LOOKS: tuple[Callable[[Work], Awaitable[Finding]], ...] = (
    _sqlite_is_alone,
    _clocks_agree,
    _has_communities,
    _has_categories,
    _has_admin,
    _has_chats,
    _trail_is_whole,
    keys_open_what_is_stored,
)


async def _about_telegram(settings: Settings) -> AsyncIterator[Finding]:
    for door, token in tokens_of(settings).items():
        bot = Bot(
            token.get_secret_value(),
            session=AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api.rstrip("/"))),
        )
        try:
            yield await _about_bot(door, bot)
        finally:
            await bot.session.close()


async def _about_bot(door: str, bot: Bot) -> Finding:
    try:
        me = await bot.get_me(request_timeout=10)
        hook = await bot.get_webhook_info(request_timeout=10)
    except TelegramUnauthorizedError:
        return wrong(f"Telegram does not know the token of the {door} bot: copy it again from BotFather.")
    except TelegramAPIError as error:
        return wrong(f"Telegram does not answer for the {door} bot ({type(error).__name__}): check the network.")
    if me.can_read_all_group_messages is False:
        note = " In groups it reads replies only, unless it is administrator there."
    else:
        note = ""
    if hook.last_error_message:
        return wrong(f"@{me.username}: the webhook failed last with: {hook.last_error_message}.")
    return well(f"The {door} bot is @{me.username}.{note}")
