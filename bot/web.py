"""The web application of this process: staff pages, health, and Telegram's webhook where that mode is on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from backend.cockpit.app import create_web_app
from backend.kernel.settings import TelegramMode
from bot.app import App
from bot.webhook import webhook_router


def build_web(app: App) -> FastAPI:
    """The pages and, in webhook mode, the doors of the bots on the same port."""
    routers = [*app.telephony.routers, app.doors.router()]
    if app.settings.telegram_mode is TelegramMode.WEBHOOK:
        assert app.settings.webhook_secret is not None
        secret = app.settings.webhook_secret.get_secret_value()
        routers.append(webhook_router(dict(app.bots), app.updates, secret))
    return create_web_app(
        app.work, app.texts, app.settings, routers=routers, deep_link=app.links.deep, metrics=app.metrics
    )


class QuietServer(uvicorn.Server):
    """Leaves the signals to the process, which ends all its roles in order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve_web(app: App) -> None:
    """Serve until cancelled."""
    application = build_web(app)
    config = uvicorn.Config(
        application,
        host=app.settings.http_host,
        port=app.settings.http_port,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",  # the application has none, and waiting for it would end in a traceback when we are cancelled
        # The public address comes from the settings, never from a header that anybody can send.
        proxy_headers=False,
        timeout_graceful_shutdown=3,
    )
    server = QuietServer(config)
    try:
        await server.serve()
    finally:
        application.state.desk.live.close()
        if server.started:
            # uvicorn does not let go of the port when it is cancelled, and whoever begins anew here needs it.
            await server.shutdown()
