"""Who reads a page, and how things are said to them: their language, their numbers, their dates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from core.errors import Fault
from i18n.dates import (
    format_date,
    format_local_date,
    format_moment,
    format_number,
    format_percent,
    format_time,
)
from i18n.localized import pick
from i18n.translator import Translator

LANGUAGES = ("es", "qu")


@dataclass(frozen=True, slots=True)
class Reader:
    """The language of a page and everything that is written in it."""

    language: str
    translator: Translator
    zone: ZoneInfo

    def text(self, key: str, **params: object) -> str:
        """The sentence of a key."""
        return self.translator.text(key, self.language, **params)

    def plural(self, key: str, count: int, **params: object) -> str:
        """The sentence of a key that fits a count."""
        return self.translator.plural(key, self.language, count, **params)

    def plain(self, localized: Mapping[str, str]) -> str:
        """What an organiser wrote, in the language of the page where it exists."""
        return pick(dict(localized), self.language).text

    def local(self, localized: Mapping[str, str]) -> Markup:
        """The same as HTML: text in another language than the page says so to a screen reader."""
        found = pick(dict(localized), self.language)
        if not found.fell_back:
            return Markup.escape(found.text)
        spoken = next((code for code, text in localized.items() if text.strip() == found.text), "es")
        return Markup('<span lang="{}">{}</span>').format(spoken, found.text)

    def number(self, number: float) -> str:
        """With Ecuador's separators."""
        return format_number(number)

    def percent(self, part: int, whole: int) -> str:
        """A share in whole percent; a dash where there is no whole."""
        return format_percent(part / whole) if whole else "—"

    def share(self, part: int, whole: int) -> str:
        """A number with its whole: 62 de 148 personas (42 %)."""
        return self.plural("console.share", whole, part=self.number(part), percent=self.percent(part, whole))

    def day(self, moment: datetime | date | None) -> str:
        """The day of a moment, in words."""
        if moment is None:
            return self.text("console.unfinished")
        if isinstance(moment, datetime):
            return format_local_date(moment, self.language, self.zone)
        return format_date(moment, self.language)

    def moment(self, moment: datetime) -> str:
        """The day and the hour, in words."""
        return format_moment(moment, self.language, self.zone)

    def hour(self, moment: datetime) -> str:
        """The hour alone."""
        return format_time(moment, self.zone)

    def language_name(self, code: str) -> str:
        """The name of a language in the language of the page."""
        return self.text("console.language_" + (code if code in (*LANGUAGES, "mixed") else "other"))

    def fault(self, fault: Fault) -> str:
        """What is wrong, without its place."""
        return self.text(f"faults.{fault.code}", **fault.params)


def percent_of(part: int, whole: int) -> float:
    """A share for the width of a bar, 0 to 100."""
    return round(100 * part / whole, 1) if whole else 0.0
