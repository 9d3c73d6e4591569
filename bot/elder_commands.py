"""`youlin elders`: elders, their contacts and watches from the shell."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from bot.shell import console, with_work

elder_commands = typer.Typer(no_args_is_help=True, help="Elders, their contacts and watches.")


@elder_commands.callback()
def elders() -> None:
    """Keep `import` a command of its own, also while it is the only one."""


@elder_commands.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A spreadsheet (.xlsx).")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,  # noqa: FBT002
) -> None:
    """Add contacts and watches from a spreadsheet; refused rows come back beside it, each with its reason."""
    from bot.elders_import import import_elders, write_refused

    async def work_on(work: Work, _: Settings) -> None:
        done = await import_elders(work, load_texts(), file, is_dry_run=dry_run)
        console.print(f"{done.taken} rows taken{' (dry run, nothing is kept)' if dry_run else ''}.")
        if done.refused:
            back = file.with_name(f"{file.stem}-refused.xlsx")
            write_refused(done, back, load_texts())
            console.print(f"[red]{len(done.refused)} rows refused[/]; they stand in {back} with their reasons.")

    with_work(work_on)
