"""What may be spent in a day, and whether points lapse: switched after a look at who loses what."""

from __future__ import annotations

from dataclasses import asdict
from zoneinfo import ZoneInfo

from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.points.ledger.expiring import MOST_YEARS, keep_points, let_points_lapse
from backend.points.ledger.lots import last_day
from backend.points.policy import LARGEST_CAP, MOST_SHOWN, Caps, caps_of, lapsing_years, set_caps, who_loses

pages = StaffPages()
PATH = "/web/points-limits"


@pages.page(PATH, needs=Permission.MANAGE_POINTS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Both caps, the switch, and everybody who has points to lose."""
    uow, community = visit.uow, visit.community
    caps, years = asdict(await caps_of(uow, community.id)), await lapsing_years(uow, community.id)
    today = uow.now.astimezone(ZoneInfo(community.time_zone)).date()
    return Page(
        "points_limits.html",
        {
            "caps": {name: visit.typed.get(name, str(amount)) for name, amount in caps.items()},
            "was_caps": mark_of(caps),
            "largest_cap": LARGEST_CAP,
            "years": years,
            "was_years": mark_of(years),
            "days": {one: last_day(today, one) for one in range(1, MOST_YEARS + 1)},
            "losing": await who_loses(uow, actor=visit.actor, community_id=community.id),
            "most_shown": MOST_SHOWN,
        },
    )


@pages.action(f"{PATH}/caps", needs=Permission.MANAGE_POINTS, again=show)
async def cap(visit: Visit) -> Answer:
    """Both caps at once, for every coupon from now on."""
    await hold_reference(visit)
    check_unchanged(visit, asdict(await caps_of(visit.uow, visit.community.id)))
    most = visit.typed.number("daily_spending", least=0, most=LARGEST_CAP)
    caps = Caps(most, visit.typed.number("card_daily_spending", least=0, most=most))
    await set_caps(visit.uow, actor=visit.actor, community_id=visit.community.id, caps=caps)
    return GoTo(PATH, done="web.done.saved")


@pages.action(f"{PATH}/lapse", needs=Permission.MANAGE_POINTS, again=show)
async def lapse(visit: Visit) -> Answer:
    """Let points lapse, or later: only of somebody who says to have seen who loses them."""
    await _seen(visit)
    years = visit.typed.number("years", least=1, most=MOST_YEARS)
    await let_points_lapse(visit.uow, actor=visit.actor, community_id=visit.community.id, years=years)
    return GoTo(PATH, done="web.done.saved")


@pages.action(f"{PATH}/keep", needs=Permission.MANAGE_POINTS, again=show)
async def keep(visit: Visit) -> Answer:
    """Let no points lapse any more."""
    await hold_reference(visit)
    check_unchanged(visit, await lapsing_years(visit.uow, visit.community.id))
    await keep_points(visit.uow, actor=visit.actor, community_id=visit.community.id)
    return GoTo(PATH, done="web.done.saved")


async def _seen(visit: Visit) -> None:
    await hold_reference(visit)
    check_unchanged(visit, await lapsing_years(visit.uow, visit.community.id))
    if not visit.typed.is_ticked("seen"):
        raise FieldInvalid("seen")
