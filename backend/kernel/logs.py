"""Structured logs: text on a terminal, JSON in production; keys that could hold personal data are cut out."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from backend.kernel.settings import LogFormat
from backend.kernel.tracebacks import bare_traceback

PRIVATE_KEYS = frozenset({"text", "name", "phone", "identity", "address", "caption", "body", "token", "username"})
"""Never logged, whoever passes them: S3 of the promises."""


OWN_PACKAGES = ("backend", "bot", "handlers", "scheduler", "playground")
"""Only these speak below a warning: libraries write parameters of queries, whole requests, and addresses that hold the
token of the bot."""


def set_up_logs(log_format: LogFormat, level: str) -> None:
    """Send structlog's and the standard library's records to stderr in one format. Call once, at start.

    `level` is ours; of libraries only warnings and worse are heard.
    """
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
        bare_traceback,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    foreign = [*shared, first_line_of_asyncio]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=foreign, processor=renderer))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.getLevelName(level), logging.WARNING))
    for name in OWN_PACKAGES:
        logging.getLogger(name).setLevel(level)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What the interpreter would print with all its words."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger(__name__).critical("process.died", exc_info=error)


def first_line_of_asyncio(_logger: Any, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Below its first line the event loop writes out the task, and with it the exception; a processor of structlog."""
    if record["_record"].name == "asyncio":
        record["event"] = str(record["event"]).partition("\n")[0]
    return record


def without_private_keys(_logger: Any, _method: str, record: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must not be logged; a processor of structlog."""
    for key in PRIVATE_KEYS & record.keys():
        record[key] = "(withheld)"
    return record
