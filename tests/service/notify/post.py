"""What lies in the outbox, read by who gets it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from backend.messaging.contents import Button, Content, Lane
from backend.messaging.models import Action, Message, MessageState
from backend.messaging.written import read_content
from tests.service.world import World


@dataclass(frozen=True)
class Letter:
    """One message that waits to leave; `to` is a name of the world: a person's, or `group grid-1`."""

    to: str
    lane: Lane
    content: Content
    action: Action
    key: str
    thread_id: int | None

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def buttons(self) -> list[Button]:
        return [button for row in self.content.buttons for button in row]

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]


async def letters(world: World, to: str | None = None) -> list[Letter]:
    """What waits to leave, in the order in which it was written."""
    names = {str(account.telegram_id): name for name, account in world.accounts.items()}
    names |= {str(chat.chat_id): f"group {key}" for key, chat in world.chats.items()}
    async with world.work.look() as uow:
        rows = await uow.session.scalars(
            select(Message).where(Message.state == MessageState.PENDING).order_by(Message.id)
        )
        found = [
            Letter(
                names.get(row.address, row.address),
                Lane(row.lane),
                read_content(row.content),
                row.action,
                row.dedup_key,
                row.thread_id,
            )
            for row in rows
        ]
    return [letter for letter in found if to is None or letter.to == to]


async def post_leaves(world: World) -> None:
    """Everything that waits has been delivered."""
    async with world.work.begin() as uow:
        for row in await uow.session.scalars(select(Message).where(Message.state == MessageState.PENDING)):
            row.state, row.finished_at = MessageState.SENT, uow.now
