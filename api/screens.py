"""A questionnaire as telephones show it: what each question says in each language, and what is missing there."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from babel import Locale
from markupsafe import Markup

from api.reader import LANGUAGES, Reader
from surveys.questionnaire import NOT_IN_CHAT, SILENT, Localized, Media, Question, Questionnaire

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


class Screens:
    """Shows the questions of one questionnaire, with the files that came along."""

    def __init__(
        self, reader: Reader, questionnaire_id: int, questionnaire: Questionnaire, files: Collection[str]
    ) -> None:
        self.reader = reader
        self.questionnaire = questionnaire
        self._files = files
        self._address = f"/questionnaires/{questionnaire_id}/files/"

    def questions(self) -> Iterator[Shown]:
        """Every question that somebody is asked, in order."""
        asked = (question for question in self.questionnaire.questions() if question.kind not in SILENT)
        for number, question in enumerate(asked, 1):
            yield self._shown(number, question)

    def _shown(self, number: int, question: Question) -> Shown:
        reader = self.reader
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
        return Said(text[found].strip(), found, "" if found == language else self._name(found))

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
        if question.relevant:
            yield text("console.rule_relevant"), Markup("<code>{}</code>").format(question.relevant)
        if question.constraint:
            yield text("console.rule_constraint"), Markup("<code>{}</code>").format(question.constraint)

    def _name(self, code: str) -> str:
        """The name of a language; of one that is not of this house in Spanish, else as the workbook has it."""
        if code in LANGUAGES:
            return self.reader.language_name(code)
        return str(Locale("es").languages.get(code, code)).capitalize()


def _in_order(text: Localized, language: str, questionnaire: Questionnaire) -> str | None:
    """The language in which a text is shown to who speaks `language`."""
    wanted = (language, questionnaire.default_language, *questionnaire.languages)
    return next((code for code in wanted if text.get(code, "").strip()), None)
