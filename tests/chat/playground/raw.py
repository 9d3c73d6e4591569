"""A bot without a library: every result and update is checked against aiogram's models, unknown fields refused."""

from __future__ import annotations

from typing import Any

import aiogram.methods
import httpx
from aiogram.types import Update

from playground.telegram.schema import Check, check_of

RETURNS: dict[str, Check] = {
    model.__api_method__: check_of(model.__returning__)
    for model in (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    if isinstance(getattr(model, "__api_method__", None), str)
}
CHECK_UPDATE = check_of(Update)


class Refused(Exception):
    """The server said no."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body['description']}")
        assert body["error_code"] == status
        assert not body["ok"]
        self.status = status
        self.description: str = body["description"]
        self.parameters: dict[str, int] = body.get("parameters", {})


class RawBot:
    """Calls methods as JSON unless files have to go with them."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.token = token

    async def __call__(self, method: str, *, files: dict[str, Any] | None = None, **arguments: Any) -> Any:
        url = f"/bot{self.token}/{method}"
        sent = {"files": files, "data": arguments} if files else {"json": arguments}
        response = await self.http.post(url, **sent)
        body = response.json()
        if not body["ok"]:
            raise Refused(response.status_code, body)
        RETURNS[method](body["result"])
        return body["result"]

    async def updates(self, **arguments: Any) -> list[dict[str, Any]]:
        """Take what waits and confirm it."""
        updates = await self("getUpdates", **arguments)
        for update in updates:
            CHECK_UPDATE(update)
        if updates:
            await self("getUpdates", offset=max(update["update_id"] for update in updates) + 1, limit=1)
        return list(updates)

    async def kinds(self) -> list[str]:
        """Take what waits and return only the kinds."""
        return [kind_of(update) for update in await self.updates()]

    async def texts(self) -> list[str]:
        return [update["message"].get("text", "") for update in await self.updates() if "message" in update]


def kind_of(update: dict[str, Any]) -> str:
    return next(key for key in update if key != "update_id")
