"""What facts are worth: the community's rules of earning, each a row to edit; facts on paper are entered here too."""

from __future__ import annotations

from sqlalchemy import select

from backend.cockpit.errors import FieldInvalid
from backend.cockpit.forms import Typed
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound
from backend.points.earning.editing import (
    LARGEST_LIMIT,
    LONGEST_NAME,
    RuleEdit,
    edit_rule,
    rule_values,
    rules_of,
    seed_rules,
)
from backend.points.earning.models import MOST_FOR_A_FACT, EarningRule
from backend.points.earning.review import award_by_hand
from backend.registry.models import Person

pages = StaffPages()
LIMITS = ("most_per_day", "most_per_month", "most_per_pair")
BOUNDS = {
    "longest_name": LONGEST_NAME,
    "largest_limit": LARGEST_LIMIT,
    "most_points": MOST_FOR_A_FACT,
    "limits": LIMITS,
}


@pages.page("/web/earning", needs=Permission.MANAGE_POINTS, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """All rules with their forms, and the form for a fact that happened on paper."""
    rules = [(rule, mark_of(rule_values(rule))) for rule in await rules_of(visit.uow, visit.community.id)]
    return Page("earning.html", {"rules": rules, **BOUNDS})


@pages.action("/web/earning/seed", needs=Permission.MANAGE_POINTS, again=show)
async def seed(visit: Visit) -> Answer:
    """Add the rules that a community begins with; what is there stays."""
    await seed_rules(visit.uow, actor=visit.actor, community_id=visit.community.id)
    return GoTo("/web/earning", done="web.done.saved")


@pages.action("/web/earning/by-hand", needs=Permission.MANAGE_POINTS, again=show)
async def by_hand(visit: Visit) -> Answer:
    """Enter a patrol, a lesson: who did it is named exactly as the registry does."""
    person = await _person(visit, visit.typed.text("person", least=1, most=60))
    result = await award_by_hand(
        visit.uow,
        actor=visit.actor,
        community_id=visit.community.id,
        rule=visit.typed.text("rule", least=1, most=32),
        person_id=person.id,
        nonce=visit.typed.text("nonce", least=1, most=32),
    )
    return GoTo("/web/earning", done=f"web.done.award_{result.state.value}")


@pages.action("/web/earning/{rule_id}", needs=Permission.MANAGE_POINTS, again=show)
async def change(visit: Visit) -> Answer:
    """Save one rule; what was earned stays."""
    await hold_reference(visit)
    rule = await _rule(visit)
    check_unchanged(visit, rule_values(rule))
    await edit_rule(visit.uow, actor=visit.actor, rule_id=rule.id, edit=_edit(visit.typed))
    return GoTo("/web/earning", done="web.done.saved")


def _edit(typed: Typed) -> RuleEdit:
    return RuleEdit(
        name=typed.text("name", least=1, most=LONGEST_NAME),
        points=typed.number("points", least=1, most=MOST_FOR_A_FACT),
        most_per_day=_limit(typed, "most_per_day"),
        most_per_month=_limit(typed, "most_per_month"),
        most_per_pair=_limit(typed, "most_per_pair"),
        is_active=typed.is_ticked("is_active"),
    )


def _limit(typed: Typed, name: str) -> int | None:
    """An empty limit does not limit."""
    return typed.number(name, least=0, most=LARGEST_LIMIT) if typed.get(name) else None


async def _rule(visit: Visit) -> EarningRule:
    rule = await visit.uow.session.get(EarningRule, visit.id_in_path("rule_id"))
    if rule is None or rule.community_id != visit.community.id:
        raise NotFound
    return rule


async def _person(visit: Visit, name: str) -> Person:
    """The one person of this name; of several nobody is guessed."""
    found = await visit.uow.session.scalars(
        select(Person).where(Person.community_id == visit.community.id, Person.name == name).limit(2)
    )
    people = found.all()
    if len(people) != 1:
        raise FieldInvalid("person")
    return people[0]
