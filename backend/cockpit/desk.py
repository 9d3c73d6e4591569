"""What the web pages work with, wired once: units of work, words, templates, throttle, live updates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from backend.cockpit.live import Live
from backend.cockpit.rendering import Renderer
from backend.cockpit.sessions import FULL_LIFE
from backend.cockpit.throttle import Throttle
from backend.kernel.metrics import Metrics
from backend.kernel.settings import Settings
from backend.kernel.texts import Texts
from backend.kernel.unit_of_work import Work


@dataclass(frozen=True)
class Desk:
    """One per program; routes find it on the app."""

    work: Work
    texts: Texts
    settings: Settings
    renderer: Renderer
    throttle: Throttle
    live: Live
    metrics: Metrics
    invitation_link: Callable[[str], str]
    """Makes the link that opens the bot with a payload; only the composition root knows the bot's name."""

    @property
    def is_secure(self) -> bool:
        """Whether people reach us by https: cookies are then never sent over anything else."""
        return (self.settings.public_url or "").startswith("https://")

    @property
    def cookie(self) -> str:
        """The cookie's name; browsers let `__Host-` be set only by this very host, over https."""
        return "__Host-youlin" if self.is_secure else "youlin_web"

    def secret_of(self, request: Request) -> str | None:
        """The session's secret that this browser holds."""
        return request.cookies.get(self.cookie)

    def set_cookie(self, response: Response, secret: str) -> None:
        """Give the browser its session; Lax, so that a link from chat to a page still finds the session."""
        response.set_cookie(
            self.cookie,
            secret,
            max_age=int(FULL_LIFE.total_seconds()),
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def drop_cookie(self, response: Response) -> None:
        """Take the session's secret from the browser."""
        response.delete_cookie(self.cookie, path="/", secure=self.is_secure, httponly=True, samesite="lax")


def desk_of(request: Request) -> Desk:
    """The desk of the app that serves this request."""
    desk: Desk = request.app.state.desk
    return desk
