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


EXPRESSION = """
| survey |
| | type          | name | label | {column}     |
| | begin_repeat  | r    | R     |              |
| | text          | a    | A     |              |
| | end_repeat    |      |       |              |
| | select_one l  | s    | S     |              |
| | text          | t    | T     |              |
| | {type}        | q    | Q     | {expression} |
| choices |
| | list_name | name | label | zone |
| | l         | x    | X     | z    |
"""


@pytest.mark.parametrize(
    ("column", "expression", "code", "read"),
    [
        ("relevant", "/data/nope = 1", "node_unknown", "nope"),
        ("constraint", "../nope > .", "node_unknown", "nope"),
        ("calculation", "${t} = yes", "node_unknown", "yes"),
        ("relevant", "/form/t = 1", "node_unknown", "form/t"),
        ("relevant", "selected(${s}, x)", "node_unknown", "x"),
        ("choice_filter", "area = ${t}", "column_unknown", "area"),
        ("choice_filter", "zone = ${t}", None, None),
        ("choice_filter", "zone = current()/../t and name != label", None, None),
        ("calculation", "instance('l')/root/item[area = 'x']/label", "column_unknown", "area"),
        ("calculation", "instance('l')/root/item[name = ${t}]/area", "column_unknown", "area"),
        ("calculation", "instance('l')/root/item[zone = ${t}]/label", None, None),
        ("calculation", "jr:choice-name(${s}, '${s}')", None, None),
        ("calculation", "jr:choice-name(${s}, ${s})", "choice_name_unknown", None),
        ("calculation", "jr:choice-name(${t}, '${t}')", "choice_name_unknown", None),
        ("calculation", "jr:choice-name('x', '/data/nope')", "choice_name_unknown", None),
        ("calculation", "indexed-repeat(${a}, ${r}, 1)", None, None),
        ("calculation", "indexed-repeat(${t}, ${r}, 1)", "indexed_repeat_elsewhere", None),
        ("calculation", "indexed-repeat(${a}, ${t}, 1)", "indexed_repeat_elsewhere", None),
        ("calculation", "indexed-repeat(${a}, ${r}, 1, ${r})", "indexed_repeat_elsewhere", None),
        ("relevant", "/data/meta/instanceID != '' or //a or /data/*", None, None),
        ("calculation", "pulldata('towns', 'name', 'code', ${t})", "file_missing", None),
        ("calculation", "instance('nowhere')/root/item[1]/name", "list_not_brought", None),
    ],
)
def test_what_an_expression_points_at_is_there_or_noticed(
    column: str, expression: str, code: str | None, read: str | None
) -> None:
    kind = "select_one l" if column == "choice_filter" else "text"
    form = EXPRESSION.format(column=column, expression=expression, type=kind)
    notices = read_questionnaire(form.encode(), "form.md").notices
    assert [(notice.code, notice.row, notice.params.get("read")) for notice in notices] == (
        [(code, 7, read)] if code else []
    )


SEARCHED = """
| survey |
| | type         | name | label | appearance   |
| | text         | z    | Z     |              |
| | select_one l | q    | Q     | {appearance} |
| choices |
| | list_name | name | label::es  | label::qu |
| | l         | code | town, zone | shuti     |
| | l         | 88   | Otro       | Shuktak   |
"""
TOWNS = "code;town;shuti;zone\nota;Otavalo;Utawalu;norte\nurc;Urcuquí;Urkuki;sur\n".encode()


@pytest.mark.parametrize(
    ("appearance", "choice_filter"),
    [
        ("search('towns')", ""),
        ("minimal search('towns.csv')", ""),
        ("search('towns', 'matches', 'zone', ${z})", "zone = /data/z"),
        ("search('towns', 'contains', 'town', ${z})", "contains(town, /data/z)"),
        ("search('towns', 'startswith', 'town', 'a, b')", "starts-with(town, 'a, b')"),
        (
            "search('towns', 'endswith', 'town', substr(${z}, 1), 'zone', 'x')",
            "ends-with(town, substr( /data/z , 1)) and zone = 'x'",
        ),
    ],
)
def test_search_looks_choices_up_in_a_file(appearance: str, choice_filter: str) -> None:
    imported = read(SEARCHED.format(appearance=appearance), towns_csv=TOWNS)
    asked = imported.questionnaire.question("q")
    assert asked.choice_filter == choice_filter
    assert [(choice.value, dict(choice.label)) for choice in asked.choices] == [
        ("88", {"es": "Otro", "qu": "Shuktak"}),
        ("ota", {"es": "Otavalo, norte", "qu": "Utawalu"}),
        ("urc", {"es": "Urcuquí, sur", "qu": "Urkuki"}),
    ]
    assert imported.needs == ("towns.csv",)
    assert "file_missing" in [n.code for n in read(SEARCHED.format(appearance=appearance)).notices]


@pytest.mark.parametrize(
    ("file_name", "content"),
    [
        ("towns.csv", b"name,label,zone\nota,Otavalo,norte\n"),
        ("towns.csv", b"\xef\xbb\xbfname ; label;zone\r\nota;Otavalo;norte\r\n"),
        ("towns.xml", b"<root><item><name>ota</name><label>Otavalo</label><zone>norte</zone></item></root>"),
        (
            "towns.geojson",
            b'{"features": [{"id": "ota", "properties": {"title": "Otavalo", "zone": "norte"},'
            b' "geometry": {"type": "Point", "coordinates": [-78.26, 0.23]}}]}',
        ),
    ],
)
def test_a_list_in_a_file_has_its_columns(file_name: str, content: bytes) -> None:
    form = f"| survey |\n| | type | name | label |\n| | select_one_from_file {file_name} | q | Q |"
    imported = read_questionnaire(form.encode(), "form.md", {file_name: content})
    (choice,) = imported.questionnaire.question("q").choices
    assert (choice.value, choice.label, choice.extra["zone"]) == ("ota", {"es": "Otavalo"}, "norte")
    assert choice.extra.get("geometry", "0.23 -78.26 0 0") == "0.23 -78.26 0 0"
    assert imported.notices == ()


