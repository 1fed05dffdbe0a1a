"""Quotes that speak for a theme: what is typical of it, and the dissent. Suggested, judged by a person, translated.

Only of authors who allowed it, and never of an answer that speaks of danger. Who takes the permission back takes the
quote back with it, whatever was judged.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.clock import now
from core.database import insert_into
from core.errors import Conflict, NotFound, RimayError
from deliberation.voices.filtering import Heard, ReadVoice
from deliberation.voices.protection_watch import dangers_of, look_again
from deliberation.voices.quotes import Answer, Stand, suggest_quotes
from deliberation.voices.redaction import redact
from deliberation.voices.tables import Codebook, ProtectionCase, Theme, ThemeQuote
from i18n.language import Language
from i18n.localized import Localized
from surveys.tables import Response, Voice
from surveys.voices import QuoteNotAllowed, judge_quote

STANDS = {Stand.TYPICAL: "typical", Stand.DISSENTING: "dissent"}


class QuoteInDanger(RimayError):
    """The answer is a case of protection: to show it could harm who wrote it."""

    code = "quote_in_danger"


class TranslatedMeanwhile(Conflict):
    """Somebody else has translated it, or it says something else by now."""

    code = "translated_meanwhile"


@dataclass(frozen=True, slots=True)
class QuoteCard:
    """A quote of a theme. state: suggested, approved or refused; stand: typical or dissent."""

    id: int
    theme_id: int
    voice_id: str
    stand: str
    state: str
    language: str
    text: str
    translation: str

    @property
    def seen(self) -> str:
        """Names what it says, without saying it."""
        return hashlib.sha256("\0".join((self.text, self.translation)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that could be quoted, under which theme, and for what."""

    theme_id: int
    voice_id: str
    stand: str


def find_quotes(heard: Heard) -> list[Found]:
    """Some answers of each theme, in each language. Slow for many: not inside a transaction."""
    by_theme: dict[int, list[Answer]] = {}
    for each in heard.voices:
        if each.voice.theme_id is not None:
            quotable = each.voice.may_quote and not dangers_of(each.voice.text)
            by_theme.setdefault(each.voice.theme_id, []).append(
                Answer(each.voice.id, each.voice.text, quotable)
            )
    return [
        Found(theme, str(suggestion.id), STANDS[suggestion.stand])
        for theme, answers in sorted(by_theme.items())
        for language in (Language.SPANISH, Language.KICHWA)
        for suggestion in suggest_quotes(answers, language)
    ]


def offer_quotes(db: Session, consultation_id: int, found: Iterable[Found], *, account_id: int | None) -> int:
    """Keep what was found, beside what is there already and as it was judged. How many there were."""
    themes = set(db.scalars(_themes(consultation_id)))
    voices = set(db.scalars(select(Voice.id).where(Voice.consultation_id == consultation_id)))
    rows = [
        {"theme_id": each.theme_id, "voice_id": each.voice_id, "stand": each.stand, "state": "suggested"}
        for each in found
        if each.theme_id in themes and each.voice_id in voices
    ]
    if rows:
        line = insert_into(db, ThemeQuote).values(rows)
        db.execute(line.on_conflict_do_nothing(index_elements=["theme_id", "voice_id"]))
    note_act(db, account_id, "suggest_quotes", "consultation", consultation_id)
    return len(rows)


def _themes(consultation_id: int) -> Select[int]:
    return (
        select(Theme.id)
        .join(Codebook, Codebook.id == Theme.codebook_id)
        .where(Codebook.consultation_id == consultation_id)
    )


def list_theme_quotes(
    db: Session, consultation_id: int, into: Mapping[int, int], *, approved: bool = False
) -> list[QuoteCard]:
    """The quotes that may be read, by theme: typical ones first. into: theme → the one it stands for by now.

    What its author does not allow, or what became a case of protection, is not among them.
    """
    in_danger = exists().where(ProtectionCase.voice_id == Voice.id, ProtectionCase.state != "set_aside")
    query = (
        select(ThemeQuote, Voice)
        .join(Voice, Voice.id == ThemeQuote.voice_id)
        .join(Response, Response.id == Voice.response_id)
        .where(
            Voice.consultation_id == consultation_id,
            Voice.text != "",
            Response.may_quote.is_(True),
            ~in_danger,
        )
        .order_by(ThemeQuote.stand.desc(), ThemeQuote.id)
    )
    cards = [_card(quote, voice, into) for quote, voice in db.execute(query) if quote.theme_id in into]
    return [card for card in cards if not approved or card.state == "approved"]


