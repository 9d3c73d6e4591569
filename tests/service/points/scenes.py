"""What many stories of points begin with: a community whose rules and shops are set up, people with points."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import uuid4

from backend.kernel.access import CLOCK_ACTOR, SHELL_ACTOR
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.earning.editing import seed_rules
from backend.points.ledger.accounts import Owner, accounts_for, owner_of_person
from backend.points.ledger.models import AccountKind, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.ledger.reading import balance_of
from backend.points.ledger.reconciling import find_differences
from backend.points.market.merchants import ShopEdit, add_merchant, invite_to_shop, join_shop, kinds_of, seed_kinds
from backend.points.market.offers import OfferEdit, add_offer
from backend.registry.models import Household, Residency
from tests.service.world import World

Answer = TypeVar("Answer")


async def does(world: World, step: Callable[[UnitOfWork], Awaitable[Answer]]) -> Answer:
    """Run `step` in a unit of work of its own."""
    async with world.work.begin() as uow:
        return await step(uow)


def person_id(world: World, name: str) -> int:
    """The person of the registry behind a name of the cast."""
    found = world.accounts[name].person_id
    assert found is not None, f"{name} is known to the registry"
    return found


async def with_rules(world: World) -> None:
    """Give the community the rules of earning that it begins with."""
    await does(world, lambda uow: seed_rules(uow, actor=SHELL_ACTOR, community_id=world.community_id))


async def has_points(world: World, name: str, amount: int) -> None:
    """Points out of nowhere."""

    async def give(uow: UnitOfWork) -> None:
        source = Owner(AccountKind.ISSUANCE, world.community_id, world.community_id)
        target = await owner_of_person(uow, person_id(world, name))
        refs = await accounts_for(uow, [source, target])
        entry = Entry(
            key=uuid4(), debit=refs[source], credit=refs[target], amount=amount, code=TransferCode.EARN, event="gift"
        )
        await post(uow, entry, actor=CLOCK_ACTOR)

    await does(world, give)


async def points_of(world: World, name: str) -> tuple[int, int]:
    """What somebody has, and how much of it is put aside."""
    return tuple(await does(world, lambda uow: balance_of(uow, person_id(world, name))))  # type: ignore[return-value]


async def books_balance(world: World) -> None:
    """Prove the sums."""
    findings = await does(world, find_differences)
    assert findings.is_sound, findings


async def live_together(world: World, *names: str) -> None:
    """Put people into one household in building 1."""

    async def move_in(uow: UnitOfWork) -> None:
        address = world.buildings["1"].address_id
        household = Household(community_id=world.community_id, code=f"home-{names[0]}", address_id=address)
        uow.session.add(household)
        await uow.session.flush()
        rows = [Residency(person_id=person_id(world, name), household_id=household.id, role="family") for name in names]
        uow.session.add_all(rows)

    await does(world, move_in)


async def opens_shop(
    world: World, name: str = "阿婆裁缝铺", *, people: tuple[str, ...] = (), kind: str = "laundry"
) -> int:
    """A shop of the market with its people."""

    async def open_it(uow: UnitOfWork) -> int:
        await seed_kinds(uow, actor=SHELL_ACTOR, community_id=world.community_id)
        (kind_id,) = [one.id for one in await kinds_of(uow, world.community_id) if one.key == kind]
        edit = ShopEdit(kind_id=kind_id, name=name, place="石油路1号", hours="8:00–18:00")
        shop = await add_merchant(uow, actor=SHELL_ACTOR, community_id=world.community_id, edit=edit)
        for member in people:
            token = await invite_to_shop(uow, actor=SHELL_ACTOR, merchant_id=shop.id)
            await join_shop(uow, actor=world.actor(member), token=token)
        return shop.id

    return await does(world, open_it)


async def offers(world: World, shop: int, title: str = "改裤脚一次", *, price: int = 8, **more: Any) -> int:
    """Something that a shop gives for points."""
    edit = OfferEdit(title=title, price=price, value=1000, **more)
    offer = await does(world, lambda uow: add_offer(uow, actor=SHELL_ACTOR, merchant_id=shop, edit=edit))
    return offer.id
