"""The one condition that cuts every query to the org paths that its reader may see."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_

from backend.registry.models import OrgUnit


def within(paths: Iterable[str]) -> ColumnElement[bool]:
    """Rows whose org unit lies at or below one of `paths`; with no path at all nothing fits."""
    return or_(*(OrgUnit.path.startswith(path, autoescape=True) for path in paths), OrgUnit.id < 0)
