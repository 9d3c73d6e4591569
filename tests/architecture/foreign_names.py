"""What must not be written into a tracked file: hosts of package registries and paths of one machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Put together from pieces, so that this file does not name them itself.
REGISTRIES = ("pypi" + r"\.org", "python" + r"hosted\.", "npm" + r"js\.", "deb" + r"ian\.org", "crates" + r"\.io")
MACHINE_PATHS = ("/wo" + "rk/", "/ro" + "ot/", "/tmp/" + "youlin", "/tmp/ba" + "sh_jobs")
FOREIGN = re.compile("|".join([*(rf"\b[\w.-]*{host}" for host in REGISTRIES), *MACHINE_PATHS]))


def foreign_names(path: str, text: str) -> Iterator[str]:
    """Each line of a file that names one of them."""
    for number, line in enumerate(text.splitlines(), start=1):
        if found := FOREIGN.search(line):
            yield f"{path}:{number}: names {found.group()}"
