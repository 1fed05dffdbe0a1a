"""What a workbook says is what the questionnaire holds."""

import json

import pytest

from surveys.questionnaire import Group, Keep, Kind, Questionnaire, from_json, to_json
from surveys.xlsform.languages import language_codes
from surveys.xlsform.reading import Imported, read_questionnaire


def read(text: str, **files: bytes) -> Imported:
    named = {name.replace("_", "."): content for name, content in files.items()}
    return read_questionnaire(text.encode(), "form.md", named)


def questionnaire(text: str, **files: bytes) -> Questionnaire:
    return read(text, **files).questionnaire


HOUSEHOLD = """
| survey |
| | type         | name   | label::Español (es)   | label::Kichwa (qu) | relevant      | repeat_count |
| | note         | hello  | Hola                  | Alli puncha        |               |              |
| | text         | name   | ¿Su nombre?           | Kikinpak shuti?    |               |              |
| | begin_group  | about  | Usted                 |                    | ${name} != '' |              |
| | integer      | age    | Edad de ${name}       |                    |               |              |
| | begin_repeat | member | Familia               |                    |               | ${age}       |
| | text         | who    | ¿Quién?               |                    |               |              |
| | date         | born   | ¿Cuándo nació ${who}? |                    | ${who} != ''  |              |
| | end_repeat   |        |                       |                    |               |              |
| | end_group    |        |                       |                    |               |              |
| settings |
| | form_title | form_id | version | default_language | rimay:title::Kichwa (qu) |
| | La casa    | house   | 7       | Español (es)     | Wasi                     |
"""


@pytest.fixture(scope="module")
def household() -> Questionnaire:
    return questionnaire(HOUSEHOLD)


def test_the_whole(household: Questionnaire) -> None:
    assert (household.name, household.version, household.default_language) == ("house", "7", "es")
    assert household.languages == ("es", "qu")
    assert household.title == {"es": "La casa", "qu": "Wasi"}


def test_paths_leave_out_the_root(household: Questionnaire) -> None:
    paths = [question.path for question in household.questions()]
    assert paths == ["hello", "name", "about/age", "about/member/who", "about/member/born"]


def test_groups_keep_their_condition_and_repeats_their_count(household: Questionnaire) -> None:
    about = household.nodes[2]
    assert isinstance(about, Group)
    assert (about.repeats, about.relevant) == (False, "/data/name  != ''")
    member = about.nodes[1]
    assert isinstance(member, Group)
    assert (member.repeats, member.repeat_count) == (True, "/data/about/age")


def test_inside_a_repeat_expressions_look_at_the_same_member(household: Questionnaire) -> None:
    assert household.question("about/member/born").relevant == "../who  != ''"


def test_texts_in_each_language_and_answers_shown_in_them(household: Questionnaire) -> None:
    assert household.question("name").label == {"es": "¿Su nombre?", "qu": "Kikinpak shuti?"}
    assert household.question("about/age").label == {"es": "Edad de ${/data/name}"}
    assert household.question("about/member/born").label == {"es": "¿Cuándo nació ${../who}?"}


def test_what_a_question_says_when_an_answer_does_not_do() -> None:
    asked = questionnaire("""
        | survey |
        | | type    | name | label | constraint | constraint_message | required | required_message | hint  |
        | | integer | age  | Edad  | . > 17     | Muy joven          | yes      | Hace falta       | Años  |
    """).question("age")
    assert (asked.constraint, asked.constraint_message) == (". > 17", {"es": "Muy joven"})
    assert (asked.required, asked.required_message) == ("true()", {"es": "Hace falta"})
    assert asked.hint == {"es": "Años"}


def test_calculations_and_defaults_are_expressions() -> None:
    read_one = questionnaire("""
        | survey |
        | | type      | name  | label | calculation | default     | trigger |
        | | text      | a     | A     |             | Ana         |         |
        | | text      | b     | B     |             | it's "here" |         |
        | | date      | c     | C     |             | today()     |         |
        | | calculate | twice |       | ${a} * 2    |             |         |
        | | text      | d     | D     | now()       |             | ${a}    |
    """)
    assert [read_one.question(name).default for name in "abc"] == [
        "'Ana'",
        """concat('it', "'", 's "here"')""",
        "today()",
    ]
    assert read_one.question("twice").calculation == "/data/a  * 2"
    assert read_one.question("d").calculation == "now()"


