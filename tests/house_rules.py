"""The rules of the house that a reviewer forgets. Each takes a file and says, a line each, what breaks it."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath

ROOMS = frozenset({"rimay", "core", "i18n", "surveys", "deliberation", "bot", "api", "migrations"})
MOST_LINES = 400
MOST_LINES_OF_FUNCTION = 50

_BY_HAND = frozenset({".css", ".html", ".js", ".py"})
_NAMES_FOR_NOTHING = frozenset(
    {"base", "common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}
)
_CLOCK = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "strftime"},
    "func": {"now", "current_timestamp", "current_date", "localtimestamp"},
}
_HOSTS = re.compile(r"pypi[.]org|pythonhosted[.]org|npmjs[.]|crates[.]io|proxy[.]golang")
_PATHS = re.compile(r"(?<![\w.}/])/(?:root/(?!item)|(?:home|work|tmp|Users)/)[\w.]")


@dataclass(frozen=True)
class File:
    """A file of the project by its path from the root."""

    path: str
    text: str

    @property
    def room(self) -> str:
        """Its top-level folder."""
        return PurePath(self.path).parts[0]

    @property
    def is_python(self) -> bool:
        """Whether it can be parsed."""
        return self.path.endswith(".py")

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax."""
        return ast.parse(self.text)

    @property
    def runs(self) -> bool:
        """Whether it is Python that installations run; tests and benchmarks have more freedom."""
        return self.is_python and self.room in ROOMS


Rule = Callable[[File], Iterator[str]]


def commits_in_one_place(file: File) -> Iterator[str]:
    """A use case that commits could leave half of a turn behind: `Database.run` keeps all of it or nothing."""
    if not file.runs or file.path == "core/database.py":
        return
    for node in ast.walk(file.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="commit" | "rollback" as name)):
                yield _at(file, node, f"calls {name}; only core/database.py does")
            case ast.Call(func=ast.Attribute(value=owner, attr="begin" | "begin_nested" as name)):
                if (
                    re.search(r"(db|engine|session|connection)$", ast.unparse(owner))
                    and file.room != "migrations"
                ):
                    yield _at(file, node, f"calls {name}; only core/database.py opens transactions")


def reads_environment_in_one_place(file: File) -> Iterator[str]:
    """A setting that is read elsewhere is neither checked at the start nor listed for who operates this."""
    if not file.runs or file.path == "core/settings.py":
        return
    for node in ast.walk(file.tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr="environ" | "environb" | "getenv" | "putenv"):
                yield _at(file, node, "reads the environment; only core/settings.py does")
            case ast.ImportFrom(module="os", names=names):
                if any(name.name in ("environ", "environb", "getenv") for name in names):
                    yield _at(file, node, "reads the environment; only core/settings.py does")


def asks_time_in_one_place(file: File) -> Iterator[str]:
    """A test can only hold still the clock that everybody asks. Durations (`monotonic`) are no concern of it."""
    if not file.runs or file.path == "core/clock.py":
        return
    for node in ast.walk(file.tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) | ast.Attribute(attr=name), attr=asked)):
                if asked in _CLOCK.get(name, ()):
                    yield _at(file, node, f"asks {name}.{asked}(); only core/clock.py asks the time")
            case ast.ImportFrom(module="time", names=names):
                if any(name.name in _CLOCK["time"] for name in names):
                    yield _at(file, node, "asks the time; only core/clock.py does")


def logs_what_is_written_in_the_code(file: File) -> Iterator[str]:
    """A sentence that is composed before it is logged may hold what a person wrote, and no formatter can tell."""
    if not file.runs:
        return
    for node in ast.walk(file.tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="log" | "_log"), attr=level), args=[sentence, *_]
            ):
                plain = isinstance(sentence, ast.Constant) and isinstance(sentence.value, str)
                if level not in ("addFilter", "addHandler", "isEnabledFor", "setLevel") and not plain:
                    yield _at(file, node, "logs a sentence that is not written out there")


def files_are_short(file: File) -> Iterator[str]:
    """A longer file has two subjects: split it by noun."""
    lines = file.text.count("\n")
    if PurePath(file.path).suffix in _BY_HAND and lines > MOST_LINES:
        yield f"{file.path}: {lines} lines; split it by noun at {MOST_LINES}"


def functions_are_short(file: File) -> Iterator[str]:
    """A longer function does several things, and only its author knows which. Migrations are written by Alembic."""
    if not file.is_python or file.path.startswith("migrations/versions/"):
        return
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = _lines(node) - _lines_of_docstring(node)
            if lines > MOST_LINES_OF_FUNCTION:
                yield _at(file, node, f"{node.name} has {lines} lines of {MOST_LINES_OF_FUNCTION}")


def packages_are_empty(file: File) -> Iterator[str]:
    """Code in `__init__.py` runs whenever a neighbour is imported, and names get two addresses."""
    if file.path.endswith("__init__.py") and file.text.strip():
        yield f"{file.path}: is not empty"


def names_say_something(file: File) -> Iterator[str]:
    """A drawer that takes everything is where nothing is found again: name the noun."""
    stem = PurePath(file.path).stem
    if file.is_python and _NAMES_FOR_NOTHING.intersection(stem.split("_")):
        yield f"{file.path}: {stem} says nothing of what is inside"


def runs_on_any_machine(file: File) -> Iterator[str]:
    """Hosts of package registries and folders of one machine are wrong on the next."""
    for number, line in enumerate(file.text.splitlines(), start=1):
        for found in (_HOSTS.search(line), _PATHS.search(line)):
            if found:
                yield f"{file.path}:{number}: {found[0]!r} belongs to one machine or registry"


def _at(file: File, node: ast.expr | ast.stmt, what: str) -> str:
    return f"{file.path}:{node.lineno}: {what}"


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _lines_of_docstring(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return _lines(node.body[0]) if ast.get_docstring(node) is not None else 0
