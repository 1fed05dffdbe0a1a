"""What the Bot API answers when it refuses, word for word where bots read the words."""

from dataclasses import dataclass
from typing import Any


class ApiError(Exception):
    """A refusal of the Bot API: HTTP status, description and, for 429, the seconds to wait."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def to_json(self) -> dict[str, Any]:
        """The body that Telegram sends with the status."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


class AnswerLost(Exception):
    """The call was carried out, and the connection broke before the answer: the caller cannot know."""


def bad_request(what: str) -> ApiError:
    """400: the call itself is wrong; sending it again will not help."""
    return ApiError(400, f"Bad Request: {what}")


def blocked() -> ApiError:
    """403: the person has blocked the bot."""
    return ApiError(403, "Forbidden: bot was blocked by the user")


def too_many_requests(retry_after: int) -> ApiError:
    """429: slow down."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)


def server_error(status: int = 500) -> ApiError:
    """5xx: Telegram is in trouble."""
    return ApiError(status, "Bad Gateway" if status == 502 else "Internal Server Error")


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


@dataclass(slots=True)
class Failure:
    """A failure in waiting: the next `times` calls that match fail with `error`."""

    error: ApiError | AnswerLost
    method: str | None
    chat_id: int | None
    times: int

    def matches(self, method: str, chat_id: object) -> bool:
        """Whether this call is one of those that shall fail."""
        return self.method in (None, method) and self.chat_id in (None, chat_id)
