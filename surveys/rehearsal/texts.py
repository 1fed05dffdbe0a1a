"""What is missing or long in the texts that people read and hear."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from i18n.spanish import long_sentences, words
from surveys.conversation.outline import Outline
from surveys.questionnaire import Choice, Group, Localized, Media, Node, Question, Questionnaire
from surveys.rehearsal.report import Code, Finding

LONGEST_SENTENCE = 20
FIELDS = ("label", "hint", "constraint_message", "required_message")
MOST_NAMED = 10
_Key = tuple[str, tuple[tuple[str, str], ...]]
_REFERENCE = re.compile(r"\$\{[^}]*\}")


def findings_in_texts(
    questionnaire: Questionnaire, outline: Outline, recorded: frozenset[tuple[str, str]]
) -> Iterator[Finding]:
    """Every text that a language lacks, every long sentence, and every question without a recording."""
    told: dict[_Key, None] = {}
    for site in outline.sites.values():
        node = site.node
        shown = site.is_asked or site.is_told or isinstance(node, Group)
        for field in FIELDS if shown else ():
            yield from _in_text(node.path, field, getattr(node, field, {}), questionnaire.languages)
        if not isinstance(node, Question) or not shown:
            continue
        choices = [choice for choice in node.choices if _key(choice) not in told]
        told |= dict.fromkeys(map(_key, choices))  # a list that several questions share is told once
        yield from _in_choices(node.path, choices, questionnaire.languages)
        yield from _unheard(node, questionnaire, recorded)


def _in_text(path: str, field: str, text: Localized, languages: tuple[str, ...]) -> Iterator[Finding]:
    if not any(written.strip() for written in text.values()):
        return
    for language in languages:
        if not text.get(language, "").strip():
            params: dict[str, str | int] = {"locale": language, "field": field}
            yield Finding(Code.TRANSLATION_MISSING, path, params=params)
    for language, written in text.items():
        for sentence in long_sentences(_REFERENCE.sub("x", written), LONGEST_SENTENCE):
            count: dict[str, str | int] = {
                "locale": language, "field": field, "words": len(words(sentence)), "limit": LONGEST_SENTENCE,
            }  # fmt: skip
            yield Finding(Code.SENTENCE_LONG, path, params=count)


def _in_choices(path: str, choices: list[Choice], languages: tuple[str, ...]) -> Iterator[Finding]:
    """Each by itself while they are few; of a long list that was never translated, how many."""
    found = [
        (finding, choice.value)
        for choice in choices
        for finding in _in_text(path, "choice", choice.label, languages)
    ]
    lacking = Counter(
        finding.params["locale"] for finding, _ in found if finding.code is Code.TRANSLATION_MISSING
    )
    for locale, count in lacking.items():
        if count > MOST_NAMED:
            params: dict[str, str | int] = {"locale": locale, "field": "choices", "choice": count}
            yield Finding(Code.TRANSLATION_MISSING, path, params=params)
    for finding, value in found:
        many = finding.code is Code.TRANSLATION_MISSING and lacking[finding.params["locale"]] > MOST_NAMED
        if not many:
            yield replace(finding, params={**finding.params, "choice": value})


def _key(choice: Choice) -> _Key:
    return choice.value, tuple(sorted(choice.label.items()))


def _unheard(
    node: Node, questionnaire: Questionnaire, recorded: frozenset[tuple[str, str]]
) -> Iterator[Finding]:
    """Languages in which no person has read the question aloud: a machine will."""
    heard: Media = node.media
    for language in questionnaire.languages:
        text = node.label.get(language, "").strip()
        if text and not heard.get("audio", {}).get(language) and (node.path, language) not in recorded:
            yield Finding(Code.AUDIO_MISSING, node.path, params={"locale": language})
