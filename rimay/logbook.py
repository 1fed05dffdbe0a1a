"""The log of a process: when, how grave, where, which event. No line holds what a person is called, wrote or tapped.

Our own sentences are written in the code and filled with counts, codes and kinds of errors; anything else in them is
replaced by its kind. What libraries write may quote an address with the bot's token or the parameters of a query: of
their lines only the level, the logger and the kind of the error are kept. No message of an exception is ever kept.
"""

import errno
import json
import logging
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from traceback import StackSummary, walk_tb
from types import TracebackType
from typing import Any

from core.clock import now

_OURS = frozenset({"rimay", "bot", "api", "deliberation", "surveys", "i18n", "core", "migrations"})
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_LARGEST = 10_000_000
"""A larger number could be that of a chat; counts and our own identifiers are smaller."""
_MOST_FRAMES = 30
_QUIET = ("dbos", "uvicorn", "uvicorn.error", "uvicorn.access")
"""Libraries that bring a way to the screen of their own."""
_log = logging.getLogger("rimay.process")


def keep_log(form: str, role: str) -> None:
    """From now on this process writes its log to stderr, as `text` or `json`, and dies in it as well."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(role) if form == "json" else PlainLines(role))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("rimay").setLevel(logging.INFO)
    for name in _QUIET:
        library = logging.getLogger(name)
        library.handlers[:] = [logging.NullHandler()]  # with none at all it would add its own again
        library.propagate = True
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # its complaint would quote the line that could not be written
    sys.excepthook = _note_end
    threading.excepthook = lambda end: _note_end(end.exc_type, end.exc_value, end.exc_traceback)
    sys.unraisablehook = lambda lost: _note_lost(lost.exc_type, lost.exc_value, lost.exc_traceback)


def _note_end(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("ended by an error", exc_info=(kind, error or kind(), trace))


def _note_lost(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """In a finalizer, say. Of what was being finalized nothing is said: it may show what it holds."""
    _log.error("an error that nobody could catch", exc_info=(kind, error or kind(), trace))


class PlainLines(logging.Formatter):
    """A line for people."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        """Without anything that names a person."""
        facts = facts_of(record, self._role)
        error = f" [{facts['error']}]" if "error" in facts else ""
        trace = "".join(f"\n    {place}" for place in facts.get("trace", ()))
        event = facts.get("event", "")
        return f"{facts['time']} {facts['level']} {self._role} {facts['logger']} {event}{error}{trace}"


class JsonLines(logging.Formatter):
    """A line for programs."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def format(self, record: logging.LogRecord) -> str:
        """Without anything that names a person."""
        return json.dumps(facts_of(record, self._role), ensure_ascii=False)


def facts_of(record: logging.LogRecord, role: str) -> dict[str, Any]:
    """What may be kept of a line: time, level, role, logger; event; error and trace."""
    facts: dict[str, Any] = {
        "time": now().isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "role": role,
        "logger": record.name,
    }
    if record.name.partition(".")[0] in _OURS:
        facts["event"] = _event(record)
    error = _error_of(record)
    if error is not None:
        facts["error"] = " < ".join(map(kind_of, _chain(error)))
        facts["trace"] = [place for one in _chain(error) for place in _trace(one)][:_MOST_FRAMES]
    return facts


def _event(record: logging.LogRecord) -> str:
    """The sentence of the code, filled with what names nobody. It is a literal there: a house rule sees to that."""
    sentence, given = str(record.msg), record.args
    if not given:
        return sentence if isinstance(record.msg, str) else type(record.msg).__name__
    try:
        if isinstance(given, tuple):
            return sentence % tuple(map(_harmless, given))
        return sentence % {name: _harmless(value) for name, value in given.items()}
    except (TypeError, ValueError):
        return sentence


def _harmless(value: object) -> object:
    match value:
        case bool() | float():
            return value
        case int() if abs(value) < _LARGEST:
            return value
        case str() if _WORD.fullmatch(value):
            return value
        case int():
            return 0
    return type(value).__name__


def _error_of(record: logging.LogRecord) -> BaseException | None:
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        return record.exc_info[1]
    given = record.args if isinstance(record.args, tuple) else ()
    return next((one for one in (record.msg, *given) if isinstance(one, BaseException)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, the last first."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def kind_of(error: BaseException) -> str:
    """The name of an error, with its number where the machine or PostgreSQL gave it one; never its words."""
    name = type(error).__name__
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        return f"{name} {errno.errorcode[error.errno]}"
    state = getattr(error, "sqlstate", None)
    return f"{name} {state}" if isinstance(state, str) and re.fullmatch(r"[0-9A-Z]{5}", state) else name


def _trace(error: BaseException) -> Iterator[str]:
    for frame in StackSummary.extract(walk_tb(error.__traceback__), lookup_lines=False):
        yield f"{_short(frame.filename)}:{frame.lineno} {frame.name}"


def _short(path: str) -> str:
    """The last folders: where the house is installed is nobody's affair."""
    return "/".join(Path(path).parts[-3:])
