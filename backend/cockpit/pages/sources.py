"""Push sources: the platforms that may send for this community, their address shown once, and how they are used."""

from __future__ import annotations

import re

from backend.cockpit.desk import desk_of
from backend.cockpit.errors import FieldInvalid
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.ingest.models import IngestSource, Platform
from backend.ingest.sources import LONGEST_TITLE, GivenKey, add_source, end_source, rotate_key, sources_of
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound

pages = StaffPages()
NEEDS = Permission.EDIT_REFERENCE
LONGEST_NETWORKS = 1_000


@pages.page("/web/sources", needs=NEEDS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Who may push, when they last did, what was refused; and a form for another."""
    sources = await sources_of(visit.uow, actor=visit.actor, community_id=visit.community.id)
    values = {"sources": sources, "platforms": tuple(Platform), "longest_title": LONGEST_TITLE}
    return Page("sources.html", {**values, "longest_networks": LONGEST_NETWORKS})


@pages.action("/web/sources", needs=NEEDS, again=show)
async def add(visit: Visit) -> Answer:
    """Let a platform push, and show its address: this page is the only place where it is ever seen."""
    try:
        platform = Platform(visit.typed.get("platform", ""))
    except ValueError as error:
        raise FieldInvalid("platform") from error
    given = await add_source(
        visit.uow,
        actor=visit.actor,
        community_id=visit.community.id,
        platform=platform,
        title=visit.typed.text("source_title", most=LONGEST_TITLE),
        networks=re.split(r"[\s,;]+", visit.typed.text("networks", most=LONGEST_NETWORKS))
        if visit.typed.get("networks")
        else (),
    )
    return _shown(visit, given, is_new=True)


@pages.action("/web/sources/{source_id}/rotate", needs=NEEDS, again=show)
async def rotate(visit: Visit) -> Answer:
    """Give it another address; the old one works for another day."""
    source = await _source(visit)
    return _shown(visit, await rotate_key(visit.uow, actor=visit.actor, source_id=source.id), is_new=False)


@pages.action("/web/sources/{source_id}/end", needs=NEEDS, again=show)
async def end(visit: Visit) -> Answer:
    """Shut it out at once."""
    await end_source(visit.uow, actor=visit.actor, source_id=(await _source(visit)).id)
    return GoTo("/web/sources", done="web.done.saved")


def _shown(visit: Visit, given: GivenKey, *, is_new: bool) -> Page:
    base = desk_of(visit.request).settings.public_url or str(visit.request.base_url)
    token = given.signing_token if given.platform is Platform.ONENET else None
    values = {"given": given, "address": base.rstrip("/") + given.path, "token": token, "is_new": is_new}
    return Page("source_key.html", values)


async def _source(visit: Visit) -> IngestSource:
    source = await visit.uow.session.get(IngestSource, visit.id_in_path("source_id"))
    if source is None or source.community_id != visit.community.id or source.ended_at is not None:
        raise NotFound
    return source
