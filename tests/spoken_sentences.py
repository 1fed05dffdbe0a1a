"""Finds sentences that people would read and that do not come from the catalogues.

Not every string is for people. Looked at are strings handed to what shows or prints something, Spanish prose
anywhere in the rooms that speak, and the text of templates outside `{{ }}`.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.house_rules import File

SPEAKING = frozenset({"bot", "api", "rimay"})
PROPER_NAMES = frozenset({"Rimay", "Español", "Kichwa"})
"""They are the same in every language."""

_SHOWS = frozenset({"Message", "Button", "print", "echo", "secho", "PlainTextResponse", "HTMLResponse"})
_READ_ALOUD = frozenset({"alt", "aria-description", "aria-label", "placeholder", "title", "value"})
_SPANISH = re.compile(r"[¿¡áéíóúñ]|\b(?:el|la|los|las|del|que|para|con|una|por|sus|usted)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')
_QUOTED = re.compile(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`")


def speaks_through_the_catalogue(file: File) -> Iterator[str]:
    """A sentence in the code is one that no interpreter reads and that Kichwa speakers get in Spanish."""
    if file.room in SPEAKING and "demonstration" not in file.path:
        if file.is_python:
            yield from _in_python(file)
        elif file.path.endswith(".html"):
            yield from _in_template(file)
        elif file.path.endswith(".js"):
            yield from _in_script(file)


def _in_python(file: File) -> Iterator[str]:
    tree = file.tree
    silent = _never_shown(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _SHOWS:
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if any(_is_for_people(text) for text in _written_out(argument)):
                    yield f"{file.path}:{node.lineno}: shows {ast.unparse(argument)}"
        elif isinstance(node, ast.Constant) and id(node) not in silent and _is_spanish(node.value):
            yield f"{file.path}:{node.lineno}: {node.value!r}"


def _never_shown(tree: ast.Module) -> set[int]:
    """Docstrings; and help of commands, which the command line has in Spanish only."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Expr(value=ast.Constant() as text) | ast.keyword(arg="help", value=ast.Constant() as text)
            ):
                found.add(id(text))
    return found


def _written_out(node: ast.expr) -> Iterator[str]:
    """The texts that appear as they stand: not those by which something else is asked for."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for part in parts:
                yield from _written_out(part)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _written_out(left)
            yield from _written_out(right)
        case ast.IfExp(body=one, orelse=other):
            yield from _written_out(one)
            yield from _written_out(other)


def _is_for_people(text: str) -> bool:
    """One small word is for programs."""
    return _WORD.search(text) is not None and (" " in text or text != text.lower())


def _is_spanish(value: object) -> bool:
    return isinstance(value, str) and " " in value.strip() and _SPANISH.search(value) is not None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


class _Texts(HTMLParser):
    """Texts of a page with their lines; code of the template is taken out before."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Attributes that are shown or read aloud."""
        shown = [value for name, value in attrs if name in _READ_ALOUD and value and " " in value.strip()]
        self.found += [(self.getpos()[0], value) for value in shown]

    def handle_data(self, data: str) -> None:
        """Text between tags; what a macro writes into a tag is none."""
        self.found.append((self.getpos()[0], _ATTRIBUTE.sub("", data).strip()))


def _in_template(file: File) -> Iterator[str]:
    texts = _Texts()
    texts.feed(_CODE.sub(lambda code: "\n" * code[0].count("\n"), file.text))
    texts.close()
    for line, text in texts.found:
        if any(word not in PROPER_NAMES for word in _WORD.findall(text)):
            yield f"{file.path}:{line}: {text!r}"


def _in_script(file: File) -> Iterator[str]:
    for number, line in enumerate(file.text.splitlines(), start=1):
        for groups in _QUOTED.findall(line.partition("//")[0]):
            if any(_is_spanish(text) for text in groups):
                yield f"{file.path}:{number}: {''.join(groups)!r}"
