"""Who serves the neighbours: applications to decide, and those who serve."""

from __future__ import annotations

from sqlalchemy import select

from backend.bookings import TEACHING, decide_provider, end_provider
from backend.bookings.models import Offering, Provider
from backend.bookings.providers import provider_by_id
from backend.bookings.states import ProviderState
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound

pages = StaffPages()
NEEDS = Permission.MANAGE_BOOKINGS
LONGEST_REASON = 200
MOST_SHOWN = 200


@pages.page("/web/providers", needs=NEEDS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Applications first, then who serves, then who no longer does."""
    rows = await visit.uow.session.scalars(
        select(Provider).where(Provider.community_id == visit.community.id).order_by(Provider.id).limit(MOST_SHOWN)
    )
    found = rows.all()
    by_state = {state: [row for row in found if row.state is state] for state in ProviderState}
    offerings = await visit.uow.session.scalars(select(Offering).where(Offering.community_id == visit.community.id))
    trades = {row.key: {"zh_Hans": row.chinese, "en": row.english} for row in offerings}
    return Page("providers.html", {"by_state": by_state, "trades": trades, "teaching": TEACHING})


@pages.action("/web/providers/{provider_id}/decide", needs=NEEDS, again=show)
async def decide(visit: Visit) -> Answer:
    """Approve or refuse; they hear of it in chat."""
    provider = await _provider(visit)
    verdict = visit.typed.get("verdict", "")
    if verdict not in {"approve", "refuse"}:
        raise FieldInvalid("verdict")
    await decide_provider(visit.uow, actor=visit.actor, provider_id=provider.id, approve=verdict == "approve")
    return GoTo("/web/providers", done="web.done.saved")


@pages.action("/web/providers/{provider_id}/end", needs=NEEDS, again=show)
async def end(visit: Visit) -> Answer:
    """They serve no longer: what lies ahead is cancelled, and who booked hears why."""
    provider = await _provider(visit)
    reason = visit.typed.text("reason", least=1, most=LONGEST_REASON)
    await end_provider(visit.uow, actor=visit.actor, provider_id=provider.id, reason=reason)
    return GoTo("/web/providers", done="web.done.saved")


async def _provider(visit: Visit) -> Provider:
    provider = await provider_by_id(visit.uow, visit.id_in_path("provider_id"))
    if provider.community_id != visit.community.id:
        raise NotFound
    return provider
