"""Messages of the empty seat: how a request stands, that an assembly seeks somebody, what was reported back."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.chairs import Chair
from bot.message import Message
from core.errors import NotFound
from core.settings import Settings
from deliberation.empty_seat.news import CallNews, get_seat_news
from deliberation.empty_seat.own_requests import rules_of
from i18n.translator import Translator


def write_seat(
    db: Session, request_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """To whom a request is of; of one that is of nobody yet, to those of the assembly."""
    news, rules = get_seat_news(db, request_id), rules_of(db, request_id)

    def write(language: str) -> Message:
        chair = Chair(translator, language, settings.zone)
        return chair.call_news(news) if isinstance(news, CallNews) else chair.request(news, rules)

    return write


def write_seat_report(
    db: Session, request_id: int, translator: Translator, settings: Settings
) -> Callable[[str], Message]:
    """To those for whom somebody sat there."""
    news = get_seat_news(db, request_id)
    if isinstance(news, CallNews):
        raise NotFound
    return lambda language: Chair(translator, language, settings.zone).report(news)
