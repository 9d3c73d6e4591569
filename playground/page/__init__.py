"""The page on which one person plays everybody, and the application that serves it beside the local Telegram."""

from playground.page.app import Playground, build_playground_app

__all__ = ["Playground", "build_playground_app"]
