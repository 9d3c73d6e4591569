"""Pushes updates to webhooks: one at a time per bot and in order, again and again until the bot says 2xx."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx

from .api import BotApi
from .errors import Refusal
from .state import Bot, Webhook
from .world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
LONGEST_ANSWER = 60.0


@cache
def _certificates() -> ssl.SSLContext:
    """Reading whom to trust takes longer than starting the whole local Telegram, so it is done once."""
    return httpx.create_ssl_context(trust_env=False)


class Webhooks:
    """The pushing side of a world; lives as long as `delivering` is entered."""

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.world: World = api.world
        self.busy: set[int] = set()

    @asynccontextmanager
    async def delivering(self) -> AsyncIterator[None]:
        """Push while inside. A fault in the pushing itself is raised at the end, plainly."""
        running: list[asyncio.Future[None]] = []
        async with httpx.AsyncClient(trust_env=False, timeout=LONGEST_ANSWER, verify=_certificates()) as client:

            def begin(bot: Bot) -> None:
                if bot.webhook is not None and bot.id not in self.busy:
                    self.busy.add(bot.id)
                    running.append(asyncio.ensure_future(self._deliver(client, bot)))

            self.world.on_webhook.append(begin)
            for bot in self.world.bots.values():
                begin(bot)
            try:
                yield
            finally:
                self.world.on_webhook.remove(begin)
                for task in running:
                    task.cancel()
                ended = await asyncio.gather(*running, return_exceptions=True)
        for fault in ended:
            if isinstance(fault, Exception):
                raise fault

    async def _deliver(self, client: httpx.AsyncClient, bot: Bot) -> None:
        """Serve one bot while it has a webhook."""
        failures = 0
        try:
            while bot.webhook is not None:
                batch = bot.updates.batch(2 if bot.updates.reversals else 1)
                if not batch:
                    await bot.updates.changed(None)
                    continue
                if await self._push_all(client, bot, bot.webhook, batch):
                    failures = 0
                    bot.updates.confirm(max(update["update_id"] for update in batch) + 1)
                else:
                    pauses = self.world.webhook_pauses
                    await asyncio.sleep(pauses[min(failures, len(pauses) - 1)])
                    failures += 1
        finally:
            self.busy.discard(bot.id)

    async def _push_all(
        self, client: httpx.AsyncClient, bot: Bot, webhook: Webhook, batch: list[dict[str, Any]]
    ) -> bool:
        for update in batch:
            if not await self._push(client, bot, webhook, update):
                return False
        return True

    async def _push(self, client: httpx.AsyncClient, bot: Bot, webhook: Webhook, update: dict[str, Any]) -> bool:
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        try:
            response = await client.post(webhook.url, json=update, headers=headers)
        except httpx.HTTPError as problem:
            return self._failed(webhook, f"{type(problem).__name__}")
        if not response.is_success:
            return self._failed(
                webhook, f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}"
            )
        await self._do_what_the_answer_asks(bot, response)
        return True

    def _failed(self, webhook: Webhook, reason: str) -> bool:
        webhook.last_error_date = int(self.world.now())
        webhook.last_error_message = reason
        return False

    async def _do_what_the_answer_asks(self, bot: Bot, response: httpx.Response) -> None:
        """A bot may answer the push with a method call. Telegram never tells it how that went."""
        if not response.headers.get("content-type", "").startswith("application/json"):
            return
        try:
            asked = response.json()
        except ValueError:
            return
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str):
            return
        arguments = {key: value for key, value in asked.items() if key != "method"}
        try:
            await self.api.call(bot.token, asked["method"], arguments, {})
        except Refusal as refusal:
            self.world.refusals[refusal.code] += 1
