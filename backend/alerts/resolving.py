"""From a target of a policy to the addresses that are called now: contacts, whoever is on duty, chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from backend.alerts.callees import Callee
from backend.alerts.climbing import in_rank
from backend.alerts.models import Alert
from backend.alerts.plans import Target
from backend.alerts.roster import on_shift
from backend.alerts.states import TargetKind
from backend.kernel.access import Role
from backend.kernel.alarms import Severity, SubjectKind
from backend.kernel.texts import Language
from backend.kernel.unit_of_work import UnitOfWork
from backend.messaging.contents import ChannelName, telegram_chat
from backend.registry import queries
from backend.registry.accounts import language_of_account
from backend.registry.contacts import Rung, ladder_of
from backend.registry.contacts_models import ContactScope, RelationKind
from backend.registry.models import Account, BoundChat, OrgKind, Partner, PartnerKind, Residency
from backend.registry.telephones import telephone_of_person, telephone_recipient

_MEANT = "callees of units"
_OF_SUBJECT = frozenset({TargetKind.CONTACT, TargetKind.NEIGHBOURS})
QUIET_FOR = frozenset({Severity.WARNING, Severity.CARE})
"""What waits for the morning, and what a contact may mute: never what is critical."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One alert, looked at for the targets of one step."""

    uow: UnitOfWork
    alert: Alert
    target: Target


async def callees_of(uow: UnitOfWork, alert: Alert, targets: Iterable[Target]) -> list[Callee]:
    """Everybody whom these targets mean now, each address once; those who do not want to be called now are marked."""
    found: dict[str, Callee] = {}
    for target in targets:
        for callee in await _meant_by(Asking(uow, alert, target)):
            if callee.channel in target.channels:
                found.setdefault(callee.who, callee)
    return list(found.values())


async def _meant_by(asking: Asking) -> list[Callee]:
    """Who serves a grid or community is looked up once for a whole batch of alerts; a family is that of its elder."""
    resolve = _RESOLVERS[asking.target.kind]
    if asking.target.kind in _OF_SUBJECT:
        return await resolve(asking)
    known: dict[tuple[Target, int | None, int], list[Callee]] = asking.uow.session.info.setdefault(_MEANT, {})
    where = (asking.target, asking.alert.grid_id, asking.alert.community_id)
    if where not in known:
        known[where] = await resolve(asking)
    return known[where]


async def family_of(uow: UnitOfWork, alert: Alert) -> list[Rung]:
    """The contacts of whom the alert is about, by rank; nobody for places and facilities."""
    if alert.subject_id is None:
        return []
    if alert.subject_kind is SubjectKind.PERSON:
        return list(await ladder_of(uow, person_id=alert.subject_id))
    if alert.subject_kind is SubjectKind.HOUSEHOLD:
        members = await uow.session.scalars(
            select(Residency.person_id)
            .where(Residency.household_id == alert.subject_id, Residency.until_on.is_(None))
            .order_by(Residency.id)
        )
        rungs = [rung for person in members.all() for rung in await ladder_of(uow, person_id=person)]
        return sorted(rungs, key=lambda rung: (rung.rank, rung.contact_id))
    return []


async def _contacts(asking: Asking) -> list[Callee]:
    family = [rung for rung in await family_of(asking.uow, asking.alert) if rung.relation is not RelationKind.NEIGHBOUR]
    ranks = in_rank(range(1, len(family) + 1), asking.target.first, asking.target.last)
    return [callee for rank in ranks for callee in _by_rung(asking, family[rank - 1])]


async def _neighbours(asking: Asking) -> list[Callee]:
    family = await family_of(asking.uow, asking.alert)
    near = [rung for rung in family if rung.relation is RelationKind.NEIGHBOUR]
    return [callee for rung in near for callee in _by_rung(asking, rung)]


def _by_rung(asking: Asking, rung: Rung) -> list[Callee]:
    may_wait = asking.alert.severity in QUIET_FOR
    return [
        Callee(
            target=asking.target.kind,
            to=method.to,
            language=method.language,
            contact_id=rung.contact_id,
            method_id=method.id,
            account_id=method.account_id,
            relation=rung.relation.value,
            name=rung.name,
            sees_health=ContactScope.HEALTH in rung.scopes,
            sees_place=ContactScope.PLACE in rung.scopes,
            is_quiet=may_wait and (rung.is_muted_at(asking.uow.now) or method.is_quiet_at(asking.uow.now)),
        )
        for method in rung.methods
    ]


