"""One target under atheris: its modules are instrumented as they are loaded, so nothing of them is imported before."""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

HOME = Path("var/fuzz")
LONGEST_INPUT = 40_000


def main(name: str, seconds: str) -> None:
    """Fuzz until the time is over, or something is found; ends the process either way."""
    with atheris.instrument_imports(include=["backend.ingest", "backend.devices.observations"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    corpus = HOME / name / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    options = [f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT}", f"-artifact_prefix={HOME / name}/"]
    atheris.Setup([sys.argv[0], *options, "-print_final_stats=1", str(corpus)], target.hold)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
