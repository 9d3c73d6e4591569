"""One small community with its people, made afresh for a test: three grids in a row, two partners, six categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncSession

from backend.issues.models import Category, CategoryLimit
from backend.issues.states import ClockTarget, ClockUnit, EvidenceKind, RiskGrade
from backend.kernel.access import Actor, Grant, Role
from backend.kernel.clock import MovableClock
from backend.kernel.database import Database
from backend.kernel.encryption import Vault
from backend.kernel.events import Event, Reaction, ReactionTable
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.registry.models import (
    Account,
    Address,
    BoundChat,
    Building,
    OrgKind,
    OrgUnit,
    Partner,
    PartnerKind,
    Person,
    RoleGrant,
)

NOON = datetime(2026, 5, 12, 4, 0, tzinfo=UTC)
"""Tuesday 12 May 2026, twelve o'clock in Chongqing: an ordinary workday."""

WEST, SOUTH, EAST, NORTH = 106.530, 29.575, 106.542, 29.579
GRID_WIDTH = (EAST - WEST) / 3
Point = tuple[float, float]
"""Longitude, latitude, WGS-84."""

OUTSIDE: Point = (106.60, 29.60)


def middle_of(grid: int) -> Point:
    """The middle of grid 1, 2 or 3, counted from the west."""
    return (WEST + (grid - 0.5) * GRID_WIDTH, (SOUTH + NORTH) / 2)


