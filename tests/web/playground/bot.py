"""A small bot for tests of the page: it answers everything, has buttons, cards, keyboards and commands."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import httpx

Json = dict[str, Any]
TOKEN = "4200000001:page-tests"
USERNAME = "youlin_test_bot"
CARD = "🔴 <b>污水外溢</b>\n石油路12号 · 剩 <i>2小时</i>"
CLAIM = {"inline_keyboard": [[{"text": "接单", "callback_data": "claim"}, {"text": "转派", "callback_data": "wait"}]]}
CLAIMED = {
    "inline_keyboard": [
        [{"text": "出发", "callback_data": "go"}, {"text": "到达", "callback_data": "there", "style": "success"}],
        [{"text": "看地图", "url": "https://example.org/map"}],
    ]
}
MARKED = (
    '<code>码</code> <tg-spoiler>秘密</tg-spoiler> <a href="https://example.org">链接</a> '
    "&lt;img src=x onerror=alert(1)&gt;"
)
KEYBOARD = {
    "keyboard": [
        [{"text": "分享电话", "request_contact": True}, {"text": "发送位置", "request_location": True}],
        [{"text": "不用了"}],
    ],
    "resize_keyboard": True,
    "one_time_keyboard": True,
    "input_field_placeholder": "按下面的键",
}


class Bot:
    """Polls `address` and answers; `async with` starts and stops it."""

    def __init__(self, address: str) -> None:
        self.client = httpx.AsyncClient(base_url=f"{address}/bot{TOKEN}/", timeout=40)
        self.heard: list[Json] = []
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Bot:
        commands = [{"command": "report", "description": "我要上报"}, {"command": "mine", "description": "我的上报"}]
        await self.call("setMyCommands", commands=commands)
        await self.call("setMyDescription", description="看到问题，拍张照片发给我。")
        self._work = asyncio.ensure_future(self._poll())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._work is not None
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work
        await self.client.aclose()

    async def call(self, method: str, **arguments: Any) -> Any:
        answer = (await self.client.post(method, json=arguments)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def _poll(self) -> None:
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=30):
                offset = update["update_id"] + 1
                self.heard.append(update)
                if "callback_query" in update:
                    await self._pressed(update["callback_query"])
                elif "message" in update:
                    await self._heard(update["message"])

    async def _heard(self, message: Json) -> None:
        chat, text = message["chat"]["id"], message.get("text", "")
        if text.startswith("/start"):
            await self.say(chat, "您好！我是<b>友邻</b>，看到问题就告诉我。")
        elif text.startswith("/report"):
            await self.say(chat, "请分享您的电话或位置", reply_markup=KEYBOARD)
        elif text == "卡片" or text.startswith("/card"):
            thread = {"message_thread_id": message["message_thread_id"]} if message.get("is_topic_message") else {}
            await self.say(chat, CARD, reply_markup=CLAIM, **thread)
        elif text == "花样":
            await self.say(chat, MARKED)
        elif message["chat"]["type"] == "private":
            await self.call("sendChatAction", chat_id=chat, action="typing")
            await self.say(chat, f"收到：{what(message)}", reply_parameters={"message_id": message["message_id"]})

    async def say(self, chat: int, text: str, **more: Any) -> Json:
        sent: Json = await self.call("sendMessage", chat_id=chat, text=text, parse_mode="HTML", **more)
        return sent

    async def _pressed(self, query: Json) -> None:
        message, name = query["message"], query["from"]["first_name"]
        if query["data"] == "claim":
            text = f"🟡 <b>污水外溢</b>\n石油路12号 · {name} 已接单"
            await self.call(
                "editMessageText",
                chat_id=message["chat"]["id"],
                message_id=message["message_id"],
                text=text,
                parse_mode="HTML",
                reply_markup=CLAIMED,
            )
            await self.call("answerCallbackQuery", callback_query_id=query["id"], text="接单成功")
        elif query["data"] == "go":
            await self.call("answerCallbackQuery", callback_query_id=query["id"], text="路上注意安全", show_alert=True)
        # "wait" is never answered: the button spins


def what(message: Json) -> str:
    kinds = {"photo": "照片", "voice": "语音", "location": "位置", "contact": "电话", "document": "文件"}
    return next((word for kind, word in kinds.items() if kind in message), message.get("text", "消息"))
