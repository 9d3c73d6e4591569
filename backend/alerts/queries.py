"""Reads of alerts for notices and screens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from backend.alerts.models import AlertNotification
from backend.alerts.planning import ONE_NOTICE_IN
from backend.alerts.states import Outcome
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, Recipient
from backend.registry.accounts import language_of_account
from backend.registry.contacts_models import ContactMethod
from backend.registry.models import Account
from backend.registry.telephones import telephone_id_in


@dataclass(frozen=True, slots=True)
class Told:
    """An address in private that was called for an alert, and by which status news reach it in text."""

    to: Recipient
    language: str
    account_id: int | None
    contact_id: int | None


async def folded_counts(uow: UnitOfWork, addresses: Collection[str]) -> Mapping[str, int]:
    """How many notifications stand in the next summary of each of these, by `Callee.who`."""
    rows = await uow.session.execute(
        select(AlertNotification.channel, AlertNotification.address, func.count())
        .where(
            AlertNotification.channel.in_([channel.value for channel in ChannelName]),
            AlertNotification.address.in_(sorted(addresses)),
            AlertNotification.outcome == Outcome.FOLDED,
            AlertNotification.at > uow.now - ONE_NOTICE_IN,
        )
        .group_by(AlertNotification.channel, AlertNotification.address)
    )
    return {f"{channel}-{address}": count for channel, address, count in rows}


async def told_so_far(uow: UnitOfWork, alert_id: int) -> list[Told]:
    """Who was called for this alert in private and not taken back: one address of text for each person.

    Somebody who has a chat is told there; who was only rung gets an SMS to the same telephone. Groups see the card.
    """
    rows = await uow.session.scalars(
        select(AlertNotification)
        .where(AlertNotification.alert_id == alert_id, ~AlertNotification.address.startswith("-"))
        .order_by(AlertNotification.id)
    )
    best: dict[str, AlertNotification] = {}
    for row in rows:
        if row.outcome in (Outcome.WITHDRAWN, Outcome.FOLDED, Outcome.FAILED, Outcome.UNDELIVERED):
            continue
        who = f"contact:{row.contact_id}" if row.contact_id is not None else f"account:{row.account_id}"
        if who not in best or _ORDER[row.channel] < _ORDER[best[who].channel]:
            best[who] = row
    return [await _told(uow, row) for row in best.values()]


_ORDER = {ChannelName.TELEGRAM.value: 0, ChannelName.SMS.value: 1, ChannelName.VOICE.value: 2}


async def _told(uow: UnitOfWork, row: AlertNotification) -> Told:
    is_chat = row.channel == ChannelName.TELEGRAM.value
    channel = ChannelName.TELEGRAM if is_chat else ChannelName.SMS
    to = Recipient(channel, row.address, account_id=row.account_id if is_chat else None)
    return Told(to, await _language(uow, row), row.account_id, row.contact_id)


async def _language(uow: UnitOfWork, row: AlertNotification) -> str:
    telephone_id = telephone_id_in(row.address)
    if telephone_id is not None and row.contact_id is not None:
        language = await uow.session.scalar(
            select(ContactMethod.language).where(
                ContactMethod.contact_id == row.contact_id, ContactMethod.telephone_id == telephone_id
            )
        )
        return language or Language.CHINESE.value
    account = await uow.session.get(Account, row.account_id) if row.account_id is not None else None
    return language_of_account(account).value if account is not None else Language.CHINESE.value
