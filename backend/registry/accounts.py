"""Accounts: who writes to the bot, in which language, and with which roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor, Door, Grant, Role
from backend.kernel.texts import Language, language_of
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import telegram_chat
from backend.messaging.outbox import note_contact_back
from backend.registry.errors import LanguageUnknown
from backend.registry.models import Account, OrgUnit, RoleGrant

SEEN_EVERY = timedelta(hours=1)
"""How fine `seen_at` is: writing it with every message would double the writes."""

WHO_WRITES = (
    select(Account, RoleGrant.role, OrgUnit.path)
    .outerjoin(RoleGrant, and_(RoleGrant.account_id == Account.id, RoleGrant.ended_at.is_(None)))
    .outerjoin(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
    .where(Account.telegram_id == bindparam("telegram_id"))
)
"""The account with its live roles, a row for each: asked with every update, so one question, put together once."""

LONGEST_NAME, LONGEST_USERNAME, LONGEST_LANGUAGE = 130, 64, 16


@dataclass(frozen=True, slots=True)
class TelegramUser:
    """What Telegram tells of the sender of an update."""

    telegram_id: int
    display_name: str
    username: str | None = None
    language_code: str | None = None


async def account_for_telegram_user(uow: UnitOfWork, user: TelegramUser) -> Account:
    """The account of this Telegram user, made on first sight and refreshed when the name or language changed.

    Two first messages at once still make one account.
    """
    account, _ = await who_writes(uow, user)
    return account


async def who_writes(uow: UnitOfWork, user: TelegramUser, door: Door = Door.CHAT) -> tuple[Account, Actor]:
    """`account_for_telegram_user` and `actor_of_account` in one question to the database."""
    rows = (await uow.session.execute(WHO_WRITES, {"telegram_id": user.telegram_id})).all()
    account = rows[0][0] if rows else await _create_account(uow, user)
    await _refresh(uow, account, user)
    return account, _actor(account, [(role, path) for _, role, path in rows if role is not None], door)


async def _refresh(uow: UnitOfWork, account: Account, user: TelegramUser) -> None:
    _note_changes(uow, account, user)
    if account.blocked_at is not None:  # who writes to the bot has unblocked it
        account.blocked_at = None
        await note_contact_back(uow, telegram_chat(account.telegram_id, account_id=account.id))


async def _create_account(uow: UnitOfWork, user: TelegramUser) -> Account:
    dialect = sqlite if uow.is_sqlite else postgresql
    values = {"telegram_id": user.telegram_id, "created_at": uow.now, "seen_at": uow.now}
    defaults = {"display_name": "", "on_duty": True, "task_cap": 5}
    await uow.session.execute(dialect.insert(Account).values(values | defaults).on_conflict_do_nothing())
    account = await uow.session.scalar(select(Account).where(Account.telegram_id == user.telegram_id))
    assert account is not None
    return account


def _note_changes(uow: UnitOfWork, account: Account, user: TelegramUser) -> None:
    seen = {
        "display_name": _storable(user.display_name, LONGEST_NAME),
        "username": _storable(user.username, LONGEST_USERNAME),
        "telegram_language": _storable(user.language_code, LONGEST_LANGUAGE),
    }
    for column, value in seen.items():
        if getattr(account, column) != value:
            setattr(account, column, value)
    if uow.now - account.seen_at > SEEN_EVERY:
        account.seen_at = uow.now


async def note_blocked(uow: UnitOfWork, *, account_id: int) -> None:
    """Take note that this person blocked the bot, until they write again. Twice is safe."""
    account = await uow.session.get(Account, account_id)
    if account is not None and account.blocked_at is None:
        account.blocked_at = uow.now


def _storable(text: str | None, longest: int) -> str | None:
    """What fits the column; PostgreSQL takes no NUL."""
    return text.replace("\x00", "")[:longest] if text is not None else None


def language_of_account(account: Account) -> Language:
    """The language that this person reads: chosen, else Telegram's code, else Chinese."""
    return language_of(account.language or account.telegram_language)


async def choose_language(uow: UnitOfWork, *, account: Account, language: str | None) -> None:
    """Speak this language with the person from now on; None follows Telegram again. Raises LanguageUnknown."""
    if language is not None and language not in {known.value for known in Language}:
        raise LanguageUnknown
    account.language = language


async def actor_of_account(uow: UnitOfWork, account: Account, door: Door = Door.CHAT) -> Actor:
    """The account as an actor, with the roles that are live at this moment."""
    rows = await uow.session.execute(
        select(RoleGrant.role, OrgUnit.path)
        .join(OrgUnit, OrgUnit.id == RoleGrant.org_unit_id)
        .where(RoleGrant.account_id == account.id, RoleGrant.ended_at.is_(None))
    )
    return _actor(account, [(role, path) for role, path in rows], door)


def _actor(account: Account, held: Iterable[tuple[Role, str]], door: Door) -> Actor:
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.display_name,
        grants=tuple(Grant(role, path) for role, path in held),
        door=door,
        language=language_of_account(account).value,
    )
