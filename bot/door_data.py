"""What a button about the door of an assembly carries: which assembly."""

from dataclasses import dataclass

from bot.digits import short


@dataclass(frozen=True, slots=True)
class GetEntryCode:
    """Show me the code by which I am let in."""

    assembly_id: int


DoorPayload = GetEntryCode


def encode_door(payload: DoorPayload) -> str:
    """After the letter that stands for doors."""
    return f"c:{short(payload.assembly_id)}"


def decode_door(kind: str, about: int, rest: list[str]) -> DoorPayload | None:
    """None for what nobody here wrote."""
    return GetEntryCode(about) if (kind, rest) == ("c", []) else None
