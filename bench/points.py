"""F5: one spend of points through the service beside the database's own function; a redemption during a broadcast."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import uvloop
from sqlalchemy import insert, select
from sqlalchemy.engine import make_url

from backend.kernel.access import CLOCK_ACTOR, Actor
from backend.kernel.background import Nursery
from backend.kernel.unit_of_work import UnitOfWork, Work
from backend.messaging.channel import Outcome, OutgoingMessage, Starting
from backend.messaging.claim import ChatPace
from backend.messaging.contents import ChannelName, Content, Lane, telegram_chat
from backend.messaging.deliver import DeliveryLoop
from backend.messaging.models import Message
from backend.messaging.rows import insert_new, message_row
from backend.messaging.written import write_content
from backend.points.ledger.accounts import AccountRef, Owner, accounts_for
from backend.points.ledger.models import AccountKind, PointsAccount, TransferCode
from backend.points.ledger.posting import Entry, post
from backend.points.ledger.reconciling import find_differences
from backend.points.market.coupons import take_offer
from backend.points.market.models import Merchant, MerchantKind, MerchantMember, Offer
from backend.points.market.redeeming import confirm_coupon
from backend.registry.models import Account, OrgKind, OrgUnit, Person
from bench.figures import Row, Section, Spread, quantile, ratios
from bench.machine import Noise
from bench.outbox import NullChannel, databases, open_empty_work
from bot.roles import spare_the_collector

NAME = "points"
METHOD = """A spend is: note the transfer under its key, take from one account if it has enough, give to another, commit
to disk. In turns on the same PostgreSQL: eight clients of our service in one process, and eight clients of pgbench that
call one function which does the same. On SQLite, one writer each: our service, and the bare driver with the same
statements. Then a shop confirms coupons, 20 a second, while the same process sends a broadcast of 10,000 messages at
Telegram's 30 a second; a redemption's time runs from the moment at which it is due to the end of its commit."""
CLIENTS, SPENDS, ROUNDS, PEOPLE = 8, 1_600, 5, 400
REDEMPTIONS, PER_SECOND, BROADCAST, BROADCAST_RATE = 400, 20, 10_000, 30
FLOOR = Path(__file__).with_name("points.sql")


class PacedChannel(NullChannel):
    """Takes messages no faster than Telegram does, however many calls are out at once."""

    def __init__(self) -> None:
        self._free_at = 0.0

    async def send(self, message: OutgoingMessage, starting: Starting) -> Outcome:
        now = perf_counter()
        self._free_at = max(now, self._free_at + 1 / BROADCAST_RATE)
        await asyncio.sleep(self._free_at - now)
        return await super().send(message, starting)


def measure(noise: Noise, *, is_smoke: bool = False) -> Section:
    """Both databases in turns, then the redemptions."""
    rounds, spends = (1, 160) if is_smoke else (ROUNDS, SPENDS)
    redemptions = 40 if is_smoke else REDEMPTIONS
    rows = []
    with databases() as urls, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        ours, floor = _on_postgres(urls["PostgreSQL"], runner, noise, rounds, spends)
        rows += _rows("PostgreSQL", ours, floor, "pgbench")
        ours, floor = _on_sqlite(urls["SQLite"], runner, noise, rounds, spends // 2)
        rows += _rows("SQLite", ours, floor, "the bare driver")
        for kind, url in urls.items():
            with noise.watched():
                waits = runner.run(_redeem(url, redemptions))
            rows += _waits(kind, [wait * 1_000 for wait in waits])
    return Section(NAME, "F5: points", METHOD, rows)


def _rows(kind: str, ours: list[float], floor: list[float], beside: str) -> list[Row]:
    return [
        Row(f"{kind}: spends a second through the service", Spread.of(ours), "1/s"),
        Row(f"{kind}: spends a second by {beside}", Spread.of(floor), "1/s"),
        Row(f"{kind}: ratio", ratios(ours, floor), "", "≥ 0.5"),
    ]


def _waits(kind: str, milliseconds: list[float]) -> list[Row]:
    said = f"{kind}: a redemption during a broadcast"
    return [
        Row(f"{said}, median", Spread.of([quantile(milliseconds, 0.5)]), "ms"),
        Row(f"{said}, p99", Spread.of([quantile(milliseconds, 0.99)]), "ms", "≤ 50"),
    ]


def _on_postgres(
    url: str, runner: asyncio.Runner, noise: Noise, rounds: int, spends: int
) -> tuple[list[float], list[float]]:
    work, _ = open_empty_work(url)
    accounts = runner.run(_people_with_points(work))
    _psql(url, FLOOR.read_text())
    ours, floor = [], []
    for number in range(rounds + 1):
        with noise.watched():
            told = runner.run(_spend(work, accounts, spends, CLIENTS)), _pgbench(url, accounts, spends)
        if number:  # the first round warms up
            ours.append(told[0])
            floor.append(told[1])
    runner.run(_prove(work))
    return ours, floor


def _on_sqlite(
    url: str, runner: asyncio.Runner, noise: Noise, rounds: int, spends: int
) -> tuple[list[float], list[float]]:
    work, _ = open_empty_work(url)
    accounts = runner.run(_people_with_points(work))
    ours, floor = [], []
    for number in range(rounds + 1):
        with noise.watched():
            told = runner.run(_spend(work, accounts, spends, 1)), _bare(str(make_url(url).database), accounts, spends)
        if number:
            ours.append(told[0])
            floor.append(told[1])
    runner.run(_prove(work))
    return ours, floor


async def _people_with_points(work: Work) -> list[AccountRef]:
    async with work.begin() as uow:
        community = OrgUnit(kind=OrgKind.COMMUNITY, code=f"bench-{uuid4().hex[:8]}", name="bench", path="/0/")
        uow.session.add(community)
        await uow.session.flush()
        rows = [
            {
                "community_id": community.id,
                "kind": AccountKind.RESIDENT,
                "owner_id": -1 - number,
                "posted": 0,
                "held": 0,
                "is_cached": True,
                "has_lots": False,
            }
            for number in range(PEOPLE)
        ]
        ids = list(await uow.session.scalars(insert(PointsAccount).values(rows).returning(PointsAccount.id)))
        source = PointsAccount(
            community_id=community.id, kind=AccountKind.ISSUANCE, owner_id=community.id, is_cached=False
        )
        uow.session.add(source)
        await uow.session.flush()
        people = [AccountRef(one, is_cached=True, has_lots=False) for one in ids]
        issuance = AccountRef(source.id, is_cached=False, has_lots=False)
        for one in people:
            gift = Entry(key=uuid4(), debit=issuance, credit=one, amount=900_000, code=TransferCode.EARN, event="gift")
            await post(uow, gift, actor=CLOCK_ACTOR)
    return people


async def _spend(work: Work, accounts: list[AccountRef], spends: int, clients: int) -> float:
    """Spends a second of so many clients at once."""

    async def client(seed: int) -> None:
        chosen = random.Random(seed)
        for _ in range(spends // clients):
            payer, payee = chosen.sample(accounts, 2)
            entry = Entry(key=uuid4(), debit=payer, credit=payee, amount=1, code=TransferCode.SPEND, event="bench")
            async with work.begin() as uow:
                await post(uow, entry, actor=CLOCK_ACTOR)

    began = perf_counter()
    await asyncio.gather(*(client(seed) for seed in range(clients)))
    return spends / (perf_counter() - began)


def _pgbench(url: str, accounts: list[AccountRef], spends: int) -> float:
    """What pgbench says of its speed, without the time to connect."""
    first, last = accounts[0].id, accounts[-1].id
    script = (
        f"\\set payer random({first}, {last - 1})\n\\set payee random(:payer + 1, {last})\n"
        "SELECT bench_spend(:payer, :payee, 1);\n"
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        each = str(spends // CLIENTS)
        command = [_program("pgbench"), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-t", each]
        done = subprocess.run([*command, "-f", file.name, _libpq(url)], capture_output=True, text=True, check=True)
    found = re.search(r"tps = ([\d.]+) \(without", done.stdout)
    assert found is not None, done.stdout + done.stderr
    return float(found[1])


def _psql(url: str, statements: str) -> None:
    subprocess.run([_program("psql"), "-q", _libpq(url)], input=statements, text=True, check=True)


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found is not None, f"{name} is part of PostgreSQL's client programs"
    return found


def _libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _bare(file: str, accounts: list[AccountRef], spends: int) -> float:
    """The same statements through the driver alone, durable as ours are."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    chosen = random.Random(1)
    began = perf_counter()
    for _ in range(spends):
        payer, payee = (one.id for one in chosen.sample(accounts, 2))
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO points_transfer (key, debit_id, credit_id, amount, code, event, request_hash, door, at)"
            " VALUES (?, ?, ?, 1, 'spend', 'bench', ?, 'chat', '2026-01-01 00:00:00.000000')",
            (uuid4().hex, payer, payee, "0" * 64),
        )
        connection.execute(
            "UPDATE points_account SET posted = posted - 1 WHERE id = ? AND posted - held >= 1", (payer,)
        )
        connection.execute("UPDATE points_account SET posted = posted + 1 WHERE id = ?", (payee,))
        connection.execute("COMMIT")
    speed = spends / (perf_counter() - began)
    connection.close()
    return speed