def rectangle(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A GeoJSON polygon."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass(frozen=True)
class Character:
    """Somebody of the world: where they hold which role, and whether the registry knows them."""

    name: str
    role: Role | None = None
    place: str = ""
    is_verified: bool = True
    partner: str | None = None


CAST = (
    Character("Wang Fang"),
    Character("Liu Yang"),
    Character("Zhou Min"),
    Character("stranger", is_verified=False),
    Character("worker Li", Role.GRID_WORKER, "grid-1"),
    Character("worker Zhao", Role.GRID_WORKER, "grid-1"),
    Character("worker Sun", Role.GRID_WORKER, "grid-2"),
    Character("leader Tang", Role.GRID_LEADER, "grid-1"),
    Character("plumber Guo", Role.PARTNER, "community", partner="property"),
    Character("officer He", Role.PARTNER, "community", partner="police"),
    Character("staff Chen", Role.STAFF, "community"),
    Character("staff Xu", Role.STAFF, "community"),
    Character("operator Luo", Role.SUBDISTRICT, "subdistrict"),
    Character("director Fu", Role.DISTRICT, "district"),
    Character("admin Yin", Role.ADMIN, "district"),
    Character("foreign staff Bai", Role.STAFF, "neighbour"),
)

UNITS = (
    ("district", OrgKind.DISTRICT, None, "500105", "江北区", None),
    ("subdistrict", OrgKind.SUBDISTRICT, "district", "500105009", "大石坝街道", None),
    ("community", OrgKind.COMMUNITY, "subdistrict", "500105009001", "石油社区", (WEST, SOUTH, EAST, NORTH)),
    # Next door, to prove that what belongs to one community is not seen from the other.
    ("neighbour", OrgKind.COMMUNITY, "subdistrict", "500105009002", "邻江社区", (106.5, 29.5, 106.51, 29.51)),
    *(
        (
            f"grid-{number}",
            OrgKind.GRID,
            "community",
            f"50010500900100{number}",
            f"第{number}网格",
            (WEST + (number - 1) * GRID_WIDTH, SOUTH, WEST + number * GRID_WIDTH, NORTH),
        )
        for number in (1, 2, 3)
    ),
)


@dataclass(frozen=True)
class Kind:
    """A category of the world. Limits are in hours of the calendar: accept, claim, resolve."""

    key: str
    chinese: str
    english: str
    parent: str | None = None
    grade: RiskGrade = RiskGrade.YELLOW
    route: str = "grid"
    evidence: tuple[EvidenceKind, ...] = ()
    radius: int = 50
    is_emergency: bool = False
    is_active: bool = True
    hours: tuple[int, int, int] = (2, 4, 48)
    questions: list[Any] = field(default_factory=list)


KINDS = (
    Kind("safety", "安全隐患", "Safety"),
    Kind("fire", "火情", "Fire", "safety", RiskGrade.RED, is_emergency=True, hours=(1, 1, 4)),
    Kind("corridor", "楼道堆物", "Blocked corridor", "safety", RiskGrade.ORANGE, evidence=(EvidenceKind.PHOTO_AFTER,)),
    Kind("facility", "公共设施", "Facilities"),
    Kind("lighting", "路灯不亮", "Lighting", "facility", RiskGrade.BLUE, route="property"),
    Kind("noise", "噪声扰民", "Noise", "facility", radius=0),
    Kind("retired", "旧类别", "Retired", "facility", is_active=False),
)


@dataclass
class World:
    """What a test holds: open units of work with `work`, say who acts with `actor`, move time with `clock`."""

    work: Work
    clock: MovableClock
    units: dict[str, OrgUnit] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    buildings: dict[str, Building] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    chats: dict[str, BoundChat] = field(default_factory=dict)
    heard: list[Event] = field(default_factory=list)
    """Every event that was recorded in a unit of work, for the kinds that `open_world` was told to hear."""

    def actor(self, name: str) -> Actor:
        """The actor of this name, as an edge would find them: roles and person from the database."""
        return self.actors[name]

    def account_id(self, name: str) -> int:
        """The account of this name."""
        return self.accounts[name].id

    @property
    def community_id(self) -> int:
        return self.units["community"].id

    def path(self, unit: str) -> str:
        """The org path of a unit by its short name."""
        return self.units[unit].path

    def events(self, kind: type[Event]) -> list[Event]:
        """What was heard of one kind, in order."""
        return [event for event in self.heard if type(event) is kind]

    def hours_pass(self, hours: float) -> None:
        self.clock.advance(timedelta(hours=hours))


def _hearing(world_events: list[Event], kinds: Iterable[type[Event]]) -> ReactionTable:
    async def hear(_uow: UnitOfWork, event: Event) -> None:
        world_events.append(event)

    reaction: Reaction = hear
    return dict.fromkeys(kinds, (reaction,))


async def open_world(
    database: Database,
    *,
    hears: Iterable[type[Event]] = (),
    reactions: Mapping[type[Event], Any] | None = None,
    vault: Vault | None = None,
) -> World:
    """Fill an empty database with the world; the caller closes the database.

    `hears` are the events that the test wants to find in `World.heard`; `reactions` are further ones to run.
    """
    heard: list[Event] = []
    clock = MovableClock(frozen_at=NOON)
    table = {**_hearing(heard, hears)}
    for kind, more in (reactions or {}).items():
        table[kind] = table.get(kind, ()) + tuple(more)
    work = Work(database, clock, vault or Vault([Fernet.generate_key().decode()]), table)
    world = World(work=work, clock=clock, heard=heard)
    async with work.begin() as uow:
        await _add_units(uow.session, world)
        await _add_partners(uow.session, world)
        await _add_buildings(uow.session, world)
        await _add_people(uow, world)
        await _add_categories(uow.session, world)
        await _add_chats(uow.session, world)
    return world


async def _add_units(session: AsyncSession, world: World) -> None:
    for key, kind, parent, code, name, box in UNITS:
        above = world.units[parent] if parent else None
        unit = OrgUnit(
            kind=kind,
            code=code,
            name=name,
            path="",
            parent_id=above.id if above else None,
            boundary=rectangle(*box) if box else None,
        )
        session.add(unit)
        await session.flush()
        unit.path = f"{above.path if above else '/'}{unit.id}/"
        world.units[key] = unit


async def _add_partners(session: AsyncSession, world: World) -> None:
    for kind, name in ((PartnerKind.PROPERTY, "石油物业"), (PartnerKind.POLICE, "大石坝派出所")):
        world.partners[kind.value] = Partner(
            community_id=world.community_id, kind=kind, code=f"partner-{kind}", name=name
        )
    session.add_all(world.partners.values())
    await session.flush()


async def _add_buildings(session: AsyncSession, world: World) -> None:
    """Building 1 stands in grid 1, and so on; `far` belongs to the community next door."""
    places = [(str(number), f"grid-{number}", middle_of(number)) for number in (1, 2, 3)]
    places.append(("far", "", (106.505, 29.505)))
    addresses = {number: _address(world, number, grid, point) for number, grid, point in places}
    session.add_all(addresses.values())
    await session.flush()
    for number, address in addresses.items():
        world.buildings[number] = Building(
            community_id=address.community_id,
            grid_id=address.grid_id,
            address_id=address.id,
            code=f"building-{number}",
            name=f"{number}栋",
            number=number,
        )
    session.add_all(world.buildings.values())
    await session.flush()


def _address(world: World, number: str, grid: str, point: Point) -> Address:
    return Address(
        community_id=world.units["community" if grid else "neighbour"].id,
        grid_id=world.units[grid].id if grid else None,
        code=f"address-{number}",
        level="building",
        label=f"石油路{number}号",
        longitude=point[0],
        latitude=point[1],
    )


async def _add_people(uow: UnitOfWork, world: World) -> None:
    persons = {one.name: _person(uow, world, one, index) for index, one in enumerate(CAST) if one.is_verified}
    uow.session.add_all(persons.values())
    await uow.session.flush()
    for index, one in enumerate(CAST):
        world.accounts[one.name] = _account(uow, world, one, index, persons.get(one.name))
    uow.session.add_all(world.accounts.values())
    await uow.session.flush()
    for one in CAST:
        account = world.accounts[one.name]
        grants = _grant(uow, world, one, account)
        world.actors[one.name] = Actor(
            account_id=account.id, person_id=account.person_id, name=one.name, grants=grants, language="zh_Hans"
        )
    await uow.session.flush()


def _person(uow: UnitOfWork, world: World, one: Character, index: int) -> Person:
    phone = f"+86138000{index:05d}"
    return Person(
        community_id=world.community_id,
        code=f"person-{index}",
        name=one.name,
        phone_sealed=uow.vault.seal(phone),
        phone_lookup=uow.vault.lookup("phone", phone),
    )


def _account(uow: UnitOfWork, world: World, one: Character, index: int, person: Person | None) -> Account:
    return Account(
        telegram_id=1_000 + index,
        display_name=one.name,
        person_id=person.id if person else None,
        community_id=world.community_id,
        partner_id=world.partners[one.partner].id if one.partner else None,
        created_at=uow.now,
        seen_at=uow.now,
    )


def _grant(uow: UnitOfWork, world: World, one: Character, account: Account) -> tuple[Grant, ...]:
    if one.role is None:
        return ()
    unit = world.units[one.place]
    uow.session.add(RoleGrant(account_id=account.id, role=one.role, org_unit_id=unit.id, granted_at=uow.now))
    return (Grant(one.role, unit.path),)


async def _add_categories(session: AsyncSession, world: World) -> None:
    """First the groups, then what stands in them, then all limits: many rows in one statement keep it quick."""
    for kinds in ([kind for kind in KINDS if not kind.parent], [kind for kind in KINDS if kind.parent]):
        world.categories |= {kind.key: _category(world, kind) for kind in kinds}
        session.add_all(world.categories.values())
        await session.flush()
    for kind in KINDS:
        if kind.parent:
            session.add_all(_limits(world.categories[kind.key], kind.hours))
    await session.flush()


def _category(world: World, kind: Kind) -> Category:
    return Category(
        community_id=world.community_id,
        parent_id=world.categories[kind.parent].id if kind.parent else None,
        key=kind.key,
        names={"zh_Hans": kind.chinese, "en": kind.english},
        emoji="🔧",
        risk_grade=kind.grade,
        route=kind.route,
        evidence=[evidence.value for evidence in kind.evidence],
        questions=kind.questions,
        duplicate_radius=kind.radius,
        is_emergency=kind.is_emergency,
        is_active=kind.is_active,
        position=KINDS.index(kind),
    )


def _limits(category: Category, hours: tuple[int, int, int]) -> list[CategoryLimit]:
    return [
        CategoryLimit(category_id=category.id, target=target, amount=amount, unit=ClockUnit.HOUR)
        for target, amount in zip(ClockTarget, hours, strict=True)
    ]


async def _add_chats(session: AsyncSession, world: World) -> None:
    """Every grid and partner has its group, and the community its own."""
    for index, key in enumerate(("community", "grid-1", "grid-2", "grid-3")):
        world.chats[key] = BoundChat(chat_id=-1_001 - index, org_unit_id=world.units[key].id, bound_at=NOON)
    for index, key in enumerate(world.partners):
        world.chats[key] = BoundChat(chat_id=-2_001 - index, partner_id=world.partners[key].id, bound_at=NOON)
    session.add_all(world.chats.values())
    await session.flush()
