"""One place in a person's answers, and what stands there."""

from collections.abc import Iterator, Sequence

from lxml import etree

from surveys.conversation.outline import Site
from surveys.questionnaire import Question

Value = str | list[str]


class Spot:
    """A question or group as this person meets it: in a repeat there is one for each member.

    position  which member of its repeat it is, from 1; 0 where it is none
    applies   whether it and the groups around it are relevant
    value     the answer, or what the questionnaire filled in or calculated; kept when it does not apply
    """

    __slots__ = (
        "applies",
        "children",
        "element",
        "is_relevant",
        "parent",
        "path",
        "position",
        "site",
        "value",
    )

    def __init__(
        self, site: Site, parent: "Spot | None", path: str, position: int, element: etree._Element
    ) -> None:
        self.site = site
        self.parent = parent
        self.path = path
        self.position = position
        self.element = element
        self.children: Sequence[Spot] = ()
        self.is_relevant = True
        self.applies = True
        self.value: Value = ""

    @property
    def question(self) -> Question:
        """The question asked here."""
        assert isinstance(self.site.node, Question)  # groups are never asked for theirs
        return self.site.node

    def around(self) -> Iterator["Spot"]:
        """The groups and members of repeats that it stands in, the innermost first."""
        above = self.parent
        while above is not None:
            yield above
            above = above.parent

    def show(self) -> None:
        """Write the value into the document, or nothing where it does not apply."""
        self.element.text = (as_text(self.value) or None) if self.applies else None


def as_text(value: Value) -> str:
    """An answer as ODK writes it: the values of several choices with spaces between."""
    return value if isinstance(value, str) else " ".join(value)
