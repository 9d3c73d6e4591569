"""Doors that are closed by default: a webhook without its secret, bodies that no Telegram sends."""

from __future__ import annotations

from typing import Any

import pytest
from aiogram import Bot
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from typer.testing import CliRunner

from backend.issues.reports.errors import TextTooLong
from backend.kernel.settings import Settings, TelegramMode
from bot.cli import app
from bot.doctor import webhook_fault
from bot.webhook import SECRET_HEADER, webhook_router
from handlers.reports.draft import Draft

SECRET = "right-secret"


class Nobody:
    """Stands where updates are handled, and counts."""

    def __init__(self) -> None:
        self.heard = 0

    async def handle(self, *_: Any) -> None:
        self.heard += 1


@pytest.mark.parametrize("secret", [None, "", "has space", "x" * 257, "中文"])
def test_a_webhook_without_a_good_secret_does_not_start(secret: str | None):
    settings = Settings(
        _env_file=None,
        telegram_mode=TelegramMode.WEBHOOK,
        public_url="https://youlin.example",
        webhook_secret=SecretStr(secret) if secret is not None else None,
    )

    assert "YOULIN_WEBHOOK_SECRET" in (webhook_fault(settings) or "")


def test_the_shell_says_in_plain_words_what_the_webhook_lacks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("YOULIN_BOT_TOKEN", "1:x")
    monkeypatch.setenv("YOULIN_TELEGRAM_MODE", "webhook")

    result = CliRunner().invoke(app, ["run"])

    assert result.exit_code == 1
    assert "YOULIN_PUBLIC_URL" in result.output


BODIES = {
    "deep": (b'{"a":' * 100_000, 400),
    "deep list": (b"[" * 200_000, 400),
    "no JSON": (b"\xff\xfe", 400),
    "a number": (b"7", 200),
    "unknown": (b'{"update_id": 1, "strange": {}}', 200),
    "too large": (b" " * ((1 << 20) + 1), 413),
}


@pytest.mark.parametrize("name", BODIES)
async def test_a_strange_body_is_refused_and_changes_nothing(name: str):
    body, status = BODIES[name]
    handler = Nobody()
    web = FastAPI()
    bot = Bot("1:x")
    web.include_router(webhook_router({"main": bot}, handler, SECRET))  # type: ignore[arg-type]

    async with AsyncClient(transport=ASGITransport(web), base_url="http://x") as client:
        answer = await client.post("/telegram/main", content=body, headers={SECRET_HEADER: SECRET})
        forged = await client.post("/telegram/main", content=b"{}", headers={SECRET_HEADER: SECRET[:-1]})
        elsewhere = await client.post("/telegram/duty", content=b"{}", headers={SECRET_HEADER: SECRET})

    assert (answer.status_code, forged.status_code, elsewhere.status_code) == (status, 403, 403)
    assert handler.heard == 0


def test_a_draft_refuses_what_its_report_could_not_hold():
    draft = Draft(words={"1": "x" * 3_000, "2": "y" * 1_500})

    with pytest.raises(TextTooLong):
        draft.notes()
    assert len(Draft(place="p" * 999).notes()["place"]) == 300
