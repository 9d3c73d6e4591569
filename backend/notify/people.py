"""Who is meant: a unit's group, its workers, the office above; always somebody, so that nothing is silently lost."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog

from backend.issues.models import Task
from backend.kernel.access import OFFICE, WORKERS, Role
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import Recipient, telegram_chat
from backend.notify.words import GROUP_LANGUAGE
from backend.registry import queries
from backend.registry.accounts import language_of_account
from backend.registry.models import Account, BoundChat, OrgKind, OrgUnit

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Hearer:
    """One chat and the language that is read there; `account_id` is None for groups."""

    to: Recipient
    language: str
    account_id: int | None = None

    @property
    def key(self) -> str:
        """Tells hearers apart in the keys of messages."""
        return f"p{self.account_id}" if self.account_id is not None else f"c{self.to.address}"


def group_hearer(bound: BoundChat) -> Hearer:
    """A bound group, in its topic if it has one."""
    return Hearer(telegram_chat(bound.chat_id, thread_id=bound.thread_id), GROUP_LANGUAGE)


def person_hearer(account: Account) -> Hearer:
    """Somebody's private chat."""
    to = telegram_chat(account.telegram_id, account_id=account.id)
    return Hearer(to, language_of_account(account), account.id)


def persons(accounts: Iterable[Account], *, but: int | None = None) -> list[Hearer]:
    """The private chats of those who can be reached, each once, without the account `but`."""
    reachable = {account.id: account for account in accounts if account.blocked_at is None and account.id != but}
    return [person_hearer(account) for account in reachable.values() if account.forgotten_at is None]


async def person(uow: UnitOfWork, account_id: int | None, *, but: int | None = None) -> list[Hearer]:
    """The private chat of an account, if there is one that can be reached and it is not `but`."""
    account = await uow.session.get(Account, account_id) if account_id is not None else None
    return persons([account], but=but) if account is not None else []


async def group_of_task(uow: UnitOfWork, task: Task) -> Hearer | None:
    """The group that got the task, if it has a chat."""
    if task.partner_id is not None:
        bound = await queries.chat_of_partner(uow, task.partner_id)
    else:
        bound = await queries.chat_of_unit(uow, task.org_unit_id)
    return group_hearer(bound) if bound is not None else None


async def people_of_task(uow: UnitOfWork, task: Task) -> list[Hearer]:
    """Who gets the task's card: its group, else the group's people in private, else the community's office."""
    group = await group_of_task(uow, task)
    if group is not None:
        return [group]
    workers = persons(await _workers_of(uow, task))
    return workers or await office_of(uow, task.org_unit_id)


async def unit_of_task(uow: UnitOfWork, task: Task) -> list[Hearer]:
    """The people of the unit for which a partner works."""
    bound = await queries.chat_of_unit(uow, task.org_unit_id)
    if bound is not None:
        return [group_hearer(bound)]
    workers = await queries.on_duty(uow, task.org_unit_id, *WORKERS)
    return persons(workers) or await office_of(uow, task.org_unit_id)


async def _workers_of(uow: UnitOfWork, task: Task) -> Sequence[Account]:
    if task.partner_id is not None:
        holders = await queries.holders_of(uow, task.community_id, Role.PARTNER)
        members = [account for account in holders if account.partner_id == task.partner_id]
    else:
        members = list(await queries.holders_of(uow, task.org_unit_id, *WORKERS))
    return [account for account in members if account.on_duty] or members


async def office_of(uow: UnitOfWork, unit_id: int, *, but: int | None = None) -> list[Hearer]:
    """The office that answers for a unit: its community's chat, else its people, else the next unit above that has any.

    Without anybody up to the district the log says so; then only the web shows it.
    """
    for unit in await _units_above(uow, unit_id, include_grid=False):
        found = await _chat_or_holders(uow, unit, OFFICE, but)
        if found:
            return found
    log.warning("notify.nobody_to_tell", org_unit=unit_id)
    return []


async def superiors_of(uow: UnitOfWork, unit_id: int) -> list[Hearer]:
    """The office above the community; where there is none the community's own."""
    above = [
        unit
        for unit in await _units_above(uow, unit_id, include_grid=False)
        if unit.kind in (OrgKind.SUBDISTRICT, OrgKind.DISTRICT)
    ]
    for unit in above:
        found = await _chat_or_holders(uow, unit, OFFICE, None)
        if found:
            return found
    return await office_of(uow, unit_id)


async def leaders_of(uow: UnitOfWork, unit_id: int) -> list[Hearer]:
    """The leaders of a grid, privately; where there is none, its office."""
    for unit in await _units_above(uow, unit_id, include_grid=True):
        found = persons(await queries.holders_of(uow, unit.id, Role.GRID_LEADER))
        if found:
            return found
    return await office_of(uow, unit_id)


async def unit_people(uow: UnitOfWork, unit_id: int, *, but: int | None = None) -> list[Hearer]:
    """Who hears what is addressed to a unit: a grid's group or workers, any other unit's office."""
    unit = await queries.org_unit(uow, unit_id)
    roles = WORKERS if unit.kind is OrgKind.GRID else OFFICE
    return await _chat_or_holders(uow, unit, roles, but) or await office_of(uow, unit_id, but=but)


async def _chat_or_holders(uow: UnitOfWork, unit: OrgUnit, roles: Collection[Role], but: int | None) -> list[Hearer]:
    bound = await queries.chat_of_unit(uow, unit.id)
    if bound is not None:
        return [group_hearer(bound)]
    return persons(await queries.holders_of(uow, unit.id, *roles), but=but)


async def _units_above(uow: UnitOfWork, unit_id: int, *, include_grid: bool) -> list[OrgUnit]:
    """The unit and those above it, nearest first."""
    path = (await queries.org_unit(uow, unit_id)).path
    units = [await queries.org_unit(uow, each) for each in reversed(queries.ids_in(path))]
    return [unit for unit in units if include_grid or unit.kind is not OrgKind.GRID]
