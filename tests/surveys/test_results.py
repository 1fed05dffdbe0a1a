"""What the results of a consultation say, exactly and through disclosure control."""

from collections.abc import Sequence

import pytest

from core.database import Database
from core.errors import NotFound
from surveys.consultations import Reach
from surveys.questionnaire import Keep, Kind, Node
from surveys.results import QuestionResult, results_of
from tests.surveys.consulting import Sent, each, hold_consultation
from tests.surveys.people import group, integer, note, question, questionnaire, select, several

Counts = dict[str, int | None]


async def result_of(
    database: Database, people: Sequence[Sent], *nodes: Node, path: str, threshold: int | None = None
) -> QuestionResult:
    """The result of one question."""
    consultation = await database.run(hold_consultation, questionnaire(*nodes), people)
    results = await database.read(results_of, consultation, threshold=threshold)
    return next(found for found in results.questions if found.path == path)


def counts(result: QuestionResult) -> Counts:
    return {row.value: row.count for row in result.rows}


async def test_only_what_was_sent_in_counts(database: Database) -> None:
    people = [
        Sent({"canton": "ibarra"}),
        Sent({"canton": "ibarra"}),
        Sent({"canton": "otavalo"}, state="started"),
        Sent({}, state="asked"),
    ]
    form = questionnaire(select("canton", "ibarra", "otavalo"), note("end", "Gracias"))
    consultation = await database.run(hold_consultation, form, people)
    results = await database.read(results_of, consultation, threshold=None)
    assert results.reach == Reach(received=3, started=3, finished=2)
    assert [found.path for found in results.questions] == ["canton"]
    assert counts(results.questions[0]) == {"ibarra": 2, "otavalo": 0}
    assert results.questions[0].base == 2


async def test_a_consultation_that_does_not_exist(database: Database) -> None:
    with pytest.raises(NotFound):
        await database.read(results_of, 1, threshold=5)


async def test_choices_stand_in_the_authors_order_and_by_size(database: Database) -> None:
    people = each("canton", {"ibarra": 8, "otavalo": 20, "cotacachi": 2})
    form = select("canton", "ibarra", "otavalo", "cotacachi", "urcuqui")
    exact = await result_of(database, people, form, path="canton")
    assert counts(exact) == {"ibarra": 8, "otavalo": 20, "cotacachi": 2, "urcuqui": 0}
    assert [row.value for row in exact.rows_by_size] == ["otavalo", "ibarra", "cotacachi", "urcuqui"]


async def test_a_small_count_is_withheld_with_a_companion(database: Database) -> None:
    people = each("canton", {"ibarra": 8, "otavalo": 20, "cotacachi": 2})
    form = select("canton", "ibarra", "otavalo", "cotacachi", "urcuqui")
    shown = await result_of(database, people, form, path="canton", threshold=5)
    assert counts(shown) == {"ibarra": None, "otavalo": 20, "cotacachi": None, "urcuqui": 0}
    assert [row.value for row in shown.rows_by_size] == ["otavalo", "urcuqui", "ibarra", "cotacachi"]


async def test_several_choices_overlap(database: Database) -> None:
    people = (
        [Sent({"needs": ["work", "health"]})] * 9 + [Sent({"needs": ["work", "food"]})] * 3 + [Sent({})] * 2
    )
    form = several("needs", "work", "health", "food")
    exact = await result_of(database, people, form, path="needs")
    assert (exact.base, exact.overlapping) == (12, True)
    assert counts(exact) == {"work": 12, "health": 9, "food": 3}
    shown = await result_of(database, people, form, path="needs", threshold=5)
    assert counts(shown) == {"work": None, "health": None, "food": None}


async def test_a_rank_counts_what_is_first(database: Database) -> None:
    people = [Sent({"order": ["work", "food"]})] * 2 + [Sent({"order": ["food", "work"]})]
    form = question("order", Kind.RANK, choices=several("x", "work", "food").choices)
    assert counts(await result_of(database, people, form, path="order")) == {"work": 2, "food": 1}


