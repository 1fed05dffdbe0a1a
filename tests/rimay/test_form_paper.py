"""`rimay form paper`: a PDF for the printer, whole or not at all."""

import json
from pathlib import Path

import pikepdf
import pytest
from typer.testing import CliRunner

from core.errors import InvalidInput
from rimay.command_line import app
from rimay.demonstration.workbook import NEEDS_ASSESSMENT
from surveys.entry.form_codes import read_code


def paper(*arguments: str | Path) -> dict[str, object]:
    result = CliRunner().invoke(
        app, ["form", "paper", *map(str, arguments), "--json"], catch_exceptions=False
    )
    assert result.exit_code == 0
    found: dict[str, object] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("language", ["es", "qu"])
def test_writes_as_many_copies_as_wanted_each_with_its_code(language: str, tmp_path: Path) -> None:
    out = tmp_path / "form.pdf"
    found = paper(NEEDS_ASSESSMENT, "--language", language, "--copies", "3", "--out", out)
    codes = found["codes"]
    assert isinstance(codes, list) and len(set(codes)) == 3
    assert all(read_code(code) == code for code in codes)
    with pikepdf.open(out) as pdf:
        assert str(pdf.Root.Lang) == f"{language}-EC"
        assert len(pdf.pages) % 3 == 0
    assert list(tmp_path.iterdir()) == [out]


def test_a_faulty_workbook_leaves_no_file(tmp_path: Path) -> None:
    form, out = tmp_path / "form.md", tmp_path / "form.pdf"
    form.write_text("| survey |\n| | type | name | label |\n| | txt | a | A |", "utf-8")
    with pytest.raises(InvalidInput):
        paper(form, "--out", out)
    assert not out.exists()


def test_an_unknown_language_is_a_matter_of_usage(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["form", "paper", str(NEEDS_ASSESSMENT), "--language", "fr", "--out", str(tmp_path / "x.pdf")]
    )
    assert result.exit_code == 2


def test_a_name_that_is_not_of_a_pdf_is_a_wrong_use(tmp_path: Path) -> None:
    out = tmp_path / "form.txt"
    result = CliRunner().invoke(app, ["form", "paper", str(NEEDS_ASSESSMENT), "--out", str(out)])
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []
