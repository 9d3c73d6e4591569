"""Where a shop stands on the map: its own people say it, customers are led there."""

from __future__ import annotations

from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.geo import Point
from backend.kernel.unit_of_work import UnitOfWork
from backend.points.errors import ShopElsewhere
from backend.points.market.merchants import is_member, merchant_of
from backend.points.people import path_of
from backend.registry.places import community_at


async def place_shop(uow: UnitOfWork, *, actor: Actor, merchant_id: int, point: Point) -> None:
    """Keep where a shop stands; by one of its people or staff, and within its community.

    Raises NotFound, AccessDenied, ShopElsewhere.
    """
    merchant = await merchant_of(uow, merchant_id)
    path = await path_of(uow, merchant.community_id)
    if not await is_member(uow, actor, merchant_id):
        check_access(actor, Permission.MANAGE_POINTS, path)
    community = await community_at(uow, point)
    if community is None or community.id != merchant.community_id:
        raise ShopElsewhere
    merchant.longitude, merchant.latitude = point.longitude, point.latitude
    after = {"longitude": point.longitude, "latitude": point.latitude}
    audit(uow, actor, "market.place_shop", f"merchant:{merchant_id}", org_path=path, after=after)
