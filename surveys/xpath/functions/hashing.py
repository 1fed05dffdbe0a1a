"""Functions of digests, encodings and identifiers."""

import base64
import binascii
import hashlib
import math
from collections.abc import Callable, Mapping
from string import ascii_letters, digits
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from surveys.xpath.errors import ExpressionError
from surveys.xpath.frame import Frame

_ALGORITHMS: Final = {
    "MD5": "md5",
    "SHA-1": "sha1",
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}
_SIGNATURE_BYTES: Final = 64
_LONGEST_TOKEN: Final = 10_000


def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """Raises ExpressionError `unknown_algorithm` or `bad_encoding`."""
    if algorithm not in _ALGORITHMS:
        raise ExpressionError("unknown_algorithm", name=algorithm)
    found = hashlib.new(_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).digest()
    if encoding == "hex":
        return found.hex()
    if encoding != "base64":
        raise ExpressionError("bad_encoding", name=encoding)
    return base64.b64encode(found).decode()


def base64_decode(text: str) -> str:
    """The text behind base64; empty where it is none."""
    try:
        return _decoded(text).decode(errors="replace")
    except binascii.Error:
        return ""


def extract_signed(text: str, public_key: str) -> str:
    """The message after an Ed25519 signature, all in base64; empty where the signature does not hold."""
    try:
        signed = _decoded(text)
        signature, message = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        Ed25519PublicKey.from_public_bytes(_decoded(public_key)).verify(signature, message)
    except (InvalidSignature, ValueError):
        return ""
    return message.decode(errors="replace")


def uuid(frame: Frame, length: float | None = None) -> str:
    """A version 4 identifier; with a length, a token of so many letters and digits.

    Raises ExpressionError `bad_length`.
    """
    random = frame.run.scope.random
    if length is None:
        return str(UUID(int=random.getrandbits(128), version=4))
    if math.isnan(length):
        raise ExpressionError("bad_length")
    return "".join(random.choices(ascii_letters + digits, k=int(max(0, min(length, _LONGEST_TOKEN)))))


def _decoded(text: str) -> bytes:
    compact = "".join(text.split())
    return base64.b64decode(
        compact + "=" * (-len(compact) % 4), altchars=b"-_" if set("-_") & set(compact) else None
    )


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "base64-decode": base64_decode,
    "digest": digest,
    "extract-signed": extract_signed,
    "uuid": uuid,
}
