"""THE TABLE of house rules: each looks at one source and yields its complaints."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from tests.architecture.sources import Source, called_name, calls, dotted

Rule = Callable[[Source], Iterator[str]]

MOST_LINES = 300
MOST_LINES_OF_FUNCTION = 40
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uf900-\ufaff\uff01-\uffef]")
DUMPING_GROUNDS = {"utils", "util", "helpers", "helper", "misc", "manager", "managers", "data", "stuff", "common"}

# Domains and their tables of reactions are called by edges; only an edge knows when all is said.
SERVICE_ROOMS = {"registry", "issues", "visits", "devices", "alerts", "points", "bookings", "plans", "goals"} | {
    "notify",
    "insights",
    "reactions.py",
}
CLOCKS = {"backend/kernel/clock.py", "playground/clock.py", "playground/telegram/clock.py"}
MACHINE_TIME = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|time\.time(_ns)?)$")
TELLS_TELEGRAM = re.compile(
    r"\.(answer|reply|edit|delete|forward|copy|send|pin|unpin|react)"
    r"(_(text|caption|media|reply_markup|live_location|to|copy|photo|album|media_group|location|voice|venue|video"
    r"|document|contact|poll|animation|audio|sticker|callback_query|message\w*))?$"
)


def one_commit(source: Source) -> Iterator[str]:
    """Only the unit of work commits a session, and no service commits a unit of work."""
    if str(source.path) == "backend/kernel/unit_of_work.py":
        return
    is_service = source.room == "backend" and source.path.parts[1] in SERVICE_ROOMS
    for call in calls(source.tree):
        *owner, verb = called_name(call).split(".")
        if verb == "commit" and (is_service or (owner and owner[-1].strip("_") in {"session", "connection"})):
            yield source.at(call, "commits; the edge that opened the unit of work does that, once")


def replies_are_returned(source: Source) -> Iterator[str]:
    """A handler returns its reply unsent, so that it leaves after the commit."""
    if source.room != "handlers":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
            name = called_name(node.value)
            if TELLS_TELEGRAM.search(name) or "bot" in name.split(".")[:-1]:
                yield source.at(node, f"awaits {name}: talks to Telegram inside the transaction; return it")


def words_live_in_locales(source: Source) -> Iterator[str]:
    """No Chinese in a string that we say; docstrings, and patterns that read what people wrote, may have it."""
    if source.room == "locales" or not CHINESE.search(source.text):
        return
    unsaid = {id(part) for node in ast.walk(source.tree) if _is_unsaid(source, node) for part in ast.walk(node)}
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Constant) or id(node) in unsaid:
            continue
        if isinstance(node.value, str) and CHINESE.search(node.value):
            yield source.at(node, "Chinese in code; words live in locales/, sample names in TOML")


def _is_unsaid(source: Source, node: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring, or the description of an attribute
        case ast.Call():
            return called_name(node).endswith(("re.compile", "str.maketrans"))
        case ast.JoinedStr() | ast.Constant(value=str()):
            # Raw strings are written for patterns only.
            return (ast.get_source_segment(source.text, node) or "")[:2].lower().strip("f\"'") == "r"
        case _:
            return False


def names_say_something(source: Source) -> Iterator[str]:
    """No dumping grounds: a file or folder is named after what it owns."""
    parts = source.path.with_suffix("").parts
    rest = parts[2:] if parts[:2] == ("handlers", "common") else parts
    yield from (f"{source.path}: {part!r} says nothing about its content" for part in rest if part in DUMPING_GROUNDS)


def files_are_small(source: Source) -> Iterator[str]:
    """A file that outgrows a few screens owns more than one thing."""
    lines = source.text.count("\n")
    if lines > MOST_LINES:
        yield f"{source.path}: {lines} lines; at most {MOST_LINES}"


def functions_are_small(source: Source) -> Iterator[str]:
    """A function fits on one screen; its docstring is not counted."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
            if lines > MOST_LINES_OF_FUNCTION:
                yield source.at(node, f"{node.name} has {lines} lines; at most {MOST_LINES_OF_FUNCTION}")


def only_settings_read_the_environment(source: Source) -> Iterator[str]:
    """Settings are built by the composition root and handed down; importing a module reads nothing."""
    if source.room == "bot" or str(source.path) == "backend/kernel/settings.py":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in {"os.environ", "os.getenv", "environ"}:
            yield source.at(node, "reads the environment; ask the Settings")
        if isinstance(node, ast.Call) and called_name(node).split(".")[-1] == "Settings":
            yield source.at(node, "builds Settings; only bot/ does")


def the_clock_is_asked(source: Source) -> Iterator[str]:
    """The injected clock tells the time, so that tests and the playground can move it."""
    if str(source.path) in CLOCKS:
        return
    for call in calls(source.tree):
        if MACHINE_TIME.search(called_name(call)):
            yield source.at(call, f"{called_name(call)} asks the machine; ask the clock")


def the_delivery_loop_sends(source: Source) -> Iterator[str]:
    """Only messaging/ speaks to a channel: everybody else adds a message to the outbox."""
    if source.room not in {"backend", "handlers", "scheduler"} or source.path.parts[:2] == ("backend", "messaging"):
        return
    for call in calls(source.tree):
        if re.search(r"(^|\.)_?channels?(\[|\.|$)", called_name(call)) and called_name(call).endswith(".send"):
            yield source.at(call, "sends by itself; add a message to the outbox")


RULES: tuple[Rule, ...] = (
    one_commit,
    replies_are_returned,
    words_live_in_locales,
    names_say_something,
    files_are_small,
    functions_are_small,
    only_settings_read_the_environment,
    the_clock_is_asked,
    the_delivery_loop_sends,
)


def button_prefixes(source: Source) -> Iterator[tuple[str, str]]:
    """The prefix of each kind of callback data, and the class that has it."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            given = [keyword.value for keyword in node.keywords if keyword.arg == "prefix"]
            given += [value for statement in node.body if (value := _prefix_of(statement)) is not None]
            for value in given:
                if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                    yield value.value, f"{source.path}:{node.lineno} {node.name}"


def _prefix_of(statement: ast.stmt) -> ast.expr | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id="prefix")], value=value):
            return value
        case ast.AnnAssign(target=ast.Name(id="prefix"), value=value):
            return value
        case _:
            return None
