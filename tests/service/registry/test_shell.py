"""An installation is filled from the shell, and a faulty file says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app


@pytest.fixture
def shell(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A shell on a machine with an empty database."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YOULIN_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("YOULIN_HOME", str(tmp_path / "home"))
    return CliRunner()


def say(shell: CliRunner, *words: str | Path) -> Result:
    return shell.invoke(app, [str(word) for word in words])


def test_the_two_files_of_a_community_fill_an_installation(shell: CliRunner, sample: Path):
    units = say(shell, "org", "load", sample / "org_units.json")

    records = say(shell, "registry", "load", sample / "registry.jsonl")

    assert (units.exit_code, records.exit_code) == (0, 0)
    assert "'person': 4499" in records.output


def test_a_file_from_windows_is_read_and_one_that_is_not_utf8_is_explained(
    shell: CliRunner, sample: Path, tmp_path: Path
):
    text = (sample / "org_units.json").read_text("utf-8")
    (tmp_path / "windows.json").write_text(text, "utf-8-sig")
    (tmp_path / "national.json").write_text(text, "gb18030")

    assert say(shell, "org", "load", tmp_path / "windows.json").exit_code == 0
    refused = say(shell, "org", "load", tmp_path / "national.json")

    assert (refused.exit_code, "not in UTF-8" in refused.output) == (1, True)


def test_every_fault_is_printed_with_its_place_field_and_reason(shell: CliRunner, sample: Path, tmp_path: Path):
    text = (sample / "org_units.json").read_text("utf-8")
    (tmp_path / "faulty.json").write_text(
        text.replace("Asia/Shanghai", "Asia/Dashiba").replace('"police"', '"circus"', 1)
    )
    say(shell, "org", "load", sample / "org_units.json")
    (tmp_path / "faulty.jsonl").write_text(
        '{"format":"youlin.registry/1","community":"500157004011"}\n{"record":"person"}\n'
    )

    units = say(shell, "org", "load", tmp_path / "faulty.json")
    records = say(shell, "registry", "load", tmp_path / "faulty.jsonl")

    assert (units.exit_code, records.exit_code) == (1, 1)
    assert "units.4, time_zone: is no IANA time zone" in units.output
    assert "line 2, key: missing (Field required)" in records.output
    assert "Traceback" not in units.output + records.output
