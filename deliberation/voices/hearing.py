"""Hearing an open answer: which language, redacted for whoever reads it, the original sealed."""

from collections.abc import Iterable

from core.sealing import Vault
from deliberation.voices.redaction import redact
from i18n.language import detect
from surveys.submission import Hear, Heard


class Hearing:
    """Reads an answer the moment it is sent in, before any person can."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def __call__(self, text: str) -> Heard:
        """The answer as it is stored."""
        return Heard(
            language=detect(text),
            redacted=redact(text).text,
            original=self._vault.seal(text),
        )

    def beforehand(self, texts: Iterable[str]) -> Hear:
        """The same for many texts that are known already: reading takes its time, and a database should not wait."""
        heard = {text: self(text) for text in texts}
        return heard.__getitem__
