"""What `youlin sources` does, in words for the shell."""

from __future__ import annotations

from collections.abc import Sequence

from backend.ingest.models import Platform
from backend.ingest.sources import GivenKey, PlatformUnknown, add_source, end_source, rotate_key, sources_of
from backend.kernel.access import SHELL_ACTOR
from backend.kernel.settings import Settings
from backend.kernel.unit_of_work import Work
from backend.registry.queries import communities, org_unit_by_code


async def add_for(
    work: Work, settings: Settings, platform: str, title: str, community: str | None, networks: Sequence[str]
) -> list[str]:
    """Add a source and say how it must be set up. Raises DomainError."""
    if platform not in list(Platform):
        raise PlatformUnknown
    async with work.begin() as uow:
        unit = await org_unit_by_code(uow, community) if community else (await communities(uow))[0]
        given = await add_source(
            uow,
            actor=SHELL_ACTOR,
            community_id=unit.id,
            platform=Platform(platform),
            title=title,
            networks=networks,
        )
    return _told(given, settings)


async def rotate_for(work: Work, settings: Settings, source_id: int) -> list[str]:
    """Make a new key and say it. Raises DomainError."""
    async with work.begin() as uow:
        return _told(await rotate_key(uow, actor=SHELL_ACTOR, source_id=source_id), settings)


async def end_for(work: Work, source_id: int) -> None:
    """Shut it out. Raises DomainError."""
    async with work.begin() as uow:
        await end_source(uow, actor=SHELL_ACTOR, source_id=source_id)


async def described_sources(work: Work) -> list[str]:
    """One line for each source of each community."""
    async with work.look() as uow:
        return [
            f"{source.id:6}  {unit.code:14}  {source.platform.value:14}  {source.title}"
            for unit in await communities(uow)
            for source in await sources_of(uow, actor=SHELL_ACTOR, community_id=unit.id)
        ]


def _told(given: GivenKey, settings: Settings) -> list[str]:
    base = settings.public_url or f"http://{settings.http_host}:{settings.http_port}"
    lines = [f"{given.source_id}  {base.rstrip('/')}{given.path}"]
    if given.platform is Platform.ONENET:
        lines.append(f"token  {given.signing_token}")
    return lines
