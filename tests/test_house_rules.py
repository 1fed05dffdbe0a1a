"""The rules of the house hold, and each of them can fail."""

import subprocess
from pathlib import Path

import pytest

from tests.house_rules import (
    File,
    Rule,
    asks_time_in_one_place,
    commits_in_one_place,
    files_are_short,
    functions_are_short,
    logs_what_is_written_in_the_code,
    names_say_something,
    packages_are_empty,
    reads_environment_in_one_place,
    runs_on_any_machine,
)
from tests.migration_rules import migrations_only_add
from tests.spoken_sentences import speaks_through_the_catalogue

ROOT = Path(__file__).parent.parent
RULES = (
    commits_in_one_place,
    reads_environment_in_one_place,
    asks_time_in_one_place,
    files_are_short,
    functions_are_short,
    logs_what_is_written_in_the_code,
    migrations_only_add,
    packages_are_empty,
    names_say_something,
    runs_on_any_machine,
    speaks_through_the_catalogue,
)


@pytest.fixture(scope="session")
def files() -> list[File]:
    """Every text file of the project: what git knows, and what it does not know yet."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [path for path in listed.split("\0") if path and (ROOT / path).is_file()]
    return [File(path, text) for path in paths if (text := _text(ROOT / path)) is not None]


def _text(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule: Rule, files: list[File]) -> None:
    breaches = [breach for file in files for breach in rule(file)]
    assert not breaches, f"{rule.__doc__}\n" + "\n".join(breaches)


LONG_FUNCTION = "def turn():\n" + "    pass\n" * 50
REVISION = "migrations/versions/0009_some_change.py"
MIGRATION = "def upgrade() -> None:\n    {}\n"
HOST = "https://py" + "pi.org/simple"
BREACHES = [
    (commits_in_one_place, "surveys/conversation/turns.py", "db.commit()"),
    (commits_in_one_place, "api/pages.py", "self.session.rollback()"),
    (commits_in_one_place, "api/pages.py", "with engine.begin() as connection: ..."),
    (reads_environment_in_one_place, "bot/pace.py", "os.environ['RIMAY_PACE']"),
    (reads_environment_in_one_place, "bot/pace.py", "from os import getenv"),
    (asks_time_in_one_place, "surveys/conversation/turns.py", "datetime.now(UTC)"),
    (asks_time_in_one_place, "surveys/conversation/turns.py", "datetime.date.today()"),
    (asks_time_in_one_place, "surveys/conversation/turns.py", "time.time()"),
    (asks_time_in_one_place, "surveys/conversation/turns.py", "from time import time"),
    (asks_time_in_one_place, "surveys/tables.py", "mapped_column(server_default=func.now())"),
    (files_are_short, "api/static/page.css", "a {}\n" * 401),
    (functions_are_short, "bot/pace.py", LONG_FUNCTION),
    (logs_what_is_written_in_the_code, "bot/pace.py", '_log.warning(f"{chat} waits")'),
    (logs_what_is_written_in_the_code, "bot/pace.py", "_log.error(str(error))"),
    (migrations_only_add, REVISION, MIGRATION.format('op.drop_column("delivery", "reason")')),
    (migrations_only_add, REVISION, MIGRATION.format('op.rename_table("delivery", "letter")')),
    (migrations_only_add, REVISION, MIGRATION.format('op.alter_column("delivery", "chunk", nullable=False)')),
    (
        migrations_only_add,
        REVISION,
        MIGRATION.format('op.add_column("delivery", sa.Column("weight", sa.Integer(), nullable=False))'),
    ),
    (
        migrations_only_add,
        REVISION,
        MIGRATION.format('op.execute("ALTER TABLE delivery DROP COLUMN reason")'),
    ),
    (migrations_only_add, REVISION, "CONTRACT = True\n" + MIGRATION.format('op.drop_table("delivery")')),
    (packages_are_empty, "bot/__init__.py", "from bot.pace import Pace"),
    (names_say_something, "bot/text_utils.py", ""),
    (names_say_something, "core/base.py", ""),
    (runs_on_any_machine, "docs/operations.md", HOST),
    (runs_on_any_machine, "Makefile", "cd /" + "home/ana/rimay"),
    (speaks_through_the_catalogue, "bot/pace.py", 'Message("Hola")'),
    (speaks_through_the_catalogue, "bot/pace.py", 'context.send(Message(f"Faltan {left} preguntas"))'),
    (speaks_through_the_catalogue, "rimay/serve.py", 'print("Listo" if done else text)'),
    (speaks_through_the_catalogue, "api/pages.py", 'title = "Informe para el consejo"'),
    (speaks_through_the_catalogue, "api/templates/home.html", "<p>{{ t('console.home') }} y más</p>"),
    (speaks_through_the_catalogue, "api/templates/home.html", '<img alt="Mapa de Imbabura">'),
    (
        speaks_through_the_catalogue,
        "api/static/live.js",
        'status.textContent = "Sin conexión con el servidor"',
    ),
]


@pytest.mark.parametrize(("rule", "path", "text"), BREACHES)
def test_a_breach_is_found(rule: Rule, path: str, text: str) -> None:
    assert list(rule(File(path, text)))


ALLOWED = [
    (commits_in_one_place, "core/database.py", "db.commit()"),
    (commits_in_one_place, "surveys/responses.py", "dialogue.begin(questionnaire)"),
    (reads_environment_in_one_place, "core/settings.py", "os.environ"),
    (asks_time_in_one_place, "core/clock.py", "datetime.now(UTC)"),
    (asks_time_in_one_place, "bot/pace.py", "time.monotonic()"),
    (files_are_short, "LICENSE", "\n" * 600),
    (functions_are_short, "bot/pace.py", LONG_FUNCTION.replace("\n    pass", '\n    """Promise."""', 1)),
    (logs_what_is_written_in_the_code, "bot/pace.py", '_log.warning("broadcast %d waits", broadcast_id)'),
    (
        migrations_only_add,
        REVISION,
        MIGRATION.format(
            'op.create_table("x", sa.Column("id", ID, nullable=False))\n'
            '    op.add_column("x", sa.Column("y", ID, nullable=False, server_default="0"))\n'
            '    op.create_index("ix_x_y", "x", ["y"])'
        ),
    ),
    (
        migrations_only_add,
        "migrations/versions/0002_before.py",
        MIGRATION.format('op.drop_table("delivery")'),
    ),
    (
        migrations_only_add,
        REVISION,
        'CONTRACT = True\n"""No release since 0003 reads it."""\n' + MIGRATION.format('op.drop_table("y")'),
    ),
    (packages_are_empty, "bot/__init__.py", ""),
    (names_say_something, "core/database.py", ""),
    (runs_on_any_machine, "docs/operations.md", "/var/lib/rimay, ./tmp/x, https://example.org/home/page"),
    (speaks_through_the_catalogue, "bot/pace.py", '"""Espera el turno de la persona."""'),
    (speaks_through_the_catalogue, "rimay/form.py", 'typer.Typer(help="Cuestionarios de la Unidad.")'),
    (speaks_through_the_catalogue, "bot/pace.py", 'Message(context.text("nothing_open", language))'),
    (speaks_through_the_catalogue, "api/templates/home.html", '<a title="{{ t("x") }}">Rimay</a> {# nota #}'),
    (speaks_through_the_catalogue, "api/static/live.js", 'root.querySelector("main form")'),
]


@pytest.mark.parametrize(("rule", "path", "text"), ALLOWED)
def test_what_is_allowed_raises_no_alarm(rule: Rule, path: str, text: str) -> None:
    assert not list(rule(File(path, text)))
