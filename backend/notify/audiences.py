"""Whom a broadcast reaches: the sources of addressees by the name that broadcasts use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.broadcasts import Addressee, Audience
from backend.messaging.contents import telegram_chat
from backend.registry.accounts import language_of_account
from backend.registry.models import Account


async def residents(uow: UnitOfWork, audience: Mapping[str, Any], *, after: int, most: int) -> Sequence[Addressee]:
    """Everybody of one community who ever wrote to the bot and has not left it."""
    rows = await uow.session.scalars(
        select(Account)
        .where(
            Account.community_id == int(audience["community"]),
            Account.id > after,
            Account.blocked_at.is_(None),
            Account.forgotten_at.is_(None),
        )
        .order_by(Account.id)
        .limit(most)
    )
    return [
        Addressee(one.id, telegram_chat(one.telegram_id, account_id=one.id), language_of_account(one)) for one in rows
    ]


AUDIENCES: Mapping[str, Audience] = {"residents": residents}
