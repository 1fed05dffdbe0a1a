"""Migrations that a process of the release before can live with."""

import ast
import re
from collections.abc import Iterator

from tests.house_rules import File

_FIRST = 3
"""Before this revision there was only ever one process to replace."""

_TAKES_AWAY = frozenset(
    {"drop_column", "drop_constraint", "drop_table", "rename_table", "alter_column", "batch_alter_table"}
)
_SQL = re.compile(
    r"\b(?:DROP\s+(?:TABLE|COLUMN|CONSTRAINT)|RENAME|SET\s+NOT\s+NULL|ALTER\s+COLUMN)\b", re.IGNORECASE
)


def migrations_only_add(file: File) -> Iterator[str]:
    """Processes of the release before go on while they are replaced: what they read must still be there.

    A revision that takes something away says `CONTRACT = True`, and right below in a sentence since which release
    nothing reads it.
    """
    if not _is_held_to_it(file) or _is_declared(file.tree):
        return
    for function in file.tree.body:
        if isinstance(function, ast.FunctionDef) and function.name != "downgrade":
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and (what := _taken_away(node)):
                    yield f"{file.path}:{node.lineno}: {what}; only add, or declare CONTRACT with its reason"


def _is_held_to_it(file: File) -> bool:
    number = re.match(r"migrations/versions/(\d{4})_", file.path)
    return number is not None and int(number[1]) >= _FIRST


def _is_declared(tree: ast.Module) -> bool:
    for line, below in zip(tree.body, tree.body[1:], strict=False):
        match line, below:
            case (
                ast.Assign(targets=[ast.Name(id="CONTRACT")], value=ast.Constant(value=True)),
                ast.Expr(value=ast.Constant(value=str(reason))),
            ):
                return bool(reason.strip())
    return False


def _taken_away(call: ast.Call) -> str | None:
    match call:
        case ast.Call(func=ast.Attribute(attr=name)) if name in _TAKES_AWAY:
            return f"calls {name}"
        case ast.Call(func=ast.Attribute(attr="add_column"), args=[_, ast.Call() as column, *_]):
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in column.keywords}
            if given.get("nullable") == "False" and "server_default" not in given:
                return "adds a column that rows of the release before do not fill"
        case ast.Call(func=ast.Attribute(attr="execute"), args=[sentence, *_]):
            if _SQL.search(ast.unparse(sentence)):
                return "changes what is there by hand"
    return None
