"""The six brands under which people find everything that the community offers."""

from __future__ import annotations

from enum import StrEnum


class Brand(StrEnum):
    """会客 乐享 养老 教育 汇聚 有你."""

    RECEPTION = "reception"
    ENJOYMENT = "enjoyment"
    ELDERLY_CARE = "elderly_care"
    EDUCATION = "education"
    GATHERING = "gathering"
    WITH_YOU = "with_you"
