"""How far a person has come in a questionnaire: all that a conversation needs to go on, after days or a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from surveys.questionnaire import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Never changed: each move makes another.

    answers  what was answered, path → value; an empty one was skipped on purpose. What no longer applies stays here
    place    path of the question on screen; None when nothing is left to ask
    draft    values ticked but not yet confirmed; None when none was touched
    filled   what the questionnaire filled in by itself and must not work out again
    added    path of a further member of a repeat → whether the person wanted one
    seed     what chance is drawn from, so that shuffled choices stay where they are
    """

    answers: Answers = field(default_factory=dict)
    place: str | None = None
    draft: tuple[str, ...] | None = None
    filled: Mapping[str, str] = field(default_factory=dict)
    added: Mapping[str, bool] = field(default_factory=dict)
    seed: int = 0


def to_json(progress: Progress) -> dict[str, Any]:
    """As plain JSON values; what is empty is left out."""
    fields: dict[str, Any] = {
        "answers": progress.answers,
        "place": progress.place,
        "draft": None if progress.draft is None else list(progress.draft),
        "filled": dict(progress.filled),
        "added": dict(progress.added),
        "seed": progress.seed,
    }
    return {name: value for name, value in fields.items() if value or value == []}


def from_json(value: Mapping[str, Any]) -> Progress:
    """The inverse of `to_json`."""
    fields = dict(value)
    if "draft" in fields:
        fields["draft"] = tuple(fields["draft"])
    return Progress(**fields)