async def _duty_workers(asking: Asking) -> list[Callee]:
    """Who is on shift in the grid, else its workers on duty, else its leaders, else the community's staff."""
    unit_id = asking.alert.grid_id or asking.alert.community_id
    workers: Sequence[Account] = await on_shift(asking.uow, unit_id)
    if not workers:
        workers = await queries.on_duty(asking.uow, unit_id, Role.GRID_WORKER)
    if not workers:
        workers = await queries.on_duty(asking.uow, unit_id, Role.GRID_LEADER)
    if not workers:
        return await _staff(asking)
    return await _by_account(asking, workers)


async def _staff(asking: Asking) -> list[Callee]:
    community_id = asking.alert.community_id
    staff = await on_shift(asking.uow, community_id) or await queries.on_duty(asking.uow, community_id, Role.STAFF)
    return await _by_account(asking, staff)


async def _by_account(asking: Asking, accounts: Iterable[Account]) -> list[Callee]:
    """The private chat of each, and their telephone where the policy asks for a voice."""
    callees = []
    for account in accounts:
        if account.blocked_at is None and account.forgotten_at is None:
            callees.append(_in_private(asking.target.kind, account))
        if ChannelName.VOICE in asking.target.channels and account.person_id is not None:
            telephone = await telephone_of_person(asking.uow, account.person_id)
            if telephone is not None and telephone.opted_out_at is None:
                to = telephone_recipient(ChannelName.VOICE, telephone.id)
                language = language_of_account(account)
                callees.append(Callee(target=asking.target.kind, to=to, language=language, account_id=account.id))
    return callees


def _in_private(kind: TargetKind, account: Account) -> Callee:
    to = telegram_chat(account.telegram_id, account_id=account.id)
    return Callee(
        target=kind,
        to=to,
        language=language_of_account(account),
        account_id=account.id,
        name=account.display_name,
        sees_place=True,
    )


async def _grid_chat(asking: Asking) -> list[Callee]:
    return await _chat_of_unit(asking, asking.alert.grid_id)


async def _community_chat(asking: Asking) -> list[Callee]:
    return await _chat_of_unit(asking, asking.alert.community_id)


async def _centre(asking: Asking) -> list[Callee]:
    """The chat of the subdistrict's command centre; where it has none, its people in private."""
    community = await queries.org_unit(asking.uow, asking.alert.community_id)
    for unit_id in reversed(queries.ids_in(community.path)):
        unit = await queries.org_unit(asking.uow, unit_id)
        if unit.kind not in (OrgKind.SUBDISTRICT, OrgKind.DISTRICT):
            continue
        found = await _chat_of_unit(asking, unit.id)
        if not found:
            holders = await queries.holders_of(asking.uow, unit.id, Role.SUBDISTRICT, Role.DISTRICT)
            found = await _by_account(asking, holders)
        if found:
            return found
    return []


async def _chat_of_unit(asking: Asking, unit_id: int | None) -> list[Callee]:
    bound = await queries.chat_of_unit(asking.uow, unit_id) if unit_id is not None else None
    return [_chat(asking.target.kind, bound)] if bound is not None else []


def _chat(kind: TargetKind, bound: BoundChat) -> Callee:
    return Callee(target=kind, to=telegram_chat(bound.chat_id, thread_id=bound.thread_id), language=Language.CHINESE)


async def _partner(asking: Asking) -> list[Callee]:
    """The group of the partner; without one its people in private."""
    partner = await asking.uow.session.scalar(
        select(Partner)
        .where(Partner.community_id == asking.alert.community_id, Partner.kind == PartnerKind(asking.target.partner))
        .order_by(Partner.id)
        .limit(1)
    )
    if partner is None:
        return []
    bound = await queries.chat_of_partner(asking.uow, partner.id)
    if bound is not None:
        return [_chat(TargetKind.PARTNER, bound)]
    holders = await queries.on_duty(asking.uow, partner.community_id, Role.PARTNER)
    return await _by_account(asking, [account for account in holders if account.partner_id == partner.id])


_RESOLVERS: Mapping[TargetKind, Callable[[Asking], Awaitable[list[Callee]]]] = {
    TargetKind.CONTACT: _contacts,
    TargetKind.NEIGHBOURS: _neighbours,
    TargetKind.DUTY_WORKER: _duty_workers,
    TargetKind.GRID_CHAT: _grid_chat,
    TargetKind.COMMUNITY_STAFF: _staff,
    TargetKind.COMMUNITY_CHAT: _community_chat,
    TargetKind.CENTRE_CHAT: _centre,
    TargetKind.PARTNER: _partner,
}
