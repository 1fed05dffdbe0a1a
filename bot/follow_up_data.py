"""What a button of the question about a commitment carries."""

from dataclasses import dataclass

from bot.digits import short

_REPLIES = {"y": "yes", "p": "partly", "n": "no"}


@dataclass(frozen=True, slots=True)
class Noticed:
    """Whether I have noticed a commitment: yes, partly, no."""

    commitment_id: int
    reply: str


FollowUpPayload = Noticed


def encode_follow_up(payload: FollowUpPayload) -> str:
    """After the letter that stands for commitments."""
    return f"n:{short(payload.commitment_id)}:{payload.reply[0]}"


def decode_follow_up(kind: str, about: int, rest: list[str]) -> FollowUpPayload | None:
    """None, or an error of reading, for what nobody here wrote."""
    match kind, rest:
        case "n", [reply]:
            return Noticed(about, _REPLIES[reply])
    return None
