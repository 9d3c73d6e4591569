"""bench/RESULTS.md: one section per bench; measuring one anew leaves the others as they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Section, written

RESULTS = Path(__file__).with_name("RESULTS.md")
NOTES = Path(__file__).with_name("notes")
"""One file for each bench about which there is something to say by hand."""

HEAD = """# Results

Written by `make bench`; `make bench ARGS="report broadcast"` measures only those anew. Every figure stands as
minimum / median / maximum of its runs. What is compared runs in turns on the same machine in the same minutes, and the
ratio is taken pair by pair, so that it holds when the machine drifts; absolute times are of one machine and one day.
Goals are those of the project's promises; F numbers name them.
"""


def keep(section: Section, machine: str, noise: str, order: Sequence[str], path: Path = RESULTS) -> None:
    """Put the section in its place in the file."""
    sections = _sections(path.read_text("utf-8")) if path.exists() else {}
    sections[section.name] = as_markdown(section, machine, noise)
    known = [sections[name] for name in order if name in sections]
    path.write_text("\n".join([HEAD, *known]), "utf-8")


def as_markdown(section: Section, machine: str, noise: str) -> str:
    """The section with its table."""
    lines = [f"## {section.name}: {section.title}", "", section.method, ""]
    lines += ["| figure | min | median | max | unit | goal |", "|---|---|---|---|---|---|"]
    for row in section.rows:
        numbers = " | ".join(written(number) for number in (row.spread.low, row.spread.middle, row.spread.high))
        lines.append(f"| {row.name} | {numbers} | {row.unit} | {row.goal} |")
    lines += ["", *(f"- {note}" for note in section.notes), *_by_hand(section.name), f"- {machine}.", f"- {noise}"]
    lines.append(f'- Again: `make bench ARGS="{section.name}"`')
    return "\n".join(lines) + "\n"


def _by_hand(name: str) -> list[str]:
    """What somebody wrote down about this bench: lines of Markdown that stay when it is measured anew."""
    notes = NOTES / f"{name}.md"
    return notes.read_text("utf-8").splitlines() if notes.exists() else []


def _sections(text: str) -> dict[str, str]:
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part[3:].partition(":")[0]: part for part in parts}
