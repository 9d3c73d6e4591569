"""The wording of announcements: the catalogue's words, and over them the community's own."""

from __future__ import annotations

from typing import Any

from backend.cockpit.desk import desk_of
from backend.cockpit.places import Over
from backend.cockpit.routing import StaffPages
from backend.cockpit.unchanged import check_unchanged, hold_reference, mark_of
from backend.cockpit.visits import Answer, GoTo, Page, Visit
from backend.kernel.access import Permission
from backend.kernel.errors import NotFound
from backend.kernel.texts import Language
from backend.registry.announcements import LONGEST_WORDS, editable_keys, own_words, set_own_words

pages = StaffPages()
LANGUAGES = tuple(language.value for language in Language)


@pages.page("/web/texts", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show(visit: Visit) -> Answer:
    """Every text that may be changed, those with own words marked; a search looks into keys and words."""
    texts, own = desk_of(visit.request).texts, await own_words(visit.uow, visit.community.id)
    language, wanted = visit.actor.language, visit.asked("q").lower()
    lines = [
        {"key": key, "words": own.get((key, language)) or texts.words(language, key), "is_own": _is_own(own, key)}
        for key in editable_keys(texts)
    ]
    found = [line for line in lines if wanted in f"{line['key']} {line['words']}".lower()]
    return Page("texts.html", {"lines": found, "wanted": visit.asked("q")})


@pages.page("/web/texts/{key}", needs=Permission.EDIT_REFERENCE, over=Over.COMMUNITY)
async def show_one(visit: Visit) -> Answer:
    """One text in every language: the catalogue's words beside the community's own."""
    key = _key(visit)
    texts, own = desk_of(visit.request).texts, await _own_words_of(visit, key)
    versions = [
        {"language": language, "catalogue": texts.words(language, key), "own": own[language]} for language in LANGUAGES
    ]
    return Page("text.html", {"key": key, "versions": versions, "was": mark_of(own), "longest": LONGEST_WORDS})


@pages.action("/web/texts/{key}", needs=Permission.EDIT_REFERENCE, again=show_one)
async def change(visit: Visit) -> Answer:
    """Keep the community's own words, or go back to the catalogue's where a field was emptied."""
    key = _key(visit)
    await hold_reference(visit)
    check_unchanged(visit, await _own_words_of(visit, key))
    for language in Language:
        await set_own_words(
            visit.uow,
            actor=visit.actor,
            community=visit.community,
            texts=desk_of(visit.request).texts,
            key=key,
            language=language,
            words=visit.typed.text(f"words_{language.value}", most=LONGEST_WORDS),
        )
    return GoTo("/web/texts", done="web.done.saved")


def _key(visit: Visit) -> str:
    key = str(visit.request.path_params["key"])
    if key not in editable_keys(desk_of(visit.request).texts):
        raise NotFound
    return key


async def _own_words_of(visit: Visit, key: str) -> dict[str, str]:
    own = await own_words(visit.uow, visit.community.id)
    return {language: own.get((key, language), "") for language in LANGUAGES}


def _is_own(own: Any, key: str) -> bool:
    return any((key, language) in own for language in LANGUAGES)
