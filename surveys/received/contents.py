"""What somebody sent, judged by its bytes and by nothing that was claimed: cleaned of whatever else it tells."""

from dataclasses import dataclass

from surveys.conversation.turns import Refusal
from surveys.conversation.validation import may_be_sent, unsuited
from surveys.questionnaire import Kind, Question
from surveys.received.documents import document_type
from surveys.received.pictures import clean_picture, is_picture
from surveys.received.streams import clean_stream, container_of

LARGEST = 20 * 1024 * 1024
"""Bytes. More is not let through by Telegram either."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it may be kept: nothing in it says where, when, with what or by whom it was made."""

    kind: Kind
    media_type: str
    content: bytes


def receive(content: bytes, question: Question) -> Received | Refusal:
    """The file as an answer to a question, or why it cannot be one. Slow for videos: not for the event loop.

    Pictures are painted anew from their pixels, sounds and films are wrapped anew without their labels. Documents
    are kept as they are, since what they say of their author is part of them.
    """
    if len(content) > LARGEST:
        return Refusal("too_heavy", {"limit": LARGEST // 1024 // 1024})
    if is_picture(content):
        return _picture(content, question)
    if container := container_of(content):
        found = clean_stream(content, container, wanted=lambda kind: may_be_sent(question, kind))
        if found is None:
            return unsuited(question)
        return found if isinstance(found, Refusal) else Received(*found)
    if not may_be_sent(question, Kind.FILE):
        return unsuited(question)
    media_type = document_type(content)
    return Received(Kind.FILE, media_type, content) if media_type else Refusal("wants_file_of_these")


def _picture(content: bytes, question: Question) -> Received | Refusal:
    if not may_be_sent(question, Kind.IMAGE):
        return unsuited(question)
    found = clean_picture(content)
    return found if isinstance(found, Refusal) else Received(Kind.IMAGE, *found)