def test_data_of_a_file_and_of_external_choices_are_lists() -> None:
    imported = read(
        """
        | survey |
        | | type                    | name  | label | choice_filter | calculation                            |
        | | csv-external            | towns |       |               |                                        |
        | | text                    | z     | Z     |               |                                        |
        | | select_one_external far | q     | Q     | zone = ${z}   |                                        |
        | | calculate               | c     |       |               | instance('towns')/root/item[1]/code    |
        | external_choices |
        | | list_name | name | label | zone |
        | | far       | a    | A     | x    |
    """,
        towns_csv=b"code\nota\n",
    )
    asked = imported.questionnaire.question("q")
    assert [(c.value, c.label, c.extra["zone"]) for c in asked.choices] == [("a", {"es": "A"}, "x")]
    assert asked.choice_filter == "zone =  /data/z"
    assert imported.questionnaire.lists["towns"][0].extra == {"code": "ota"}
    assert imported.notices == ()


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ("integer | q | Q | | | 5 |", "default", "'5'"),
        ("date | q | Q | | | today() |", "default", "today()"),
        ("text | q | Q | | yes | |", "read_only", True),
        ("range | q | Q | start=1 end=9 step=2 | | |", "parameters", {"start": "1", "end": "9", "step": "2"}),
        ("image | q | Q | max-pixels=640 | | |", "parameters", {"max-pixels": "640"}),
        ("audio | q | Q | quality=low | | |", "parameters", {"quality": "low"}),
        ("geopoint | q | Q | capture-accuracy=5 | | |", "parameters", {"capture-accuracy": "5"}),
        ("select_one l | q | Q | randomize=true seed=7 | | |", "kind", Kind.SELECT_ONE),
        ("text | q | Q | | | | yes", "required", "true()"),
        ("text | q | Q | rows=3 | | |", "parameters", {"rows": "3"}),
    ],
)
def test_a_column_says_what_it_says(row: str, field: str, value: object) -> None:
    form = f"""
        | survey |
        | | type | name | label | parameters | readonly | default | required |
        | | {row} |
        | | note | n    | N     |            |          |         |          |
        | choices |
        | | list_name | name | label |
        | | l         | x    | X     |
    """
    assert getattr(question(form, "q"), field) == value


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("background-audio", Kind.METADATA),
        ("start-geopoint", Kind.METADATA),
        ("username", Kind.METADATA),
        ("email", Kind.METADATA),
        ("hidden", Kind.HIDDEN),
    ],
)
def test_what_nobody_is_asked_is_there_and_silent(kind: str, found: Kind) -> None:
    read_one = questionnaire(
        f"| survey |\n| | type | name | label |\n| | {kind} | m | |\n| | audit | | |\n| | text | a | A |"
    )
    assert [(asked.path, asked.kind) for asked in read_one.questions()] == [("m", found), ("a", Kind.TEXT)]


def test_entities_and_saving_to_them_change_nothing_that_is_asked() -> None:
    read_one = questionnaire("""
        | survey |
        | | type | name | label | save_to |
        | | text | a    | A     | name_of |
        | entities |
        | | list_name | label |
        | | people    | ${a}  |
    """)
    assert [(asked.path, asked.kind) for asked in read_one.questions()] == [("a", Kind.TEXT)]


def test_repeats_lie_in_each_other_as_deep_as_the_author_likes() -> None:
    depth = 12
    rows = [f"| | begin_repeat | r{level} | R | |" for level in range(depth)]
    rows += ["| | text | a | A | ${b} != '' |", "| | text | b | B | |", *["| | end_repeat | | | |"] * depth]
    read_one = questionnaire("\n".join(["| survey |", "| | type | name | label | relevant |", *rows]))
    path = "/".join(f"r{level}" for level in range(depth))
    assert read_one.question(f"{path}/a").relevant == "../b  != ''"


def test_a_file_without_the_column_of_the_codes_is_noticed() -> None:
    form = "| survey |\n| | type | name | label |\n| | select_one_from_file towns.csv | q | Q |"
    assert [
        (notice.code, notice.row) for notice in read(form, towns_csv=b"code,town\nota,Otavalo\n").notices
    ] == [("choices_without_value", 2)]


def test_a_condition_on_what_is_kept_with_the_person_is_noticed() -> None:
    form = """
        | survey |
        | | type              | name   | label | bind::rimay:keep | relevant          |
        | | select_one yes_no | invite | I     | invite           |                   |
        | | text              | needs  | N     | needs            | ${invite} = 'yes' |
        | | text              | why    | W     |                  | ${invite} = 'yes' |
        | choices |
        | | list_name | name | label |
        | | yes_no    | yes  | Yes   |
        | settings |
        | | namespaces             |
        | | rimay="urn:rimay:test" |
    """
    found = [(notice.code, notice.row, notice.params) for notice in read(form).notices]
    assert ("depends_on_profile", 4, {"name": "invite"}) in found
    assert [code for code, *_ in found].count("depends_on_profile") == 1
