"""Figures of the long runs: printed, and kept where `YOULIN_FAULT_FIGURES` names a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def note(what: str, figures: str) -> None:
    """Say what was measured, also past pytest's capture."""
    line = f"{what}: {figures}\n"
    sys.__stderr__.write(f"\n{line}") if sys.__stderr__ else None
    if file := os.environ.get("YOULIN_FAULT_FIGURES"):
        with Path(file).open("a") as figures_file:
            figures_file.write(line)