async def test_texts_are_only_counted(database: Database) -> None:
    people = [Sent({"story": "…"})] * 3 + [Sent({})] * 4
    exact = await result_of(database, people, question("story"), path="story")
    assert (exact.base, exact.rows) == (3, ())
    shown = await result_of(database, people, question("story"), path="story", threshold=5)
    assert (shown.base, shown.of, shown.rows) == (None, 7, ())


async def test_numbers_come_in_bins_with_their_middle(database: Database) -> None:
    people = [Sent({"age": str(age)}) for age in range(18, 78)]
    result = await result_of(database, people, integer("age"), path="age", threshold=5)
    assert counts(result) == {"≤ 29": 12, "30–39": 10, "40–49": 10, "50–59": 10, "60–69": 10, "≥ 70": 8}
    assert result.statistics is not None
    assert result.statistics.median == 47.5
    assert result.statistics.upper_quartile == 62.25


async def test_nobody_stands_alone_at_the_end_of_a_scale(database: Database) -> None:
    people = [Sent({"members": str(size)}) for size in (1, 2, 3, 4) for _ in range(10)] + [
        Sent({"members": "19"})
    ]
    result = await result_of(database, people, integer("members"), path="members", threshold=5)
    assert counts(result) == {"≤ 1": 10, "2": 10, "3": 10, "≥ 4": 11}


@pytest.mark.parametrize("number", [4, 9, 19])
async def test_a_middle_needs_enough_people_on_both_sides(database: Database, number: int) -> None:
    people = [Sent({"age": str(20 + age)}) for age in range(number)]
    result = await result_of(database, people, integer("age"), path="age", threshold=5)
    median = result.statistics and result.statistics.median
    quartile = result.statistics and result.statistics.lower_quartile
    assert (median is not None, quartile is not None) == (number >= 10, number >= 20)


async def test_dates_come_by_month_when_near_and_by_years_when_far(database: Database) -> None:
    form = question("arrived", Kind.DATE)
    near = [Sent({"arrived": f"2026-0{month}-11"}) for month in (1, 2, 3) for _ in range(6)]
    far = [Sent({"arrived": f"{year}-05-11"}) for year in range(1960, 2020) for _ in range(2)]
    by_month = await result_of(database, near, form, path="arrived", threshold=5)
    by_years = await result_of(database, far, form, path="arrived", threshold=5)
    assert counts(by_month) == {"≤ 2026-01": 6, "2026-02": 6, "≥ 2026-03": 6}
    assert counts(by_years) == {
        "≤ 1969": 20, "1970–1979": 20, "1980–1989": 20, "1990–1999": 20, "2000–2009": 20, "≥ 2010": 20,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "answers", "label"),
    [
        (Kind.DATE, ["2026-11-02", "2026-11-30"], "2026-11"),
        (Kind.DATE, ["2026-01-02", "2026-01-09"], "2026-01"),
        (Kind.DATE, ["2026-12-24"], "2026-12"),
        (Kind.DATE, ["2026-11-02"] * 40 + ["2024-03-01"], "2024-03–2026-11"),
        (Kind.INTEGER, ["7", "7"], "7"),
        (Kind.INTEGER, ["7"] * 40 + ["90"], "7–90"),
        (Kind.DECIMAL, ["1.5"] * 40 + ["9.25"], "1,5–9,25"),
        (Kind.DECIMAL, ["1.5"], "1,5"),
    ],
)
async def test_answers_that_lie_together_say_where_and_tell_nothing_with_a_threshold(
    database: Database, kind: Kind, answers: list[str], label: str
) -> None:
    form, people = question("given", kind), [Sent({"given": answer}) for answer in answers]
    assert counts(await result_of(database, people, form, path="given")) == {label: len(answers)}
    assert (await result_of(database, people, form, path="given", threshold=1)).rows == ()


async def test_one_bin_tells_nothing_though_others_were_not_asked(database: Database) -> None:
    form = (
        select("status", "visa", "none"),
        question("since", Kind.DATE, relevant="/data/status = 'visa'"),
    )
    people = [Sent({"status": "visa", "since": "2026-11-02"})] * 10 + [Sent({"status": "none"})] * 10
    since = await result_of(database, people, *form, path="since", threshold=5)
    assert (since.base, since.rows) == (10, ())


