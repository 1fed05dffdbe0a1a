"""`rimay voices`: what the file holds, who may be quoted, and that nothing is left behind when it goes wrong."""

import csv
import json
import os
import pty
import random
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

ANSWERS = [
    "Falta agua potable en el barrio Alpachaca.",
    "",
    "Me llamo Yuleisy Paredes y no consigo trabajo, mi número es 0991234567.",
    "Ñukanchik llaktapi yakuta mana charinchikchu.",
    "Mi esposo me pega y tengo miedo, ayúdenme por favor.",
    "Pedimos más trabajo para los jóvenes de la parroquia.",
    "Propongo una feria de trabajo cada mes en la plaza.",
    "The bus is late and we need help with this.",
    "El agua llega sucia y la tubería del barrio está rota.",
    "En la comunidad no hay yaku para las wawakuna.",
    "<p>Gracias por <b>escuchar</b> a la gente migrante del barrio.</p>",
    "No me dieron trabajo por ser venezolana y me insultaron.",
]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "rimay", "voices", *map(str, arguments)]


def run(*arguments: str | Path, seed: int = 0) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONHASHSEED": str(seed), "OPENBLAS_NUM_THREADS": str(1 + seed % 2)}
    return subprocess.run(command(*arguments), env=env, capture_output=True, text=True)


def written(path: Path, answers: list[str], quoted: list[str] | None = None) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "TEXT", *(["may_quote"] if quoted else [])])
        for number, text in enumerate(answers):
            rows.writerow([number, text, *([quoted[number]] if quoted else [])])
    return path


