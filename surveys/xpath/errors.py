"""What can be wrong with an expression, as a code with its facts; whoever shows it writes the sentence."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an expression fails.

    code    one of `syntax` (at, near), `too_deep`, `unknown_function` (name), `too_few_arguments` and
            `too_many_arguments` (name, given), `needs_nodes` (name), `unknown_prefix` (prefix),
            `unknown_instance` (name), `bad_pattern` (pattern), `bad_date_format` (format),
            `unknown_algorithm` (name), `bad_encoding` (name), `bad_seed`, `bad_length`, `no_node` (name)
    params  the facts named in brackets
    """

    code: str
    params: dict[str, str | int] = field(default_factory=dict)


class ExpressionError(ValueError):
    """An expression that cannot be read or cannot be carried out."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.problem = Problem(code, params)
