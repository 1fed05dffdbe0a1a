"""What is said of a service: in the chat, on a page, on paper the same."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from deliberation.actors.contacts import written_phone
from deliberation.actors.directory import Offer, Place
from deliberation.actors.hours import closes_at, is_always_open, runs
from deliberation.actors.needs import canton_name
from i18n.dates import format_date
from i18n.localized import pick
from i18n.translator import Translator


@dataclass(frozen=True, slots=True)
class Telling:
    """Says it to one reader."""

    translator: Translator
    language: str
    zone: ZoneInfo

    def text(self, key: str, **params: object) -> str:
        """A sentence of the catalogue."""
        return self.translator.text(key, self.language, **params)

    def need(self, need: str) -> str:
        """The name of a need."""
        return self.text("helping.need_" + need)

    def canton(self, canton: str) -> str:
        """The name of a canton, or that it is anywhere."""
        return canton_name(canton) or self.text("helping.everywhere")

    def languages(self, offer: Offer) -> str:
        """In which languages people are served."""
        return ", ".join(self.text("helping.language_" + code) for code in offer.languages)

    def where(self, place: Place) -> str:
        """The address and the canton."""
        return ", ".join(filter(None, (place.address, self.canton(place.canton))))

    def hours(self, place: Place) -> str:
        """When it is open, and what is to be known besides."""
        always = self.text("helping.always") if is_always_open(place.hours) else ""
        spans = (
            [always]
            if always
            else [
                f"{self._days(days)} {', '.join(f'{opens}–{closes}' for opens, closes in each)}"
                for days, each in runs(place.hours)
            ]
        )
        return "; ".join(filter(None, (*spans, pick(place.hours_note, self.language).text)))

    def open_now(self, place: Place, moment: datetime) -> str:
        """Whether it is open at this moment; empty where that is known anyway, or not known."""
        if not place.hours or is_always_open(place.hours):
            return ""
        closes = closes_at(place.hours, moment.astimezone(self.zone))
        if closes is None:
            return self.text("helping.closed_now")
        return self.text("helping.open_now", until=closes)

    def cost(self, offer: Offer) -> str:
        """What it costs; nothing, where nothing is said."""
        return pick(offer.cost, self.language).text or self.text("helping.free")

    def phone(self, place: Place) -> str:
        """As telephones recognise it in a text."""
        return written_phone(place.phone) if place.phone else ""

    def verified(self, day: date | None) -> str:
        """How sure it is."""
        if day is None:
            return self.text("helping.not_verified")
        return self.text("helping.verified", date=format_date(day, self.language))

    def _days(self, days: list[str]) -> str:
        first, last = (self.text("helping.day_" + day.lower()) for day in (days[0], days[-1]))
        return first if len(days) == 1 else self.text("helping.days", first=first, last=last)
