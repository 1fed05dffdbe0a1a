"""Wording suggestions from a language model behind an endpoint in the manner of OpenAI's: only where one is connected.

What leaves the house is one computed sentence and the task, covered once more at the door; never an answer. What
comes back is a text of unknown intent: it is cut off, waited for only so long, and checked before anybody sees it.
"""

import json
from typing import Any

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout

from core.settings import Settings, WordingAddress
from deliberation.voices.redaction import redact
from deliberation.voices.summary_wording import LONGEST, NoSuggestion

_PATIENCE = 20.0
_LONGEST_ANSWER = 65_536
_PATH = "/chat/completions"
_OK = 200


class WordingEndpoint:
    """Asks for other words. It follows no redirection and uses no proxy: a sentence goes where the settings say."""

    def __init__(self, address: WordingAddress, patience: float = _PATIENCE) -> None:
        self._address = address
        self._patience = patience

    async def suggest(self, task: str, sentence: str) -> str:
        """Other words for a sentence. Raises NoSuggestion, with why; never with what was said."""
        headers = {"Authorization": f"Bearer {self._address.key}"} if self._address.key else {}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=self._patience), trust_env=False) as client,
                client.post(
                    self._address.url + _PATH,
                    json=self._question(task, sentence),
                    headers=headers,
                    allow_redirects=False,
                ) as answer,
            ):
                content = await _read(answer)
        except (ClientError, OSError, TimeoutError, ValueError):
            raise NoSuggestion("unreachable") from None
        return _words_in(content)

    def _question(self, task: str, sentence: str) -> dict[str, Any]:
        messages = [
            {"role": "system", "content": task},
            {"role": "user", "content": redact(sentence).text[:LONGEST]},
        ]
        return {"model": self._address.model, "messages": messages, "temperature": 0, "max_tokens": LONGEST}


async def _read(answer: ClientResponse) -> bytes:
    """The whole answer, if it is not too long; of a longer one nothing more is read."""
    if answer.status != _OK:
        raise NoSuggestion("refused")
    content = b""
    async for piece in answer.content.iter_chunked(8192):
        content += piece
        if len(content) > _LONGEST_ANSWER:
            raise NoSuggestion("unreadable")
    return content


def _words_in(content: bytes) -> str:
    try:
        words = json.loads(content)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise NoSuggestion("unreadable") from None
    if not isinstance(words, str) or not words.strip():
        raise NoSuggestion("unreadable")
    return words.strip().strip('"“”')[: LONGEST + 1]


def wording_of(settings: Settings) -> WordingEndpoint | None:
    """What the settings connect; None, as they come."""
    return WordingEndpoint(settings.wording) if settings.wording else None
