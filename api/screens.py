"""A questionnaire as telephones show it: what each question says in each language, and what is missing there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from babel import Locale
from markupsafe import Markup

from api.reader import LANGUAGES, Reader
from surveys.conversation.wording import left_open
from surveys.paper.conditions import Asked, condition_words, formulas_of
from surveys.questionnaire import NOT_IN_CHAT, Group, Localized, Media, Node, Question, Questionnaire

_PICTURES = ("image", "big-image")


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or recording beside a text: `address` is empty where the file did not come along."""

    kind: str
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Said:
    """A text in one language. `instead` is the name of the language that is shown where that one lacks it."""

    text: str
    language: str
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """A choice to tap."""

    said: Said
    media: tuple[Medium, ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A question in one language, as a telephone shows it."""

    language: str
    language_name: str
    label: Said
    hint: Said
    media: tuple[Medium, ...]
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A question in the preview."""

    head: str
    kind: str
    kept: str
    screens: tuple[Screen, ...]
    rules: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Boundary:
    """Where a part of the preview begins or ends. `when` is the rule of who is asked the part."""

    sentence: str
    when: tuple[tuple[str, str], ...] = ()


class Screens:
    """Shows the questions of one questionnaire, with the files that came along."""

    def __init__(
        self, reader: Reader, questionnaire_id: int, questionnaire: Questionnaire, files: Collection[str]
    ) -> None:
        self.reader = reader
        self.questionnaire = questionnaire
        self._files = files
        self._address = f"/questionnaires/{questionnaire_id}/files/"
        self._formulas = formulas_of(questionnaire.questions())
        self._asked = {
            question.path: Asked(question, number, self._labels(question))
            for number, question in enumerate(questionnaire.asked(), 1)
        }

    def rows(self) -> Iterator[Shown | Boundary]:
        """Every question that somebody is asked, in order, and where the parts begin and end."""
        yield from self._rows(self.questionnaire.nodes)

    def _rows(self, nodes: Sequence[Node]) -> Iterator[Shown | Boundary]:
        for node in nodes:
            if isinstance(node, Question):
                if node.path in self._asked:
                    yield self._shown(node)
                continue
            rows = list(self._rows(node.nodes))
            if not rows or not (node.repeats or node.label or node.relevant):
                yield from rows
                continue
            yield Boundary(self._boundary(node, "begins"), tuple(self._relevance(node)))
            yield from rows
            yield Boundary(self._boundary(node, "ends"))

    def _boundary(self, group: Group, which: str) -> str:
        label = self.reader.plain(left_open(group.label)) or group.path.rpartition("/")[2]
        kind = "repeat" if group.repeats else "part"
        return self.reader.text(f"console.preview_{kind}_{which}", label=label)

    def _labels(self, question: Question) -> dict[str, str]:
        said = self.reader.plain
        return {choice.value: said(left_open(choice.label)) or choice.value for choice in question.choices}

    def _shown(self, question: Question) -> Shown:
        reader = self.reader
        number = self._asked[question.path].number
        kind = "console.kind_" + ("other" if question.kind in NOT_IN_CHAT else question.kind.lower())
        return Shown(
            head=reader.text("console.preview_head", number=number),
            kind=reader.text(kind if reader.translator.has(kind) else "console.kind_other"),
            kept=reader.text("console.preview_kept_" + question.keep) if question.keep else "",
            screens=tuple(self._screen(language, question) for language in self.questionnaire.languages),
            rules=tuple(self._rules(question)),
        )

    def _screen(self, language: str, question: Question) -> Screen:
        return Screen(
            language=language,
            language_name=self._name(language),
            label=self._said(question.label, language),
            hint=self._said(question.hint, language),
            media=self._media(question.media, language),
            keys=tuple(
                Key(self._said(choice.label, language), self._media(choice.media, language))
                for choice in question.choices
            ),
        )

    def _said(self, text: Localized, language: str) -> Said:
        """The text in a language, else in the first that has it: what a participant is shown as well."""
        found = _in_order(text, language, self.questionnaire)
        if found is None:
            return Said("", language)
        return Said(left_open(text)[found].strip(), found, "" if found == language else self._name(found))

    def _media(self, media: Media, language: str) -> tuple[Medium, ...]:
        found = []
        for kind, names in media.items():
            if spoken := _in_order(names, language, self.questionnaire):
                name = names[spoken]
                address = self._address + quote(name, safe="") if name in self._files else ""
                found.append(Medium("image" if kind in _PICTURES else kind, name, address))
        return tuple(found)

    def _rules(self, question: Question) -> Iterator[tuple[str, str]]:
        text = self.reader.text
        guidance = self._said(question.guidance, self.questionnaire.default_language)
        if guidance.text:
            yield text("console.rule_guidance"), guidance.text
        if question.required:
            yield text("console.rule_required"), text("console.rule_required_yes")
        yield from self._relevance(question)
        if question.constraint:
            yield text("console.rule_constraint"), Markup("<code>{}</code>").format(question.constraint)

    def _relevance(self, node: Node) -> Iterator[tuple[str, str]]:
        """Who is asked it, in words; the expression only where words fail."""
        if node.relevant:
            words = condition_words(node.relevant, node.path, self._asked, self._formulas, self.reader.text)
            said = words or Markup("<code>{}</code>").format(node.relevant)
            yield self.reader.text("console.rule_relevant"), said

    def _name(self, code: str) -> str:
        """The name of a language; of one that is not of this house in Spanish, else as the workbook has it."""
        if code in LANGUAGES:
            return self.reader.language_name(code)
        return str(Locale("es").languages.get(code, code)).capitalize()


def _in_order(text: Localized, language: str, questionnaire: Questionnaire) -> str | None:
    """The language in which a text is shown to who speaks `language`."""
    wanted = (language, questionnaire.default_language, *questionnaire.languages)
    return next((code for code in wanted if text.get(code, "").strip()), None)
