"""Cards: messages that live. Posted once, edited in place; edits that have not left yet coalesce to the newest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Table, bindparam, case, select, update
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Button, ChannelName, Content, Lane, Recipient
from backend.messaging.models import Action, Card, Message, MessageState
from backend.messaging.rows import family_of, insert_new, message_row, ring
from backend.messaging.written import digest_of, read_content, write_content


@dataclass(frozen=True, slots=True)
class HangingCard:
    """A card and the chat in which it hangs, or hung until it was closed."""

    key: str
    to: Recipient
    is_open: bool
    message_id: int | None = None
    """Under which number it hangs in a chat of Telegram; None before it has left."""


_card: Table = Card.__table__  # type: ignore[assignment]
_HANG_ON_SQLITE = sqlite.insert(_card).on_conflict_do_nothing().returning(_card.c.id)
_FAMILY = select(Card).where(Card.family == bindparam("family")).order_by(Card.id)
_LOCKED = select(Card).where(Card.key == bindparam("key")).with_for_update().execution_options(populate_existing=True)
_HANG = postgresql.insert(_card).on_conflict_do_nothing().returning(_card.c.id)


async def post_card(uow: UnitOfWork, *, key: str, to: Recipient, content: Content, lane: Lane) -> None:
    """Show `content` on the card `key`: the first time it is sent to `to`, afterwards edited where it hangs.

    What the card shows already, or is about to show, changes nothing. `to` counts only the first time.
    """
    written = write_content(content)
    digest = digest_of(written)
    card = await _known_card(uow, key)
    if card is None:
        if await _hang(uow, key, to, written, digest, lane):
            return
        card = await _known_card(uow, key)
        assert card is not None, "whoever was faster has left it"
    if card.wanted_digest == digest and card.closed_at is None:
        return
    card.content, card.wanted_digest, card.closed_at = written, digest, None
    await _show(uow, card, lane, Action.CARD)


async def close_card(
    uow: UnitOfWork, *, key: str, lane: Lane, content: Content | None = None, keeps: Sequence[Sequence[Button]] = ()
) -> None:
    """Let the card show its last `content` (None: what it shows). An unknown key changes nothing.

    Its buttons go, but for those that it `keeps`: what only looks back, such as how it went.
    """
    card = await _known_card(uow, key)
    if card is None or card.closed_at is not None:
        return
    last = content or read_content(card.content or {})
    card.content = write_content(replace(last, buttons=tuple(tuple(row) for row in keeps)))
    card.wanted_digest, card.closed_at = digest_of(card.content), uow.now
    await _show(uow, card, lane, Action.CARD)


async def remove_card(uow: UnitOfWork, *, key: str, lane: Lane) -> None:
    """Take the card down, or never post it if it has not left yet. An unknown key changes nothing."""
    card = await _known_card(uow, key)
    if card is None or card.wanted_digest is None:
        return
    card.content, card.wanted_digest, card.closed_at = None, None, uow.now
    await _show(uow, card, lane, Action.REMOVE)


async def cards_of(uow: UnitOfWork, family: str) -> list[HangingCard]:
    """The cards whose key is `family` (two parts, such as `task:12`) or continues it after a colon, by id."""
    rows = await uow.session.scalars(_FAMILY, {"family": family})
    return [_hanging(row) for row in rows]


async def hold_cards(uow: UnitOfWork, family: str) -> list[HangingCard]:
    """`cards_of`, which nobody else changes until the commit. Read what they are to show after this, not before it:
    else an old look is drawn over what somebody else has committed meanwhile."""
    rows = await uow.session.scalars(
        select(Card)
        .where(Card.family == family)
        .order_by(Card.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [_hanging(row) for row in rows]


async def open_cards(uow: UnitOfWork, family: str) -> list[HangingCard]:
    """Those of `cards_of` that people can press."""
    return [card for card in await cards_of(uow, family) if card.is_open]


async def card_of_message(uow: UnitOfWork, dedup_key: str) -> HangingCard | None:
    """The card whose post or edit the message with this key was; None for messages that are no cards."""
    row = await uow.session.scalar(
        select(Card).join(Message, Message.card_id == Card.id).where(Message.dedup_key == dedup_key)
    )
    return _hanging(row) if row is not None else None


async def _hang(uow: UnitOfWork, key: str, to: Recipient, content: dict[str, Any], digest: str, lane: Lane) -> bool:
    """Post a card that is not there yet; False when somebody else has just posted it."""
    row = {
        "key": key,
        "family": family_of(key),
        "channel": to.channel.value,
        "address": to.address,
        "thread_id": to.thread_id,
        "version": 1,
        "wanted_digest": digest,
        "content": content,
    }
    card_id = await uow.session.scalar(_HANG_ON_SQLITE if uow.is_sqlite else _HANG, row)
    if card_id is None:
        return False
    await insert_new(uow, Message, [_row(uow, to, f"card:{card_id}:1", card_id, content, lane, Action.CARD)])
    await ring(uow)
    return True


def _hanging(row: Card) -> HangingCard:
    to = Recipient(ChannelName(row.channel), row.address, row.thread_id)
    hangs_at = int(row.message_id) if row.message_id is not None and row.message_id.isdecimal() else None
    return HangingCard(row.key, to, row.closed_at is None and row.wanted_digest is not None, hangs_at)


async def _known_card(uow: UnitOfWork, key: str) -> Card | None:
    """The card, locked: two who change it take turns, so that the newest of the two is the one that shows."""
    card: Card | None = await uow.session.scalar(_LOCKED, {"key": key})
    return card


async def _show(uow: UnitOfWork, card: Card, lane: Lane, action: Action) -> None:
    """Change the one pending row of the card, or add one."""
    content: dict[str, Any] = card.content or {}
    card.version += 1
    await uow.session.flush()
    changed = await uow.session.execute(
        update(Message)
        .where(Message.card_id == card.id, Message.state == MessageState.PENDING)
        .values(content=content, action=action, lane=case((Message.lane < int(lane), Message.lane), else_=int(lane)))
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        to = Recipient(channel=ChannelName(card.channel), address=card.address, thread_id=card.thread_id)
        key = f"card:{card.id}:{card.version}"
        await insert_new(uow, Message, [_row(uow, to, key, card.id, content, lane, action)])
    await ring(uow)


def _row(
    uow: UnitOfWork, to: Recipient, key: str, card_id: int, content: dict[str, Any], lane: Lane, action: Action
) -> dict[str, Any]:
    return message_row(to, lane=lane, content=content, dedup_key=key, now=uow.now, action=action, card_id=card_id)
