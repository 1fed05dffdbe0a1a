"""Expected refusals. They carry facts; the border writes the sentence, in the reader's language."""

from dataclasses import dataclass, field


class RimayError(Exception):
    """An expected refusal: `code` selects the sentence `errors.<code>`, `params` fill it."""

    code = "unexpected"

    def __init__(self, **params: str | int) -> None:
        super().__init__(f"{self.code} {params}")
        self.params = params


class NotFound(RimayError):
    """What was asked for is not there, or not for this reader."""

    code = "not_found"


class Forbidden(RimayError):
    """The account may not do this."""

    code = "forbidden"


class Conflict(RimayError):
    """The thing is no longer in the state that the act needs."""

    code = "conflict"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in what was handed in, and where. The sentence is `faults.<code>`."""

    code: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    params: dict[str, str | int] = field(default_factory=dict)


class InvalidInput(RimayError):
    """What was handed in has faults: all of them, in order."""

    code = "invalid_input"

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults
