"""Forms that lose nothing: what was typed comes back with a sentence on each field that is wrong."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from starlette.datastructures import FormData, QueryParams

from api.reader import LANGUAGES, Reader
from i18n.localized import Localized

_TEXT_LIMIT = 2000
_LINE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class FormState:
    """What a form shows: what was typed, and what is wrong with it."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


class Fields:
    """Reads the fields of a form one by one and collects what is wrong."""

    def __init__(self, given: FormData | QueryParams, reader: Reader) -> None:
        self._given = given
        self._reader = reader
        self.wrong: dict[str, str] = {}

    @property
    def state(self) -> FormState:
        """What to show again. Passwords and files never come back."""
        typed = {name: value for name, value in self._given.items() if isinstance(value, str)}
        return FormState({name: value for name, value in typed.items() if "password" not in name}, self.wrong)

    def refuse(self, name: str, key: str, **params: object) -> None:
        """Say what is wrong with a field; the first reason stands."""
        self.wrong.setdefault(name, self._reader.text(key, **params))

    def raw(self, name: str) -> str:
        """What was typed, without the white space around it."""
        value = self._given.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def text(self, name: str, label: str, *, optional: bool = False, limit: int = _LINE_LIMIT) -> str:
        """One line or some."""
        typed = self.raw(name)
        if not typed and not optional:
            self.refuse(name, "console.form_required", field=self._reader.text(label))
        if len(typed) > limit:
            self.refuse(name, "console.form_too_long", limit=limit)
        return typed

    def localized(
        self, name: str, label: str, *, needs: Collection[str] = ("es",), limit: int = _LINE_LIMIT
    ) -> Localized:
        """The same text in each language. What may be missing falls back to what is there."""
        typed = {
            code: self.text(f"{name}_{code}", label, optional=code not in needs, limit=limit)
            for code in LANGUAGES
        }
        return {code: text for code, text in typed.items() if text}

    def long_localized(self, name: str, label: str, *, needs: Collection[str] = ("es",)) -> Localized:
        """A paragraph in each language."""
        return self.localized(name, label, needs=needs, limit=_TEXT_LIMIT)

    def number(self, name: str, low: int, high: int) -> int:
        """A whole number between two others."""
        typed = self.raw(name)
        if typed.isascii() and typed.isdigit() and len(typed) < 10 and low <= int(typed) <= high:
            return int(typed)
        self.refuse(name, "console.form_not_a_number", low=low, high=high)
        return low

    def day(self, name: str, after: date) -> date:
        """A day later than another. Browsers send 2026-11-23; people without a calendar type 23/11/2026."""
        day = _read(self.raw(name), "%Y-%m-%d", "%d/%m/%Y")
        if day is None:
            self.refuse(name, "console.form_not_a_date")
            return after
        if day.date() <= after:
            self.refuse(name, "console.form_date_past")
        return day.date()

    def moment(self, name: str, after: datetime) -> datetime:
        """A day and hour later than another, on the clocks of the place."""
        typed = _read(self.raw(name), "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M")
        if typed is None:
            self.refuse(name, "console.form_not_a_moment")
            return after
        moment = typed.replace(tzinfo=self._reader.zone)
        if moment <= after:
            self.refuse(name, "console.form_moment_past")
        return moment

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """One of a few."""
        typed = self.raw(name)
        if typed not in allowed:
            self.refuse(name, "console.form_choose_one")
        return typed


def _read(typed: str, *formats: str) -> datetime | None:
    for written in formats:
        try:
            return datetime.strptime(typed, written)  # noqa: DTZ007  (the caller knows on whose clocks)
        except ValueError:
            continue
    return None