async def _prove(work: Work) -> None:
    """A fast ledger that is wrong is worth nothing."""
    async with work.look() as uow:
        findings = await find_differences(uow)
    assert findings.is_sound, findings
    await work.database.close()


async def _redeem(url: str, count: int) -> list[float]:
    """How long each confirmation took, from when it was due."""
    work, bell = open_empty_work(url)
    seller, coupons = await _shop(work, count)
    nursery = Nursery()
    await _fill(work)
    spare_the_collector()  # as the program does once it has started
    channels = {ChannelName.TELEGRAM: PacedChannel()}
    pace = None if work.database.is_sqlite else ChatPace()
    loop = DeliveryLoop(work, channels, bell=bell, nursery=nursery, name="bench", pace=pace)
    nursery.start(loop.run(), name="delivery")
    waits: list[float] = []
    began = perf_counter()

    async def confirm(number: int, coupon_id: int) -> None:
        due = began + number / PER_SECOND
        await asyncio.sleep(max(0.0, due - perf_counter()))
        async with work.begin() as uow:
            await confirm_coupon(uow, actor=seller, coupon_id=coupon_id)
        waits.append(perf_counter() - due)

    await asyncio.gather(*(confirm(number, one) for number, one in enumerate(coupons)))
    await nursery.close()
    await _prove(work)
    return waits


