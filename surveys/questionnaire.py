"""What a workbook asks, once the spreadsheet is forgotten: frozen values, no database, no chat."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Localized = Mapping[str, str]
"""Language code → text. Empty when the author wrote nothing."""

Media = Mapping[str, Localized]
"""What is shown or played beside a text: "image", "big-image", "audio" or "video" → language → name of a file."""

Answers = dict[str, "str | list[str]"]
"""Path → value. Paths are relative to the root: "needs", "about/age", "household[2]/age"."""


class Kind(StrEnum):
    """How a question is answered. The names are those of XLSForm."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    RANGE = "range"
    DATE = "date"
    TIME = "time"
    DATETIME = "dateTime"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    RANK = "rank"
    GEOPOINT = "geopoint"
    GEOTRACE = "geotrace"
    GEOSHAPE = "geoshape"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    BARCODE = "barcode"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    CALCULATE = "calculate"
    HIDDEN = "hidden"
    START = "start"
    END = "end"
    TODAY = "today"
    METADATA = "metadata"


SILENT = frozenset(
    {Kind.CALCULATE, Kind.HIDDEN, Kind.START, Kind.END, Kind.TODAY, Kind.METADATA},
)
"""Kinds that the questionnaire fills by itself; nobody is asked."""

NOT_IN_CHAT = frozenset({Kind.GEOTRACE, Kind.GEOSHAPE})
"""Kinds that no chat can ask: passed over, with a notice to the organiser on import."""

SENT = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.FILE})
"""Kinds that are answered with a file."""

ATTACHED = "\ufffc"
"""Begins a value that stands for a file sent; the id of the attachment follows. Nobody can type this sign."""


class Keep(StrEnum):
    """Where an answer goes when it is asked for the person's profile and not for the results."""

    INVITE = "invite"
    NEEDS = "needs"
    CANTON = "canton"
    AGE = "age"
    """A band of years, never a date or a number."""
    GENDER = "gender"
    SITUATION = "situation"


BANDS = (Keep.CANTON, Keep.AGE, Keep.GENDER, Keep.SITUATION)
"""What audiences are chosen by: one choice each, so that a person is in one band."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose. `extra` holds the other columns of its row, for choice filters."""

    value: str
    label: Localized
    extra: Mapping[str, str] = field(default_factory=dict)
    media: Media = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked. Expressions are kept as text in the ODK XPath dialect, paths made absolute.

    guidance  what a facilitator reads beside the question; a participant does not
    triggers  paths whose change makes the calculation anew; without any, every change of what it reads does
    hxl       the humanitarian tag of its column in an export: "#affected+refugees"
    """

    path: str
    kind: Kind
    label: Localized = field(default_factory=dict)
    hint: Localized = field(default_factory=dict)
    guidance: Localized = field(default_factory=dict)
    media: Media = field(default_factory=dict)
    required: str = ""
    required_message: Localized = field(default_factory=dict)
    relevant: str = ""
    constraint: str = ""
    constraint_message: Localized = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    choice_filter: str = ""
    calculation: str = ""
    default: str = ""
    read_only: bool = False
    appearance: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    keep: Keep | None = None
    triggers: tuple[str, ...] = ()
    hxl: str = ""

    @property
    def name(self) -> str:
        """Last step of the path: the name in the workbook."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together; a repeat is asked once for each member of a household, say."""

    path: str
    nodes: tuple["Node", ...]
    label: Localized = field(default_factory=dict)
    media: Media = field(default_factory=dict)
    relevant: str = ""
    appearance: str = ""
    repeats: bool = False
    repeat_count: str = ""


Node = Question | Group


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A whole questionnaire. `lists` are the secondary instances that expressions may look up."""

    name: str
    title: Localized
    version: str
    languages: tuple[str, ...]
    default_language: str
    nodes: tuple[Node, ...]
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)

    def questions(self) -> Iterator[Question]:
        """Every question in order, those inside groups too."""
        return _questions(self.nodes)

    def asked(self) -> Iterator[Question]:
        """What a person is asked or told, in order: the one count of questions that people are given."""
        return (question for question in self.questions() if question.kind not in SILENT)

    def question(self, path: str) -> Question:
        """The question at a path; repeat positions in the path are ignored."""
        wanted = plain_path(path)
        for question in self.questions():
            if question.path == wanted:
                return question
        raise KeyError(path)


def plain_path(path: str) -> str:
    """A path without its repeat positions: "household[2]/age" → "household/age"."""
    if "[" not in path:
        return path
    return "/".join(step.partition("[")[0] for step in path.split("/"))


def _questions(nodes: tuple[Node, ...]) -> Iterator[Question]:
    for node in nodes:
        if isinstance(node, Group):
            yield from _questions(node.nodes)
        else:
            yield node


def to_json(questionnaire: Questionnaire) -> dict[str, Any]:
    """The questionnaire as plain JSON values; empty fields are left out."""
    return {
        "name": questionnaire.name,
        "title": dict(questionnaire.title),
        "version": questionnaire.version,
        "languages": list(questionnaire.languages),
        "default_language": questionnaire.default_language,
        "nodes": [_node_to_json(node) for node in questionnaire.nodes],
        "lists": {
            name: [_choice_to_json(c) for c in choices] for name, choices in questionnaire.lists.items()
        },
    }


def from_json(value: Mapping[str, Any]) -> Questionnaire:
    """The inverse of `to_json`."""
    return Questionnaire(
        name=value["name"],
        title=value["title"],
        version=value["version"],
        languages=tuple(value["languages"]),
        default_language=value["default_language"],
        nodes=tuple(_node_from_json(node) for node in value["nodes"]),
        lists={name: tuple(_choice_from_json(c) for c in rows) for name, rows in value["lists"].items()},
    )


def _node_to_json(node: Node) -> dict[str, Any]:
    if isinstance(node, Group):
        fields: dict[str, Any] = {
            "path": node.path,
            "nodes": [_node_to_json(child) for child in node.nodes],
            "label": dict(node.label),
            "media": _plain(node.media),
            "relevant": node.relevant,
            "appearance": node.appearance,
            "repeats": node.repeats,
            "repeat_count": node.repeat_count,
        }
        return {key: item for key, item in fields.items() if item or key == "nodes"}
    fields = {name: _plain(getattr(node, name)) for name in Question.__slots__}
    return {key: item for key, item in fields.items() if item}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_choice_to_json(item) if isinstance(item, Choice) else item for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, Mapping) else value


def _node_from_json(value: Mapping[str, Any]) -> Node:
    fields = dict(value)
    if "nodes" in fields:
        fields["nodes"] = tuple(_node_from_json(node) for node in fields["nodes"])
        return Group(**fields)
    fields["kind"] = Kind(fields["kind"])
    fields["choices"] = tuple(_choice_from_json(choice) for choice in fields.get("choices", ()))
    fields["triggers"] = tuple(fields.get("triggers", ()))
    if "keep" in fields:
        fields["keep"] = Keep(fields["keep"])
    return Question(**fields)


def _choice_to_json(choice: Choice) -> dict[str, Any]:
    fields = {name: _plain(getattr(choice, name)) for name in Choice.__slots__}
    return {key: item for key, item in fields.items() if item or key != "media"}


def _choice_from_json(value: Mapping[str, Any]) -> Choice:
    return Choice(**value)
