"""The whole tree keeps the rules of the house."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.foreign_names import foreign_names
from tests.architecture.rules import RULES, Rule, button_prefixes
from tests.architecture.sources import ROOT, product, tracked_files

SPY = """
# wsgiref, which the metrics library brings, copies the whole environment when imported: no settings are read there.
import os, sys, importlib, pkgutil, wsgiref.handlers

class Watched(type(os.environ)):
    def __getitem__(self, key):
        if str(key).upper().startswith("YOULIN_"):
            sys.exit(f"importing reads {key}")
        return super().__getitem__(key)

os.environ.__class__ = Watched
import pydantic_settings
def refuse(self, *args, **kwargs):
    sys.exit(f"importing builds {type(self).__name__}")
pydantic_settings.BaseSettings.__init__ = refuse
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
    if ".migrations" not in module.name:  # those are run by Alembic, never imported
        importlib.import_module(module.name)
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule):
    complaints = [complaint for source in product() for complaint in rule(source)]

    assert not complaints, "\n".join(complaints)


def test_the_product_was_really_looked_at():
    rooms = {source.room for source in product()}

    assert {"backend", "playground"} <= rooms
    assert len(product()) > 30


def test_no_two_buttons_share_a_prefix():
    owners = defaultdict(list)
    for source in product():
        for prefix, owner in button_prefixes(source):
            owners[prefix].append(owner)

    shared = {prefix: classes for prefix, classes in owners.items() if len(classes) > 1}

    assert shared == {}


def import_all_of(package: str, folder: Path = ROOT) -> str:
    """Import every module of a package under the spy's eyes; returns what the spy said."""
    environment = {"PATH": os.environ["PATH"], "YOULIN_BOT_TOKEN": "1:trap"}
    command = [sys.executable, "-c", SPY, package]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False).stderr


def test_importing_the_backend_reads_no_settings():
    assert import_all_of("backend") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import os\ntoken = os.environ.get('YOULIN_BOT_TOKEN')", "importing reads YOULIN_BOT_TOKEN"),
        ("import pydantic_settings as p\nclass S(p.BaseSettings): ...\ns = S()", "importing builds S"),
    ],
)
def test_the_spy_sees_settings_read_while_importing(tmp_path: Path, text: str, said: str):
    (tmp_path / "careless").mkdir()
    (tmp_path / "careless" / "__init__.py").touch()
    (tmp_path / "careless" / "wiring.py").write_text(text)

    assert import_all_of("careless", tmp_path).strip() == said


def test_no_tracked_file_names_a_package_registry_or_a_machine_path():
    complaints = [
        complaint
        for path in tracked_files()
        for complaint in foreign_names(str(path), (ROOT / path).read_bytes().decode("utf-8", errors="ignore"))
    ]

    assert not complaints, "\n".join(complaints)
