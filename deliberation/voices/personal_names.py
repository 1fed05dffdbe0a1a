"""Names of persons: by lists, by capital letters, and by phrases that announce one, in Spanish and Kichwa."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from deliberation.voices.findings import Finding, Kind
from deliberation.voices.folding import fold
from deliberation.voices.phrases import Phrases
from deliberation.voices.public_places import public_spans
from i18n.spanish import stopwords

LIST = Path(__file__).parent / "lexicons" / "names.txt"
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LONGEST_NAME = 6
KICHWA_ENDINGS = ("manta", "pash", "kuna", "chu", "lla", "man", "pak", "wan", "mi", "ka", "ta", "pa", "pi")

ANNOUNCED = re.compile(
    r"\b(?:me llamo|mi nombre(?: completo)? es|mis nombres son|(?:le|les) (?:escribe|habla|saluda)"
    r"|firma(?:do)?\s*:|at(?:t|te|entamente)\b[.:,]*|nombres?(?: y apellidos?)?\s*:"
    r"|(?:mis datos|contacto|responsable|representante|solicitante)\s*:"
    r"|nuka(?:pak|npak)? shuti(?:ka|mi|kami)?|paypak shuti(?:ka|mi)?"
    r"|(?:hij[oa]s?|niet[oa]|espos[oa]|bebe|nin[oa]|mama|papa|herman[oa]|wawa\w*) se llaman?)\s+"
)
NICKNAME = re.compile(r"\b(?:se llaman?|me (?:dicen|llaman|conocen como)|mi apodo es|alias|llamad[oa]s?)\s+")
ASKED_FOR = re.compile(
    r"\b(?:pregunt(?:e|en|ar|a)|busque|busquen|llamen?|hablen?|hablar|contactar|contacto)\s+"
    r"(?:por|a|con|al)\s+|\bhabla\s+|\bde apellido\s+"
)
SELF = re.compile(r"\b(?:soy|aqui|habla|nukaka|nuka)\s+")
TITLED = re.compile(
    r"\b(?:senor(?:a|ita)?|sr|sra|srta|don|dona|ing(?:eniero|eniera)?|dr|dra|doctora?|lic|lcd[oa]|licenciad[oa]"
    r"|abg|abogad[oa]|arq|profe(?:sora?)?|maestr[oa]|pastora?|padre|sor|cabo|sargento|teniente|capitan|coronel"
    r"|policia|agente|ti[oa]|compadre|comadre|vecin[oa]|patron(?:a)?|jef[ea]|amig[oa]|prim[oa]|sobrin[oa]"
    r"|abuel(?:it)?[oa]|mama|papa|espos[oa]|marido|mujer|pareja|novi[oa]|hij[oa]|hijastr[oa]|herman[oa]|cunad[oa]"
    r"|suegr[oa]|bebe|nin[oa]|niet[oa]|companer[oa]|duen[oa]"
    r"|(?:pani|wawki|turi|nana|kusa|warmi|wawa|tayta|mashi|churi|ushushi)(?:ka|ta|wan|pak|mi)?)\b\.?,?\s+"
)
NEVER_A_NAME = frozenset(
    """
    a ante al algo alla alli ama aqui asi aunque aun ayer bien cada casi como con contra cual cuando
    cuanto de del desde donde el ella ellos en entre era es esa ese eso esta estan estar este esto estoy
    fue gracias ha hace hasta hay hoy la las le les lo los mal mas me mi mis mucha mucho muy nada ni no
    nos nosotros o para pero por porque pues que quien se segun ser si sin sobre solo son soy su sus
    tambien tan tanto te tengo ti tiene todo todos tu un una uno unos usted ya yo y e u cuyo siempre nunca
    igual mayor menor nacional municipal publico publica dios dioska diosmi diosta virgen estado gobierno
    ecuador colombia venezuela peru chile imbabura ibarra cotacachi atuntaqui pimampiro urcuqui cayambe
    tulcan municipio consejo ministerio alcaldia prefectura policia presidente enero febrero marzo mayo
    septiembre octubre noviembre diciembre lunes martes miercoles jueves viernes sabado venezolana
    venezolano venezolanos colombiana colombiano colombianos ecuatoriana ecuatoriano peruana peruano
    haitiano cubano cubana indigena kichwa mestizo mestiza afroecuatoriana madre padre mujer hombre joven
    soltera soltero casada casado migrante refugiada refugiado desplazada mana ari nukanchik kanchik kani
    kan kanmi shuti shutimi shutika shuk tukuy
    """.split()
)
AND = re.compile(r"\s+(?:y|e|con)\s+")
PARTICLES = frozenset({"de", "del", "la", "las", "los"})


class Word(NamedTuple):
    """One word of the text with what can be told about it."""

    start: int
    end: int
    folded: str
    capital: bool
    public: bool


def find_names(text: str) -> Iterator[Finding]:
    """Every name of a person; a public place named after one is left alone."""
    folded = fold(text)
    announcing = _phrases().found_in(folded)
    if not announcing and not any(map(_on_a_list, WORD.findall(folded))):
        return
    words = _words(text, folded)
    at_start = {word.start: index for index, word in enumerate(words)}
    for rule in sorted(announcing):
        pattern, opens = _RULES[rule]
        for match in pattern.finditer(folded):
            index = at_start.get(match.end())
            if index is not None and opens(words[index]):
                yield _name_from(words, index, folded)
    for index, word in enumerate(words):
        if _certain(word) or (word.capital and _listed_pair(words, index, folded)):
            name = _name_from(words, _beginning(words, index, folded), folded)
            yield name
            yield from _joined(words, at_start, name.end, folded)


def _words(text: str, folded: str) -> list[Word]:
    """The words of a text. Where everything is in capitals, capitals say nothing."""
    spans = public_spans(folded)
    shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    return [
        Word(
            start=match.start(),
            end=match.end(),
            folded=folded[match.start() : match.end()],
            capital=not shouted and text[match.start()].isupper(),
            public=bool(spans) and any(start <= match.start() < end for start, end in spans),
        )
        for match in WORD.finditer(text)
    ]


def _announced(word: Word) -> bool:
    return word.folded not in NEVER_A_NAME


def _nicknamed(word: Word) -> bool:
    return word.folded not in NEVER_A_NAME and (word.capital or _certain(word))


def _titled(word: Word) -> bool:
    if word.public or word.folded in NEVER_A_NAME:
        return False
    return word.capital or _listed(word)


def _asked_for(word: Word) -> bool:
    return word.capital and not word.public and word.folded not in NEVER_A_NAME


def _self(word: Word) -> bool:
    return (
        not word.public
        and word.folded not in NEVER_A_NAME
        and (_certain(word) or (word.capital and _listed(word)))
    )


def _certain(word: Word) -> bool:
    """On the lists and nothing but a name, whatever its letter case."""
    return not word.public and _stem(word.folded) in _surely_names()


def _listed(word: Word) -> bool:
    return _certain(word) or _stem(word.folded) in _names("also words")


@lru_cache(maxsize=50_000)
def _on_a_list(folded: str) -> bool:
    return _stem(folded) in _surely_names() | _names("also words")


def _listed_pair(words: Sequence[Word], index: int, folded: str) -> bool:
    """Two capital words side by side that are both on the lists: "Luz Flores"."""
    if index + 1 == len(words) or not _adjacent(words, index, folded):
        return False
    pair = words[index], words[index + 1]
    return all(word.capital and not word.public and _listed(word) for word in pair)


def _adjacent(words: Sequence[Word], index: int, folded: str) -> bool:
    return folded[words[index].end : words[index + 1].start].strip(" ") == ""


def _beginning(words: Sequence[Word], index: int, folded: str) -> int:
    """Where a name begins of which a later word is known: "Marbelis Urdaneta"."""
    before = words[index - 1] if index and _adjacent(words, index - 1, folded) else None
    looks_like_one = (
        before is not None
        and before.capital
        and not before.public
        and before.folded not in NEVER_A_NAME | stopwords()
        and not TITLED.match(f"{before.folded} ")
    )
    return index - 1 if looks_like_one else index


def _joined(words: Sequence[Word], at_start: Mapping[int, int], end: int, folded: str) -> Iterator[Finding]:
    """Who is named in the same breath: "Yuleima y Ender"."""
    match = AND.match(folded, end)
    index = at_start.get(match.end()) if match else None
    if index is not None and _asked_for(words[index]) and words[index].folded not in stopwords():
        yield _name_from(words, index, folded)


def _name_from(words: Sequence[Word], first: int, folded: str) -> Finding:
    """The name that begins at a word: as many words as look like one, with "de la" between them."""
    last, index = first, first + 1
    shouted = not any(word.capital for word in words)
    while index < len(words) and index - first < LONGEST_NAME and _adjacent(words, index - 1, folded):
        word = words[index]
        if word.folded in PARTICLES:
            index += 1
            continue
        looks_like_one = word.capital or _certain(word) or (shouted and _listed(word))
        if word.folded in NEVER_A_NAME or not looks_like_one:
            break
        last, index = index, index + 1
    return Finding(Kind.NAME, words[first].start, words[last].end)


_RULES = (
    (ANNOUNCED, _announced),
    (NICKNAME, _nicknamed),
    (TITLED, _titled),
    (ASKED_FOR, _asked_for),
    (SELF, _self),
)
"""Phrases after which a name may stand, and what the next word must be like."""


@cache
def _phrases() -> Phrases[int]:
    """Which of the rules has a phrase in a text: most answers have none, and no name on the lists, and are done."""
    return Phrases((rule, pattern.pattern) for rule, (pattern, _) in enumerate(_RULES))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    """A name without its Kichwa ending: "mariawan" is "with Maria"."""
    known = _surely_names() | _names("also words")
    if word in known:
        return word
    for ending in KICHWA_ENDINGS:
        if word.endswith(ending) and word.removesuffix(ending) in known and len(word) - len(ending) > 2:
            return word.removesuffix(ending)
    return word


@cache
def _surely_names() -> frozenset[str]:
    return _names("given") | _names("surnames")


@cache
def _names(section: str) -> frozenset[str]:
    lines = LIST.read_text(encoding="utf-8").splitlines()
    begin = lines.index(f"[{section}]") + 1
    end = next((index for index in range(begin, len(lines)) if lines[index].startswith("[")), len(lines))
    return frozenset(" ".join(lines[begin:end]).split())
