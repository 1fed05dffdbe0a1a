"""No line of the log holds what names a person or what they said, whoever wrote it."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from rimay.logbook import JsonLines, PlainLines

ROOT = Path(__file__).parent.parent.parent
CHAT, SAID, TOKEN = 1_700_000_002, "me duele la espalda", "123456:AAtokenTOKENtoken"
SECRETS = (str(CHAT), SAID, TOKEN, "Ana", "espalda")


@pytest.fixture(params=[JsonLines, PlainLines])
def written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is in the log, each line as it is written."""
    for library in ("dbos", "uvicorn", "uvicorn.error"):  # once they have run, they would not
        monkeypatch.setattr(logging.getLogger(library), "propagate", True)
    lines: list[str] = []
    formatter = request.param("worker")

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    keeper, root = Keeper(), logging.getLogger()
    root.addHandler(keeper)
    yield lines
    root.removeHandler(keeper)


def clean(lines: list[str]) -> str:
    """The lines, once nothing secret has been found in them."""
    together = "\n".join(lines)
    assert lines
    for secret in SECRETS:
        assert secret not in together
    return together


def test_our_own_sentence_is_kept_with_its_counts_and_kinds(written: list[str]) -> None:
    logging.getLogger("rimay.delivery").warning("broadcast %d waits %.1f s: %s", 42, 1.5, "NetworkError")

    assert "broadcast 42 waits 1.5 s: NetworkError" in clean(written)


@pytest.mark.parametrize(
    "given", [CHAT, SAID, str(CHAT), {"text": SAID}, [SAID], ValueError(SAID), SAID.encode(), -CHAT]
)
def test_what_one_of_our_own_sentences_should_not_have_been_given_is_left_out(
    written: list[str], given: object
) -> None:
    logging.getLogger("bot.reception").error("something is wrong with %s", given)

    assert "something is wrong with" in clean(written)


def test_the_words_of_an_exception_are_left_out_and_its_way_is_kept(written: list[str]) -> None:
    def answer() -> None:
        try:
            raise KeyError(CHAT)
        except KeyError as error:
            raise RuntimeError(f"{SAID} of {CHAT}") from error

    try:
        answer()
    except RuntimeError:
        logging.getLogger("rimay.bot").exception("a turn failed")

    kept = clean(written)
    assert "a turn failed" in kept
    assert "RuntimeError < KeyError" in kept
    assert "test_logbook.py" in kept and "answer" in kept


@pytest.mark.parametrize(
    ("library", "sentence", "given"),
    [
        ("aiohttp.client", "POST %s failed", (f"https://api.telegram.org/bot{TOKEN}/sendMessage",)),
        ("httpx", f'HTTP Request: POST https://api.telegram.org/bot{TOKEN}/getMe "200 OK"', ()),
        ("telegram.ext.Application", "No error handlers are registered: %s", ({"text": SAID, "id": CHAT},)),
        ("sqlalchemy.engine.Engine", "[cached] %r", ({"chat": CHAT, "answer": SAID},)),
        ("dbos", f"Exception encountered in workflow: {SAID}", ()),
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task Ana {CHAT}>", ()),
        ("uvicorn.error", f"Exception in ASGI application\n{SAID}", ()),
        ("py.warnings", f"{SAID}: DeprecationWarning", ()),
        ("rimayish.other", SAID, ()),
    ],
)
def test_of_what_a_library_writes_only_level_and_name_are_kept(
    written: list[str], library: str, sentence: str, given: tuple[object, ...]
) -> None:
    logging.getLogger(library).error(sentence, *given, extra={"answer": SAID})

    assert library in clean(written)


def test_of_an_error_of_the_database_the_kind_is_kept(written: list[str]) -> None:
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT * FROM people WHERE said = :said"), {"said": SAID})
    except SQLAlchemyError:
        logging.getLogger("sqlalchemy.pool").exception("Exception during reset: %s", SAID)
    engine.dispose()

    assert "OperationalError" in clean(written)


def test_an_address_that_is_taken_is_known_by_its_number(written: list[str]) -> None:
    logging.getLogger("uvicorn.error").error(OSError(98, f"error while attempting to bind {SAID}"))

    assert "OSError EADDRINUSE" in clean(written)


def test_a_line_for_programs_has_the_same_fields_whoever_reads_it() -> None:
    record = logging.LogRecord("rimay.jobs", logging.ERROR, "x.py", 1, "%d jobs", (3,), None)
    line = json.loads(JsonLines("worker").format(record))

    assert {**line, "time": ""} == {
        "time": "",
        "level": "ERROR",
        "role": "worker",
        "logger": "rimay.jobs",
        "event": "3 jobs",
    }


DYING = f"""
import logging, sys, threading
from rimay.logbook import keep_log
keep_log(sys.argv[1], "worker")
import dbos._logger
dbos._logger.init_logger()
dbos._logger.dbos_logger.error("{SAID}")
thread = threading.Thread(target=lambda: int("{SAID}"))
thread.start(); thread.join()
logging.getLogger("httpx").warning("{SAID} %d", "no number")
class Letter:
    def __repr__(self):
        return "{SAID}"
    def __del__(self):
        raise OSError("{SAID}")
Letter()
raise RuntimeError("{SAID} {CHAT}")
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_process_that_dies_says_how_and_nothing_else(form: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DYING, form], cwd=ROOT, capture_output=True, text=True, timeout=60
    )

    lines = ended.stderr.splitlines()
    kept = clean(lines)
    assert ended.returncode == 1
    assert "RuntimeError" in kept and "ValueError" in kept and "ended by an error" in kept
    assert "OSError" in kept and "an error that nobody could catch" in kept
    if form == "json":
        assert [json.loads(line)["logger"] for line in lines] == [
            "dbos",
            "rimay.process",
            "httpx",
            "rimay.process",
            "rimay.process",
        ]
