"""Street addresses, and the workplace, shelter or school that somebody names as theirs."""

import re
from collections.abc import Iterator
from functools import cache

from deliberation.voices.findings import Finding, Kind, matches
from deliberation.voices.folding import fold
from deliberation.voices.phrases import Phrases
from deliberation.voices.public_places import is_public_place

CAPITAL = r"[A-ZÁÉÍÓÚÑ][\wÁÉÍÓÚÑáéíóúñ'’]*"
PARTICLE = r"(?:de\s+la|de\s+los|de\s+las|del|de|la|las|los|el)"
PROPER = rf"(?:(?:El|La|Los|Las|el|la|los|las)\s+)?{CAPITAL}(?:\s+(?:{PARTICLE}\s+)?{CAPITAL})*"
HOUSE = r"\d{1,3}\s?[-–]\s?\d{1,3}"
NUMBER_SIGN = r"(?:n[úu]mero|nro\.?|no\.|n[°º.]|#)"
HEROES = (
    r"(?:bol[íi]var|sucre|olmedo|rocafuerte|col[óo]n|atahualpa|garc[íi]a\s+moreno|juan\s+montalvo|montalvo|quiroga"
    r"|flores|oviedo|borrero|moncayo|salinas|maldonado|narv[áa]ez|velasco|mej[íi]a|roca|morales|jaramillo|abd[óo]n"
    r"\s+calder[óo]n|modesto\s+jaramillo|piedrah[íi]ta|mariano\s+acosta|jaime\s+rold[óo]s|crist[óo]bal\s+de\s+troya)"
)
BUILDINGS = r"(?:edificio|conjunto|condominio|urbanizaci[óo]n)"
STREET = r"(?:calles?|av\.?|avda\.?|avenidas?|pasaje|pje\.?|transversal|diagonal|carrera|cra\.?)"
NAN = r"ñan"
MONTH = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"

ADDRESSES = (
    (
        STREET,
        re.compile(
            rf"\b(?i:{STREET})\s+(?P<found>{PROPER}(?:\s+{HOUSE})?(?:\s+(?:y|e|entre|esquina)\s+{PROPER})*(?:\s+{HOUSE})?)"
        ),
    ),
    (
        STREET,
        re.compile(rf"\b{STREET}\s+(?P<found>{HEROES}(?:\s+(?:y|entre)\s+{HEROES})?)\b", re.IGNORECASE),
    ),
    (BUILDINGS, re.compile(rf"\b(?P<found>(?i:{BUILDINGS})\s+{PROPER})")),
    (NAN, re.compile(rf"\b(?P<found>[A-ZÁÉÍÓÚÑ]\w+\s+{NAN}(?:pi|manta|ta|man)?)\b")),
)
"""Each with the words that must be there."""
NUMBERED_ADDRESSES = (
    re.compile(
        rf"\b{STREET}\s+(?P<found>\d{{1,2}}\s+de\s+{MONTH}(?:\s+(?:y|entre)\s+\d{{1,2}}\s+de\s+{MONTH})?)",
        re.IGNORECASE,
    ),
    re.compile(rf"\b{STREET}\s+(?P<found>(?:[^\W\d_]+\s+){{1,4}}{HOUSE})", re.IGNORECASE),
    re.compile(rf"\b(?P<found>{PROPER}\s+{HOUSE}(?:\s+y\s+{PROPER})?)(?=\s*(?:[.,;)]|$))"),
    re.compile(
        rf"\b(?P<found>(?:casa|cuarto|habitaci[óo]n|piso|puerta|local)\s*{NUMBER_SIGN}\s*\d+[a-z]?)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?P<found>(?:casa|cuarto|habitaci[óo]n|piso)\s+\d{1,3}[a-z]?)(?=\s*(?:[.,;)]|$))", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<found>(?:villa|lote|solar|manzana|mz\.?|mza\.?|departamento|dpto\.?|depto\.?|dep\."
        rf"|apartamento|apto\.?|bloque|suite)\s*{NUMBER_SIGN}?\s*\d+[a-z]?)\b(?!\s+(?:de|familias|personas|d[óo]lares)\b)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<found>(?:manzana|mza?\.?)\s*\d+[a-z]?,?\s+casa\s*{NUMBER_SIGN}?\s*\d+)", re.IGNORECASE
    ),
)
DIGIT = re.compile(r"\d")

WORKPLACES = (
    r"(?:restaurante?s?|panader[íi]a|flor[íi]cola|plantaci[óo]n|finca|hacienda|taller|tienda|almac[ée]n|ferreter[íi]a"
    r"|farmacia|hotel|hostal|hoster[íi]a|residencial|pensi[óo]n|peluquer[íi]a|bar|cantina|f[áa]brica|empresa"
    r"|lavander[íi]a|carpinter[íi]a|mec[áa]nica|cafeter[íi]a|helader[íi]a|pizzer[íi]a|supermercado|minimarket|bazar"
    r"|constructora|albergue|refugio|casa\s+de\s+(?:acogida|paso)|casa\s+hogar|mina)"
)
SHARED_PLACES = (
    r"(?:fundaci[óo]n|escuela|colegio|unidad\s+educativa|iglesia|guarder[íi]a|comedor|centro\s+de\s+acogida"
    r"|organizaci[óo]n|parroquia|jard[íi]n|cdi|liceo|instituto)"
)
STAYS = (
    r"(?:trabaj\w+|labor\w+|viv\w+|duerm\w+|dorm\w+|qued\w+|aloj\w+|hosped\w+|estudi\w+|est(?:oy|amos|án|á)|emplead\w+"
    r"|cocin\w+|matricul\w+)"
)
OWN_PLACE = re.compile(
    rf"\b(?P<found>(?i:{WORKPLACES})\s+(?:(?i:llamad[oa]|de\s+nombre)\s+)?[\"«“]?{PROPER})"
)
SHARED_PLACE = re.compile(
    rf"\b(?i:{STAYS})\s+(?:\w+\s+)?(?i:en)\s+(?:\w+\s+)?(?P<found>(?i:{SHARED_PLACES})\s+[\"«“]?{PROPER})"
)


def find_places(text: str) -> Iterator[Finding]:
    """Where a person lives, works, studies or takes shelter, when it is named exactly."""
    said = _openings().found_in(fold(text))
    for words, pattern in ADDRESSES:
        if words in said:
            yield from matches(Kind.ADDRESS, pattern, text)
    if DIGIT.search(text):
        for pattern in NUMBERED_ADDRESSES:
            yield from matches(Kind.ADDRESS, pattern, text)
    if WORKPLACES in said:
        yield from matches(Kind.PLACE, OWN_PLACE, text)
    if SHARED_PLACES in said:
        for finding in matches(Kind.PLACE, SHARED_PLACE, text):
            if not _says_only_where(text[finding.start : finding.end]):
                yield finding


@cache
def _openings() -> Phrases[str]:
    """The words without which there is no such place: most answers have none of them."""
    openings = (STREET, BUILDINGS, NAN, WORKPLACES, SHARED_PLACES)
    return Phrases((words, rf"\b{fold(words)}") for words in openings)


def _says_only_where(place: str) -> bool:
    """Whether it names a town rather than a school: "escuela Cotacachi"."""
    return is_public_place(place.split(maxsplit=1)[-1])
