"""`python -m tests.fuzz [--seconds N] [target ...]`: fuzz each target in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from tests.fuzz.targets import TARGETS

HOME = Path("var/fuzz")


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(TARGETS)}; all if left out.")] = None,
    *,
    seconds: Annotated[int, typer.Option(help="For each target.")] = 20,
) -> None:
    """Ends with 1 if one of them failed."""
    failed = []
    for name in names or TARGETS:
        if name not in TARGETS:
            raise typer.BadParameter(f"there is no target {name}")
        typer.echo(f"fuzzing {name} for {seconds} s")
        log = HOME / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as written:
            command = [sys.executable, "-m", "tests.fuzz.one", name, str(seconds)]
            done = subprocess.run(command, stdout=written, stderr=subprocess.STDOUT, check=False)
        typer.echo("  " + _last_words(log, has_failed=done.returncode != 0))
        if done.returncode:
            failed.append(name)
    if failed:
        typer.echo(f"failed: {', '.join(failed)}; see {HOME}/<target>.log and {HOME}/<target>/crash-*")
        raise typer.Exit(1)


def _last_words(log: Path, *, has_failed: bool) -> str:
    lines = [line for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("Done", "==", " ===", "Traceback")) or "Error" in line]
    return (
        " | ".join(told[-3:]) if has_failed else next((line for line in reversed(lines) if "Done" in line), lines[-1])
    )


if __name__ == "__main__":
    typer.run(main)
