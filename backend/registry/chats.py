"""Group chats that serve a unit or a partner: bound by staff, followed when Telegram moves or removes them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import telegram_chat
from backend.messaging.outbox import note_contact_back
from backend.registry import queries
from backend.registry.errors import ChatNotBound, ChatTaken, NotAGroup
from backend.registry.events import ChatBound, ChatMigrated, ChatUnbound
from backend.registry.models import BoundChat, OrgUnit, Partner

TELEGRAM = Actor(account_id=None, name="telegram")
"""Acts when Telegram tells us of a change that no person asked of us."""

LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Served:
    """Whom a chat serves: exactly one of the two."""

    org_unit_id: int | None = None
    partner_id: int | None = None

    def __post_init__(self) -> None:
        if (self.org_unit_id is None) == (self.partner_id is None):
            raise ValueError("a chat serves a unit or a partner")


async def bind_chat(
    uow: UnitOfWork, *, actor: Actor, chat_id: int, served: Served, title: str = "", thread_id: int | None = None
) -> BoundChat:
    """Let a group serve a unit or partner; cards go to its topic `thread_id`, if any.

    One chat serves one, and one is served by one chat: what stood in the way is unbound. Binding the same again only
    moves the topic. Raises NotAGroup, ChatTaken, AccessDenied (also when the chat serves somebody outside the
    actor's reach).
    """
    if chat_id >= 0:
        raise NotAGroup
    title = title.replace("\x00", "")[:LONGEST_TITLE]
    owner = await _owner(uow, served)
    check_access(actor, Permission.BIND_CHAT, owner.path)
    await _lock(uow, served)
    await note_contact_back(uow, telegram_chat(chat_id))
    bound = await queries.binding_of_chat(uow, chat_id)
    if bound is not None and _served_by(bound) == served:
        if bound.thread_id != thread_id:
            before, after = {"thread": bound.thread_id}, {"thread": thread_id}
            audit(uow, actor, "chat.topic", f"bound_chat:{bound.id}", org_path=owner.path, before=before, after=after)
        bound.thread_id, bound.title = thread_id, title
        return bound
    if bound is not None:
        await _check_may_unbind(uow, actor, bound)
    await _make_room(uow, actor, bound, served)
    values = {"chat_id": chat_id, "thread_id": thread_id, "title": title}
    return await _bind(uow, actor, owner, values | asdict(served))


async def unbind_chat(uow: UnitOfWork, *, actor: Actor, chat_id: int) -> None:
    """Let a group serve nobody; raises ChatNotBound, AccessDenied."""
    bound = await queries.binding_of_chat(uow, chat_id)
    if bound is None:
        raise ChatNotBound
    await _check_may_unbind(uow, actor, bound)
    await _end(uow, actor, bound)


async def migrate_chat(uow: UnitOfWork, *, from_chat_id: int, to_chat_id: int) -> None:
    """Follow a group that became a supergroup. Told from several sides and more than once: twice is safe."""
    bound = await queries.binding_of_chat(uow, from_chat_id)
    if bound is None:
        return
    already = await queries.binding_of_chat(uow, to_chat_id)
    if already is not None:
        await _end(uow, TELEGRAM, bound)
        return
    bound.chat_id = to_chat_id
    owner = await _owner(uow, _served_by(bound))
    before, after = {"chat_id": from_chat_id}, {"chat_id": to_chat_id}
    audit(uow, TELEGRAM, "chat.migrate", f"bound_chat:{bound.id}", org_path=owner.path, before=before, after=after)
    uow.record(ChatMigrated(from_chat_id=from_chat_id, to_chat_id=to_chat_id))


async def lose_chat(uow: UnitOfWork, *, chat_id: int) -> None:
    """Take note that the bot was removed from a group or the group is gone; an unbound chat is no loss."""
    bound = await queries.binding_of_chat(uow, chat_id)
    if bound is not None:
        await _end(uow, TELEGRAM, bound)


async def _lock(uow: UnitOfWork, served: Served) -> None:
    """Let two who bind the same unit or partner take turns."""
    if served.org_unit_id is not None:
        await uow.session.execute(select(OrgUnit.id).where(OrgUnit.id == served.org_unit_id).with_for_update())
    else:
        await uow.session.execute(select(Partner.id).where(Partner.id == served.partner_id).with_for_update())


async def _owner(uow: UnitOfWork, served: Served) -> OrgUnit:
    """The unit whose staff decide: the one that is served, or the partner's community."""
    if served.org_unit_id is not None:
        return await queries.org_unit(uow, served.org_unit_id)
    assert served.partner_id is not None
    partner = await queries.partner(uow, served.partner_id)
    return await queries.org_unit(uow, partner.community_id)


def _served_by(bound: BoundChat) -> Served:
    return Served(org_unit_id=bound.org_unit_id, partner_id=bound.partner_id)


async def _check_may_unbind(uow: UnitOfWork, actor: Actor, bound: BoundChat) -> None:
    owner = await _owner(uow, _served_by(bound))
    check_access(actor, Permission.BIND_CHAT, owner.path)


async def _make_room(uow: UnitOfWork, actor: Actor, bound: BoundChat | None, served: Served) -> None:
    """End what the chat did before and what served the same before."""
    if bound is not None:
        await _end(uow, actor, bound)
    if served.org_unit_id is not None:
        former = await queries.chat_of_unit(uow, served.org_unit_id)
    else:
        assert served.partner_id is not None
        former = await queries.chat_of_partner(uow, served.partner_id)
    if former is not None:
        await _end(uow, actor, former)


async def _bind(uow: UnitOfWork, actor: Actor, owner: OrgUnit, values: dict[str, object]) -> BoundChat:
    """Write the binding; whoever bound the same group a moment before has it."""
    dialect = sqlite if uow.is_sqlite else postgresql
    row = values | {"bound_at": uow.now, "bound_by_id": actor.account_id}
    insert = dialect.insert(BoundChat).values(row).on_conflict_do_nothing().returning(BoundChat)
    bound: BoundChat | None = await uow.session.scalar(insert)
    if bound is None:
        raise ChatTaken
    audit(uow, actor, "chat.bind", f"bound_chat:{bound.id}", org_path=owner.path, after=_written(bound))
    uow.record(ChatBound(bound_chat_id=bound.id))
    return bound


async def _end(uow: UnitOfWork, actor: Actor, bound: BoundChat) -> None:
    owner = await _owner(uow, _served_by(bound))
    bound.ended_at = uow.now
    await uow.session.flush()  # the unique index on live chats must see the end before the next begins
    audit(uow, actor, "chat.unbind", f"bound_chat:{bound.id}", org_path=owner.path, before=_written(bound))
    uow.record(ChatUnbound(bound_chat_id=bound.id, by_account_id=actor.account_id))


def _written(bound: BoundChat) -> dict[str, object]:
    return {"chat_id": bound.chat_id, "org_unit_id": bound.org_unit_id, "partner_id": bound.partner_id}
