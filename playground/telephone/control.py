"""The people's side of the exchange over HTTP: what the page and other processes read and do; see README.md."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.telegram.control import acting, reading
from playground.telegram.errors import Impossible as Unfit
from playground.telegram.errors import Refusal
from playground.telegram.requests import Receive, Scope

from .ear import KEYS
from .exchange import Exchange
from .faults import Outage
from .handsets import Handset, Manner
from .refusals import Impossible
from .texting import LONGEST
from .views import call_view, debugger_view, handset_view, message_view

API = "/playground/telephone"
SANDBOX = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "max-age=3600"}


class TelephoneControl:
    """An ASGI application for everything under `/playground/telephone`."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        handlers = {Impossible: refuse, Unfit: refuse, Refusal: refuse}
        self._app = Starlette(routes=self._routes(), exception_handlers=handlers)

    async def __call__(self, scope: Scope, receive: Receive, send: Any) -> None:
        await self._app(scope, receive, send)

    def _routes(self) -> list[Route]:
        reads: list[tuple[str, Callable[[Request], Any]]] = [
            (f"{API}/exchange", self.whole),
            (f"{API}/handsets", lambda request: [handset_view(one) for one in self.exchange.handsets.values()]),
            (f"{API}/handsets/{{number}}", lambda request: handset_view(self.handset(request))),
            (f"{API}/told", lambda request: [asdict(one) for one in self.exchange.webhooks.told]),
        ]
        acts: list[tuple[str, Callable[..., Any]]] = [
            (f"{API}/handsets", self.add_handset),
            (f"{API}/handsets/{{number}}/{{action}}", self.act),
            (f"{API}/faults", self.order_fault),
            (f"{API}/faults/clear", self.clear_faults),
            (f"{API}/outage", self.set_outage),
        ]
        return [
            Route(f"{API}/speech", self.speech, methods=["GET"]),
            Route(f"{API}/sounds/{{sound}}", self.sound, methods=["GET"]),
            *(Route(path, reading(read), methods=["GET"]) for path, read in reads),
            *(Route(path, acting(act), methods=["POST"]) for path, act in acts),
        ]

    # -- reading --------------------------------------------------------------------------------------------------

    def handset(self, request: Request) -> Handset:
        return self.exchange.known_handset(request.path_params["number"])

    def whole(self, request: Request) -> Any:
        """The community's numbers, whether this machine can speak, what went wrong, which faults are ordered."""
        return {
            "numbers": list(self.exchange.numbers),
            "speaks": self.exchange.voice.is_there,
            "complaints": debugger_view(self.exchange.complaints),
            "faults": self.exchange.faults.view(),
        }

    async def speech(self, request: Request) -> Response:
        words, language = request.query_params.get("text", ""), request.query_params.get("language", "")
        spoken = await self.exchange.voice.speak(words[:LONGEST], language[:20])
        if spoken is None:
            return JSONResponse({"error": "this machine cannot speak"}, 404)
        return Response(spoken, media_type="audio/wav", headers=SANDBOX)

    async def sound(self, request: Request) -> Response:
        sound = self.exchange.sounds.get(request.path_params["sound"])
        if sound is None:
            return JSONResponse({"error": "no such sound"}, 404)
        return Response(sound.content, media_type=sound.kind, headers=SANDBOX)

    # -- acting ---------------------------------------------------------------------------------------------------

    def add_handset(self, request: Request, number: str, name: str, *, landline: bool = False) -> Any:
        return handset_view(self.exchange.add_handset(number, name[:64], landline=landline))

    def act(self, request: Request, **arguments: Any) -> Any:
        actions: dict[str, Callable[..., Any]] = {
            "answer": self.answer,
            "hang_up": self.hang_up,
            "press": self.press,
            "speak": self.speak,
            "wait": self.wait,
            "dial": self.dial,
            "write": self.write,
            "manner": self.manner,
        }
        name = request.path_params["action"]
        if name not in actions:
            raise Impossible(f"no such action; there are {', '.join(actions)}", status=404)
        return actions[name](self.handset(request), **arguments)

    def answer(self, handset: Handset) -> Any:
        return call_view(self.exchange.calling.pick_up(handset))

    def hang_up(self, handset: Handset) -> Any:
        return call_view(self.exchange.calling.put_down(handset))

    def press(self, handset: Handset, key: str) -> Any:
        if key not in KEYS:
            raise Impossible("a telephone has no such key")
        return {"heard": self.exchange.calling.press(handset, key)}

    def speak(self, handset: Handset, words: str) -> Any:
        if not words.strip() or len(words) > LONGEST:
            raise Impossible(f"what is said has 1 to {LONGEST} characters")
        return {"heard": self.exchange.calling.speak(handset, words.strip())}

    def wait(self, handset: Handset) -> Any:
        """Say nothing until the document gives up listening."""
        return {"heard": handset.call is not None and handset.call.ear.fall_silent()}

    def dial(self, handset: Handset, to: str) -> Any:
        return call_view(self.exchange.calling.dial(handset, to))

    def write(self, handset: Handset, to: str, text: str) -> Any:
        return message_view(self.exchange.texting.write(handset, to, text))

    def manner(self, handset: Handset, manner: str) -> Any:
        if manner not in set(Manner):
            raise Impossible(f"a manner is one of {', '.join(Manner)}")
        self.exchange.set_manner(handset, Manner(manner))
        return handset_view(handset)

    def order_fault(self, request: Request, **arguments: Any) -> Any:
        self.exchange.faults.add(**arguments)
        return self.exchange.faults.view()

    def clear_faults(self, request: Request) -> Any:
        self.exchange.faults.clear()
        return self.exchange.faults.view()

    def set_outage(self, request: Request, outage: str | None) -> Any:
        if outage is not None and outage not in set(Outage):
            raise Impossible(f"an outage is one of {', '.join(Outage)}")
        self.exchange.faults.outage = None if outage is None else Outage(outage)
        return self.exchange.faults.view()


async def refuse(request: Request, problem: Exception) -> Response:
    status: int = problem.code if isinstance(problem, Refusal) else getattr(problem, "status", 400)
    return JSONResponse({"error": str(problem)}, status)
