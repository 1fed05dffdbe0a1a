"""How the empty seat is said on pages: the state of a request, why, and each rule with what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from api.reader import Reader
from deliberation.empty_seat.register import Case, Line
from deliberation.empty_seat.requests import SITS, SeatState, standing_of
from deliberation.empty_seat.rules import BASES, DECLARED, Rule, Rules
from deliberation.empty_seat.wording import rule_in_words

MARKS = {
    SeatState.ACCREDITED: "done",
    SeatState.HEARD: "here",
    SeatState.DENIED: "past",
    SeatState.WITHDRAWN: "past",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A request in a list. `why`: the rules and the reason, a line each."""

    number: int
    item: Markup
    body: str
    when: str
    asked: str
    state: str
    mark: str
    why: tuple[Markup | str, ...]
    came: str


def row_of(reader: Reader, line: Line, rules: Rules, *, public: bool) -> Row:
    """public: which rule about the person was not met is nobody's business but theirs and the secretary's."""
    came = "" if line.state not in SITS else reader.text("chair.came_yes" if line.came else "chair.came_no")
    return Row(
        number=line.number,
        item=reader.local(line.item),
        body=line.body,
        when=reader.day(line.starts_at) if line.starts_at else "—",
        asked=reader.day(line.asked_at),
        state=reader.text("chair.state_" + standing_of(line.state, line.starts_at)),
        mark=MARKS.get(line.state, ""),
        why=tuple(_why(reader, line, rules, public=public)),
        came=came,
    )


def _why(reader: Reader, line: Line, rules: Rules, *, public: bool) -> list[Markup | str]:
    said: list[Markup | str] = []
    if line.assembly is not None:
        said.append(reader.text("chair.assembly_of", assembly=reader.plain(line.assembly)))
    judged = line.state != SeatState.ASKED  # until somebody has decided, nothing is a reason
    reasons = [rule for rule in line.reasons if judged or not public]
    if public and any(rule in DECLARED for rule in reasons):
        said.append(reader.text("chair.personal_rule"))
        reasons = [rule for rule in reasons if rule not in DECLARED]
    said += [rule_in_words(reader.translator, reader.language, rule, rules) for rule in reasons]
    if line.is_call:
        said.append(reader.text("chair.call_source", source=reader.plain(line.reason)))
    elif line.reason:
        said.append(reader.local(line.reason))
    return said


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule, whether a request meets it, and what it rests on."""

    rule: str
    met: str
    is_met: bool
    basis: str


def check_rules(reader: Reader, case: Case, asked: Sequence[Rule]) -> list[CheckedRule]:
    """Each rule that was declared, and those that are not met now."""
    shown = [*asked, *(rule for rule in case.unmet if rule not in asked)]
    return [
        CheckedRule(
            rule=rule_in_words(reader.translator, reader.language, rule, case.book.rules),
            met=reader.text("chair.met_no" if _is_unmet(case, rule) else "chair.met_yes"),
            is_met=not _is_unmet(case, rule),
            basis=reader.text("chair.basis_" + BASES[rule]),
        )
        for rule in shown
    ]


def _is_unmet(case: Case, rule: Rule) -> bool:
    return rule in case.unmet or case.declared.get(rule) is False


def list_rules_in_force(reader: Reader, rules: Rules) -> list[tuple[str, str]]:
    """The rules that ask for something, and what each rests on."""
    asks = {
        Rule.AGE: rules.least_age > 0,
        Rule.NATIONALITY: not rules.foreigners,
        Rule.RESIDENCE: rules.residence,
        Rule.OFFICE: rules.office,
        Rule.INTEREST: rules.interest,
        Rule.REPORT: rules.report,
        Rule.PERSON: not rules.by_person,
        Rule.ASSEMBLY: not rules.by_assembly,
        Rule.SITTING: True,
        Rule.NOTICE: rules.notice_days > 0,
        Rule.FULL: True,
        Rule.AGREE: rules.agree,
    }
    return [
        (
            rule_in_words(reader.translator, reader.language, rule, rules),
            reader.text("chair.basis_" + BASES[rule]),
        )
        for rule, is_asked in asks.items()
        if is_asked
    ]