def voices_in(
    folder: Path, answers: list[str], quoted: list[str] | None = None, seed: int = 0
) -> dict[str, Any]:
    out = folder / "voices.json"
    done = run(written(folder / "answers.csv", answers, quoted), "--column", "TEXT", "--out", out, seed=seed)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(out.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return voices_in(tmp_path_factory.mktemp("voices"), ANSWERS)


def test_every_answer_is_there_in_the_order_of_its_row(found: dict[str, Any]) -> None:
    answers = found["answers"]
    assert [answer["row"] for answer in answers] == list(range(1, len(ANSWERS) + 1))
    assert all(answer.keys() == {"row", "language", "kind", "theme", "redacted"} for answer in answers)
    languages = [answer["language"] for answer in answers]
    assert [languages[at] for at in (0, 1, 3, 7, 9)] == ["es", "other", "qu", "other", "mixed"]
    assert [answers[at]["kind"] for at in (0, 1, 5, 6, 10, 11)] == [
        "need",
        "other",
        "request",
        "proposal",
        "thanks",
        "experience",
    ]
    assert answers[1]["redacted"] == "" and answers[1]["theme"] is None


def test_nothing_that_names_a_person_is_left(found: dict[str, Any]) -> None:
    everything = json.dumps(found, ensure_ascii=False)
    assert "Yuleisy" not in everything and "0991234567" not in everything
    assert found["answers"][2]["redacted"].startswith("Me llamo [name] y no consigo trabajo")
    assert "<" not in found["answers"][10]["redacted"]


def test_themes_add_up_and_quote_their_own_rows(found: dict[str, Any]) -> None:
    themes = {answer["row"]: answer["theme"] for answer in found["answers"]}
    for theme in found["themes"]:
        rows = [row for row, its_theme in themes.items() if its_theme == theme["id"]]
        assert theme["count"] == len(rows) == sum(theme["kinds"].values())
        assert theme["label"] and {*theme["quotes"], *theme["typical"], *theme["dissenting"]} <= set(rows)
    assert any(theme["quotes"] for theme in found["themes"])


def test_the_tone_is_told_of_all_together_and_of_few_not_at_all(
    found: dict[str, Any], tmp_path: Path
) -> None:
    assert found["tone"] is None, "seven answers in Spanish"
    many = voices_in(
        tmp_path, [*ANSWERS, *(f"Gracias, muy buena la feria {n}." for n in range(9)), "Yaku illan."]
    )
    tone = many["tone"]
    assert tone["positive"] >= 9 and tone["answers"] == many["languages"]["es"] >= 10
    assert sum(tone[leaning] for leaning in ("positive", "neutral", "negative", "unsure")) == tone["answers"]


def test_somebody_in_danger_is_pointed_out_and_never_quoted(found: dict[str, Any]) -> None:
    assert found["protection"] == [5]
    assert found["dangers"] == [{"row": 5, "dangers": ["violence"]}]
    assert all(5 not in theme["quotes"] for theme in found["themes"])


def test_the_summary_carries_its_rows_in_both_languages(found: dict[str, Any]) -> None:
    for sentence in found["summary"]:
        assert sentence["count"] == len(sentence["rows"]) > 0
        assert sentence["es"] and sentence["qu"] and str(sentence["count"]) in sentence["es"]


def test_only_who_allowed_it_is_quoted_and_without_the_column_it_is_said_to_be_unknown(
    found: dict[str, Any], tmp_path: Path
) -> None:
    assert found["quotes_allowed"] is None
    quoted = ["yes" if row in (1, 9) else "no" for row in range(1, len(ANSWERS) + 1)]
    asked = voices_in(tmp_path, ANSWERS, quoted)
    assert asked["quotes_allowed"] == 2
    assert {row for theme in asked["themes"] for row in theme["quotes"]} <= {1, 9}


def test_the_order_of_rows_and_the_number_of_threads_change_nothing_that_is_said(tmp_path: Path) -> None:
    words = {
        "agua": "falta sucia tubería barrio",
        "trabajo": "sueldo contrato jefe horas",
        "escuela": "cupo niños aula",
    }
    draw = random.Random(5)
    answers = [
        f"{draw.choice(['No hay', 'Pido', 'Propongo'])} {word} {' '.join(draw.sample(others.split(), 2))} {number}"
        for number in range(40)
        for word, others in words.items()
    ]
    shuffled = draw.sample(range(len(answers)), len(answers))
    one = voices_in(tmp_path, answers)
    other = voices_in(tmp_path, [answers[at] for at in shuffled], seed=1)

    def told(report: dict[str, Any], original: list[int]) -> Any:
        themes = [(t["label"], t["words"], t["count"], t["kinds"]) for t in report["themes"]]
        placed = sorted((original[a["row"] - 1], a["theme"], a["kind"]) for a in report["answers"])
        summary = [
            (s["es"], s["qu"], sorted(original[row - 1] for row in s["rows"])) for s in report["summary"]
        ]
        return themes, placed, summary

    assert told(one, list(range(len(answers)))) == told(other, shuffled)


def test_prints_the_summary_or_what_programs_need(tmp_path: Path) -> None:
    answers, out = written(tmp_path / "answers.csv", ANSWERS), tmp_path / "voices.json"
    done = run(answers, "--column", "TEXT", "--out", out)
    assert "Una persona debe leer hoy estas filas: 5." in done.stdout.splitlines()
    assert "Yuleisy" not in done.stdout + done.stderr
    kichwa = run(answers, "--column", "TEXT", "--out", out, "--language", "qu", "--themes", "2")
    assert kichwa.stdout.startswith("Kutichiykuna: 12. Yuyaykuna: 2.")
    short = json.loads(run(answers, "--column", "TEXT", "--out", out, "--json").stdout)
    assert short["answers"] == 12 and short["protection"] == [5] and short["file"] == str(out)
    assert out.stat().st_mode & 0o777 == 0o600


def test_faults_are_told_and_leave_nothing_behind(tmp_path: Path) -> None:
    answers, out = written(tmp_path / "answers.csv", ANSWERS), tmp_path / "voices.json"
    done = run(answers, "--column", "RESPUESTA", "--out", out)
    assert done.returncode == 1
    assert done.stderr == (
        "answers.csv · 1: No hay una columna «RESPUESTA». Las columnas son: «id», «TEXT».\n"
    )
    answers.write_bytes("id,TEXT\n1,mañana\n".encode("latin-1"))
    done = run(answers, "--column", "TEXT", "--out", out)
    assert done.returncode == 1 and "UTF-8" in done.stderr
    assert run(answers, "--column", "TEXT", "--out", tmp_path / "nowhere" / "v.json").returncode == 2
    assert run(answers, "--out", out).returncode == 2
    assert list(tmp_path.iterdir()) == [answers]


def test_stopped_half_way_it_leaves_nothing_behind(tmp_path: Path) -> None:
    """On a terminal, since only there a bar says that reading has begun."""
    answers, out = written(tmp_path / "answers.csv", ANSWERS * 4000), tmp_path / "voices.json"
    screen, terminal = pty.openpty()
    with subprocess.Popen(command(answers, "--column", "TEXT", "--out", out), stderr=terminal) as working:
        os.close(terminal)
        shown = b""
        while b"Leyendo respuestas" not in shown:
            shown += os.read(screen, 4096)
        working.send_signal(signal.SIGINT)
        with suppress(OSError):  # how a terminal says that nobody writes any more
            while piece := os.read(screen, 4096):
                shown += piece
    os.close(screen)
    assert working.returncode == 130 and "Se detuvo a medias. No se guardó nada." in shown.decode()
    assert list(tmp_path.iterdir()) == [answers]
