"""What is to be written, whichever the format: the versions, the variables, and where the responses come from."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.errors import Fault, InvalidInput
from surveys.exporting.lines import Line, lines_of
from surveys.exporting.tables import Style, Table, tables_of
from surveys.exporting.tags import unknown_names
from surveys.variables import Variable, variables_of
from surveys.versioning.comparison import Change, changes_by_question
from surveys.versioning.merging import Version
from surveys.versioning.versions import versions_asked

Say = Callable[[Change], str]
"""How a change between versions is put into words."""


@dataclass(frozen=True, slots=True)
class Options:
    """What who exports may choose.

    language  labels of choices are written in it instead of their values
    split     a column of 0 and 1 for each choice of a multiple choice
    tags      name of a column or question → its humanitarian tag
    """

    language: str | None = None
    split: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """An export that is about to be written."""

    consultation_id: int
    versions: tuple[Version, ...]
    variables: tuple[Variable, ...]
    options: Options
    say: Say
    note: Callable[[int], None]

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language of some version, those of the newest first."""
        spoken = (
            language for version in reversed(self.versions) for language in version.questionnaire.languages
        )
        return tuple(dict.fromkeys(spoken))

    def tables(self, style: Style) -> tuple[Table, ...]:
        """The tables as a format wants their cells."""
        return tables_of(self.variables, style)

    def lines(self, db: Session) -> Iterator[Line]:
        """The responses; after every few hundred it is noted how many are done."""
        for lines in lines_of(db, self.consultation_id):
            yield from lines
            self.note(len(lines))

    def changes(self) -> dict[str, list[tuple[int, Change]]]:
        """What the versions changed, by the name of the variable."""
        return changes_by_question(self.versions)


def plan_of(
    db: Session,
    consultation_id: int,
    options: Options,
    *,
    say: Say,
    reading: Callable[[str], str] = str,
    note: Callable[[int], None] = lambda _count: None,
) -> Plan:
    """Raises NotFound, or InvalidInput with everything that was asked for and is not there.

    reading: how words are read in which a mark covers what is personal
    note: is told how many more responses are written
    """
    versions = versions_asked(db, consultation_id)
    variables = variables_of(versions, options.language, reading)
    plan = Plan(consultation_id, versions, variables, options, say, note)
    faults: Sequence[Fault] = unknown_names(plan.tables(Style(split=True)), options.tags)
    if options.language is not None and options.language not in {*plan.languages, "es", "qu"}:
        spoken = ", ".join(plan.languages)
        params: dict[str, str | int] = {"language": options.language, "languages": spoken}
        faults = (Fault("export_no_language", params=params), *faults)
    if faults:
        raise InvalidInput(tuple(faults))
    return plan
