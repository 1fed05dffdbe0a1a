"""The demonstration's workbook is the one that its script writes, and it follows our own advice."""

import io

import openpyxl
import pytest

from rimay.demonstration.workbook import NEEDS_ASSESSMENT, build_workbook
from surveys.questionnaire import Keep, Kind, Questionnaire
from surveys.xlsform.reading import Imported, read_questionnaire


@pytest.fixture(scope="module")
def imported() -> Imported:
    return read_questionnaire(NEEDS_ASSESSMENT.read_bytes(), NEEDS_ASSESSMENT.name)


@pytest.fixture(scope="module")
def questionnaire(imported: Imported) -> Questionnaire:
    return imported.questionnaire


def cells(book: openpyxl.Workbook) -> dict[str, list[tuple[object, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_committed_file_is_what_the_script_writes() -> None:
    written = io.BytesIO()
    build_workbook().save(written)
    assert cells(openpyxl.load_workbook(NEEDS_ASSESSMENT)) == cells(openpyxl.load_workbook(written))


def test_nothing_in_it_is_doubtful(imported: Imported) -> None:
    assert imported.notices == ()


def test_everything_is_said_in_both_languages(questionnaire: Questionnaire) -> None:
    assert questionnaire.languages == ("es", "qu")
    for question in questionnaire.questions():
        assert set(question.label) == {"es", "qu"}
        for choice in question.choices:
            assert set(choice.label) == {"es", "qu"}


def test_buttons_of_a_question_differ(questionnaire: Questionnaire) -> None:
    for question in questionnaire.questions():
        for language in questionnaire.languages:
            labels = [choice.label[language] for choice in question.choices]
            assert len(set(labels)) == len(labels), question.path


def test_what_is_asked_for_the_profile(questionnaire: Questionnaire) -> None:
    kept = {question.name: question.keep for question in questionnaire.questions() if question.keep}
    assert kept == {"attend": Keep.INVITE, "attend_needs": Keep.NEEDS, "own_canton": Keep.CANTON}
    assert not questionnaire.question("own_canton").required, "who would rather not is asked nothing more"


def test_the_chat_can_ask_all_of_it(questionnaire: Questionnaire) -> None:
    assert {question.kind for question in questionnaire.questions()} == {
        Kind.NOTE,
        Kind.SELECT_ONE,
        Kind.SELECT_MULTIPLE,
        Kind.INTEGER,
        Kind.DATE,
        Kind.TEXT,
    }
