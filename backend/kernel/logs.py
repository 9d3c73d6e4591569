"""Structured logs: text on a terminal, JSON in production; keys that could hold personal data are cut out."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from backend.kernel.settings import LogFormat

PRIVATE_KEYS = frozenset({"text", "name", "phone", "identity", "address", "caption", "body", "token", "username"})
"""Never logged, whoever passes them: S3 of the promises."""


def set_up_logs(log_format: LogFormat, level: str) -> None:
    """Send structlog's and the standard library's records to stderr in one format. Call once, at start."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if log_format is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_private_keys,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=renderer))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "aiogram.event", "apscheduler", "alembic"):
        # These write full addresses, and the address of a Bot API call holds the token.
        logging.getLogger(noisy).setLevel(logging.WARNING)


def without_private_keys(_logger: Any, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must not be logged; a processor of structlog."""
    for key in PRIVATE_KEYS & record.keys():
        record[key] = "(withheld)"
    return record
