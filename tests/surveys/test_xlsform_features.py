"""One small workbook a feature: what it says arrives whole."""

import json

import pytest

from surveys.questionnaire import Group, Kind, Question, Questionnaire, from_json, to_json
from surveys.xlsform.reading import Imported, read_questionnaire


def read(text: str, **files: bytes) -> Imported:
    return read_questionnaire(text.encode(), "form.md", {n.replace("_", "."): c for n, c in files.items()})


def questionnaire(text: str) -> Questionnaire:
    return read(text).questionnaire


def question(text: str, path: str) -> Question:
    return questionnaire(text).question(path)


HEARD_AND_SEEN = """
| survey |
| | type          | name | label::es | label::qu | guidance_hint::es | image | audio::qu | media::video::es |
| | begin_group   | g    | Grupo     | Tantachiy |                   | g.png |           |                  |
| | select_one yn | q    | ¿Sí?      | Arichu?   | Lea despacio      | q.png | q.mp3     | q.mp4            |
| | end_group     |      |           |           |                   |       |           |                  |
| choices |
| | list_name | name | label::es | label::qu | image::es | big-image::es |
| | yn        | y    | Sí        | Ari       | y.png     | large.png     |
| | yn        | n    | No        | Mana      |           |               |
"""


def test_guidance_is_apart_from_the_hint() -> None:
    read_one = question(HEARD_AND_SEEN, "g/q")
    assert (read_one.guidance, read_one.hint) == ({"es": "Lea despacio"}, {})


def test_a_question_brings_its_media_in_each_language() -> None:
    assert question(HEARD_AND_SEEN, "g/q").media == {
        "image": {"es": "q.png"},
        "audio": {"qu": "q.mp3"},
        "video": {"es": "q.mp4"},
    }


def test_a_group_and_a_choice_bring_media_too() -> None:
    read_one = questionnaire(HEARD_AND_SEEN)
    group = read_one.nodes[0]
    assert isinstance(group, Group)
    assert group.media == {"image": {"es": "g.png"}}
    yes, no = read_one.question("g/q").choices
    assert yes.media == {"image": {"es": "y.png"}, "big-image": {"es": "large.png"}}
    assert no.media == {}


def test_media_and_guidance_without_a_translation_are_counted_where_a_language_was_named() -> None:
    lacking = [
        (notice.sheet, notice.row, notice.column, notice.params["locale"])
        for notice in read(HEARD_AND_SEEN).notices
        if notice.code == "translation_missing"
    ]
    assert lacking == [
        ("survey", 3, "guidance_hint::es", "qu"),
        ("survey", 3, "audio::qu", "es"),
        ("survey", 3, "media::video::es", "qu"),
        ("choices", 2, "image::es", "qu"),
        ("choices", 2, "big-image::es", "qu"),
    ]


def test_all_of_it_survives_json() -> None:
    read_one = questionnaire(HEARD_AND_SEEN)
    assert from_json(json.loads(json.dumps(to_json(read_one)))) == read_one


TRIGGERED = """
| survey |
| | type         | name | label | trigger    | calculation |
| | text         | a    | A     |            |             |
| | text         | b    | B     |            |             |
| | text         | c    | C     | ${a}       |             |
| | dateTime     | d    | D     | ${a}, ${b} | now()       |
| | begin_repeat | r    | R     |            |             |
| | text         | e    | E     |            |             |
| | calculate    | f    |       | ${e}       | 1 + 1       |
| | end_repeat   |      |       |            |             |
"""


@pytest.mark.parametrize(
    ("path", "triggers", "calculation"),
    [
        ("a", (), ""),
        ("c", ("a",), "''"),
        ("d", ("a", "b"), "now()"),
        ("r/f", ("r/e",), "1 + 1"),
    ],
)
def test_a_trigger_says_when_and_the_calculation_what(
    path: str, triggers: tuple[str, ...], calculation: str
) -> None:
    read_one = question(TRIGGERED, path)
    assert (read_one.triggers, read_one.calculation) == (triggers, calculation)


def test_a_humanitarian_tag_comes_along_and_one_that_is_none_is_noticed() -> None:
    imported = read("""
        | survey |
        | | type        | name | label | hxl                |
        | | begin_group | g    | G     |                    |
        | | integer     | a    | A     | #affected+refugees |
        | | end_group   |      |       |                    |
        | | text        | b    | B     | refugees           |
    """)
    assert [question.hxl for question in imported.questionnaire.questions()] == [
        "#affected+refugees",
        "refugees",
    ]
    assert [(notice.code, notice.row, notice.column) for notice in imported.notices] == [
        ("hxl_not_a_tag", 5, "hxl")
    ]


@pytest.mark.parametrize("kind", ["group", "repeat"])
def test_a_group_keeps_its_appearance(kind: str) -> None:
    group = questionnaire(f"""
        | survey |
        | | type         | name | label | appearance |
        | | begin_{kind} | g    | G     | field-list |
        | | text         | a    | A     |            |
        | | end_{kind}   |      |       |            |
    """).nodes[0]
    assert isinstance(group, Group)
    assert group.appearance == "field-list"


def test_a_question_that_is_only_seen_is_no_blank() -> None:
    imported = read("""
        | survey |
        | | type | name | label | image   |
        | | note | a    |       | map.png |
    """)
    assert imported.questionnaire.question("a").kind is Kind.NOTE
    assert imported.questionnaire.question("a").media == {"image": {"es": "map.png"}}
    assert "nothing_to_read" not in [notice.code for notice in imported.notices]