async def test_a_month_between_others_is_named_as_one(database: Database) -> None:
    people = [Sent({"arrived": f"{month}-11"}) for month in ("2025-11", "2025-12", "2026-01", "2026-02")] * 3
    result = await result_of(database, people, question("arrived", Kind.DATE), path="arrived")
    assert counts(result) == {"≤ 2025-11": 3, "2025-12": 3, "2026-01": 3, "≥ 2026-02": 3}


async def test_inside_a_repeat_people_are_counted_and_not_members(database: Database) -> None:
    household = group("home", select("home/school", "yes", "no"), integer("home/age"), repeats=True)
    people = [
        Sent({"home[1]/school": "yes", "home[2]/school": "yes", "home[1]/age": "9", "home[2]/age": "8"})
    ]
    people += [Sent({"home[1]/school": "yes", "home[2]/school": "no", "home[1]/age": "3"})]
    school = await result_of(database, people, household, path="home/school")
    age = await result_of(database, people, household, path="home/age")
    assert (school.base, counts(school), school.overlapping) == (2, {"yes": 2, "no": 1}, True)
    assert (age.base, age.rows) == (2, ())


async def test_what_is_kept_for_the_profile_is_counted_there(database: Database) -> None:
    form = (
        select("come", "yes", "no", keep=Keep.INVITE),
        several("help", "bus", "child", keep=Keep.NEEDS),
    )
    people = [
        Sent({}, profile={"invite": "yes", "needs": ["bus", "child"]}),
        Sent({}, profile={"invite": "no"}),
        Sent({}, profile={"invite": "yes"}, state="started"),
    ]
    come = await result_of(database, people, *form, path="come")
    needs = await result_of(database, people, *form, path="help")
    assert (come.base, counts(come), come.keep) == (2, {"yes": 1, "no": 1}, Keep.INVITE)
    assert (needs.base, counts(needs)) == (1, {"bus": 1, "child": 1})


class TestWhoWasAsked:
    """How many people a conditional question applied to is itself a count of people."""

    form = (
        select("status", "refugee", "visa", "none"),
        select("wait", "short", "long", relevant="/data/status = 'visa'"),
    )

    async def test_is_shown_where_nothing_is_small(self, database: Database) -> None:
        people = each("status", {"refugee": 20, "none": 10})
        people = [*people, *[Sent({"status": "visa", "wait": wait}) for wait in ["short", "long"] * 6]]
        wait = await result_of(database, people, *self.form, path="wait", threshold=5)
        assert (wait.base, wait.of, counts(wait)) == (12, 12, {"short": 6, "long": 6})

    async def test_is_withheld_where_all_but_a_few_were_asked(self, database: Database) -> None:
        people = [*each("status", {"refugee": 2})]
        people += [Sent({"status": "visa", "wait": wait}) for wait in ["short"] * 20 + ["long"] * 30]
        wait = await result_of(database, people, *self.form, path="wait", threshold=5)
        assert (wait.base, wait.of, counts(wait)) == (None, 52, {"short": None, "long": 30})

    async def test_is_withheld_where_it_would_undo_another_table(self, database: Database) -> None:
        people = [*each("status", {"refugee": 60, "none": 2})]
        people += [Sent({"status": "visa", "wait": wait}) for wait in ["short"] * 20 + ["long"] * 30]
        status = await result_of(database, people, *self.form, path="status", threshold=5)
        wait = await result_of(database, people, *self.form, path="wait", threshold=5)
        assert counts(status) == {"refugee": 60, "visa": None, "none": None}
        assert (wait.base, counts(wait)) == (None, {"short": None, "long": 30})

    async def test_is_withheld_though_a_calculation_lies_between(self, database: Database) -> None:
        form = (
            self.form[0],
            question("waits", Kind.CALCULATE, calculation="if(/data/status = 'visa', 1, 0)"),
            select("wait", "short", "long", relevant="/data/waits = 1"),
        )
        people = [*each("status", {"refugee": 60, "none": 2})]
        people += [Sent({"status": "visa", "wait": wait}) for wait in ["short"] * 20 + ["long"] * 30]
        wait = await result_of(database, people, *form, path="wait", threshold=5)
        assert wait.base is None
