"""How updates reach a bot: by long polling or by webhook, never both."""

from __future__ import annotations

import re
from typing import Any

from playground.telegram.errors import bad_request, conflict
from playground.telegram.state import Json, Webhook
from playground.telegram.updates import MAX_BATCH

from .call import Call

LONGEST_POLL = 50
SECRET = re.compile(r"^[A-Za-z0-9_-]{1,256}$")
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_updates(call: Call) -> list[dict[str, Any]]:
    if call.bot.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    queue = call.bot.updates
    queue.allow(call.get("allowed_updates"))
    queue.confirm(call.get("offset", 0))
    limit = min(max(call.get("limit", MAX_BATCH), 1), MAX_BATCH)
    return await queue.poll(limit=limit, seconds=min(max(call.get("timeout", 0), 0), LONGEST_POLL))


def set_webhook(call: Call) -> bool:
    url = call.arguments.get("url", "")
    if not url:
        return delete_webhook(call)
    secret = call.get("secret_token")
    if not url.startswith(("https://", "http://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret is not None and not SECRET.match(secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= call.get("max_connections", 40) <= 100:
        raise bad_request("invalid max_connections")
    if call.get("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.updates.allow(call.get("allowed_updates"))
    call.bot.webhook = Webhook(url, secret, call.get("max_connections", 40))
    call.bot.updates.end_poll("terminated by setWebhook request")
    call.bot.updates.wake()
    for listener in call.world.on_webhook:
        listener(call.bot)
    return True


def delete_webhook(call: Call) -> bool:
    call.bot.webhook = None
    if call.get("drop_pending_updates"):
        call.bot.updates.clear()
    call.bot.updates.wake()
    return True


def get_webhook_info(call: Call) -> Json:
    queue, webhook = call.bot.updates, call.bot.webhook
    shown: Json = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if queue.allowed is not None:
        shown["allowed_updates"] = sorted(queue.allowed)
    if webhook is not None:
        shown["max_connections"] = webhook.max_connections
        if webhook.last_error_date is not None:
            shown["last_error_date"] = webhook.last_error_date
            shown["last_error_message"] = webhook.last_error_message
    return shown
