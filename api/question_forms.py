"""The form of one question: its cells as fields, and what was typed as a change of the sheets."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from api.drafting import Book
from surveys.authoring.choices import WrittenChoice, choices_of, write_choices
from surveys.authoring.conditions import (
    CHOICES_COMPARED,
    ITSELF,
    WITHOUT_VALUE,
    Condition,
    Operator,
    Test,
    expression_of,
    read_condition,
)
from surveys.authoring.fields import TEXTS, Key, languages, read, write
from surveys.authoring.kinds import CHOOSING, KINDS, NUMBERS, WrittenType, write_type
from surveys.authoring.names import names, rename, unused
from surveys.authoring.outline import Entry, entry_at, lists
from surveys.authoring.sheets import Sheets

Values = dict[str, str]
PICKED = ("relevant", "constraint")
PLAIN = ("appearance", "parameters", "default", "calculation", "choice_filter", "repeat_count", "hxl")
CHOICES_AT_ONCE = 60
SPARE_CHOICES = 3
SPARE_TESTS = 2
_NAME = re.compile(r"[^\W\d][\w.-]{0,63}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LONGEST = 30_000
_LISTED = 12
_OTHER = "other"
"""The value of the choice that "or specify other" adds to a list."""
_REQUIRED = frozenset({"yes", "true", "true()"})


@dataclass(frozen=True, slots=True)
class QuestionForm:
    """What the form of a question is about. `first` is the place of the first choice on the page."""

    book: Book
    entry: Entry
    first: int = 0

    @property
    def sheets(self) -> Sheets:
        """The sheets that the form is made from."""
        return self.book.sheets

    @property
    def values(self) -> Values:
        """What the fields hold when nobody has typed yet."""
        row = self.entry.row
        values = {"name": self.entry.name, "kind": self.entry.kind, "name_was": self.entry.name}
        for field in TEXTS:
            for number, language in enumerate(languages(self.sheets)):
                values[f"{field}_{number}"] = read(self.sheets, "survey", row, field, language)
        for field in PLAIN:
            values[field] = read(self.sheets, "survey", row, field)
        values["list_name"] = self.entry.list_name
        values["other"] = "yes" if self.entry.other else ""
        required = read(self.sheets, "survey", row, "required")
        values["required"] = "yes" if required.lower() in _REQUIRED else ""
        for field in PICKED:
            values |= self._picked(field)
        return values | dict(self._choices())

    def _picked(self, field: str) -> Values:
        expression = read(self.sheets, "survey", self.entry.row, field)
        values = {f"{field}_text": expression}
        condition = picked_of(field, expression)
        for number, test in enumerate(condition.tests if condition else ()):
            subject = self._asked(test.subject)
            values[f"{field}_subject_{number}"] = test.subject
            values[f"{field}_operator_{number}"] = test.operator
            values[f"{field}_value_{number}"] = self.book.value_in_words(subject, test.value)
        return values | {f"{field}_join": "or" if condition and condition.any_of else "and"}

    def _choices(self) -> Iterator[tuple[str, str]]:
        shown = self.book.choices_of(self.entry)[self.first : self.first + CHOICES_AT_ONCE]
        for number, choice in enumerate(shown):
            yield f"choice_was_{number}", choice.value
            yield f"choice_value_{number}", choice.value
            for place, language in enumerate(languages(self.sheets)):
                yield f"choice_label_{number}_{place}", choice.labels.get(language, "")

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """Questions that a condition may ask about."""
        return [
            (each.name, self.book.label_of(each))
            for each in self.book.entries
            if each.name and not each.is_group and each.kind != "note" and each.row != self.entry.row
        ]

    @property
    def offers(self) -> dict[str, list[str]]:
        """The labels that can be picked as a value, by question."""
        return {
            each.name: [self.book.choice_label(choice) for choice in self.book.choices_of(each)[:100]]
            for each in self.book.entries
            if each.name and self.book.choices_of(each)
        }

    def _asked(self, name: str) -> Entry | None:
        if name == ITSELF:
            return self.entry
        return self.book.by_name.get(name)

    def faults_in(self, given: Mapping[str, str]) -> dict[str, str]:
        """What is wrong with what was typed, by field."""
        wrong: dict[str, str] = {}
        t = self.book.reader.text
        name = given.get("name", "").strip()
        if name != self.entry.name:
            if not _NAME.fullmatch(name):
                wrong["name"] = t("editor.name_wrong")
            elif name in names(self.sheets):
                wrong["name"] = t("editor.name_taken")
        for field in PICKED:
            tests = self._tests(given, field)
            if any(not test.writable or not (test.value or test.operator in WITHOUT_VALUE) for test in tests):
                wrong[field] = t("editor.value_wrong")
            elif unknown := self._unknown_choices(given, field, tests):
                wrong[field] = " ".join(unknown)
        if code := self._wrong_choices(given):
            wrong["choices"] = t("editor.choice_" + code)
        if any(len(text) > _LONGEST for text in given.values()):
            wrong["label_0"] = t("console.form_too_long", limit=_LONGEST)
        return wrong

    def _unknown_choices(self, given: Mapping[str, str], field: str, tests: tuple[Test, ...]) -> list[str]:
        """A sentence for each answer that nobody can choose. What stood there already is its author's affair."""
        before = picked_of(field, read(self.sheets, "survey", self.entry.row, field))
        typed = [given[key].strip() for key in given if key.startswith("choice_value_")]
        sentences = []
        for test in tests:
            asked = self._asked(test.subject)
            offered = [choice for choice in self.book.choices_of(asked) if choice.value]
            if asked is None or not offered or test.operator not in CHOICES_COMPARED:
                continue
            values = [choice.value for choice in offered] + (typed if asked == self.entry else [])
            values += [_OTHER] if asked.other else []
            if test.value not in values and (before is None or test not in before.tests):
                sentences.append(self._not_offered(test.value, asked))
        return sentences

    def _not_offered(self, value: str, asked: Entry) -> str:
        labels = [f"«{self.book.choice_label(choice)}»" for choice in self.book.choices_of(asked)]
        said = ", ".join(labels[:_LISTED]) + (" …" if len(labels) > _LISTED else "")
        question = self.book.label_of(asked)
        return self.book.reader.text("editor.value_not_offered", value=value, question=question, choices=said)

    def _wrong_choices(self, given: Mapping[str, str]) -> str | None:
        """What is wrong with the values typed. What the workbook had already is its author's affair."""
        typed = [given[key].strip() for key in given if key.startswith("choice_value_")]
        there = [choice.value for choice in self.book.choices_of(self.entry)]
        if any(typed.count(value) > max(1, there.count(value)) for value in typed if value):
            return "twice"
        if any(re.search(r"\s", value) and value not in there for value in typed):
            return "with_space"
        return None

    def change(self, given: Mapping[str, str]) -> Callable[[Sheets], Sheets]:
        """What was typed, as a change of the sheets that this form was made from."""

        def carry_out(sheets: Sheets) -> Sheets:
            entry = entry_at(sheets, self.entry.row)
            if entry is None:
                return sheets
            cells = self._texts(given) | self._rules(given)
            kind = given.get("kind", "")
            list_name = entry.list_name
            if not entry.is_group and kind in KINDS:
                if kind in CHOOSING and not list_name:
                    list_name = unused(entry.name or "lista", lists(sheets))
                cells[("type", "")] = self._type(entry, kind, list_name, given)
            name = given.get("name", entry.name).strip()
            if name != entry.name:
                sheets = rename(sheets, entry.name, name)
                cells[("name", "")] = name
            sheets = write(sheets, "survey", entry.row, cells)
            return self._with_choices(sheets, list_name, given) if kind in CHOOSING else sheets

        return carry_out

    def _type(self, entry: Entry, kind: str, list_name: str, given: Mapping[str, str]) -> str:
        """The cell as it was, where nothing of it was changed: authors write types in many ways."""
        other = given.get("other") == "yes" and kind in CHOOSING
        if (kind, list_name, other) == (entry.kind, entry.list_name, entry.other):
            return entry.type
        return write_type(WrittenType(kind, list_name, other))

    def _texts(self, given: Mapping[str, str]) -> dict[Key, str]:
        cells: dict[Key, str] = {}
        for field in TEXTS:
            for number, language in enumerate(languages(self.sheets)):
                if f"{field}_{number}" in given:
                    cells[(field, language)] = given[f"{field}_{number}"].strip()
        return cells

    def _rules(self, given: Mapping[str, str]) -> dict[Key, str]:
        row = self.entry.row
        cells: dict[Key, str] = {(field, ""): given[field].strip() for field in PLAIN if field in given}
        was = read(self.sheets, "survey", row, "required")
        if (given.get("required") == "yes") != (was.lower() in _REQUIRED):
            kept_expression = was if was and was.lower() not in {"no", "false", "false()", *_REQUIRED} else ""
            cells[("required", "")] = "yes" if given.get("required") == "yes" else kept_expression
        for field in PICKED:
            cells[(field, "")] = self._expression(given, field)
        return cells

    def _expression(self, given: Mapping[str, str], field: str) -> str:
        """What was written by hand where that was changed, else what was picked; a cell that says the same stays."""
        was = read(self.sheets, "survey", self.entry.row, field)
        typed = given.get(f"{field}_text", was).strip()
        if typed != was:
            return typed
        if f"{field}_operator_0" not in given:
            return was
        tests = self._tests(given, field)
        picked = Condition(tests, any_of=len(tests) > 1 and given.get(f"{field}_join") == "or")
        if picked_of(field, was) == picked or (picked_of(field, was) is None and was and not tests):
            return was
        return expression_of(picked) if tests else ""

    def _tests(self, given: Mapping[str, str], field: str) -> tuple[Test, ...]:
        numbers = sorted(
            int(key.rpartition("_")[2])
            for key in given
            if re.fullmatch(rf"{field}_operator_\d{{1,3}}", key) and given[key] in set(Operator)
        )
        found = (self._test(given, field, number) for number in numbers)
        return tuple(test for test in found if test is not None)

    def _test(self, given: Mapping[str, str], field: str, number: int) -> Test | None:
        subject = ITSELF if field == "constraint" else given.get(f"{field}_subject_{number}", "")
        typed = given.get(f"{field}_value_{number}", "").strip()
        operator = Operator(given[f"{field}_operator_{number}"])
        asked = self._asked(subject)
        if asked is None:
            return None
        if operator in WITHOUT_VALUE:
            return Test(subject, operator)
        if field == "constraint" and not typed:
            return None
        value = self._value(asked, typed)
        several = asked.kind == "select_multiple"
        if several and operator in (Operator.IS, Operator.IS_NOT):
            operator = Operator.CHOSEN if operator is Operator.IS else Operator.NOT_CHOSEN
        number_kind = asked.kind in NUMBERS or (asked.kind == "calculate" and operator is not Operator.IS)
        return Test(subject, operator, value, number=number_kind and bool(_NUMBER.fullmatch(value)))

    def _value(self, asked: Entry, typed: str) -> str:
        """The value of the choice that was meant, by its label in any language."""
        for choice in self.book.choices_of(asked):
            if typed.casefold() in (
                text.casefold() for text in (choice.value, *choice.labels.values()) if text
            ):
                return choice.value
        return typed

    def _with_choices(self, sheets: Sheets, list_name: str, given: Mapping[str, str]) -> Sheets:
        numbers = sorted(
            int(key.rpartition("_")[2]) for key in given if re.fullmatch(r"choice_value_\d{1,3}", key)
        )
        if not numbers:
            return sheets
        there = choices_of(sheets, list_name)
        rows: dict[str, list[int | None]] = {}
        for choice in there[self.first : self.first + CHOICES_AT_ONCE]:
            rows.setdefault(choice.value, []).append(choice.row)
        typed = [found for number in numbers if (found := self._choice(given, number, rows))]
        before, after = there[: self.first], there[self.first + CHOICES_AT_ONCE :]
        return write_choices(sheets, list_name, [*before, *_moved(typed, given.get("do", "")), *after])

    def _choice(
        self, given: Mapping[str, str], number: int, rows: Mapping[str, list[int | None]]
    ) -> WrittenChoice | None:
        """A choice as typed; None where nothing is left of it, or its button says that it goes."""
        labels = {
            language: given.get(f"choice_label_{number}_{place}", "").strip()
            for place, language in enumerate(languages(self.sheets))
        }
        value = given.get(f"choice_value_{number}", "").strip()
        standing = rows.get(given.get(f"choice_was_{number}", ""))
        row = standing.pop(0) if standing else None
        if given.get("do") == f"choice_remove_{number}" or not (any(labels.values()) or value):
            return None
        return WrittenChoice(row, value, labels)


def _moved(choices: list[WrittenChoice], deed: str) -> list[WrittenChoice]:
    """With one choice a place higher or lower, where a button asked for that."""
    found = re.fullmatch(r"choice_(up|down)_(\d{1,3})", deed)
    place = int(found[2]) if found else -1
    if not found or place >= len(choices):
        return choices
    other = place - 1 if found[1] == "up" else place + 1
    if 0 <= other < len(choices):
        choices[place], choices[other] = choices[other], choices[place]
    return choices


def picked_of(field: str, expression: str) -> Condition | None:
    """The condition that the lists can show. A constraint is about its own answer, a condition about others'."""
    condition = read_condition(expression)
    own = field == "constraint"
    if condition is None or any((test.subject == ITSELF) != own for test in condition.tests):
        return None
    return condition
