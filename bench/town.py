"""The sample community as the benches use it: all tables, the registry, the cast in its seats, verified residents."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from backend.issues.models import Category
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from backend.registry.models import Account, Person
from backend.registry.queries import communities
from bench.residents import FIRST_ID
from bot.app import open_work
from bot.installing import bring_up_to_date
from bot.playing import load_sample, seat_cast
from playground.community.generator import generate

PEOPLE = 400
"""Residents who report: enough that nobody writes faster than a person could."""

BOUNDS = (106.5075, 29.5726, 106.5129, 29.5767)
"""West, south, east, north: where they report from, inside the sample community."""


async def make_town(settings: Settings) -> None:
    """Fill an empty database."""
    texts = load_texts()
    work = open_work(settings, texts)
    await bring_up_to_date(work.database)
    community = await load_sample(work, texts, generate(), settings.home / "sample")
    await seat_cast(work, community)
    await _add_residents(work)
    await work.database.close()


async def _add_residents(work: Work) -> None:
    async with work.begin() as uow:
        # A thousand reports of one day in one small town would offer every reporter five photos of the same trouble.
        await uow.session.execute(update(Category).where(Category.duplicate_radius > 0).values(duplicate_radius=5))
        home = (await communities(uow))[0]
        persons = list(await uow.session.scalars(select(Person.id).order_by(Person.id).limit(PEOPLE)))
        rows = [
            {
                "telegram_id": FIRST_ID + number,
                "display_name": "Resident",
                "telegram_language": "zh-hans",
                "person_id": person,
                "community_id": home.id,
                "created_at": uow.now,
                "seen_at": uow.now,
            }
            for number, person in enumerate(persons)
        ]
        await uow.session.execute(insert(Account), rows)