def test_survives_json(household: Questionnaire) -> None:
    assert from_json(json.loads(json.dumps(to_json(household)))) == household


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("text", Kind.TEXT),
        ("int", Kind.INTEGER),
        ("decimal", Kind.DECIMAL),
        ("range", Kind.RANGE),
        ("date", Kind.DATE),
        ("time", Kind.TIME),
        ("datetime", Kind.DATETIME),
        ("select_one l", Kind.SELECT_ONE),
        ("select all that apply from l", Kind.SELECT_MULTIPLE),
        ("rank l", Kind.RANK),
        ("geopoint", Kind.GEOPOINT),
        ("geotrace", Kind.GEOTRACE),
        ("geoshape", Kind.GEOSHAPE),
        ("note", Kind.NOTE),
        ("acknowledge", Kind.ACKNOWLEDGE),
        ("barcode", Kind.BARCODE),
        ("image", Kind.IMAGE),
        ("audio", Kind.AUDIO),
        ("video", Kind.VIDEO),
        ("file", Kind.FILE),
        ("hidden", Kind.HIDDEN),
        ("start", Kind.START),
        ("end", Kind.END),
        ("today", Kind.TODAY),
        ("deviceid", Kind.METADATA),
        ("phone number", Kind.TEXT),
    ],
)
def test_every_type_is_a_kind(written: str, kind: Kind) -> None:
    choices = "\n| choices |\n| | list_name | name | label |\n| | l | a | A |"
    read_one = questionnaire(f"| survey |\n| | type | name | label |\n| | {written} | q | Q |{choices}")
    assert read_one.question("q").kind is kind


def test_choices_carry_their_columns_and_filters_their_text() -> None:
    read_one = questionnaire("""
        | survey  |
        |         | type            | name | label | choice_filter    | parameters            |
        |         | text            | zone | Z     |                  |                       |
        |         | select_one town | town | T     | zone = ${zone}   | randomize=true seed=7 |
        | choices |
        |         | list_name       | name | label | zone             |
        |         | town            | ota  | Otavalo | norte          |
    """)
    town = read_one.question("town")
    assert [(choice.value, dict(choice.extra)) for choice in town.choices] == [("ota", {"zone": "norte"})]
    assert town.choice_filter == "zone =  /data/zone"
    assert town.parameters == {"randomize": "true", "seed": "7"}
    assert read_one.lists["town"] == town.choices


def test_another_choice_comes_with_its_question_and_a_notice() -> None:
    imported = read("""
        | survey  |
        |         | type                  | name | label |
        |         | select_one l or_other | q    | Q     |
        | choices |
        |         | list_name             | name | label |
        |         | l                     | a    | A     |
    """)
    assert [choice.value for choice in imported.questionnaire.question("q").choices] == ["a", "other"]
    assert imported.questionnaire.question("q_other").relevant == "selected(../q, 'other')"
    assert [(notice.code, notice.row) for notice in imported.notices] == [("other_in_english", 2)]


FROM_FILE = """
| survey |
|        | type                           | name | label | parameters            |
|        | select_one_from_file towns.csv | q    | Q     | value=code label=full |
"""


def test_choices_of_a_file() -> None:
    read_one = questionnaire(FROM_FILE, towns_csv="code,full\nota,Otavalo\nurc,Urcuquí\n".encode())
    labels = [(choice.value, choice.label) for choice in read_one.question("q").choices]
    assert labels == [("ota", {"es": "Otavalo"}), ("urc", {"es": "Urcuquí"})]


def test_a_file_that_did_not_come_along_is_noticed() -> None:
    imported = read(FROM_FILE)
    assert imported.questionnaire.question("q").choices == ()
    assert [(notice.code, notice.row) for notice in imported.notices] == [
        ("no_choices", 2),
        ("file_missing", 2),
    ]


@pytest.mark.parametrize("content", [b"\xff\xff", b"", b"only,a,header"])
def test_a_file_that_cannot_be_read_is_an_empty_list(content: bytes) -> None:
    assert questionnaire(FROM_FILE, towns_csv=content).question("q").choices == ()


