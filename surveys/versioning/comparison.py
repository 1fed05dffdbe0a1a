"""What changed between two versions of a questionnaire. Pure: facts, which a page puts into words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from surveys.questionnaire import Localized, Question
from surveys.versioning.merging import Merged, Stance, Version, merge


class What(StrEnum):
    """What may change about a question."""

    ADDED = "added"
    REMOVED = "removed"
    RETYPED = "retyped"
    """Another kind whose answers stand in the same column."""
    REPLACED = "replaced"
    """Another kind whose answers need a column of their own."""
    MOVED = "moved"
    REWORDED = "reworded"
    TRANSLATED = "translated"
    HINT = "hint"
    CHOICE_ADDED = "choice_added"
    CHOICE_REMOVED = "choice_removed"
    CHOICE_REWORDED = "choice_reworded"
    RELEVANT = "relevant"
    REQUIRED = "required"
    CONSTRAINT = "constraint"
    FILTER = "filter"
    CALCULATION = "calculation"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed about one question.

    name    the name of the merged question, as in the results and the exports
    label   what the question asks, in its newest wording
    before  the older wording, choice, kind or expression, where there is one
    after   the newer one
    """

    what: What
    name: str
    label: Localized
    before: Localized | str = ""
    after: Localized | str = ""


_RULES = (
    (What.REQUIRED, "required"),
    (What.CONSTRAINT, "constraint"),
    (What.FILTER, "choice_filter"),
    (What.CALCULATION, "calculation"),
)


def changes_between(old: Version, new: Version) -> tuple[Change, ...]:
    """What a newer version changed, question by question, in the author's order."""
    merged = merge((old, new))
    by_path = {each.newest.question.path: each for each in merged if new.id in each.stances}
    changes: list[Change] = []
    for each in merged:
        before, after = each.stances.get(old.id), each.stances.get(new.id)
        label = each.newest.question.label
        if before and after:
            changes += _compared(each.name, before, after)
        elif after is not None:
            replaced = _replaced(each, merged, old)
            kinds = (replaced.question.kind, after.question.kind) if replaced else ("", "")
            what = What.REPLACED if replaced else What.ADDED
            changes.append(Change(what, each.name, label, *kinds))
        elif each.newest.question.path not in by_path:
            changes.append(Change(What.REMOVED, each.name, label))
    return tuple(changes)


def changes_by_question(versions: Sequence[Version]) -> dict[str, list[tuple[int, Change]]]:
    """All changes through several versions, by the merged name: the number of the version that made each.

    versions: the oldest first
    """
    names = {
        (version_id, stance.question.path): each.name
        for each in merge(versions)
        for version_id, stance in each.stances.items()
    }
    found: dict[str, list[tuple[int, Change]]] = {}
    for old, new in pairwise(versions):
        for change in changes_between(old, new):
            path = change.name.partition("@")[0]
            name = names.get((new.id, path)) or names[old.id, path]
            found.setdefault(name, []).append((new.number, change))
    return found


def _replaced(each: Merged, merged: Sequence[Merged], old: Version) -> Stance | None:
    """The question of another kind that had the path before."""
    path = each.newest.question.path
    others = (other.stances.get(old.id) for other in merged if other is not each)
    return next((stance for stance in others if stance and stance.question.path == path), None)


def _compared(name: str, old: Stance, new: Stance) -> Iterator[Change]:
    before, after = old.question, new.question
    if before.path != after.path:
        yield Change(What.MOVED, name, after.label, before.path, after.path)
    if before.kind is not after.kind:
        yield Change(What.RETYPED, name, after.label, before.kind, after.kind)
    yield from _wordings(name, after, before.label, after.label)
    if dict(before.hint) != dict(after.hint):
        yield Change(What.HINT, name, after.label, before.hint, after.hint)
    yield from _choices(name, before, after)
    if old.rules != new.rules:
        yield Change(What.RELEVANT, name, after.label, " and ".join(old.rules), " and ".join(new.rules))
    for what, field in _RULES:
        if getattr(before, field) != getattr(after, field):
            yield Change(what, name, after.label, getattr(before, field), getattr(after, field))


def _wordings(name: str, question: Question, old: Localized, new: Localized) -> Iterator[Change]:
    """A text that a language did not have is a translation; any other difference is another wording."""
    if any(new.get(language, "") != text for language, text in old.items() if text):
        yield Change(What.REWORDED, name, question.label, old, new)
    elif dict(old) != dict(new):
        yield Change(What.TRANSLATED, name, question.label, old, new)


def _choices(name: str, old: Question, new: Question) -> Iterator[Change]:
    before = {choice.value: choice.label for choice in old.choices}
    after = {choice.value: choice.label for choice in new.choices}
    for value, label in after.items():
        if value not in before:
            yield Change(What.CHOICE_ADDED, name, new.label, "", label or value)
        elif any(label.get(language, "") != text for language, text in before[value].items() if text):
            yield Change(What.CHOICE_REWORDED, name, new.label, before[value], label)
    for value, label in before.items():
        if value not in after:
            yield Change(What.CHOICE_REMOVED, name, new.label, label or value, "")
