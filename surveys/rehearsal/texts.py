"""What is missing or long in the texts that people read and hear."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from i18n.spanish import long_sentences, words
from surveys.conversation.outline import Outline
from surveys.questionnaire import Choice, Group, Localized, Media, Node, Question, Questionnaire
from surveys.rehearsal.report import Code, Finding
from surveys.translations import TEXTS, lacks, lists_once

LONGEST_SENTENCE = 20
MOST_NAMED = 10
_REFERENCE = re.compile(r"\$\{[^}]*\}")


def findings_in_texts(
    questionnaire: Questionnaire, outline: Outline, recorded: frozenset[tuple[str, str]]
) -> Iterator[Finding]:
    """Every text that a language lacks, every long sentence, and every question without a recording."""
    nodes = [
        site.node
        for site in outline.sites.values()
        if site.is_asked or site.is_told or isinstance(site.node, Group)
    ]
    asked = [node for node in nodes if isinstance(node, Question)]
    offered = {question.path: choices for question, choices in lists_once(asked)}
    for node in nodes:
        for field in TEXTS:
            yield from _in_text(node.path, field, getattr(node, field, {}), questionnaire.languages)
        if isinstance(node, Question):
            yield from _in_choices(node.path, offered.get(node.path, ()), questionnaire.languages)
            yield from _unheard(node, questionnaire, recorded)


def _in_text(path: str, field: str, text: Localized, languages: tuple[str, ...]) -> Iterator[Finding]:
    for language in languages:
        if lacks(text, language):
            params: dict[str, str | int] = {"locale": language, "field": field}
            yield Finding(Code.TRANSLATION_MISSING, path, params=params)
    for language, written in text.items():
        for sentence in long_sentences(_REFERENCE.sub("x", written), LONGEST_SENTENCE):
            count: dict[str, str | int] = {
                "locale": language, "field": field, "words": len(words(sentence)), "limit": LONGEST_SENTENCE,
            }  # fmt: skip
            yield Finding(Code.SENTENCE_LONG, path, params=count)


def _in_choices(path: str, choices: Sequence[Choice], languages: tuple[str, ...]) -> Iterator[Finding]:
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


def _unheard(
    node: Node, questionnaire: Questionnaire, recorded: frozenset[tuple[str, str]]
) -> Iterator[Finding]:
    """Languages in which no person has read the question aloud: a machine will."""
    heard: Media = node.media
    for language in questionnaire.languages:
        text = node.label.get(language, "").strip()
        if text and not heard.get("audio", {}).get(language) and (node.path, language) not in recorded:
            yield Finding(Code.AUDIO_MISSING, node.path, params={"locale": language})
