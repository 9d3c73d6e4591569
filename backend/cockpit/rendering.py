"""Templates: words by language, local times, and the frame around every page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from backend.cockpit.forms import new_nonce
from backend.cockpit.navigation import entries_for
from backend.cockpit.visits import Answer, Download, GoTo, Page, Visit
from backend.kernel.errors import DomainError
from backend.kernel.texts import Language, Texts, language_of

HERE = Path(__file__).parent
HTML_LANGUAGE = {Language.CHINESE: "zh-Hans", Language.ENGLISH: "en"}
DONE_PREFIX = "web.done."
SPANS = (("days", 2 * 24 * 60, 24 * 60), ("hours", 60, 60), ("minutes", 0, 1))
"""Unit, from how many minutes on it is used, and its own minutes. Up to two days people think in hours."""


def environment() -> Environment:
    """Templates that escape everything and refuse to print what is not there."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["moment"] = _moment
    made.filters["clock"] = _clock
    made.filters["day"] = _day
    made.filters["pretty"] = _pretty
    return made


@dataclass(frozen=True)
class Renderer:
    """Turns answers into responses."""

    templates: Environment
    texts: Texts
    default_language: str

    def answer(self, visit: Visit, answer: Answer) -> Response:
        """The response for what a page answered."""
        if isinstance(answer, GoTo):
            return RedirectResponse(_with_done(answer), status_code=303)
        if isinstance(answer, Download):
            named = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return Response(answer.content, media_type=answer.kind, headers=named)
        values = {**self._frame(visit), **answer.values}
        return self._page(answer, visit.actor.language, values)

    def plain(self, request: Request, page: Page) -> Response:
        """A page without the frame of a signed-in person."""
        return self._page(page, self.language_for(request), {})

    def refusal(self, request: Request, error: DomainError, status: int) -> Response:
        """The page that says in words why something is not done."""
        words = self.words(self.language_for(request), error)
        return self.plain(request, Page("refused.html", {"status": status, "words": words}, status))

    def words(self, language: str, error: DomainError) -> str:
        """The words of an error; fields and roles are called as people call them."""
        params = {name: self._said(language, name, value) for name, value in error.params.items()}
        return self.texts.say(language, error.key, **params)

    def _said(self, language: str, name: str, value: object) -> object:
        key = {"field": "web.field.", "role": "role."}.get(name, "") + str(value)
        return self.texts.say(language, key) if key != str(value) and self.texts.has(key) else value

    def language_for(self, request: Request) -> str:
        """The signed-in person's language, else the browser's first, else the installation's."""
        known: str | None = getattr(request.state, "language", None)
        first = request.headers.get("accept-language", "").split(",")[0].split(";")[0].strip()
        return known or language_of(first or self.default_language).value

    def _page(self, page: Page, language: str, values: Mapping[str, Any]) -> Response:
        template = self.templates.get_template(page.template)
        text = template.render(
            t=partial(self.texts.say, language),
            has_words=self.texts.has,
            named=partial(_named, language),
            span=partial(self._span, language),
            language=language,
            html_language=HTML_LANGUAGE[Language(language)],
            **{**values, **page.values},
        )
        return HTMLResponse(text, status_code=page.status)

    def _span(self, language: str, length: timedelta) -> str:
        """A length of time in its largest fitting unit, without its sign."""
        minutes = int(abs(length).total_seconds() // 60)
        unit, size = next((unit, size) for unit, least, size in SPANS if minutes >= least)
        return self.texts.say(language, f"web.span.{unit}", count=minutes // size)

    def _frame(self, visit: Visit) -> dict[str, Any]:
        done = f"{DONE_PREFIX}{visit.asked('done', most=40)}"
        return {
            "actor": visit.actor,
            "community": visit.community,
            "communities": visit.communities,
            "zone": visit.zone,
            "now": visit.uow.now,
            "here": visit.request.url.path,
            "entries": entries_for(visit.actor, visit.community.path),
            "csrf": visit.signed.csrf,
            "new_nonce": new_nonce,
            "typed": visit.typed,
            "problem": self.words(visit.actor.language, visit.problem) if visit.problem else None,
            "wrong_field": visit.problem.params.get("field") if visit.problem else None,
            "done": done if self.texts.has(done) else None,
        }


def _with_done(answer: GoTo) -> str:
    if answer.done is None:
        return answer.path
    return f"{answer.path}{'&' if '?' in answer.path else '?'}done={answer.done.removeprefix(DONE_PREFIX)}"


def _named(language: str, names: Mapping[str, Any]) -> str:
    """A name kept by language; the leading language stands in where one is missing."""
    return str(names.get(language) or names.get(Language.CHINESE.value) or "")


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if value else ""


def _clock(value: datetime, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%H:%M")


def _day(value: date) -> str:
    return value.isoformat()


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str)
