"""The commands of the shell: run, set up, look after."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Annotated

import typer

from backend.kernel.access import Role
from backend.kernel.settings import Settings
from backend.kernel.texts import load_texts
from backend.kernel.unit_of_work import Work
from bot.elder_commands import elder_commands
from bot.role_names import RoleDied, RoleName
from bot.shell import console, main_settings, with_work
from bot.source_commands import source_commands

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Youlin: a community over chat and telephone.",
)
database_commands = typer.Typer(no_args_is_help=True, help="The database's tables.")
sample_commands = typer.Typer(no_args_is_help=True, help="The generated sample community.")
org_commands = typer.Typer(no_args_is_help=True, help="The tree of districts, subdistricts, communities and grids.")
app.add_typer(database_commands, name="db")
app.add_typer(sample_commands, name="sample")
app.add_typer(org_commands, name="org")

key_commands = typer.Typer(no_args_is_help=True, help="The keys that seal personal data.")
app.add_typer(key_commands, name="keys")

registry_commands = typer.Typer(no_args_is_help=True, help="Addresses, buildings, people and what ties them.")
app.add_typer(registry_commands, name="registry")

job_commands = typer.Typer(no_args_is_help=True, help="What the clock does by itself.")
app.add_typer(job_commands, name="jobs")

app.add_typer(source_commands, name="sources")
app.add_typer(elder_commands, name="elders")

FILE_ENCODING = "utf-8-sig"
"""UTF-8, with or without the mark that Windows puts in front."""


@app.command()
def run(
    role: Annotated[list[RoleName] | None, typer.Option(help="Play only this role; may be repeated.")] = None,
) -> None:
    """Start everything, or only some roles. Without YOULIN_BOT_TOKEN it talks to the local playground."""
    # What is imported stays: looking through it for garbage would only make the start and every later look longer.
    gc.disable()
    import uvloop

    from bot.running import SettingsUnfit, run_everything

    gc.freeze()
    gc.enable()
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run_everything(main_settings(), tuple(role or RoleName)))
    except SettingsUnfit as unfit:
        console.print(f"[red]{unfit}[/]")
        raise typer.Exit(1) from None
    except RoleDied:
        raise typer.Exit(1) from None  # so that a supervisor sees a failure and starts it again


@app.command()
def doctor() -> None:
    """Say in plain words what is missing or wrong; ends with 1 if anything is."""
    from bot.doctor import examine

    findings = asyncio.run(examine(main_settings()))
    for finding in findings:
        console.print(f"[{'green' if finding.is_well else 'red'}]{finding.mark}[/] {finding.words}")
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


@app.command()
def invite(
    role: Annotated[Role, typer.Option(help="The role that the link grants.")] = Role.ADMIN,
    unit: Annotated[str | None, typer.Option(help="The code of the org unit; the topmost if left out.")] = None,
) -> None:
    """Print a one-time link that grants a role to whoever opens it first in Telegram."""
    from bot.installing import deep_link, invite_first

    async def work_on(work: Work, settings: Settings) -> None:
        made = await invite_first(work, role, unit)
        console.print(f"{made.role.value} · {made.unit_name} · until {made.expires_at:%Y-%m-%d %H:%M} UTC")
        console.print(await deep_link(settings, made.token), soft_wrap=True)

    with_work(work_on)


@database_commands.command("upgrade")
def upgrade() -> None:
    """Bring the tables to this version of the program."""
    from bot.installing import bring_up_to_date

    with_work(lambda work, _: bring_up_to_date(work.database))
    console.print("The tables are up to date.")


@database_commands.command("downgrade")
def downgrade(revision: Annotated[str, typer.Argument(help="The revision to go back to.")]) -> None:
    """Take the tables back to a revision of an older version; data of newer columns is lost."""
    from backend.migrations.running import downgrade as take_back

    with_work(lambda work, _: take_back(work.database.engine, revision))


@database_commands.command("revision")
def revision(message: Annotated[str, typer.Argument(help="What changes, as a sentence.")]) -> None:
    """For developers: write a migration from what the code's tables and the database disagree on; read it over."""
    from backend.migrations.running import write_revision

    with_work(lambda work, _: write_revision(work.database.engine, message))


@sample_commands.command("load")
def load_sample_community() -> None:
    """Load the generated sample community: 12 grids, 120 buildings, 7,180 records, no real people."""
    from bot.playing import load_sample
    from playground.community.generator import generate

    async def work_on(work: Work, settings: Settings) -> None:
        await load_sample(work, load_texts(), generate(), settings.home / "sample")

    with_work(work_on)
    console.print("The sample community is loaded.")


@org_commands.command("load")
def load_org_units_file(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Load or update the org units of a file; playground/community/FORMAT.md says what it holds."""
    from bot.installing import load_org_file

    async def work_on(work: Work, _: Settings) -> None:
        console.print(await load_org_file(work, load_texts(), file.read_text(FILE_ENCODING)))

    with_work(work_on)


@registry_commands.command("load")
def load_registry_file(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Load or update registry records, all or none; playground/community/FORMAT.md says what the file holds."""
    from bot.installing import load_registry_lines

    async def work_on(work: Work, _: Settings) -> None:
        with file.open(encoding=FILE_ENCODING) as lines:
            console.print(await load_registry_lines(work, lines))

    with_work(work_on)


@job_commands.command("list")
def list_jobs() -> None:
    """Name every job of the clock and say when it runs."""
    from bot.jobs import described_jobs

    for name, when in described_jobs():
        console.print(f"{name:24} {when}", highlight=False)


@job_commands.command("run")
def run_job(name: Annotated[str, typer.Argument(help="A name that `youlin jobs list` shows.")]) -> None:
    """Run one job now, whatever the time; what was said already is not said again."""
    from bot.jobs import UnknownJob, run_now

    async def work_on(work: Work, settings: Settings) -> None:
        console.print(f"{name}: {await run_now(work, settings, name)}")

    try:
        with_work(work_on)
    except UnknownJob:
        console.print(f"[red]There is no job {name!r}.[/] `youlin jobs list` names them.")
        raise typer.Exit(1) from None


@job_commands.command("retention")
def show_retention() -> None:
    """Count what the nightly job would forget now, by rule; nothing is changed."""
    from scheduler.jobs.retention import would_forget

    async def work_on(work: Work, _: Settings) -> None:
        for name, count in (await would_forget(work)).items():
            console.print(f"{name:16} {count}", highlight=False)

    with_work(work_on)


@key_commands.command("add")
def add_encryption_key() -> None:
    """Put a new key in front of the old ones, which stay: they still open what they sealed."""
    from bot.keys import KeysElsewhere, add_key

    try:
        add_key(main_settings())
    except KeysElsewhere:
        console.print("The keys stand in YOULIN_ENCRYPTION_KEYS: put a new one first there, and keep the old ones.")
        raise typer.Exit(1) from None
    console.print("Added. Back up the key file, start every process anew, then run `youlin keys reseal`.")


@key_commands.command("reseal")
def reseal_everything() -> None:
    """Seal everything under the newest key. Never drop the last key of the list: people are looked up under it."""
    from backend.kernel.resealing import reseal, sealed_columns
    from backend.migrations.tables import all_tables

    async def work_on(work: Work, _: Settings) -> None:
        console.print(f"{await reseal(work, sealed_columns(all_tables()))} values are sealed under the newest key.")

    with_work(work_on)
