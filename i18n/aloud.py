"""Texts as they are read aloud: without marks that only the eye needs, in pieces that fit a voice message."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

LONGEST_PIECE = 600
"""Characters: a little under a minute."""

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_LINK = re.compile(r"!?\[([^\][]*)\]\([^()]*\)")
_ADDRESS = re.compile(r"https?://\S+")
_OTHER_COMMAND = re.compile(r"\s*\(/\w+\)")
_COMMAND = re.compile(r"(?<!\S)/(?=\w)")
_QUOTES = re.compile('[*`~«»“”"]+')
_MARKS = re.compile(r"[_#|\\\[\]{}<>^=]+")
_APART = re.compile(r"\s+([.,;:!?…]+)(?=\s|$)")
_SILENT = frozenset({"So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc", "Me"})
_LOOKS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SENTENCE_END = re.compile(r"(?<=[.!?…;:])\s+")
_ENDS = (".", "!", "?", "…", ":", ";", ",")

_KICHWA = ("", *"shuk ishkay kimsa chusku pichka sukta kanchis pusak iskun".split())


def speakable(text: str) -> str:
    """The words of a text: no markup, no emoji, no addresses; every line ends as a sentence does."""
    text = _OTHER_COMMAND.sub("", _ADDRESS.sub(" ", _LINK.sub(r"\1", unescape(_TAG.sub(" ", text)))))
    text = unicodedata.normalize("NFC", _MARKS.sub(" ", _QUOTES.sub("", text)))
    voiced = ("".join(map(_voiced, _LOOKS.sub("", line))) for line in text.splitlines())
    lines = (_COMMAND.sub("", line).split() for line in voiced)
    read = (_APART.sub(r"\1", " ".join(words)) for words in lines if any(map(_has_sound, words)))
    return "\n".join(map(_ended, read))


def number_aloud(number: int, language: str) -> str:
    """How a number is written for who reads it aloud: espeak-ng says Kichwa numbers as they do in Peru."""
    if language != "qu" or not 0 < number < 100:
        return str(number)
    tens, units = divmod(number, 10)
    ten = "" if tens == 0 else "chunka" if tens == 1 else f"{_KICHWA[tens]} chunka"
    return f"{ten} {_KICHWA[units]}".strip()


def pieces(text: str, limit: int = LONGEST_PIECE) -> list[str]:
    """A text cut where one breathes, into parts that are not too long to listen to."""
    cut: list[str] = []
    for part in _parts(text, limit):
        if cut and len(cut[-1]) + len(part) + 1 <= limit:
            cut[-1] += part if part.startswith("\n") else f" {part}"
        else:
            cut.append(part.lstrip("\n"))
    return [piece.strip() for piece in cut]


def _parts(text: str, limit: int) -> Iterator[str]:
    """Sentences; one that begins a line says so. What is longer than the limit comes in words, or cut."""
    for number, line in enumerate(text.splitlines()):
        for place, sentence in enumerate(_SENTENCE_END.split(line)):
            mark = "\n" if number and not place else ""
            if len(sentence) < limit:
                yield mark + sentence
                continue
            for word in sentence.split():
                yield from (word[start : start + limit] for start in range(0, len(word), limit))


def _voiced(sign: str) -> str:
    return " " if unicodedata.category(sign) in _SILENT else sign


def _has_sound(word: str) -> bool:
    return any(sign.isalnum() for sign in word)


def _ended(line: str) -> str:
    return line if line.endswith(_ENDS) else f"{line}."
