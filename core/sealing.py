"""Sealing: what names a person is stored encrypted, and found again by a keyed blind index."""

import base64
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import RimayError
from core.settings import SECRET_BYTES, Settings

_KEY_BYTES = 32
"""Of each key that is derived."""
_NONCE_BYTES = 12
_FORMAT = b"\x01"
"""First byte of every sealed value: which key and cipher opened it, so that keys can be rotated."""


class UnusableKey(RimayError):
    """The secret key is not 32 bytes in base64, or does not open what was sealed."""

    code = "unusable_key"


class Vault:
    """Seals and opens with keys derived from one secret. Holds no state but the keys."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise UnusableKey
        self._cipher = AESGCM(_derive(secret, b"seal"))
        self._index_key = _derive(secret, b"index")
        self._secret = secret

    def seal(self, text: str) -> bytes:
        """Encrypt; the same text gives other bytes each time."""
        return self.seal_bytes(text.encode())

    def open(self, sealed: bytes) -> str:
        """Decrypt. Raises UnusableKey when the key is another or the bytes were changed."""
        return self.open_bytes(sealed).decode()

    def seal_bytes(self, content: bytes) -> bytes:
        """Encrypt a file."""
        nonce = os.urandom(_NONCE_BYTES)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, content, _FORMAT)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Decrypt a file. Raises UnusableKey when the key is another or the bytes were changed."""
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, body, sealed[:1])
        except (InvalidTag, ValueError) as error:  # ValueError: too short to have been sealed at all
            raise UnusableKey from error

    def index(self, text: str) -> bytes:
        """A keyed digest: the same text gives the same 32 bytes, and says nothing without the key."""
        return hmac.digest(self._index_key, text.encode(), sha256)

    def token(self, purpose: str) -> str:
        """A secret for one purpose (the webhook's header, say), the same in every process."""
        return base64.urlsafe_b64encode(_derive(self._secret, purpose.encode())).decode().rstrip("=")


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=b"rimay/" + purpose).derive(secret)


def open_vault(settings: Settings) -> Vault:
    """The vault of this installation; on a first start without a key, one is made and kept (mode 0600)."""
    return Vault(_decode(secret_of(settings)))


def secret_of(settings: Settings) -> str:
    """The secret itself, in base64: a backup holds it, because nothing sealed is worth anything without it."""
    return settings.secret_key if settings.secret_key is not None else _kept_key(settings.key_file)


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())
    try:
        os.link(draft, path)  # only one of two processes starting at once can win
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise UnusableKey from error
