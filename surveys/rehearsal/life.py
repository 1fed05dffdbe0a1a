"""What became of one person in a rehearsal."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Life:
    """Filled in while the person goes through the questionnaire. Paths are without the positions of repeats.

    shown     questions that were on screen, or read as notes, before anything stopped the person
    seen      the same, and what came after the person was helped past a dead end
    offered   values that were on offer, by question
    stuck     questions that took no answer, though none may be left out
    cornered  questions that took no answer before the person went back and changed another one
    refusing  questions that took no answer, but could be left out
    loop      questions between which the conversation went to and fro
    endless   repeats that were asked as often as the conversation allows
    empty     selects that applied with nothing to choose, though all that decides about it was answered → whether an
              answer was required
    helped    whether the person was carried past a dead end: what follows does not count as lived through
    """

    language: str
    finished: bool = False
    seconds: float = 0.0
    turns: int = 0
    shown: dict[str, None] = field(default_factory=dict)
    seen: dict[str, None] = field(default_factory=dict)
    answered: dict[str, None] = field(default_factory=dict)
    skipped: dict[str, None] = field(default_factory=dict)
    offered: dict[str, dict[str, None]] = field(default_factory=dict)
    stuck: dict[str, None] = field(default_factory=dict)
    cornered: dict[str, None] = field(default_factory=dict)
    refusing: dict[str, None] = field(default_factory=dict)
    loop: tuple[str, ...] = ()
    endless: dict[str, None] = field(default_factory=dict)
    empty: dict[str, bool] = field(default_factory=dict)
    helped: bool = False
    cut: bool = False

    def see(self, path: str) -> None:
        """A question is on screen, or a note is read."""
        self.seen[path] = None
        if not self.helped:
            self.shown[path] = None

    def left_out(self) -> list[str]:
        """Questions that were on screen and never answered, in a repeat not for any member."""
        return [path for path in self.skipped if path in self.shown and path not in self.answered]
