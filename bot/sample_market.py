"""The playground's market: a canteen and two shops, one of the cast behind their counters, and points to spend."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import select

from backend.kernel.access import SHELL_ACTOR, Actor
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.points.canteen.dishes import NewDish, add_dish
from backend.points.ledger.accounts import Owner, accounts_for, owner_of_person
from backend.points.ledger.models import AccountKind, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.market.merchants import ShopEdit, add_merchant, all_merchants, invite_to_shop, join_shop, kinds_of
from backend.points.market.offers import OfferEdit, add_offer
from backend.registry.accounts import TelegramUser, account_for_telegram_user, actor_of_account
from backend.registry.models import Person
from backend.registry.org_units import registry_code
from backend.registry.queries import communities, org_unit
from playground.community.shapes import CastMember, Community

SAMPLE = Path(__file__).with_suffix(".toml")


async def open_market(work: Work, community: Community) -> None:
    """Open the sample shops; where there are shops already nothing changes."""
    sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    cast = {member.key: member for member in community.cast}
    async with work.begin() as uow:
        unit = (await communities(uow))[0]
        if await all_merchants(uow, unit.id):
            return
        seller = await _actor(uow, cast[sample["member"]])
        for shop in sample["shops"]:
            await _open(uow, unit.id, shop, seller)
        buyers = [(await _actor(uow, cast[key])).person_id for key in sample["buyers"]]
        elders = [await _elder(uow, unit.id, key) for key in community.story.elders]
        for person_id in [*buyers, *elders]:
            if person_id is not None:
                await _give(uow, unit.id, person_id, sample["points"])


async def _elder(uow: UnitOfWork, community_id: int, key: str) -> int | None:
    """The elder's person; None where the registry was loaded without them."""
    community = await org_unit(uow, community_id)
    return await uow.session.scalar(select(Person.id).where(Person.code == registry_code(community, key)))


async def _actor(uow: UnitOfWork, member: CastMember) -> Actor:
    user = TelegramUser(member.telegram_id, member.name, language_code=member.language)
    return await actor_of_account(uow, await account_for_telegram_user(uow, user))


async def _open(uow: UnitOfWork, community_id: int, sample: dict[str, Any], seller: Actor) -> None:
    kinds = {kind.key: kind.id for kind in await kinds_of(uow, community_id)}
    said = {field: sample.get(field, "") for field in ("name", "place", "hours", "phone", "words")}
    edit = ShopEdit(kind_id=kinds[sample["kind"]], **said)
    shop = await add_merchant(uow, actor=SHELL_ACTOR, community_id=community_id, edit=edit)
    token = await invite_to_shop(uow, actor=SHELL_ACTOR, merchant_id=shop.id)
    await join_shop(uow, actor=seller, token=token)
    for offer in sample["offers"]:
        await add_offer(uow, actor=SHELL_ACTOR, merchant_id=shop.id, edit=OfferEdit(**offer))
    for dish in sample.get("dishes", ()):
        await add_dish(uow, actor=seller, merchant_id=shop.id, dish=NewDish(**dish))


async def _give(uow: UnitOfWork, community_id: int, person_id: int, points: int) -> None:
    """A few points to begin with; an elder who cannot write books with them by telephone."""
    source = Owner(AccountKind.ISSUANCE, community_id, community_id)
    target = await owner_of_person(uow, person_id)
    accounts = await accounts_for(uow, [source, target])
    gift = Entry(
        key=uuid5(NAMESPACE_URL, f"youlin:sample:{person_id}"),
        debit=accounts[source],
        credit=accounts[target],
        amount=points,
        code=TransferCode.EARN,
        event="sample",
    )
    await post(uow, gift, actor=SHELL_ACTOR)
