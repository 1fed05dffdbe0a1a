"""Answers that came as voice notes and photos, straight into the console's database."""

from sqlalchemy.orm import Session

from core.sealing import Vault
from surveys.questionnaire import ATTACHED
from surveys.tables import Attachment, Response, Voice

NOTE, PHOTO, PAPER, UNSENT = "a" * 32, "b" * 32, "c" * 32, "d" * 32
SOUND, PICTURE = bytes(range(256)) * 40, b"\xff\xd8\xff picture"


def send(db: Session, consultation_id: int, vault: Vault) -> None:
    """Two people: one spoke and sent a photo and a document, the other has not sent in what they answered."""
    answers = {"more": ATTACHED + NOTE, "photo": ATTACHED + PHOTO, "paper": ATTACHED + PAPER}
    said = {"consultation_id": consultation_id, "language": "es", "turn": 0}
    db.add(Response(id="sent", state="finished", answers=answers, may_quote=True, **said))
    db.add(Response(id="open", state="open", progress={"answers": {"photo": ATTACHED + UNSENT}}, **said))
    db.flush()
    for id, path, media_type, content, response_id in (
        (NOTE, "more", "audio/ogg", SOUND, "sent"),
        (PHOTO, "photo", "image/jpeg", PICTURE, "sent"),
        (PAPER, "paper", "application/pdf", b"%PDF-1.7", "sent"),
        (UNSENT, "photo", "image/jpeg", PICTURE, "open"),
    ):
        db.add(
            Attachment(
                id=id,
                response_id=response_id,
                consultation_id=consultation_id,
                path=path,
                media_type=media_type,
                size=len(content),
                sealed=vault.seal_bytes(content),
            )
        )
    voice = {"language": "es", "text": "", "original": b"", "attachment_id": NOTE}
    db.add(Voice(id="voice", response_id="sent", consultation_id=consultation_id, path="more", **voice))