async def _fill(work: Work) -> None:
    """A broadcast that takes longer than the measurement."""
    content = write_content(Content("社区通知：今晚停水检修，请提前储水。"))
    async with work.begin() as uow:
        rows = [
            message_row(
                telegram_chat(number + 1), lane=Lane.BULK, content=content, dedup_key=f"b:{number}", now=uow.now
            )
            for number in range(BROADCAST)
        ]
        for start in range(0, BROADCAST, 1_000):
            await insert_new(uow, Message, rows[start : start + 1_000])


async def _shop(work: Work, count: int) -> tuple[Actor, list[int]]:
    """A shop, somebody in it, and as many coupons as are confirmed, each of another person."""
    async with work.begin() as uow:
        community = (await uow.session.scalars(select(OrgUnit))).first()
        assert community is not None
        community.path = f"/{community.id}/"
        kind = MerchantKind(community_id=community.id, key="shop", names={})
        people = [Person(community_id=community.id, name=f"person {number}") for number in range(count)]
        account = Account(telegram_id=1, display_name="seller", created_at=uow.now, seen_at=uow.now)
        uow.session.add_all([kind, account, *people])
        await uow.session.flush()
        shop = Merchant(community_id=community.id, kind_id=kind.id, name="shop", joined_at=uow.now)
        uow.session.add(shop)
        await uow.session.flush()
        offer = Offer(merchant_id=shop.id, title="offer", price=5, made_at=uow.now)
        uow.session.add_all([offer, MerchantMember(merchant_id=shop.id, account_id=account.id, since_at=uow.now)])
        await uow.session.flush()
        ids, offer_id, seller = [one.id for one in people], offer.id, Actor(account_id=account.id, name="seller")
        await _give(uow, community.id, ids)
    coupons = []
    for person_id in ids:
        async with work.begin() as uow:
            buyer = Actor(account_id=None, person_id=person_id)
            coupons.append((await take_offer(uow, actor=buyer, offer_id=offer_id)).id)
    return seller, coupons


async def _give(uow: UnitOfWork, community_id: int, people: list[int]) -> None:
    """A few points for each."""
    source = Owner(AccountKind.ISSUANCE, community_id, community_id)
    owners = [Owner(AccountKind.RESIDENT, one, community_id) for one in people]
    refs = await accounts_for(uow, [source, *owners])
    for one in owners:
        gift = Entry(key=uuid4(), debit=refs[source], credit=refs[one], amount=10, code=TransferCode.EARN, event="gift")
        await post(uow, gift, actor=CLOCK_ACTOR)
