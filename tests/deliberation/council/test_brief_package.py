"""The open data of a brief: described as the specification asks, and every number counts out the same again."""

import csv
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from deliberation.council.brief import Facts, build_brief
from deliberation.council.brief_package import render_package
from deliberation.council.brief_wording import word_brief
from i18n.translator import Translator
from tests.deliberation.council.brief_facts import both, full_facts

TYPES = {"string", "integer", "boolean"}


def package(translator: Translator, facts: Facts | None = None) -> bytes:
    return render_package(
        [build_brief(facts or full_facts(), language) for language in ("es", "qu")], translator
    )


@pytest.fixture
def unpacked(translator: Translator, tmp_path: Path) -> Path:
    with ZipFile(io.BytesIO(package(translator))) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def recomputed(folder: Path) -> "subprocess.CompletedProcess[str]":
    """As a third party runs it: with Python alone, none of our modules within reach."""
    command = [sys.executable, "-I", str(folder / "recompute.py")]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})


def rows_of(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults_of(folder: Path) -> list[str]:
    """What of the description does not hold: the rules of Data Package, Tabular Data Resource and Table Schema 1."""
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    faults = [] if described["profile"] == "tabular-data-package" and described["resources"] else ["profile"]
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", described["created"]):
        faults.append("created")
    names = [described["name"], *(each["name"] for each in described["resources"])]
    faults += [name for name in names if not re.fullmatch(r"[a-z0-9._-]+", name)]
    faults += ["names come twice"] if len(set(names)) < len(names) else []
    for resource in described["resources"]:
        faults += [f"{resource['name']}: {fault}" for fault in _faults_of_table(folder, resource)]
    return faults


def _faults_of_table(folder: Path, resource: dict[str, Any]) -> list[str]:
    content, schema = (folder / resource["path"]).read_bytes(), resource["schema"]
    faults = []
    if resource["bytes"] != len(content) or resource["hash"] != "sha256:" + sha256(content).hexdigest():
        faults.append("its size or digest is another")
    if resource["profile"] != "tabular-data-resource" or resource["encoding"] != "utf-8":
        faults.append("profile or encoding")
    lines = list(csv.reader(io.StringIO(content.decode(), newline="")))
    fields = schema["fields"]
    if lines[0] != [field["name"] for field in fields]:
        faults.append("the header is not the schema")
    for line in lines[1:]:
        cells = zip(fields, line, strict=True)
        faults += [f"{line}: {field['name']}" for field, cell in cells if not _fits(field, cell)]
    places = [lines[0].index(name) for name in schema["primaryKey"]]
    keys = [tuple(line[place] for place in places) for line in lines[1:]]
    return [*faults, *(["a key comes twice"] if len(set(keys)) < len(keys) else [])]


def _fits(field: dict[str, Any], cell: str) -> bool:
    if cell == "":
        return not field.get("constraints", {}).get("required", False)
    if field["type"] == "integer":
        return re.fullmatch(r"-?\d+", cell) is not None
    return field["type"] in TYPES and (field["type"] != "boolean" or cell in ("true", "false"))


def test_is_described_as_frictionless_data_are(unpacked: Path) -> None:
    assert faults_of(unpacked) == []


def test_every_column_of_every_table_is_in_the_dictionary_in_both_languages(unpacked: Path) -> None:
    explained = {(row["table"], row["field"]) for row in rows_of(unpacked, "dictionary.csv")}
    for file in (unpacked / "data").glob("*.csv"):
        if file.name != "dictionary.csv":
            header = file.read_text("utf-8").splitlines()[0].split(",")
            assert {(file.name, field) for field in header} <= explained
    assert all(row["meaning_es"] and row["meaning_qu"] for row in rows_of(unpacked, "dictionary.csv"))


def test_a_third_party_counts_every_number_again(unpacked: Path) -> None:
    result = recomputed(unpacked)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "P1.people\t62\t62\tmatch" in result.stdout
    assert "R.silent.percent\t26\t26\tmatch" in result.stdout
    assert "P2.group2.people\twithheld\twithheld\tmatch" in result.stdout


def test_a_number_that_was_changed_is_found(unpacked: Path) -> None:
    results = unpacked / "data" / "results.csv"
    results.write_text(results.read_text("utf-8").replace(",62\n", ",63\n"), "utf-8")
    result = recomputed(unpacked)
    assert result.returncode == 1
    assert "P1.people\t63\t62\tMISMATCH" in result.stdout
    assert "data/results.csv: not the file" in result.stdout


def test_a_weighted_share_that_was_changed_is_found(unpacked: Path) -> None:
    assert "P1.weighted.percent\t41\t41\tmatch" in recomputed(unpacked).stdout
    numbers, weighting = unpacked / "data" / "numbers.csv", unpacked / "data" / "weighting.csv"
    printed = numbers.read_text("utf-8")
    numbers.write_text(printed.replace('language",41', 'language",42'), "utf-8")
    result = recomputed(unpacked)
    assert result.returncode == 1 and "P1.weighted.percent\t41\t42\tMISMATCH" in result.stdout
    numbers.write_text(printed, "utf-8")
    weighting.write_text(weighting.read_text("utf-8").replace(",60,29", ",60,39"), "utf-8")
    result = recomputed(unpacked)
    assert result.returncode == 1 and "P1.weighted.percent\t48\t41\tMISMATCH" in result.stdout


def test_the_keys_in_the_brief_are_those_of_the_package(unpacked: Path, translator: Translator) -> None:
    worded = word_brief(build_brief(full_facts(), "es"), translator)
    keys = {row["key"] for row in rows_of(unpacked, "numbers.csv")}
    assert keys == {line.key for line in worded.references}
    printed = {row["number"]: row["printed"] for row in rows_of(unpacked, "numbers.csv")}
    for number, item in enumerate(worded.items, 1):
        if item.anchor:
            assert f"{printed[f'P{number}.people']} de" in item.amount
            assert f"({printed[f'P{number}.percent']}\u00a0%)" in item.amount


def test_no_small_number_is_in_it(unpacked: Path) -> None:
    for name in ("results.csv", "groups.csv", "words.csv", "tone.csv", "points.csv", "weighting.csv"):
        for row in rows_of(unpacked, name):
            for column in ("people", "agree", "against", "passed", "named"):
                assert row.get(column, "") in ("", "0") or int(row[column]) >= 5


def test_the_same_brief_gives_the_same_bytes(translator: Translator) -> None:
    assert package(translator) == package(translator)


def test_no_label_can_run_in_a_spreadsheet(translator: Translator, tmp_path: Path) -> None:
    plain = full_facts()
    rows = tuple(replace(row, label=both("=1+1")) for row in plain.questions[0].rows)
    facts = replace(plain, questions=(replace(plain.questions[0], rows=rows), plain.questions[1]))
    with ZipFile(io.BytesIO(package(translator, facts))) as archive:
        archive.extractall(tmp_path)
    assert {row["label_es"] for row in rows_of(tmp_path, "results.csv") if row["question"] == "needs"} == {
        "'=1+1"
    }
    assert recomputed(tmp_path).returncode == 0
