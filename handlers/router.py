"""All conversations, in the order in which they are asked; the last one answers what nobody understood."""

from __future__ import annotations

from aiogram import Router


def build_router() -> Router:
    """A fresh tree of routers: a router can hang on one dispatcher only, and tests build several."""
    return Router(name="youlin")
