"""What is doubtful in a questionnaire though nothing forbids it: texts that are missing or long, say."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from core.errors import Fault
from surveys.questionnaire import (
    NOT_IN_CHAT,
    SILENT,
    Kind,
    Localized,
    Node,
    Question,
    Questionnaire,
)
from surveys.translations import TEXTS, lacks, lists_once, read_nodes
from surveys.xlsform.columns import Columns
from surveys.xlsform.conditions import conditions_of
from surveys.xlsform.languages import language_code
from surveys.xlsform.list_files import is_list
from surveys.xlsform.places import Places
from surveys.xlsform.searching import search_of
from surveys.xlsform.xform import MEDIA_FORMS

LONGEST_SENTENCE = 20
"""Words that a plain sentence has at most."""
TRANSLATED = (*TEXTS, *MEDIA_FORMS)
"""Columns that may stand in several languages."""
TAG = re.compile(r"#\w+(\s*[+#]\s*\w+)*")
SELECTS = frozenset({Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK})
MADE_BY_PYXFORM = "Specify other."
BARE_WORD = re.compile(r"[^\W\d]+")
WORD = re.compile(r"\$\{[^}]*\}|[\w'’-]+")
SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+|\n")


def notices_of(questionnaire: Questionnaire, places: Places) -> tuple[Fault, ...]:
    """Every doubt, in the order of the workbook: the survey sheet first, then the choices."""
    nodes = [
        notice for node in read_nodes(questionnaire.nodes) for notice in _of_node(node, questionnaire, places)
    ]
    lists = [notice for name in questionnaire.lists for notice in _of_list(name, questionnaire, places)]
    nodes += _of_profile(questionnaire, places)
    nodes += _of_files(questionnaire, places)
    return (*sorted(nodes, key=lambda notice: notice.row or 0), *lists)


def _of_files(questionnaire: Questionnaire, places: Places) -> Iterator[Fault]:
    """Choices from a file that lack a translation: one notice a list, as the rows are in no sheet."""
    for question, choices in lists_once(questionnaire.asked()):
        words = places.cell(places.row_of(question.path), "type").split()
        of_file = words[:1] == ["select_one_external"] or any(map(is_list, words))
        for language in questionnaire.languages if of_file or search_of(question.appearance) else ():
            if count := sum(lacks(choice.label, language) for choice in choices):
                yield places.fault(
                    "choices_untranslated", question.path, "type", locale=language, count=count
                )


def _of_profile(questionnaire: Questionnaire, places: Places) -> Iterator[Fault]:
    """Conditions on what is asked for the profile: where no person is known, nobody is asked that."""
    kept = {question.path for question in questionnaire.questions() if question.keep}
    for condition in conditions_of(questionnaire.nodes) if kept else ():
        found = sorted(kept & condition.reads())
        if found and condition.path not in kept:
            name = found[0].rpartition("/")[2]
            yield places.fault("depends_on_profile", condition.path, condition.field, name=name)


def missing_translations(notices: tuple[Fault, ...], languages: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """How many texts, pictures and recordings each language lacks, by what they are: "label", "hint", "choices" ..."""
    missing: dict[str, Counter[str]] = {language: Counter() for language in languages}
    for notice in notices:
        if notice.code == "translation_missing":
            missing[str(notice.params["locale"])][str(notice.params["text"])] += 1
        elif notice.code == "choices_untranslated":
            missing[str(notice.params["locale"])]["choices"] += int(notice.params["count"])
    return {language: dict(counted) for language, counted in missing.items()}


def _of_node(node: Node, questionnaire: Questionnaire, places: Places) -> Iterator[Fault]:
    made = MADE_BY_PYXFORM in node.label.values() and node.path not in places.rows
    texts = {field: getattr(node, field, {}) for field in TEXTS} | dict(node.media)
    for notice in () if made else _of_texts(texts, questionnaire.languages, places.survey):
        yield replace(notice, sheet=places.workbook.title("survey"), row=places.row_of(node.path))
    if isinstance(node, Question) and node.kind not in SILENT:
        yield from _of_question(node, places, made=made)


def _of_question(question: Question, places: Places, *, made: bool) -> Iterator[Fault]:
    if made:
        yield places.fault("other_in_english", question.path, "type")
    if question.kind in NOT_IN_CHAT:
        yield places.fault("kind_not_in_chat", question.path, "type", kind=question.kind.value)
    if not question.label and not question.hint and not question.media:
        yield places.fault("nothing_to_read", question.path, "label")
    if BARE_WORD.fullmatch(question.required):
        yield places.fault(
            "required_not_understood",
            question.path,
            "required",
            written=question.required,
        )
    if question.hxl and not TAG.fullmatch(question.hxl):
        yield places.fault("hxl_not_a_tag", question.path, "hxl", written=question.hxl)
    if question.choices and not any(choice.value for choice in question.choices):
        yield places.fault("choices_without_value", question.path, "type")
    if question.kind in SELECTS and not question.choices and "itemset" not in question.parameters:
        yield places.fault("no_choices", question.path, "type")


def _of_texts(
    texts: Mapping[str, Localized], languages: tuple[str, ...], columns: Columns
) -> Iterator[Fault]:
    """What is doubtful in the texts of one row, by column. A file without a language is for every language."""
    for field, text in texts.items():
        if field in MEDIA_FORMS and not any(columns.language(header, field) for header in columns.all(field)):
            continue
        for notice in _of_text(text, languages):
            if field not in MEDIA_FORMS or notice.code == "translation_missing":
                column = _header(columns, field, str(notice.params["locale"]))
                yield replace(notice, column=column, params={**notice.params, "text": field})


def _of_text(text: Localized, languages: tuple[str, ...]) -> Iterator[Fault]:
    """What is doubtful in one text; one that is empty in every language was not meant to be there."""
    for language in languages if text else ():
        if not text.get(language, "").strip():
            yield Fault("translation_missing", params={"locale": language})
    for language, written in text.items():
        words = max(len(WORD.findall(sentence)) for sentence in SENTENCE_END.split(written))
        if words > LONGEST_SENTENCE:
            params: dict[str, str | int] = {
                "locale": language,
                "words": words,
                "limit": LONGEST_SENTENCE,
            }
            yield Fault("sentence_long", params=params)


def _header(columns: Columns, field: str, locale: str) -> str:
    """The column in which a text of a language stands, or should stand."""
    headers = columns.all(field)
    named = {header: columns.language(header, field) for header in headers}
    fitting = (header for header, name in named.items() if name and language_code(name) == locale)
    return next(fitting, None) or (headers[0] if headers else field)


def _of_list(name: str, questionnaire: Questionnaire, places: Places) -> Iterator[Fault]:
    sheet = places.workbook.title("choices")
    for choice in questionnaire.lists[name]:
        row = places.row_of_choice(name, choice.value)
        if row is None:  # from a file, or made by pyxform
            continue
        if not choice.label and not choice.media:
            column = places.choices.find("label") or "label"
            yield Fault("choice_without_label", sheet, row, column, {"choice": choice.value})
        texts = {"label": choice.label} | dict(choice.media)
        for notice in _of_texts(texts, questionnaire.languages, places.choices):
            text = "choices" if notice.params["text"] == "label" else f"choices {notice.params['text']}"
            yield replace(notice, sheet=sheet, row=row, params={**notice.params, "text": text})
