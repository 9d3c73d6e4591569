"""Assembles the web program: the pages, what operators watch, and the routers that the composition root adds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from backend.cockpit import feeds, watch
from backend.cockpit.desk import Desk
from backend.cockpit.headers import SafeHeaders
from backend.cockpit.live import Live
from backend.cockpit.pages import PAGES, enter
from backend.cockpit.refusals import add_refusals
from backend.cockpit.rendering import Renderer, environment
from backend.cockpit.throttle import Throttle
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import Work

MOST_BYTES = 1024 * 1024
"""Of any body that comes in by any router; the pages allow less."""

STATIC = Path(__file__).parent / "static"


def start_command(token: str) -> str:
    """What somebody sends to the bot where nobody told us its name."""
    return f"/start {token}"


def create_web_app(
    work: Work,
    texts: Texts,
    settings: Settings,
    *,
    routers: Iterable[APIRouter] = (),
    deep_link: Callable[[str], str] = start_command,
    metrics: Metrics | None = None,
) -> FastAPI:
    """The app that uvicorn serves. `routers` (a webhook, say) share its port and its limits.

    `deep_link` makes the link that opens the bot with a payload; `metrics` are what `/metrics` tells.

    Before the server stops, `app.state.desk.live.close()` ends the streams of open pages, which would hold it up.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, max_body_size=MOST_BYTES)
    renderer = Renderer(environment(), texts, settings.language)
    app.state.desk = desk = Desk(
        work, texts, settings, renderer, Throttle(), Live(work), metrics or Metrics(), deep_link
    )
    app.add_middleware(SafeHeaders, is_secure=desk.is_secure)
    add_refusals(app)
    for router in (watch.router, feeds.router, enter.router, *(pages.router for pages in PAGES), *routers):
        app.include_router(router)
    app.mount("/web/static", StaticFiles(directory=STATIC), name="static")
    return app
