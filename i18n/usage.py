"""Which texts the code and the templates ask for.

The rules, so that a key can always be found:

- a string literal `domain.words` is the key of a text, in Python as in a template;
- a literal, or the part of an f-string, that ends in `_` (`"console.state_" + state`) stands for every key
  that begins so; one that ends in the dot (`"voices." + kind`) for all the domain, but for the next three;
- in the room `bot`, whose texts are in `chat`, `text("words", ...)` is `chat.words`; so with `_t` and `say`;
- `code = "words"` in the body of a class is the refusal `errors.words`;
- `Fault("words", ...)`, or a name that ends so, is the fault `faults.words`;
- `Refusal("words", ...)` is what the chat answers, `chat.refusal_words`.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from i18n.filling import SPEAKS, Asking, askings_in_python, askings_in_template

DOMAINS = (
    "chat",
    "console",
    "brief",
    "faults",
    "errors",
    "cli",
    "voices",
    "rehearsal",
    "paper",
    "entry",
    "media",
    "editor",
    "export",
    "audience",
    "links",
    "sending",
    "aside",
    "upkeep",
    "opinions",
    "voting",
    "moderation",
    "map",
    "analysis",
    "lottery",
    "themes",
    "council",
    "seats",
    "draws",
    "doors",
    "ballots",
    "chair",
    "coding",
    "testimony",
    "sittings",
    "commitments",
    "accounting",
    "helping",
)
ROOMS = ("rimay", "bot", "api", "deliberation", "surveys", "i18n", "core")
TEMPLATES = (".html", ".txt", ".xml", ".typ")

_KEY = re.compile(rf"(?:{'|'.join(DOMAINS)})\.[a-z0-9_]+(?<!_)")
_FAMILY = re.compile(rf"(?:{'|'.join(DOMAINS)})\.(?:[a-z0-9_]*_)?")
_QUOTED = re.compile(r"""["']([a-z]+\.[a-z0-9_]*)["']""")
_FILE_ENDINGS = tuple(".html .py .po .json .pdf .svg .css .js .csv .typ .txt .ics".split())
_COMPOSED = ("chat.", "errors.", "faults.")
_FAULT = re.compile(r"(?:^|_)fault$|Fault$")


@dataclass(slots=True)
class Usage:
    """Keys asked for, and where each was seen first; beginnings of composed ones; what is filled in."""

    keys: dict[str, str] = field(default_factory=dict)
    families: set[str] = field(default_factory=set)
    askings: list[Asking] = field(default_factory=list)

    def add(self, literal: str, place: str) -> None:
        """Count a literal, if it is a key or the beginning of keys."""
        if _KEY.fullmatch(literal) and not literal.endswith(_FILE_ENDINGS):
            self.keys.setdefault(literal, place)
        elif _FAMILY.fullmatch(literal) and literal not in _COMPOSED:
            self.families.add(literal)

    def covers(self, key: str) -> bool:
        """Whether something asks for the key."""
        return key in self.keys or key.startswith(tuple(self.families))


def find_usage(root: Path) -> Usage:
    """What the rooms under `root` ask for."""
    usage = Usage()
    for path in _files(root):
        place = path.relative_to(root).as_posix()
        text = path.read_text("utf-8")
        python = path.suffix == ".py"
        literals = _python_literals(text) if python else _QUOTED.findall(text)
        spoken = _spoken_in_chat(text) if place.startswith("bot/") else ()
        for literal in (*literals, *spoken):
            usage.add(literal, place)
        if python or path.suffix == ".html":
            usage.askings += (askings_in_python if python else askings_in_template)(text, place)
    return usage


def _files(root: Path) -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            if path.suffix == ".py" or ("templates" in path.parts and path.suffix in TEMPLATES):
                yield path


def _python_literals(source: str) -> Iterator[str]:
    """Every literal, and the keys that codes stand for."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=str(literal)):
                yield literal
            case ast.ClassDef():
                yield from (f"errors.{code}" for code in _class_codes(node.body))
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                yield from _called_codes(name, node)


def _class_codes(body: Iterable[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                yield code
            case ast.AnnAssign(target=ast.Name(id="code"), value=ast.Constant(value=str(code))):
                yield code


def _called_codes(name: str, call: ast.Call) -> Iterator[str]:
    """The code that a call makes a fault or a refusal of: its first argument or `code=`."""
    if _FAULT.search(name):
        family = "faults."
    elif name == "Refusal":
        family = "chat.refusal_"
    else:
        return
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "code")]
    for argument in given:
        yield from (family + code for code in _beginnings(argument))


def _spoken_in_chat(source: str) -> Iterator[str]:
    """The keys of which the chat gives the words only, at once or by a name that holds them."""
    tree = ast.parse(source)
    held: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                held.setdefault(name, []).extend(_beginnings(value))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[key, *_]) if (
                name in SPEAKS
            ):
                found = held.get(key.id, []) if isinstance(key, ast.Name) else _beginnings(key)
                yield from ("chat." + words for words in found if "." not in words)


def _beginnings(expression: ast.expr) -> Iterator[str]:
    """What a string may begin with, as far as the source says: all of it for a literal."""
    match expression:
        case ast.Constant(value=str(words)):
            yield words
        case ast.BinOp(left=left):
            yield from _beginnings(left)
        case ast.JoinedStr(values=[first, *_]):
            yield from _beginnings(first)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _beginnings(body)
            yield from _beginnings(orelse)
