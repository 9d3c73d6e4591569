"""The categories: two levels to look at, one to edit with all that follows from it, new ones, unused ones to delete."""

from __future__ import annotations

from backend.cockpit.category_form import category_edit, fields_of, fields_typed, group_edit
from backend.cockpit.places import Over
from backend.cockpit.reads.categories import categories_shown, category_here
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.issues.categories.checks import LARGEST_RADIUS, LONGEST_ADVICE, LONGEST_NAME, MOST_QUESTIONS
from backend.issues.categories.defaults import QuestionKind
from backend.issues.categories.editing import (
    CategoryEdit,
    add_category,
    category_values,
    delete_category,
    edit_category,
)
from backend.issues.models import Category
from backend.issues.states import Acceptance, ClockTarget, ClockUnit, EvidenceKind, RiskGrade
from backend.issues.tasks.routing import RouteTo
from backend.issues.timing.clocks import MAX_AMOUNT
from backend.kernel.access import Permission
from backend.kernel.texts import Language

pages = StaffPages()

CHOICES = {
    "grades": tuple(RiskGrade),
    "routes": tuple(RouteTo),
    "acceptances": tuple(Acceptance),
    "kinds_of_evidence": tuple(EvidenceKind),
    "targets": tuple(ClockTarget),
    "units": tuple(ClockUnit),
    "question_kinds": tuple(QuestionKind),
    "languages": tuple(language.value for language in Language),
    "most_questions": MOST_QUESTIONS,
    "largest_radius": LARGEST_RADIUS,
    "longest_name": LONGEST_NAME,
    "longest_advice": LONGEST_ADVICE,
    "largest_amount": MAX_AMOUNT,
}


@pages.page("/web/categories", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Both levels with grade, route and limits."""
    groups = await categories_shown(visit.uow, visit.community.id)
    return Page("categories.html", {"groups": groups, "targets": CHOICES["targets"], "longest_name": LONGEST_NAME})


@pages.page("/web/categories/{category_id}", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show_one(visit: Visit) -> Answer:
    """The form of one category, filled with its values or, after a refusal, with what was typed."""
    category = await _category(visit)
    values = await category_values(visit.uow, category)
    fields = fields_typed(visit.typed, values) if visit.typed else fields_of(values)
    return Page("category.html", {"category": category, "fields": fields, "was": mark_of(values), **CHOICES})


@pages.action("/web/categories/new", needs=Permission.EDIT_REFERENCE, again=show)
async def add(visit: Visit) -> Answer:
    """Add a category with its key and name, then go on to its form; it is switched off until somebody has filled it."""
    parent = visit.typed.get("parent", "")
    category = await add_category(
        visit.uow,
        actor=visit.actor,
        community_id=visit.community.id,
        key=visit.typed.text("key", least=1, most=24),
        parent_id=visit.typed.number("parent", least=1, most=10**18) if parent else None,
        edit=CategoryEdit(
            names={Language.CHINESE.value: visit.typed.text("names", least=1, most=LONGEST_NAME)}, is_active=not parent
        ),
    )
    return GoTo(f"/web/categories/{category.id}", done="web.done.category_added")


@pages.action("/web/categories/{category_id}", needs=Permission.EDIT_REFERENCE, again=show_one)
async def change(visit: Visit) -> Answer:
    """Save the form; limits that run already keep their end."""
    category = await _unchanged(visit)
    is_group, has_advice = category.parent_id is None, category.advice is not None
    edit = group_edit(visit.typed) if is_group else category_edit(visit.typed, has_advice=has_advice)
    await edit_category(visit.uow, actor=visit.actor, category_id=category.id, edit=edit)
    return GoTo("/web/categories", done="web.done.saved")


@pages.action("/web/categories/{category_id}/delete", needs=Permission.EDIT_REFERENCE, again=show_one)
async def remove(visit: Visit) -> Answer:
    """Delete what nobody ever used."""
    category = await _unchanged(visit)
    await delete_category(visit.uow, actor=visit.actor, category_id=category.id)
    return GoTo("/web/categories", done="web.done.deleted")


async def _category(visit: Visit) -> Category:
    return await category_here(visit.uow, visit.community.id, visit.id_in_path("category_id"))


async def _unchanged(visit: Visit) -> Category:
    await hold_reference(visit)
    category = await _category(visit)
    check_unchanged(visit, await category_values(visit.uow, category))
    return category
