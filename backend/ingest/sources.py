"""The platforms that may push: given a key, given another one, shut out; and found by the key that they show."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from sqlalchemy import or_, select, update

from backend.ingest.models import IngestKey, IngestSource, Platform
from backend.kernel.access import Actor, Permission, check_access
from backend.kernel.audit import audit
from backend.kernel.errors import BadInput, NotFound
from backend.kernel.unit_of_work import UnitOfWork
from backend.registry.models import OrgUnit
from backend.registry.queries import org_unit

OLD_KEY_LIVES = timedelta(hours=24)
"""Time to write the new key into the platform's console."""
LONGEST_TITLE = 120
MOST_NETWORKS = 20
KEY_BYTES = 24


class NetworkUnfit(BadInput):
    """Something in the list of addresses is none."""

    def __init__(self) -> None:
        super().__init__("ingest.error.network_unfit")


class TitleUnfit(BadInput):
    """A source needs a title, and not a novel."""

    def __init__(self) -> None:
        super().__init__("ingest.error.title_unfit")


class PlatformUnknown(BadInput):
    """Nobody of this name can be read."""

    def __init__(self) -> None:
        super().__init__("ingest.error.platform_unknown", platforms=", ".join(Platform))


@dataclass(frozen=True, slots=True)
class GivenKey:
    """A key that is shown once; afterwards only its hash is known."""

    source_id: int
    platform: Platform
    key: str

    @property
    def path(self) -> str:
        """The address to push to, below that of this server."""
        return f"/ingest/{self.platform.value}/{self.key}"

    @property
    def signing_token(self) -> str:
        """What a platform that signs what it pushes (OneNET) is given as its token."""
        return signing_token(self.key)


@dataclass(frozen=True, slots=True)
class FoundSource:
    """The source that showed a key."""

    id: int
    community_id: int
    networks: tuple[str, ...]

    def may_come_from(self, address: str) -> bool:
        """Whether its list of networks, where it has one, holds `address`."""
        if not self.networks:
            return True
        try:
            there = ip_address(address)
        except ValueError:
            return False
        return any(there in ip_network(network) for network in self.networks)


def signing_token(key: str) -> str:
    """Made from the key, so that the two are changed together and one is not told by the other."""
    return sha256(f"signing {key}".encode()).hexdigest()[:32]


async def add_source(
    uow: UnitOfWork,
    *,
    actor: Actor,
    community_id: int,
    platform: Platform,
    title: str,
    networks: Sequence[str] = (),
) -> GivenKey:
    """Let a platform push for a community. Raises AccessDenied, NotFound, TitleUnfit, NetworkUnfit."""
    community = await _community(uow, actor, community_id)
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise TitleUnfit
    source = IngestSource(
        community_id=community.id,
        platform=platform,
        title=title.strip(),
        networks=_checked(networks),
        created_at=uow.now,
        created_by_id=actor.account_id,
    )
    uow.session.add(source)
    await uow.session.flush()
    after = {"platform": platform.value, "title": source.title, "networks": source.networks}
    audit(uow, actor, "ingest_source.add", f"ingest_source:{source.id}", org_path=community.path, after=after)
    return _new_key(uow, source)


async def rotate_key(uow: UnitOfWork, *, actor: Actor, source_id: int) -> GivenKey:
    """Give a source another key; the ones before live on for OLD_KEY_LIVES. Raises AccessDenied, NotFound."""
    source, community = await _source(uow, actor, source_id)
    live = (IngestKey.source_id == source.id, IngestKey.ends_at.is_(None))
    await uow.session.execute(update(IngestKey).where(*live).values(ends_at=uow.now + OLD_KEY_LIVES))
    audit(uow, actor, "ingest_source.rotate", f"ingest_source:{source.id}", org_path=community.path)
    return _new_key(uow, source)


async def end_source(uow: UnitOfWork, *, actor: Actor, source_id: int) -> None:
    """Shut a source out at once. Ending it twice changes nothing more. Raises AccessDenied, NotFound."""
    source, community = await _source(uow, actor, source_id)
    if source.ended_at is None:
        source.ended_at = uow.now
        audit(uow, actor, "ingest_source.end", f"ingest_source:{source.id}", org_path=community.path)


async def sources_of(uow: UnitOfWork, *, actor: Actor, community_id: int) -> Sequence[IngestSource]:
    """The sources of a community that may push now. Raises AccessDenied, NotFound."""
    community = await _community(uow, actor, community_id)
    query = select(IngestSource).where(IngestSource.community_id == community.id, IngestSource.ended_at.is_(None))
    return (await uow.session.scalars(query.order_by(IngestSource.id))).all()


async def find_source(uow: UnitOfWork, platform: Platform, key: str) -> FoundSource | None:
    """The live source of this platform that owns `key`."""
    query = (
        select(IngestSource)
        .join(IngestKey, IngestKey.source_id == IngestSource.id)
        .where(
            IngestKey.lookup == uow.vault.lookup("ingest", key),
            or_(IngestKey.ends_at.is_(None), IngestKey.ends_at > uow.now),
            IngestSource.ended_at.is_(None),
            IngestSource.platform == platform,
        )
    )
    source = await uow.session.scalar(query)
    return FoundSource(source.id, source.community_id, tuple(source.networks)) if source else None


def _new_key(uow: UnitOfWork, source: IngestSource) -> GivenKey:
    key = secrets.token_urlsafe(KEY_BYTES)
    uow.session.add(IngestKey(source_id=source.id, lookup=uow.vault.lookup("ingest", key), created_at=uow.now))
    return GivenKey(source.id, source.platform, key)


def _checked(networks: Sequence[str]) -> list[str]:
    if len(networks) > MOST_NETWORKS:
        raise NetworkUnfit
    try:
        return [str(ip_network(network.strip(), strict=False)) for network in networks]
    except ValueError:
        raise NetworkUnfit from None


async def _community(uow: UnitOfWork, actor: Actor, community_id: int) -> OrgUnit:
    community = await org_unit(uow, community_id)
    check_access(actor, Permission.EDIT_REFERENCE, community.path)
    return community


async def _source(uow: UnitOfWork, actor: Actor, source_id: int) -> tuple[IngestSource, OrgUnit]:
    source = await uow.session.get(IngestSource, source_id)
    if source is None:
        raise NotFound
    return source, await _community(uow, actor, source.community_id)
