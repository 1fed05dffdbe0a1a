"""Where paths lead: inside repeats, into other lists, and along every axis."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from surveys.expressions import ExpressionError, Problem, Scope, compile_expression
from tests.surveys.asking import ANSWERS, ELENA, LUIS, PARISHES, REPEATS, text


@pytest.mark.parametrize(
    ("expression", "at_luis", "at_elena"),
    [
        ("name", "Luis", "Elena"),
        ("../name", "Rosa", "Rosa"),
        ("position(.)", "1", "2"),
        ("pet[last()]/kind", "cat", "hen"),
        ("count(pet)", "2", "1"),
        ("following-sibling::household/name", "Elena", ""),
        ("count(preceding-sibling::*)", "5", "6"),
        ("../household[position() = 2]/name", "Elena", "Elena"),
        ("../household[age > current()/age]/name", "Elena", ""),
        ("count(../household[name != current()/name])", "1", "1"),
        ("../household[number(position(current())) - 1]/name", "", "Luis"),
        ("string()", "", ""),
    ],
)
def test_a_relative_path_starts_at_the_question(expression: str, at_luis: str, at_elena: str) -> None:
    assert text(expression, LUIS).strip()[: len(at_luis)] == at_luis
    assert text(expression, ELENA).strip()[: len(at_elena)] == at_elena


@pytest.mark.parametrize(
    ("expression", "at_luis", "at_elena"),
    [
        ("/data/household/name", "Luis", "Elena"),
        ("/data/name", "Rosa", "Rosa"),
        ("concat(/data/household/name, /data/household/age)", "Luis9", "Elena61"),
        ("sum(/data/household/age)", "70", "70"),
        ("count(/data/household)", "2", "2"),
        ("join(' ', /data/household/pet/kind)", "dog cat hen", "dog cat hen"),
        ("position(/data/household)", "1", "2"),
        ("/data/household/pet/kind", "dog", "hen"),
        ("/data/household[1]/name", "Luis", "Luis"),
        ("indexed-repeat(/data/household/name, /data/household, 3 - position(.))", "Elena", "Luis"),
        ("instance('parishes')/root/item[label = /data/household/name]/name", "", ""),
    ],
)
def test_an_absolute_path_inside_a_repeat_means_this_instance(
    expression: str, at_luis: str, at_elena: str
) -> None:
    compiled, scope = compile_expression(expression, REPEATS), Scope(instances={"parishes": PARISHES})
    assert compiled.text(ANSWERS, LUIS, scope) == at_luis
    assert compiled.text(ANSWERS, ELENA, scope) == at_elena


def test_outside_its_repeat_an_absolute_path_means_all_instances() -> None:
    assert len(compile_expression("/data/household/name", REPEATS).value(ANSWERS, ANSWERS.find("age"))) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("indexed-repeat(/data/household/name, /data/household, 2)", "Elena"),
        ("indexed-repeat(/data/household/pet/kind, /data/household, 1, /data/household/pet, 2)", "cat"),
        ("indexed-repeat(/data/household/name, /data/household, 7)", ""),
    ],
)
def test_asks_one_instance_of_a_repeat_by_its_number(expression: str, expected: str) -> None:
    assert text(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("count(instance('parishes')/root/item)", "3"),
        ("instance('parishes')/root/item[name = 'ibarra']/label", "Ibarra"),
        ("join(' ', instance('parishes')/root/item[canton = 10]/name)", "otavalo peguche"),
        ("instance('parishes')/root/item[canton > 10][1]/name", "ibarra"),
        ("instance('parishes')/root/item[name = current()/nickname]/name", ""),
        ("pulldata('parishes', 'label', 'name', 'peguche')", "Peguche"),
        ("pulldata('parishes', 'label', 'name', 'quito')", ""),
    ],
)
def test_looks_things_up_in_other_lists(expression: str, expected: str) -> None:
    assert text(expression, ANSWERS, Scope(instances={"parishes": PARISHES})) == expected


def test_refuses_a_list_that_is_not_there() -> None:
    with pytest.raises(ExpressionError) as caught:
        text("instance('cantons')/root/item")
    assert caught.value.problem == Problem("unknown_instance", {"name": "cantons"})


def test_names_without_prefix_find_the_elements_of_a_form() -> None:
    form = etree.fromstring(
        '<data xmlns="http://www.w3.org/2002/xforms" xmlns:orx="http://openrosa.org/xforms">'
        "<age>5</age><home><age>7</age></home><orx:meta><orx:instanceID>x</orx:instanceID></orx:meta></data>",
    )
    for expression in ("/data/age", "//age", "/data/home/../age", "*[local-name() = 'age']", "/data/node()"):
        assert compile_expression(expression).text(form, form) == "5"
    assert compile_expression("/data/orx:meta/orx:instanceID").text(form) == "x"
    assert compile_expression("/data/meta").text(form) == ""


def test_labels_come_from_whoever_knows_them() -> None:
    scope = Scope(choice_name=lambda value, path: f"{path}={value}", itext=lambda name: f"<{name}>")
    age = ELENA.find("age")
    assert (
        text("jr:choice-name('yes', ' /data/household/school ')", age, scope) == "/data/household/school=yes"
    )
    assert text("jr:choice-name(../school, ' ../school ')", age, scope) == "/data/household/school="
    assert text("jr:itext('welcome')", age, scope) == "<welcome>"
    assert text("jr:itext('welcome')", age) == ""


# --- nodes, against the XPath of libxml2

TREE = etree.fromstring(
    "<a k='1' j='2'>one<b><c>two</c>three<c/><!--no--></b>four<b m='3'><a><c n='4'>five</c></a></b>"
    "<?note six?><c>seven</c></a>",
)
AXES = [
    "ancestor",
    "ancestor-or-self",
    "attribute",
    "child",
    "descendant",
    "descendant-or-self",
    "following",
    "following-sibling",
    "parent",
    "preceding",
    "preceding-sibling",
    "self",
]
STEPS = st.one_of(
    st.builds(
        "{}::{}{}".format,
        st.sampled_from(AXES),
        st.sampled_from(["a", "b", "c", "*", "node()", "text()", "comment()", "processing-instruction()"]),
        st.sampled_from(
            ["", "", "[1]", "[2]", "[last()]", "[position() > 1]", "[c]", "[. = 'two']", "[@n or b]"]
        ),
    ),
    st.sampled_from([".", "..", "*", "c", "@*", "b[1]"]),
)
PATHS = st.builds(
    lambda start, steps, between: start + between.join(steps),
    st.sampled_from(["", "/", "//"]),
    st.lists(STEPS, min_size=1, max_size=4),
    st.sampled_from(["/", "/", "//"]),
)


@settings(deadline=None)
@given(PATHS, st.integers(0, 6))
def test_paths_find_what_libxml2_finds_in_the_same_order(path: str, start: int) -> None:
    context = list(TREE.iter("*"))[start]

    def ask_libxml2(expression: str) -> Any:
        return context.xpath(expression)

    ours = compile_expression(path)
    assert compile_expression(f"count({path})").number(TREE, context) == ask_libxml2(f"count({path})")
    assert ours.text(TREE, context) == ask_libxml2(f"string({path})")
    for name in ("local-name", "name", "namespace-uri"):
        assert compile_expression(f"{name}({path})").text(TREE, context) == ask_libxml2(f"{name}({path})")
    found, theirs = ours.value(TREE, context), ask_libxml2(path)
    assert isinstance(found, list)
    if len(found) == len(theirs):  # lxml leaves out the document itself
        assert found == theirs


def test_a_union_is_in_document_order_without_duplicates() -> None:
    assert text("join(' ', /data/household/age | /data/age | /data/age)") == "34 9 61"


def test_the_language_of_a_node_is_that_of_what_surrounds_it() -> None:
    page = etree.fromstring('<p xml:lang="es-EC"><q/></p>')
    for expression, expected in (("lang('es')", True), ("lang('ES-ec')", True), ("lang('qu')", False)):
        assert compile_expression(expression).boolean(page, page[0]) is expected


def test_finds_elements_by_id() -> None:
    page = etree.fromstring('<p><q id="a">1</q><q id="b">2</q></p>')
    assert compile_expression("sum(id('b a'))").number(page) == 3


@pytest.mark.parametrize(
    ("seed", "expected"), [("42", "AFCBDE"), ("'42'", "AFCBDE"), ("-42", "EDAFBC"), ("1", "BFEACD")]
)
def test_a_seeded_order_is_the_one_of_every_client(seed: str, expected: str) -> None:
    letters = etree.fromstring("<r>" + "".join(f"<i>{letter}</i>" for letter in "ABCDEF") + "</r>")
    assert compile_expression(f"join('', randomize(/r/i, {seed}))").text(letters) == expected


@pytest.mark.parametrize(
    ("seed", "expected"),
    [
        ("foo", "eadbhgcf"),
        ("-6.8137120026589315 39.29392995851879", "hbdfagce"),
        ("1234", "gfedahbc"),
        ("", "cbhafdge"),
    ],
)
def test_any_answer_is_a_seed(seed: str, expected: str) -> None:
    """The orders are those that JavaRosa gives."""
    letters = etree.fromstring("<r>" + "".join(f"<i>{letter}</i>" for letter in "abcdefgh") + "<seed/></r>")
    letters[-1].text = seed
    assert compile_expression("join('', randomize(/r/i, /r/seed))").text(letters) == expected


def test_chance_comes_from_the_scope() -> None:
    def drawn(expression: str) -> str:
        return text(expression, None, Scope(random=Random(7)))

    for expression in ("random()", "uuid()", "uuid(6)", "join('', randomize(/data/household/name))"):
        assert drawn(expression) == drawn(expression)
    assert 0 <= float(drawn("random()")) < 1
    assert len(drawn("uuid()")) == 36
    assert len(drawn("uuid(6)")) == 6
