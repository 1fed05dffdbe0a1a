"""Catalogues that differ from each other or from the code.

    python -m i18n.drift            adds the review entries that are missing, then says what else drifts
    python -m i18n.drift --check    changes nothing

Exit status 1 where something drifts.
"""

import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from i18n.reviews import Review, State, fingerprint, read_reviews, reviews_path, write_reviews
from i18n.translator import CATALOGUES, LOCALES, SOURCE, forms_of, read_catalogue
from i18n.usage import DOMAINS, Usage, find_usage

ROOT = Path(__file__).parent.parent
Forms = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Domain:
    """One catalogue in both languages: its texts, all its keys, translated or not, and its reviews."""

    name: str
    spanish: Forms
    kichwa: Forms
    written: dict[str, list[str]]
    reviews: dict[str, Review]

    def fingerprint(self, key: str) -> str:
        """What a review of the key would be of."""
        return fingerprint(self.spanish[key], self.kichwa[key])


def read_domain(catalogues: Path, name: str) -> Domain:
    """A domain as it is on disk; empty where it has no file yet."""
    forms: dict[str, Forms] = {}
    written: dict[str, list[str]] = {}
    for language, locale in LOCALES.items():
        path = catalogues / locale / f"{name}.po"
        forms[language] = forms_of(read_catalogue(path)) if path.exists() else {}
        written[language] = list(_keys_written(path)) if path.exists() else []
    reviews = read_reviews(reviews_path(catalogues / LOCALES["qu"], name))
    return Domain(name, forms[SOURCE], forms["qu"], written, reviews)


def update_reviews(catalogues: Path, domain: Domain) -> Domain:
    """Write the review file anew: new texts and texts that changed are drafts, texts that went are gone."""
    reviews = {
        key: domain.reviews.get(key, Review()).current(domain.fingerprint(key))
        for key in domain.spanish
        if key in domain.kichwa
    }
    if reviews != domain.reviews:
        write_reviews(reviews_path(catalogues / LOCALES["qu"], domain.name), reviews)
    return read_domain(catalogues, domain.name)


def drift_of(domain: Domain, usage: Usage) -> Iterator[str]:
    """What is wrong with one catalogue, a line each."""
    yield from _drift_of_writing(domain)
    for key in domain.spanish:
        if not usage.covers(key):
            yield f"{key}: nothing uses it"
        if key not in domain.kichwa:
            yield f"{key}: no Kichwa"
            continue
        if _placeholders(domain.spanish[key]) != _placeholders(domain.kichwa[key]):
            yield f"{key}: the placeholders of Spanish and Kichwa differ"
        review = domain.reviews.get(key)
        if review is None:
            yield f"{key}: no review state; run make i18n"
        elif review.state is State.REVIEWED and review.of != domain.fingerprint(key):
            yield f"{key}: changed since its review; run make i18n"
    for key in sorted(domain.kichwa.keys() - domain.spanish.keys()):
        yield f"{key}: no Spanish"
    for key in sorted(domain.reviews.keys() - (domain.spanish.keys() & domain.kichwa.keys())):
        yield f"{key}: a review state without a text; run make i18n"


def drift_of_usage(domains: list[Domain], usage: Usage) -> Iterator[str]:
    """Keys that the code asks for and no catalogue holds."""
    known = {key for domain in domains for key in domain.spanish}
    for key, place in sorted(usage.keys.items()):
        if key not in known:
            yield f"{key}: {place} asks for it and the Spanish catalogue has no text"
    for family in sorted(usage.families):
        if not any(key.startswith(family) for key in known):
            yield f"{family}: a beginning that no text has"


def drift_of_filling(domains: list[Domain], usage: Usage) -> Iterator[str]:
    """Places that ask for a text and leave one of its placeholders empty."""
    forms = {key: texts for domain in domains for key, texts in domain.spanish.items()}
    for asking in usage.askings:
        for name in sorted(_placeholders(forms.get(asking.key, ())) - asking.filled):
            yield f"{asking.key}: {asking.place} does not fill {{{name}}}"


def find_drift(domains: list[Domain], usage: Usage) -> list[str]:
    """All that drifts, in order."""
    lines = [line for domain in domains for line in drift_of(domain, usage)]
    return [*lines, *drift_of_usage(domains, usage), *drift_of_filling(domains, usage)]


def _drift_of_writing(domain: Domain) -> Iterator[str]:
    for language, keys in domain.written.items():
        translated = domain.spanish if language == SOURCE else domain.kichwa
        for key in sorted(set(keys)):
            if keys.count(key) > 1:
                yield f"{key}: twice in {LOCALES[language]}/{domain.name}.po"
            if not key.startswith(f"{domain.name}."):
                yield f"{key}: does not belong in {domain.name}.po"
            if key not in translated:
                yield f"{key}: empty in {LOCALES[language]}/{domain.name}.po"


def _keys_written(path: Path) -> Iterator[str]:
    """Every msgid of the file, also those given twice, which the reader of catalogues would hide."""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith('msgid "') and line != 'msgid ""':
            yield line.removeprefix('msgid "').removesuffix('"')


def _placeholders(forms: tuple[str, ...]) -> set[str]:
    return {name for form in forms for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def main(arguments: list[str]) -> int:
    """The command: exit status."""
    domains = [read_domain(CATALOGUES, name) for name in DOMAINS]
    if "--check" not in arguments:
        domains = [update_reviews(CATALOGUES, domain) for domain in domains]
    lines = find_drift(domains, find_usage(ROOT))
    for line in lines:
        print(line)
    drafts = sum(review.state is State.DRAFT for domain in domains for review in domain.reviews.values())
    texts = sum(len(domain.spanish) for domain in domains)
    print(f"{texts} texts, {drafts} of them Kichwa drafts that nobody has reviewed, {len(lines)} drifting")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
