"""The files that a questionnaire names: whether they came along, and are what they should be."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from core.errors import Fault
from surveys.questionnaire import Group, Media, Node, Questionnaire
from surveys.xlsform.accompanying import judge_file
from surveys.xlsform.places import Places
from surveys.xlsform.searching import search_of
from surveys.xlsform.xform import XForm

ANSWER = "${"
"""Begins an answer inside a name: which file is meant is known when somebody answers."""


def needed_files(form: XForm, questionnaire: Questionnaire) -> tuple[str, ...]:
    """Names of the lists, pictures and recordings, each once."""
    lists = (
        PurePosixPath(instance.get("src", "")).name
        for instance in form.model.iterfind("{*}instance")
        if instance.get("src", "").startswith("jr://file")
    )
    searches = (search_of(question.appearance) for question in questionnaire.questions())
    searched = (search.file_name for search in searches if search)
    media = (name for name in _media_of(questionnaire) if ANSWER not in name)
    return tuple(dict.fromkeys((*lists, *searched, *media)))


def file_notices(needed: tuple[str, ...], files: Mapping[str, bytes], places: Places) -> Iterator[Fault]:
    """What is wrong with each file that is needed, at the first row that names it."""
    for name in needed:
        if name not in files:
            yield _placed(Fault("file_missing", params={"file": name}), name, places)
        elif isinstance(fault := judge_file(name, files[name]), Fault):
            yield _placed(fault, name, places)


def unused_files(needed: tuple[str, ...], files: Iterable[str]) -> Iterator[Fault]:
    """A notice for each file that came along and that nothing names."""
    return (Fault("file_unused", params={"file": name}) for name in files if name not in needed)


def _placed(fault: Fault, name: str, places: Places) -> Fault:
    """A list may be named without its ending, and far down: the workbook is searched for the whole name first."""
    for wanted in (name, name.rpartition(".")[0]):
        for sheet in ("survey", "choices"):
            for row, cells in places.workbook.numbered(sheet):
                if wanted and any(wanted in cell for cell in cells.values()):
                    return replace(fault, sheet=places.workbook.title(sheet), row=row)
    return fault


def _media_of(questionnaire: Questionnaire) -> Iterator[str]:
    media = [*_of_nodes(questionnaire.nodes)]
    media += [choice.media for choices in questionnaire.lists.values() for choice in choices]
    for each in media:
        for names in each.values():
            yield from names.values()


def _of_nodes(nodes: tuple[Node, ...]) -> Iterator[Media]:
    for node in nodes:
        yield node.media
        if isinstance(node, Group):
            yield from _of_nodes(node.nodes)
        else:
            yield from (choice.media for choice in node.choices)
