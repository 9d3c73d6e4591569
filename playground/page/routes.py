"""The page's routes: its static files, the community's map, samples to send, the clock, and starting over."""

from __future__ import annotations

import inspect
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.page.asking import Unfit, refuse
from playground.page.clock import clock_order, clock_view
from playground.page.ground import Json, read_ground
from playground.page.running_clock import SPEEDS, RunningClock
from playground.page.sample_photos import SAMPLES, draw
from playground.page.sample_voice import speak
from playground.telegram.world import World

HERE = Path(__file__).parent
LEAFLET_PLACES = (HERE.parents[1] / "var/web/leaflet", HERE.parents[1] / "node_modules/leaflet/dist")
LEAFLET_MODULE = "leaflet-src.esm.js"
SCANNER_PLACES = (HERE.parents[1] / "var/web/scanner", HERE.parents[1] / "node_modules/jsqr/dist")
SCANNER_MODULE = "jsQR.js"
FRESH = {"Cache-Control": "no-cache"}
StartOver = Callable[[], None]


def page_application(
    world: World,
    *,
    has: Mapping[str, bool],
    empty: Callable[[], None],
    community_files: Path | None,
    clock: RunningClock | None,
    staff_url: str | None,
    start_over: StartOver | None,
) -> Starlette:
    """Build the application for `/` and everything under `/playground/` that is not a control API.

    `has`: what else lies beside the phones (telephones, devices). `empty`: forgets all chats, calls and messages.
    """
    pages = PageRoutes(world, community_files, clock, staff_url, start_over, has=has, empty=empty)
    return Starlette(routes=pages.routes(), exception_handlers={Unfit: refuse})


class PageRoutes:
    """Answers the page's own requests."""

    def __init__(
        self,
        world: World,
        community_files: Path | None,
        clock: RunningClock | None,
        staff_url: str | None,
        start_over: StartOver | None,
        *,
        has: Mapping[str, bool],
        empty: Callable[[], None],
    ) -> None:
        self._has, self._empty = has, empty
        self._world, self._clock, self._staff_url, self._start_over = world, clock, staff_url, start_over
        self._run = secrets.token_hex(8)  # tells the page that it speaks to another run than before
        self._community_files = community_files
        self._ground: Json | None = None
        self._leaflet = _fetched(LEAFLET_PLACES, LEAFLET_MODULE)
        self._scanner = _fetched(SCANNER_PLACES, SCANNER_MODULE)

    def routes(self) -> list[Route | Mount]:
        assets = {"leaflet": self._leaflet, "scanner": self._scanner}
        fetched = [Mount(f"/playground/{name}", _Fresh(directory=at)) for name, at in assets.items() if at]
        return [
            Route("/", lambda request: RedirectResponse("/playground/")),
            Route("/playground", lambda request: RedirectResponse("/playground/")),
            Route("/playground/", self.index),
            Route("/playground/setting.json", self.setting),
            Route("/playground/community.json", self.community),
            Route("/playground/clock", self.time, methods=["GET"]),
            Route("/playground/clock", self.advance, methods=["POST"]),
            Route("/playground/start-over", self.begin_again, methods=["POST"]),
            Route("/playground/samples/voice.wav", self.voice),
            Route("/playground/samples/{name}.jpg", self.sample),
            *fetched,
            Mount("/playground/js", _Fresh(directory=HERE / "js")),
            Mount("/playground/css", _Fresh(directory=HERE / "css")),
            Mount("/playground/words", _Fresh(directory=HERE / "words")),
        ]

    async def index(self, request: Request) -> Response:
        return FileResponse(HERE / "index.html", headers=FRESH)

    async def setting(self, request: Request) -> Response:
        """Say what it has: Leaflet, a reader of codes, a staff page, a product that can be emptied, sample photos."""
        has = {
            "leaflet": self._leaflet is not None,
            "scanner": self._scanner is not None,
            "staff_url": self._staff_url,
            "starts_over": self._start_over is not None,
            "run": self._run,
            "samples": list(SAMPLES),
            **self._has,
        }
        return JSONResponse(has, headers=FRESH)

    # Plain functions run in a thread: reading files and drawing do not hold up the bots.

    def community(self, request: Request) -> Response:
        if self._ground is None:
            self._ground = read_ground(self._community_files)
        return JSONResponse(self._ground, headers=FRESH)

    async def time(self, request: Request) -> Response:
        return self._time()

    def _time(self) -> Response:
        if self._clock is None:
            shown = clock_view(self._world.clock, movable=False)
        else:
            shown = clock_view(self._clock.clock, movable=True, speed=self._clock.speed)
        return JSONResponse(shown, headers={"Cache-Control": "no-store"})

    async def advance(self, request: Request) -> Response:
        order = await clock_order(request, SPEEDS)
        if self._clock is None:
            raise Unfit("this clock cannot be moved")
        if isinstance(order, int):
            self._clock.speed = order
        else:
            await _finished(self._clock.clock.advance(order))
        return self._time()

    async def begin_again(self, request: Request) -> Response:
        self._empty()
        if self._start_over is not None:
            self._start_over()
        return JSONResponse({})

    def sample(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in SAMPLES:
            return JSONResponse({"error": "no such photo"}, 404)
        return Response(_drawn(name), media_type="image/jpeg", headers={"Cache-Control": "max-age=3600"})

    def voice(self, request: Request) -> Response:
        return Response(_spoken(), media_type="audio/wav", headers={"Cache-Control": "max-age=3600"})


class _Fresh(StaticFiles):
    """Static files that the browser asks for anew, so that an update is seen at once."""

    def file_response(self, *arguments: Any, **options: Any) -> Response:
        response = super().file_response(*arguments, **options)
        response.headers.update(FRESH)
        return response


def _fetched(places: tuple[Path, ...], module: str) -> Path | None:
    """The first folder that holds this pinned asset; None where nobody fetched it."""
    return next((place for place in places if (place / module).is_file()), None)


async def _finished(result: object) -> None:
    if inspect.isawaitable(result):
        await result


@cache
def _drawn(name: str) -> bytes:
    return draw(name)


@cache
def _spoken() -> bytes:
    return speak()