def _card(quote: ThemeQuote, voice: Voice, into: Mapping[int, int]) -> QuoteCard:
    """What was approved counts while the voice is: words that were changed since are judged anew."""
    outdated = quote.state == "approved" and voice.quote != "approved"
    return QuoteCard(
        id=quote.id,
        theme_id=into[quote.theme_id],
        voice_id=voice.id,
        stand=quote.stand,
        state="suggested" if outdated else quote.state,
        language=voice.language,
        text=voice.text,
        translation=voice.translation or "",
    )


def judge_theme_quote(
    db: Session, consultation_id: int, quote_id: int, approved: bool, *, account_id: int | None
) -> None:
    """Let it speak for its theme, or not. Refused for one theme it may still speak for another.

    Raises NotFound, QuoteNotAllowed, QuoteInDanger.
    """
    query = (
        select(ThemeQuote)
        .join(Voice, Voice.id == ThemeQuote.voice_id)
        .where(ThemeQuote.id == quote_id, Voice.consultation_id == consultation_id)
    )
    quote = db.scalar(query.with_for_update(of=ThemeQuote))
    if quote is None:
        raise NotFound
    quote.state, quote.account_id, quote.judged_at = "approved" if approved else "refused", account_id, now()
    db.flush()
    elsewhere = select(func.count()).where(
        ThemeQuote.voice_id == quote.voice_id, ThemeQuote.state == "approved"
    )
    judge_voice(db, quote.voice_id, bool(db.scalar(elsewhere)), account_id)


def judge_voice(db: Session, voice_id: str, approved: bool, account_id: int | None) -> None:
    """The same of an answer, whatever its theme. Raises NotFound, QuoteNotAllowed, QuoteInDanger."""
    db.get(Voice, voice_id, with_for_update=True)  # as who raises a case: one of the two comes second
    case = select(ProtectionCase.id).where(
        ProtectionCase.voice_id == voice_id, ProtectionCase.state != "set_aside"
    )
    if approved and db.scalar(case) is not None:
        raise QuoteInDanger
    judge_quote(db, voice_id, approved, account_id)


def list_untranslated(cards: Sequence[QuoteCard]) -> list[QuoteCard]:
    """Those that somebody should put into the other language, each once; approved ones first."""
    wanted = {card.voice_id: card for card in cards if not card.translation and card.state != "refused"}
    return sorted(wanted.values(), key=lambda card: (card.state != "approved", card.id))


def translate_quote(
    db: Session, consultation_id: int, quote_id: int, translation: str, *, seen: str, account_id: int | None
) -> None:
    """Say it in the other language; covered like any words. Raises NotFound, QuoteNotAllowed, TranslatedMeanwhile."""
    quote = db.get(ThemeQuote, quote_id)
    voice = db.get(Voice, quote.voice_id, with_for_update=True) if quote else None
    if quote is None or voice is None or voice.consultation_id != consultation_id:
        raise NotFound
    if not db.scalar(select(Response.may_quote).where(Response.id == voice.response_id)):
        raise QuoteNotAllowed
    if _card(quote, voice, {quote.theme_id: quote.theme_id}).seen != seen:
        raise TranslatedMeanwhile
    voice.translation = redact(translation).text
    look_again(db, voice.id)
    note_act(db, account_id, "translate_quote", "consultation", consultation_id)


def list_choosable(heard: Heard, theme_id: int, cards: Iterable[QuoteCard]) -> list[ReadVoice]:
    """The answers of a theme that a person may choose besides those that are quotes already."""
    chosen = {card.voice_id for card in cards if card.theme_id == theme_id}
    return [
        each
        for each in heard.voices
        if each.voice.theme_id == theme_id
        and each.voice.may_quote
        and each.voice.id not in chosen
        and not dangers_of(each.voice.text)
    ]


def choose_quote(db: Session, consultation_id: int, found: Found, *, account_id: int | None) -> None:
    """A person chooses what speaks for a theme; it is judged like any other. A second time changes nothing.

    Raises NotFound, QuoteNotAllowed.
    """
    voice = db.get(Voice, found.voice_id)
    if voice is None or found.theme_id not in set(db.scalars(_themes(consultation_id))):
        raise NotFound
    if not db.scalar(select(Response.may_quote).where(Response.id == voice.response_id)):
        raise QuoteNotAllowed
    if not offer_quotes(db, consultation_id, [found], account_id=account_id):
        raise NotFound


def names_of(heard: Heard) -> dict[int, Localized]:
    """The themes by id, in order."""
    return {theme.id: theme.name for theme in heard.codebook.themes}
