"""The people's side over HTTP: what the playground's page and other processes read and do."""

from __future__ import annotations

import asyncio
import base64
import binascii
import inspect
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from . import groups, people
from .commands import command_views
from .errors import Impossible, Refusal
from .faults import Fault
from .files import Upload
from .limits import MODELS, Model
from .requests import Receive, Scope, parse_json, read_body, read_multipart
from .state import Chat, Group, Message, Person, Press
from .views import bot_view, chat_view, group_view, message_view, person_view, press_view
from .world import World

API = "/playground/api"
MOST_MESSAGES = 500
HEARTBEAT_SECONDS = 15.0


class ControlApi:
    """An ASGI application for everything under `/playground/api`; shapes and actions are in the README."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.closing = asyncio.Event()
        self._app = Starlette(routes=self._routes(), exception_handlers={Impossible: refuse, Refusal: refuse_bot})

    def close(self) -> None:
        self.closing.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        await self._app(scope, receive, send)

    def _routes(self) -> list[Route]:
        one_chat = f"{API}/people/{{person:int}}/chats/{{chat}}"
        reads: list[tuple[str, Callable[[Request], Any]]] = [
            (f"{API}/bots", lambda request: [bot_view(bot) for bot in self.world.bots.values()]),
            (f"{API}/people", lambda request: [person_view(person) for person in self.world.people.values()]),
            (f"{API}/groups", lambda request: [group_view(group) for group in self.world.groups.values()]),
            (f"{API}/people/{{person:int}}/chats", self.chats),
            (one_chat, self.chat),
            (f"{one_chat}/messages", self.messages),
            (f"{one_chat}/commands", self.commands),
            (f"{API}/presses/{{press}}", self.press),
            (f"{API}/statistics", lambda request: self.world.statistics()),
        ]
        acts: list[tuple[str, Callable[..., Any]]] = [
            (f"{API}/people", self.add_person),
            (f"{API}/groups", self.add_group),
            (f"{API}/people/{{person:int}}/{{action}}", self.act),
            (f"{API}/groups/{{group}}/{{action}}", self.act_on_group),
            (f"{API}/bots/{{bot:int}}/{{action}}", self.act_on_bot),
            (f"{API}/language", self.set_language),
            (f"{API}/limits", self.set_limits),
            (f"{API}/faults", self.order_fault),
            (f"{API}/faults/clear", self.clear_faults),
            (f"{API}/clear", self.clear),
        ]
        return [
            Route(f"{API}/events", self.events, methods=["GET"]),
            Route(f"{API}/files/{{file}}", self.file, methods=["GET"]),
            *(Route(path, reading(read), methods=["GET"]) for path, read in reads),
            *(Route(path, acting(act), methods=["POST"]) for path, act in acts),
        ]

    # -- reading -------------------------------------------------------------------------------------------------

    def person(self, request: Request) -> Person:
        return self.world.person(request.path_params["person"])

    def window(self, request: Request) -> Chat:
        return self.world.window(self.person(request), number(request.path_params["chat"]))

    def chats(self, request: Request) -> Any:
        person = self.person(request)
        return [chat_view(self.world, person, chat) for chat in self.world.windows(person)]

    def chat(self, request: Request) -> Any:
        return chat_view(self.world, self.person(request), self.window(request))

    def messages(self, request: Request) -> Any:
        limit = min(number(request.query_params.get("limit", "100")), MOST_MESSAGES)
        before = request.query_params.get("before")
        history = self.world.history(self.window(request))
        if before is not None:
            history = [message for message in history if message.id < number(before)]
        return [message_view(message) for message in history[-limit:]]

    def commands(self, request: Request) -> Any:
        return command_views(self.window(request), self.person(request))

    def press(self, request: Request) -> Any:
        press = self.world.presses.get(request.path_params["press"])
        if press is None:
            raise Impossible("no such press", status=404)
        return press_view(press)

    async def file(self, request: Request) -> Response:
        file = self.world.files.files.get(request.path_params["file"])
        if file is None:
            raise Impossible("no such file", status=404)
        safe = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(file.content, media_type=file.mime, headers=safe)

    async def events(self, request: Request) -> Response:
        last = request.headers.get("last-event-id") or request.query_params.get("after")
        stream = self._stream(number(last) if last else None)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def _stream(self, last_id: int | None) -> AsyncIterator[str]:
        yield "retry: 1000\n\n"  # milliseconds until the browser asks again
        events = self.world.events.follow(last_id)
        closing = asyncio.ensure_future(self.closing.wait())
        coming = asyncio.ensure_future(anext(events, None))
        try:
            while not self.closing.is_set():
                await asyncio.wait({coming, closing}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    yield ": still here\n\n"
                    continue
                event = coming.result()
                if event is None:
                    return
                yield f"id: {event.id}\nevent: {event.kind}\ndata: {json.dumps(event.content)}\n\n"
                coming = asyncio.ensure_future(anext(events, None))
        finally:
            closing.cancel()
            coming.cancel()

    # -- acting --------------------------------------------------------------------------------------------------

    def add_person(self, request: Request, **arguments: Any) -> Any:
        return person_view(self.world.add_person(**arguments))

    def add_group(self, request: Request, **arguments: Any) -> Any:
        return group_view(groups.create_group(self.world, **arguments))

    def act(self, request: Request, **arguments: Any) -> Any:
        action = known(people.ACTIONS, request.path_params["action"])
        person = self.person(request)
        return self.shown(person, action(self.world, person, **arguments))

    def shown(self, person: Person, result: Any) -> Any:
        if isinstance(result, list):
            return [self.shown(person, item) for item in result]
        if isinstance(result, Message):
            return message_view(result)
        if isinstance(result, Press):
            return press_view(result)
        return chat_view(self.world, person, result) if isinstance(result, Chat) else {}

    def act_on_group(self, request: Request, **arguments: Any) -> Any:
        action: Callable[..., Group] = known(groups.ACTIONS, request.path_params["action"])
        return group_view(action(self.world, number(request.path_params["group"]), **arguments))

    def act_on_bot(self, request: Request, **arguments: Any) -> Any:
        bot = self.world.bot(request.path_params["bot"])
        actions: dict[str, Callable[..., None]] = {
            "pause": bot.updates.pause,
            "resume": bot.updates.resume,
            "set_privacy": bot.set_privacy,
        }
        known(actions, request.path_params["action"])(**arguments)
        return bot_view(bot)

    def set_limits(self, request: Request, model: Model) -> Any:
        if model not in MODELS:
            raise Impossible(f"a model is one of {', '.join(MODELS)}")
        self.world.limits.set_model(model)
        return self.world.statistics()

    def set_language(self, request: Request, language_code: str) -> Any:
        self.world.set_language(language_code)
        return [person_view(person) for person in self.world.people.values()]

    def order_fault(self, request: Request, **arguments: Any) -> Any:
        self.world.order_fault(Fault(**arguments))
        return self._pending()

    def clear_faults(self, request: Request) -> Any:
        self.world.faults.clear()
        return self._pending()

    def _pending(self) -> Any:
        return {"pending": [fault.order() for fault in self.world.faults.pending]}

    def clear(self, request: Request) -> Any:
        self.world.clear()
        return {}


def number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Impossible("a number is needed") from None


def known(table: dict[str, Callable[..., Any]], name: str) -> Callable[..., Any]:
    if name not in table:
        raise Impossible(f"no such action; there are {', '.join(table)}", status=404)
    return table[name]


def reading(read: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        return JSONResponse(read(request))

    return answer


def acting(act: Callable[..., Any]) -> Callable[[Request], Any]:
    async def answer(request: Request) -> Response:
        arguments = await arguments_of(request)
        try:
            inspect.signature(act).bind(request, **arguments)
            return JSONResponse(act(request, **arguments))
        except (TypeError, ValueError, KeyError, AttributeError) as problem:
            raise Impossible(f"the arguments do not fit: {problem}") from problem

    return answer


async def arguments_of(request: Request) -> dict[str, Any]:
    """Return an action's arguments; files become `Upload`s under `files`."""
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        fields, files = await read_multipart(request.scope, request.receive)
        arguments = parse_json(str(fields.get("arguments", "")).encode())
        return arguments | ({"files": [upload for _, upload in files]} if files else {})
    arguments = parse_json(await read_body(request.receive))
    if "files" in arguments:
        arguments["files"] = [decoded(file) for file in arguments["files"]]
    return arguments


def decoded(file: dict[str, Any]) -> Upload:
    try:
        content = base64.b64decode(file["base64"], validate=True)
    except (binascii.Error, KeyError, TypeError):
        raise Impossible("a file is {name, base64}") from None
    return Upload(file.get("name"), file.get("mime"), content)


async def refuse(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Impossible)
    return JSONResponse({"error": str(problem)}, problem.status)


async def refuse_bot(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Refusal)
    return JSONResponse({"error": problem.description}, problem.code)
