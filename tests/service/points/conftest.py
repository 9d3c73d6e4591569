"""Stages for the tests of points."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service.points.stage import Stage


@pytest.fixture
def stage(database_url: str) -> Iterator[Stage]:
    """Books without a line, on both databases."""
    opened = Stage(database_url)
    yield opened
    opened.close()