def test_choices_made_of_earlier_answers() -> None:
    read_one = questionnaire("""
        | survey |
        |        | type              | name | label |
        |        | begin_repeat      | r    | R     |
        |        | text              | who  | Who   |
        |        | end_repeat        |      |       |
        |        | select_one ${who} | head | Head  |
    """)
    head = read_one.question("head")
    assert head.parameters == {"itemset": "/data/r", "value": "who", "label": "who"}
    assert head.choice_filter == "./who != ''"


def test_what_is_kept_for_the_profile() -> None:
    read_one = questionnaire("""
        | survey |
        |        | type | name | label | bind::rimay:keep |
        |        | text | a    | A     | invite           |
        |        | text | b    | B     | needs            |
        |        | text | c    | C     |                  |
    """)
    assert [question.keep for question in read_one.questions()] == [Keep.INVITE, Keep.NEEDS, None]


def test_the_root_is_called_data_whatever_the_author_calls_it() -> None:
    read_one = questionnaire("""
        | survey   |
        |          | type | name | label | relevant                     |
        |          | text | a    | A     |                              |
        |          | text | b    | B     | ${a} = '/house' or /house/a  |
        | settings |
        |          | name  |
        |          | house |
    """)
    assert read_one.question("b").relevant == "/data/a  = '/house' or /data/a"


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (["Español (es)", "Kichwa (qu)"], ["es", "qu"]),
        (["Kichwa (qvi)", "Castellano"], ["qu", "es"]),
        (["Spanish(es-EC)", "Kreyòl (ht)"], ["es", "ht"]),
        (["Quichua", "Shuar"], ["qu", "shuar"]),
        (["es", "en-GB"], ["es", "en"]),
        (["Awapít (kwi)", "Lengua de señas"], ["kwi", "lengua-de-senas"]),
        (["default"], ["es"]),
        (["default", "English"], ["en", "en"]),
        (["Kichwa (qu)", "Kichwa Otavalo (qu)"], ["qu", "kichwa-otavalo-qu"]),
    ],
)
def test_languages_have_codes(names: list[str], codes: list[str]) -> None:
    found = language_codes(names)
    assert [found[name] for name in names] == codes


def test_a_label_without_a_language_is_in_that_of_the_house() -> None:
    read_one = questionnaire("""
        | survey |
        |        | type | name | label | label::Kichwa (qu) |
        |        | text | a    | Hola  | Alli puncha        |
    """)
    assert (read_one.languages, read_one.default_language) == (("es", "qu"), "es")
    assert read_one.question("a").label == {"es": "Hola", "qu": "Alli puncha"}


def test_a_language_without_a_single_text_still_counts() -> None:
    imported = read("""
        | survey |
        |        | type | name | label | label::Kichwa (qu) |
        |        | text | a    | Hola  |                    |
    """)
    assert imported.questionnaire.languages == ("es", "qu")
    assert [notice.code for notice in imported.notices] == ["translation_missing"]


def test_what_is_only_doubtful_is_noticed() -> None:
    imported = read(
        """
        | survey  |
        |         | type         | name | label::Español (es) | label::Kichwa (qu) | required |
        |         | text         | a    | Sí                  |                    | sí       |
        |         | geotrace     | b    | Camino              | Ñan                |          |
        |         | select_one l | c    | Larga """
        + "palabra " * 21
        + """ | Suni |          |
        | choices |
        |         | list_name    | name | label::Español (es) | label::Kichwa (qu) |
        |         | l            | x    | Equis               |                    |
        |         | l            | y    |                     |                    |
    """
    )
    found = [(notice.code, notice.sheet, notice.row, notice.column) for notice in imported.notices]
    assert found == [
        ("translation_missing", "survey", 2, "label::Kichwa (qu)"),
        ("required_not_understood", "survey", 2, "required"),
        ("kind_not_in_chat", "survey", 3, "type"),
        ("sentence_long", "survey", 4, "label::Español (es)"),
        ("translation_missing", "choices", 2, "label::Kichwa (qu)"),
        ("choice_without_label", "choices", 3, "label::Español (es)"),
    ]


def test_a_remark_in_the_place_of_a_formula_is_left_out() -> None:
    imported = read("""
        | survey |
        |        | type      | name | label | calculation                   |
        |        | calculate | a    |       | because I do not know what to |
        |        | text      | b    | B     |                               |
    """)
    assert imported.questionnaire.question("a").calculation == ""
    assert [notice.code for notice in imported.notices] == ["calculation_is_text"]
