"""What a unit hands in as proof, judged by its bytes: a PDF, or a picture that is painted anew."""

from dataclasses import dataclass

from core.errors import RimayError
from surveys.conversation.turns import Refusal
from surveys.received.documents import document_type
from surveys.received.pictures import clean_picture, is_picture

LARGEST_MB = 8
"""Below what a form may carry."""
_MB = 1024 * 1024
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class ProofUnusable(RimayError):
    """Neither a PDF nor a picture that can be read."""

    code = "proof_unusable"


class ProofTooLarge(RimayError):
    """More than a proof may weigh."""

    code = "proof_too_large"


@dataclass(frozen=True, slots=True)
class Proof:
    """A file as it is kept. Of a picture nothing but its pixels is left."""

    media_type: str
    content: bytes


def receive_proof(content: bytes) -> Proof:
    """The file as a proof. Slow for large pictures: not for the event loop. Raises ProofUnusable, ProofTooLarge."""
    if len(content) > LARGEST_MB * _MB:
        raise ProofTooLarge(limit=LARGEST_MB)
    if is_picture(content):
        found = clean_picture(content)
        if isinstance(found, Refusal):
            raise ProofUnusable
        return Proof(*found)
    if document_type(content) != "application/pdf":
        raise ProofUnusable
    return Proof("application/pdf", content)
