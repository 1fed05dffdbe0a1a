"""What a broadcast is about, as a list of broadcasts names it."""

from dataclasses import dataclass

from i18n.localized import Localized


@dataclass(frozen=True, slots=True)
class Subject:
    """A consultation, an assembly, a deliberation or something else: one of them.

    item:    what of it was decided on
    address: the page of what is none of the three
    """

    title: Localized
    consultation_id: int | None = None
    assembly_id: int | None = None
    item: Localized | None = None
    deliberation_id: int | None = None
    address: str = ""
