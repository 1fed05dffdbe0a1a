"""Telephone numbers, identity documents, and any other long number."""

import re
from collections.abc import Iterator

import phonenumbers
from stdnum.ec import ci

from deliberation.voices.findings import Finding, Kind

PHONE_REGIONS = ("EC", "CO", "VE")
SURELY_A_DOCUMENT = 8
FEWEST_DIGITS, FEWEST_OF_A_TELEPHONE = 2, 6
"""Fewer in the whole text are no number of a person's: most answers have none, and are read sooner."""

LONG_NUMBER = re.compile(r"(?<![\w$])(?<!\d[.,])\+?\(?\d(?:[\s\-./()\u2010-\u2014\u200b]{0,3}\d){6,}(?!\w)")
DOCUMENT = re.compile(
    r"\b(?:c[ée]dula|c\.?\s?i\b\.?|pasaporte|ppt|pep|ruc|rumv|dni|documento|carn[ée]t?|visa|partida|placas?|expediente)\b"
    r"(?:[^\d\n]|\d(?!\w)){0,25}?"
    r"(?P<found>\b(?:[A-Z]{1,3}-?)?\d[\d.\- ]{3,13}\d\b|(?-i:\b[A-Z]{3})-?\d{3,4}\b)",
    re.IGNORECASE,
)
SPOKEN = re.compile(
    r"\b(?=[cdnoqstuv])(?:(?:cero|uno|una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
    r"|veinte|veinti\w+|dieci\w+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)"
    r"(?:[\s,.-]+(?:y\s+)?|\b)){6,}(?<=\w)",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
YEARS = re.compile(r"(?:(?:19|20)\d\d[\s\-/.]*)+")
DATE = re.compile(r"\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)?\d{2}|(?:19|20)\d{2}[-./ ]\d{1,2}[-./ ]\d{1,2}")
THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:\s*[-–]\s*\d{1,3}(?:\.\d{3})+)?")
COORDINATES = re.compile(r"-?\d{1,2}\.\d{3,}\s*[,;]?\s*-?\d{1,3}\.\d{3,}")
COUNTED = re.compile(
    r"\s*(?:de\s+)?(?:pesos|d[óo]lares|bol[íi]vares|usd|cop|bs|personas|familias|habitantes)\b", re.IGNORECASE
)


def find_numbers(text: str) -> Iterator[Finding]:
    """Numbers that lead to a person. Dates, spans of years and amounts of money are left alone."""
    for match in SPOKEN.finditer(text):
        yield Finding(Kind.PHONE, match.start(), match.end())
    digits = len(DIGIT.findall(text))
    if digits < FEWEST_DIGITS:
        return
    for match in COORDINATES.finditer(text):
        yield Finding(Kind.ADDRESS, match.start(), match.end())
    for match in DOCUMENT.finditer(text):
        if not _ordinary(text, match.start("found"), match.end("found")):
            yield Finding(Kind.ID, match.start("found"), match.end("found"))
    if digits >= FEWEST_OF_A_TELEPHONE:
        yield from _telephones(text)
    for match in LONG_NUMBER.finditer(text):
        if not _ordinary(text, match.start(), match.end()):
            yield Finding(_kind_of(match.group()), match.start(), match.end())


def _telephones(text: str) -> Iterator[Finding]:
    for region in PHONE_REGIONS:
        for match in phonenumbers.PhoneNumberMatcher(text, region):
            if not _ordinary(text, match.start, match.end) and not ci.is_valid(match.raw_string):
                yield Finding(Kind.PHONE, match.start, match.end)


def _kind_of(number: str) -> Kind:
    return Kind.ID if ci.is_valid(number) else Kind.NUMBER


def _ordinary(text: str, start: int, end: int) -> bool:
    """A date, years or an amount: nothing that leads to a person."""
    number = text[start:end].strip()
    if YEARS.fullmatch(number) or DATE.fullmatch(number):
        return True
    if not THOUSANDS.fullmatch(number):
        return False
    grouped = number.replace(".", "")
    return len(grouped) < SURELY_A_DOCUMENT or not grouped.isdigit() or COUNTED.match(text, end) is not None
