"""The files of this checkout, and the parsed Python ones among them."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "handlers", "backend", "scheduler", "locales", "playground")


@dataclass(frozen=True)
class Source:
    """A Python file: its path from the root of the checkout, its text and its tree."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    @classmethod
    def parse(cls, path: str, text: str) -> Source:
        """Read a piece of Python as if it lay at `path`."""
        return cls(PurePosixPath(path), text, ast.parse(text, path))

    @property
    def room(self) -> str:
        """The top folder, for example `handlers`."""
        return self.path.parts[0]

    def at(self, node: ast.stmt | ast.expr, reason: str) -> str:
        """A complaint about one line, in the form that editors can jump to."""
        return f"{self.path}:{node.lineno}: {reason}"


@cache
def tracked_files() -> tuple[PurePosixPath, ...]:
    """All files that are or would be committed; generated and ignored ones are not looked at."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(PurePosixPath(name) for name in sorted(set(names.split("\0"))) if (ROOT / name).is_file())


@cache
def product() -> tuple[Source, ...]:
    """Every Python file of the product and the playground, without migrations, which are written once and kept."""
    paths = (path for path in tracked_files() if path.suffix == ".py" and path.parts[0] in PRODUCT)
    return tuple(
        Source.parse(str(path), (ROOT / path).read_text(encoding="utf-8"))
        for path in paths
        if "versions" not in path.parts
    )


def called_name(call: ast.Call) -> str:
    """How the called thing is spelled, for example `uow.session.commit`; unknown parts are left out."""
    return dotted(call.func)


def dotted(node: ast.expr) -> str:
    """The dotted spelling of a name; the last part alone where the beginning is not a name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attribute):
            return f"{dotted(value)}.{attribute}".lstrip(".")
        case _:
            return ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    """All calls below a node."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))
