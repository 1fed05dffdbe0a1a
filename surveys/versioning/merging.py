"""The questions of several versions of a questionnaire, brought together by path and by name. Pure.

A question is the same in two versions when it has the same path, or else when nothing but its name finds it
again; when its answers are of kinds that can stand in one column; and when it is asked as often. Otherwise
there are two questions, and the older one bears the number of its version: "age@1".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from surveys.questionnaire import SENT, Group, Kind, Node, Question, Questionnaire

_ALIKE = (
    frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE}),
    frozenset({Kind.DATE, Kind.DATETIME}),
    frozenset({Kind.CALCULATE, Kind.HIDDEN}),
    SENT,
)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a questionnaire, by the number that counts it."""

    id: int
    number: int
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Stance:
    """A question where it stands in one version.

    repeats  paths of the repeats around it, the outermost first
    rules    the conditions of the groups around it and its own, which all must hold
    """

    question: Question
    repeats: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A question of one or several versions.

    name     its path in the newest version that asks it, with "@" and the number of that version where another
             question has the path since
    stances  version id → the question as that version asks it, the oldest first
    """

    name: str
    stances: Mapping[int, Stance]

    @property
    def newest(self) -> Stance:
        """The question as it was asked last."""
        return list(self.stances.values())[-1]

    @property
    def question(self) -> Question:
        """The question as it was asked last, with the choices that older versions offered after its own."""
        question = self.newest.question
        offered = {choice.value: choice for choice in question.choices}
        for stance in reversed([*self.stances.values()]):
            for choice in stance.question.choices:
                offered.setdefault(choice.value, choice)
        return replace(question, choices=tuple(offered.values()))


@dataclass(slots=True, eq=False)
class _Stream:
    """A question on its way through the versions."""

    stances: dict[int, Stance] = field(default_factory=dict)
    number: int = 0

    @property
    def last(self) -> Stance:
        return list(self.stances.values())[-1]


def merge(versions: Sequence[Version]) -> tuple[Merged, ...]:
    """The questions of all versions, in the order of the newest; what it dropped stays where it stood.

    versions: the oldest first
    """
    order: list[_Stream] = []
    for version in versions:
        stances = list(stances_of(version.questionnaire))
        found = _continued(order, stances)
        newer = [stream or _Stream() for stream in found]
        for stream, stance in zip(newer, stances, strict=True):
            stream.stances[version.id] = stance
            stream.number = version.number
        order = _woven(order, newer)
    owners = {stream.last.question.path: stream for stream in sorted(order, key=lambda each: each.number)}
    return tuple(Merged(_name(stream, owners), stream.stances) for stream in order)


def stances_of(questionnaire: Questionnaire) -> Iterator[Stance]:
    """Every question with what is around it, in the author's order."""
    return _stances(questionnaire.nodes, (), ())


def _stances(nodes: Iterable[Node], repeats: tuple[str, ...], rules: tuple[str, ...]) -> Iterator[Stance]:
    for node in nodes:
        around = (*rules, node.relevant) if node.relevant else rules
        if isinstance(node, Group):
            yield from _stances(node.nodes, (*repeats, node.path) if node.repeats else repeats, around)
        else:
            yield Stance(node, repeats, around)


def _continued(order: Sequence[_Stream], stances: Sequence[Stance]) -> list[_Stream | None]:
    """The stream that each question of a newer version continues, if any."""
    by_path: dict[str, list[_Stream]] = {}
    by_name: dict[str, list[_Stream]] = {}
    for stream in order:
        by_path.setdefault(stream.last.question.path, []).append(stream)
    found = [_fitting(by_path.get(stance.question.path, ()), stance) for stance in stances]
    taken = {stream for stream in found if stream}
    paths = {stance.question.path for stance in stances}
    for stream in order:
        if stream not in taken and stream.last.question.path not in paths:
            by_name.setdefault(stream.last.question.name, []).append(stream)
    newcomers = [stance.question.name for stance, stream in zip(stances, found, strict=True) if not stream]
    for place, stance in enumerate(stances):
        name = stance.question.name
        if found[place] is None and newcomers.count(name) == 1 and len(by_name.get(name, ())) == 1:
            found[place] = _fitting(by_name[name], stance)
    return found


def _fitting(streams: Iterable[_Stream], stance: Stance) -> _Stream | None:
    return next((stream for stream in streams if _alike(stream.last, stance)), None)


def _alike(old: Stance, new: Stance) -> bool:
    """Whether the answers of both can stand in one column."""
    kinds = {old.question.kind, new.question.kind}
    same_kind = len(kinds) == 1 or any(kinds <= alike for alike in _ALIKE)
    return same_kind and old.repeats == new.repeats and old.question.keep == new.question.keep


def _woven(order: Sequence[_Stream], newer: Sequence[_Stream]) -> list[_Stream]:
    woven = list(newer)
    kept = set(newer)
    for place, stream in enumerate(order):
        if stream not in kept:
            woven.insert(woven.index(order[place - 1]) + 1 if place else 0, stream)
    return woven


def _name(stream: _Stream, owners: Mapping[str, _Stream]) -> str:
    path = stream.last.question.path
    return path if owners[path] is stream else f"{path}@{stream.number}"
