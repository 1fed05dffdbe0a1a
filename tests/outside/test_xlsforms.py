"""Workbooks that others made: what pyxform accepts is accepted, what it refuses is refused."""

import json
from pathlib import Path

import pytest

from core.errors import InvalidInput
from i18n.translator import Translator
from surveys.questionnaire import from_json, to_json
from surveys.xlsform.reading import Imported, read_questionnaire

Inventory = list[dict[str, str]]


@pytest.fixture(scope="module")
def inventory(outside_data: Path) -> Inventory:
    path = outside_data / "xlsforms" / "inventory.json"
    if not path.exists():
        pytest.skip(f"no workbooks at {path.parent}")
    listed: Inventory = json.loads(path.read_text("utf-8"))
    return listed


def read(outside_data: Path, file_name: str) -> Imported:
    content = (outside_data / "xlsforms" / file_name).read_bytes()
    return read_questionnaire(content, file_name)


def is_accepted(outside_data: Path, file_name: str) -> bool:
    try:
        read(outside_data, file_name)
    except InvalidInput:
        return False
    return True


def test_agrees_with_pyxform_on_every_workbook(outside_data: Path, inventory: Inventory) -> None:
    judged = [entry for entry in inventory if entry["pyxform"]]
    wrong = [
        entry["file"]
        for entry in judged
        if is_accepted(outside_data, entry["file"]) != (entry["pyxform"] == "ok")
    ]
    assert not wrong


def test_every_fault_has_a_sentence_and_nearly_all_a_place(outside_data: Path, inventory: Inventory) -> None:
    translator = Translator()
    for entry in inventory:
        try:
            read(outside_data, entry["file"])
        except InvalidInput as error:
            for fault in error.faults:
                assert translator.text("faults." + fault.code, "es", **fault.params)
                assert fault.code != "refused"
                assert fault.sheet and fault.row, entry["file"]


def test_every_questionnaire_survives_json(outside_data: Path, inventory: Inventory) -> None:
    for entry in inventory:
        if entry["pyxform"] == "ok":
            found = read(outside_data, entry["file"]).questionnaire
            assert from_json(json.loads(json.dumps(to_json(found)))) == found
