"""An application on a real port, for senders that only know an address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from playground.telegram.serve import serve_application


@dataclass
class Bare:
    """A FastAPI application as the server of the playground wants it."""

    application: FastAPI

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def close(self) -> None:
        """Nothing is held open."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.application(scope, receive, send)


def served(application: FastAPI) -> Any:
    """A context that serves `application` and gives its address."""
    return serve_application(Bare(application))
