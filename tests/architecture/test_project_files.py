"""The files that people start from say the same as the program: locks, settings, targets."""

from __future__ import annotations

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from backend.kernel.settings import Settings
from tests.architecture.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins(lock: str) -> set[tuple[str, str]]:
    """Names with exact versions; a name may come twice, when an older Python needs an older version."""
    return set(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / lock).read_text(), flags=re.MULTILINE))


def unsatisfied(requirements: list[str], lock: str) -> list[str]:
    """The requirements in whose range no pinned version lies, or one that does not."""
    missing = []
    for requirement in map(Requirement, requirements):
        pinned = [version for name, version in pins(lock) if name == canonicalize_name(requirement.name)]
        if not pinned or not all(map(requirement.specifier.contains, pinned)):
            missing.append(str(requirement))
    return missing


def test_the_locks_hold_what_the_project_asks_for():
    development = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]

    assert unsatisfied(PROJECT["dependencies"], "requirements.lock") == []
    assert unsatisfied(development, "requirements-dev.lock") == []


def test_what_is_tested_is_what_runs():
    assert pins("requirements.lock") <= pins("requirements-dev.lock")


def test_every_pinned_file_has_a_hash():
    for lock in ("requirements.lock", "requirements-dev.lock", "requirements-node.lock"):
        pinned = re.split(r"^(?=[a-z0-9-]+==)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
        assert pinned
        assert [entry.split()[0] for entry in pinned if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", ["package-lock.json", "bench/node_red/package-lock.json"])
def test_what_npm_fetches_is_pinned_by_its_hash_and_by_no_address(lock: str):
    packages = json.loads((ROOT / lock).read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}

    assert fetched
    assert [name for name, entry in fetched.items() if "resolved" in entry] == []
    # What comes inside of another package is covered by that package's hash.
    assert [name for name, entry in fetched.items() if not entry.keys() & {"integrity", "inBundle"}] == []


def test_the_example_of_settings_names_every_setting_and_no_other():
    named = set(re.findall(r"^#?(YOULIN_[A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))

    assert named == {f"YOULIN_{name.upper()}" for name in Settings.model_fields}


def test_make_help_explains_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)[0].split()

    explained = re.findall(r"^([a-z]+):.*## [A-Z].*\.$", makefile, flags=re.MULTILINE)

    assert sorted(explained) == sorted(targets)


def test_every_document_that_is_linked_to_exists():
    missing = []
    for document in [*ROOT.glob("*.md"), *(ROOT / "deploy").glob("*.md")]:
        for link in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            if not (document.parent / link).exists():
                missing.append(f"{document.relative_to(ROOT)}: {link}")

    assert missing == []
