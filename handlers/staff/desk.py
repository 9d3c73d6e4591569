"""Small things of every working day: on and off duty, an invitation for a colleague, the link to the web pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from backend.cockpit.entry import open_web_door, web_link
from backend.kernel.access import PERMISSIONS, Actor, Permission, Role
from backend.kernel.errors import AccessDenied, BadInput
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.presses import Press
from backend.notify.presses import MenuButton, MenuPress
from backend.notify.words import Words
from backend.registry.duty import change_duty
from backend.registry.invitations import invite
from backend.registry.models import Account, OrgKind
from backend.registry.queries import org_unit, partner, partners_of, units_within
from backend.registry.rules import role_fits
from handlers.common.keyboards import in_columns, keyboard
from handlers.common.links import Links
from handlers.common.pressed import Pressed
from handlers.common.reach import IN_PRIVATE
from handlers.common.replies import Reply
from handlers.common.showing import say, show

INVITED_ROLES = (Role.GRID_WORKER, Role.GRID_LEADER, Role.PARTNER, Role.STAFF, Role.SUBDISTRICT, Role.DISTRICT)


@dataclass(frozen=True, slots=True)
class InvitePress(Press):
    """Chosen step by step: the role, then the unit, for partners then the partner."""

    prefix: ClassVar[str] = "n1"

    role: Role
    unit_id: int | None = None
    partner_id: int | None = None


def desk_router() -> Router:
    router = Router(name="staff.desk")
    router.message.register(change_of_duty, IN_PRIVATE, Command("duty"))
    router.message.register(web, IN_PRIVATE, Command("web"))
    router.message.register(ask_role, IN_PRIVATE, Command("invite"))
    router.callback_query.register(change_of_duty, Pressed(MenuPress, button=MenuButton.DUTY))
    router.callback_query.register(web, Pressed(MenuPress, button=MenuButton.WEB))
    router.callback_query.register(chose_invitation, Pressed(InvitePress))
    return router


async def change_of_duty(
    event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, account: Account, words: Words
) -> Reply:
    await change_duty(uow, actor=actor, account=account, on_duty=not account.on_duty)
    return say(event, words("duty.on" if account.on_duty else "duty.off"))


async def web(event: Message | CallbackQuery, uow: UnitOfWork, actor: Actor, words: Words, links: Links) -> Reply:
    """The link goes to the private chat only: whoever opens it first is in."""
    token = await open_web_door(uow, actor=actor)
    return say(event, words("web.link_given", link=web_link(links.web, token)))


async def ask_role(message: Message, actor: Actor, words: Words) -> Reply:
    if not actor.paths_of(PERMISSIONS[Permission.INVITE]):
        raise AccessDenied
    buttons = [(words.plain(f"role.{role}"), InvitePress(role)) for role in INVITED_ROLES]
    return say(message, words("invite.which_role"), keyboard(*in_columns(buttons, 2)))


async def chose_invitation(
    call: CallbackQuery, press: InvitePress, uow: UnitOfWork, actor: Actor, words: Words, links: Links
) -> Reply:
    if press.role not in INVITED_ROLES:
        raise BadInput("error.old_button")
    if press.unit_id is None:
        return await _ask_unit(call, press, uow, actor, words)
    unit = await org_unit(uow, press.unit_id)
    if press.role is Role.PARTNER and press.partner_id is None:
        choices = [(one.name, InvitePress(press.role, unit.id, one.id)) for one in await partners_of(uow, unit.id)]
        return show(call, words("invite.which_partner"), keyboard(*in_columns(choices, 1)))
    for_partner = await partner(uow, press.partner_id) if press.partner_id else None
    made = await invite(uow, actor=actor, role=press.role, unit=unit, partner=for_partner)
    link = links.invitation(made.token)
    role = words.plain(f"role.{press.role}")
    return show(call, words("invite.made", role=role, unit=made.unit_name, link=link))


async def _ask_unit(call: CallbackQuery, press: InvitePress, uow: UnitOfWork, actor: Actor, words: Words) -> Reply:
    paths = actor.paths_of(PERMISSIONS[Permission.INVITE])
    if not paths:
        raise AccessDenied
    kinds = [kind for kind in OrgKind if role_fits(press.role, kind, has_partner=press.role is Role.PARTNER)]
    units = await units_within(uow, paths, *kinds)
    buttons = [(unit.name, InvitePress(press.role, unit.id)) for unit in units[:90]]
    return show(call, words("invite.which_unit"), keyboard(*in_columns(buttons, 2)))
