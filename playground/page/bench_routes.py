"""The bench over HTTP: which devices lie there, and letting them do something."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.bench.bench import DeviceBench, NoSuchDevice, Unanswered
from playground.page.asking import Unfit, read_json, refuse

PATH = "/playground/devices"


def bench_application(bench: DeviceBench) -> Starlette:
    """GET PATH lists, POST PATH/{key}/{action} acts with the arguments in the body; 502 when nobody answered."""

    async def everything(request: Request) -> Response:
        return JSONResponse(bench.views(), headers={"Cache-Control": "no-store"})

    async def act(request: Request) -> Response:
        key, action = request.path_params["key"], request.path_params["action"]
        return JSONResponse(await bench.act(key, action, await read_json(request)))

    async def no_such_device(request: Request, problem: Exception) -> Response:
        return JSONResponse({"error": str(problem)}, 404)

    async def unanswered(request: Request, problem: Exception) -> Response:
        return JSONResponse({"error": str(problem)}, 502)

    handlers: dict[Any, Any] = {Unfit: refuse, NoSuchDevice: no_such_device, Unanswered: unanswered}
    routes = [
        Route(PATH, everything, methods=["GET"]),
        Route(f"{PATH}/{{key}}/{{action}}", act, methods=["POST"]),
    ]
    return Starlette(routes=routes, exception_handlers=handlers)
