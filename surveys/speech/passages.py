"""What is heard of a questionnaire: the texts as somebody reads them aloud, each a voice message of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from i18n.aloud import number_aloud, pieces, speakable
from i18n.localized import SOURCE
from i18n.translator import Translator
from surveys.conversation.outline import SEVERAL, outline_of
from surveys.questionnaire import (
    NOT_IN_CHAT,
    SILENT,
    Choice,
    Group,
    Kind,
    Localized,
    Media,
    Node,
    Question,
    Questionnaire,
)

CHOICES_AT_ONCE = 24
"""As many as a telephone shows on one page."""

CHAT_TEXTS = {
    "welcome": ("chat.welcome",),
    "introduction": ("chat.introduction", "chat.minors", "chat.consent_question"),
    "help": ("chat.help",),
    "sending": ("chat.confirm_sending",),
}
"""What the chat itself says and may be asked to read aloud → its sentences in order."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text as one voice message says it."""

    language: str
    text: str

    @property
    def digest(self) -> bytes:
        """By which its recording is found, whichever question says it."""
        return sha256(f"{self.language}\0{self.text}".encode()).digest()


@dataclass(frozen=True, slots=True)
class Part:
    """Something of a questionnaire that is heard as one: a note, a question, its choices.

    path   where it stands; the name of one of CHAT_TEXTS for what the chat itself says
    what   note, question, choices, again (the question for one more member of a repeat) or chat
    audio  a recording that came with the workbook, which is played instead: language → name of the file
    """

    path: str
    what: str
    passages: tuple[Passage, ...]
    audio: Localized


def read_text(text: Localized, language: str, *more: Localized) -> tuple[Passage, ...]:
    """A text, and what belongs to it, in the person's language; else in one that it has."""
    spoken = _language_of(text, language)
    lines = [_written(each, spoken) for each in (text, *more)]
    return _passages(spoken, "\n".join(line for line in lines if line))


def read_question(
    question: Question, language: str, translator: Translator, *, most: int | None = None
) -> tuple[Passage, ...]:
    """Label and hint. Of several choices it is said that they are several, as it is written.

    most: how many may be chosen
    """
    spoken = _language_of(question.label or question.hint, language)
    lines = [_written(question.label, spoken), _written(question.hint, spoken)]
    if question.kind in SEVERAL and not lines[1]:
        rank = question.kind is Kind.RANK
        key = "rank" if rank else "select_multiple" if most is None else "select_most"
        lines.append(
            translator.text("chat.hint_" + key, spoken, **({} if most is None else {"maximum": most}))
        )
    return _passages(spoken, "\n".join(line for line in lines if line))


def read_choices(
    choices: Sequence[Choice],
    language: str,
    translator: Translator,
    page: int = 0,
    *,
    only: int | None = None,
) -> tuple[Passage, ...]:
    """The choices of a page, or only one of it, each with the number that may be typed to choose it."""
    first = page * CHOICES_AT_ONCE
    shown = choices[first : first + CHOICES_AT_ONCE]
    if only is not None:
        first, shown = first + only, shown[only : only + 1]
    languages = [_language_of(choice.label, language) for choice in shown]
    spoken = next((other for other in languages if other != language), language)
    lines = (
        translator.text(
            "chat.listen_choice",
            spoken,
            number=number_aloud(number, spoken),
            label=_written(choice.label, spoken) or choice.value,
        )
        for number, choice in enumerate(shown, start=first + 1)
    )
    return _passages(spoken, "\n".join(lines))


def read_repeat(group: Localized, language: str, translator: Translator) -> tuple[Passage, ...]:
    """Whether there is one more of them, and the two answers."""
    name = _written(group, language)
    lines = [
        translator.text("chat.repeat_question", language, group=name),
        *(translator.text("chat.button_repeat_" + answer, language) for answer in ("yes", "no")),
    ]
    return _passages(language, "\n".join(lines))


def read_chat(name: str, language: str, translator: Translator, unit: str = "") -> tuple[Passage, ...]:
    """What the chat itself says: CHAT_TEXTS."""
    params = {"unit": unit, "contact": unit}
    return _passages(
        language, "\n".join(translator.text(key, language, **params) for key in CHAT_TEXTS[name])
    )


def list_parts(
    questionnaire: Questionnaire, language: str, translator: Translator, *, around: str | None = None
) -> list[Part]:
    """All that a questionnaire says by itself. What holds a person's answers is not here, so it is never kept.

    around: only what stands at this path, and notes wherever they are
    """
    parts: list[Part] = []
    for node, at_end in _nodes(questionnaire.nodes):
        if around not in (None, node.path) and not _is_note(node):
            continue
        if isinstance(node, Group):
            parts += _parts_of_group(node, language, translator, at_end=at_end)
        elif node.kind not in SILENT and node.kind not in NOT_IN_CHAT:
            parts += _parts_of(questionnaire, node, language, translator)
    return [part for part in parts if part.passages]


def _nodes(nodes: Sequence[Node]) -> Iterator[tuple[Node, bool]]:
    """Every node in the order in which it is heard; a group at its beginning, and once more at its end."""
    for node in nodes:
        yield node, False
        if isinstance(node, Group):
            yield from _nodes(node.nodes)
            yield node, True


def _is_note(node: Node) -> bool:
    return isinstance(node, Group) or node.kind is Kind.NOTE


def _parts_of_group(group: Group, language: str, translator: Translator, *, at_end: bool) -> Iterator[Part]:
    """Its title where it begins; where it ends, whether there is one more of them."""
    if _speaks_of_answers(group.label):
        return
    if not at_end:
        yield Part(group.path, "note", read_text(group.label, language), _audio(group.media))
    elif group.repeats and not group.repeat_count:
        yield Part(group.path, "again", read_repeat(group.label, language, translator), {})


def _parts_of(
    questionnaire: Questionnaire, question: Question, language: str, translator: Translator
) -> Iterator[Part]:
    what = "note" if question.kind is Kind.NOTE else "question"
    if not _speaks_of_answers(question.label, question.hint):
        site = outline_of(questionnaire).sites.get(question.path)
        most = site.limits[1] if site else None
        passages = read_question(question, language, translator, most=most)
        yield Part(question.path, what, passages, _audio(question.media))
    depends = question.choice_filter or question.parameters.keys() & {"randomize", "itemset"}
    if question.choices and not depends:
        labels = (choice.label for choice in question.choices)
        if not _speaks_of_answers(*labels):
            pages = range(0, len(question.choices), CHOICES_AT_ONCE)
            read = (
                read_choices(question.choices, language, translator, first // CHOICES_AT_ONCE)
                for first in pages
            )
            yield Part(question.path, "choices", tuple(passage for page in read for passage in page), {})


def _speaks_of_answers(*texts: Localized) -> bool:
    return any("${" in written for text in texts for written in text.values())


def _audio(media: Media) -> Localized:
    return media.get("audio", {})


def _passages(language: str, text: str) -> tuple[Passage, ...]:
    return tuple(Passage(language, piece) for piece in pieces(speakable(text)) if piece)


def _language_of(text: Localized, language: str) -> str:
    """The language in which a text can be said."""
    return next((code for code in (language, SOURCE, *text) if text.get(code, "").strip()), language)


def _written(text: Localized, language: str) -> str:
    return text.get(_language_of(text, language), "").strip()
