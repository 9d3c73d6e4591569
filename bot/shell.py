"""What every command of the shell does: read the settings, open the database, say refusals in plain words."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable

from rich.console import Console

from backend.kernel.errors import DomainError
from backend.kernel.logs import set_up_logs
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from backend.registry.errors import FileRefused

console = Console()


def main_settings() -> Settings:
    """The settings of this process, with the logs set up for them."""
    settings = Settings()
    set_up_logs(settings.log_format, settings.log_level)
    return settings


def with_work(action: Callable[[Work, Settings], Awaitable[None]]) -> None:
    """Do `action` with the database open; ends with 1 when something refuses."""
    from bot.app import open_work

    settings = main_settings()

    async def session() -> None:
        work = open_work(settings, load_texts())
        try:
            await action(work, settings)
        finally:
            await work.database.close()

    try:
        asyncio.run(session())
    except DomainError as refusal:
        console.print(f"[red]{load_texts().say('en', refusal.key, **refusal.params)}[/]")
        for problem in refusal.problems if isinstance(refusal, FileRefused) else ():
            console.print(str(problem), markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except UnicodeDecodeError:
        console.print("[red]The file is not in UTF-8.[/] Save it as UTF-8 and try again.")
        sys.exit(1)
