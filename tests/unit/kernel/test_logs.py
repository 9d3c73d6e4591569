"""Nothing of what people write reaches the log, whoever logs it and at whatever level."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from backend.kernel.errors import BadInput
from backend.kernel.logs import set_up_logs
from backend.kernel.settings import LogFormat

SECRET = "王芳 13912345678"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """The logs of the test run are as they were afterwards."""
    root, hook = logging.getLogger(), sys.excepthook
    handlers, level = root.handlers[:], root.level
    config = structlog.get_config()
    levels = {name: logging.getLogger(name).level for name in ("backend", "bot", "handlers", "scheduler")}
    yield
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, own in levels.items():
        logging.getLogger(name).setLevel(own)
    structlog.configure(**config)


def failing() -> BaseException:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as cause:
            raise ValueError(f"no such person: {SECRET}") from cause
    except ValueError as error:
        return error


@pytest.mark.parametrize("log_format", LogFormat)
def test_an_exception_tells_kind_and_place_but_not_its_words(capsys: pytest.CaptureFixture[str], log_format: LogFormat):
    set_up_logs(log_format, "DEBUG")

    structlog.get_logger("bot.handling").error("update.failed", reference="ABCDE", exc_info=failing())

    written = capsys.readouterr().err
    assert SECRET not in written
    assert "ABCDE" in written
    assert "KeyError" in written
    assert "ValueError" in written
    assert "in failing" in written


def test_an_error_of_the_program_itself_says_what_it_is(capsys: pytest.CaptureFixture[str]):
    set_up_logs(LogFormat.JSON, "INFO")

    structlog.get_logger("bot").error("x", exc_info=AttributeError("'Message' object has no attribute 'txt'"))
    structlog.get_logger("bot").error("x", exc_info=BadInput("error.old_button", name=SECRET))

    written = capsys.readouterr().err
    assert "no attribute 'txt'" in written
    assert "error.old_button" in written
    assert SECRET not in written


@pytest.mark.parametrize("library", ["sqlalchemy.engine.Engine", "aiosqlite", "httpx", "telegram.Bot", "aiogram.event"])
def test_libraries_do_not_chatter_even_while_we_look_for_a_fault(capsys: pytest.CaptureFixture[str], library: str):
    set_up_logs(LogFormat.TEXT, "DEBUG")

    logging.getLogger(library).debug("parameters: %s", SECRET)
    logging.getLogger(library).info("POST https://api.telegram.org/bot1:token/sendMessage %s", SECRET)
    structlog.get_logger("bot.polling").debug("own.detail")

    written = capsys.readouterr().err
    assert SECRET not in written
    assert "own.detail" in written


def test_a_warning_of_a_library_is_heard_without_its_exception_s_words(capsys: pytest.CaptureFixture[str]):
    set_up_logs(LogFormat.TEXT, "INFO")

    logging.getLogger("sqlalchemy.pool").error("Exception during reset", exc_info=failing())

    written = capsys.readouterr().err
    assert "Exception during reset" in written
    assert SECRET not in written


async def test_a_task_that_nobody_awaited_does_not_print_its_exception(capsys: pytest.CaptureFixture[str]):
    set_up_logs(LogFormat.TEXT, "INFO")

    context = {"message": "Task exception was never retrieved", "exception": failing(), "future": f"<{SECRET}>"}
    asyncio.get_running_loop().call_exception_handler(context)

    written = capsys.readouterr().err
    assert "never retrieved" in written
    assert SECRET not in written


def test_a_process_that_dies_says_where_and_not_what(capsys: pytest.CaptureFixture[str]):
    set_up_logs(LogFormat.TEXT, "INFO")
    error = failing()

    sys.excepthook(type(error), error, error.__traceback__)

    written = capsys.readouterr().err
    assert "process.died" in written
    assert SECRET not in written
