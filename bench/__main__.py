"""`python -m bench [names]`: run the benches and write bench/RESULTS.md."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from bench.machine import Noise, description
from bench.results import RESULTS, keep

BENCHES = (
    "report",
    "pace",
    "broadcast",
    "start",
    "outbox",
    "registry",
    "ingest",
    "doors",
    "silence",
    "alarm",
    "points",
)

IN_ROUNDS = ("ingest", "doors", "silence")
"""Those that can be told how often to measure."""


def main(
    names: Annotated[list[str] | None, typer.Argument(help=f"Of {', '.join(BENCHES)}; all if left out.")] = None,
    *,
    smoke: Annotated[bool, typer.Option(help="Tiny counts, nothing written: does it run at all?")] = False,
    rounds: Annotated[int | None, typer.Option(help=f"Other than usual, of {', '.join(IN_ROUNDS)}.")] = None,
) -> None:
    """Measure beside the floors; each bench rewrites its own section of bench/RESULTS.md."""
    for name in names or BENCHES:
        if name not in BENCHES:
            raise typer.BadParameter(f"there is no bench {name}; there are {', '.join(BENCHES)}")
        print(f"measuring {name}", flush=True)
        noise = Noise()
        other = {"rounds": rounds} if rounds is not None and name in IN_ROUNDS else {}
        section = import_module(f"bench.{name}").measure(noise, is_smoke=smoke, **other)
        path = RESULTS.with_name("smoke.md") if smoke else RESULTS
        keep(section, description(), str(noise), BENCHES, path)
        print(path.read_text("utf-8") if smoke else f"written to {path}", flush=True)
        if smoke:
            path.unlink()


app = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
app.command()(main)

if __name__ == "__main__":
    app()
