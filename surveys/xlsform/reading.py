"""An uploaded workbook → a questionnaire, or everything that is wrong with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from core.errors import Fault, InvalidInput
from surveys.questionnaire import BANDS, Group, Keep, Kind, Node, Question, Questionnaire
from surveys.xlsform.building import build_questionnaire
from surveys.xlsform.columns import columns_of, nameless_columns
from surveys.xlsform.conversion import Conversion, to_xform
from surveys.xlsform.judging import judge
from surveys.xlsform.logic import examine, without
from surveys.xlsform.needs import file_notices, needed_files
from surveys.xlsform.notices import TRANSLATED, notices_of
from surveys.xlsform.places import Places, lines, places_of
from surveys.xlsform.placing import titled
from surveys.xlsform.workbook import FIRST_ROW, Workbook, read_workbook
from surveys.xlsform.xform import XForm

NO_FILES: Mapping[str, bytes] = MappingProxyType({})
TITLE = "rimay:title"
"""Column of the settings sheet for the title in one more language: "rimay:title::Kichwa (qu)"."""
KEEP = ("bind", "rimay:keep")


@dataclass(frozen=True, slots=True)
class Imported:
    """A questionnaire, what is doubtful in it, the files it names, and the XForm that it was read from."""

    questionnaire: Questionnaire
    notices: tuple[Fault, ...]
    needs: tuple[str, ...]
    xform: str


def read_questionnaire(content: bytes, file_name: str, files: Mapping[str, bytes] = NO_FILES) -> Imported:
    """Read an XLSForm workbook. `files` are those that came with it, by name.

    Raises InvalidInput with every fault that was found. pyxform alone decides whether it is an XLSForm;
    added to that are only expressions that can never work, circles, and what is ours: `bind::rimay:keep`.
    """
    workbook = read_workbook(content, file_name)
    mended, conversion, faults = judge(workbook)
    faults = tuple(titled(fault, workbook) for fault in faults)
    if conversion is None:
        raise InvalidInput(_in_order(faults))
    nameless = tuple(nameless_columns(mended))
    if nameless:
        for sheet, header in nameless:
            mended = mended.without_column(sheet, header)
        conversion = to_xform(mended)
    places = places_of(mended)
    form = _form_of(conversion, places)
    questionnaire = _build(form, places, conversion, files)
    logic = examine(questionnaire, places)
    faults = (*faults, *_keep_faults(places), *_band_faults(questionnaire, places), *logic.faults)
    if faults:
        raise InvalidInput(_in_order(faults))
    needs = needed_files(form, questionnaire)
    notices = (
        *(Fault("column_left_out", sheet, 1, header, {"column": header}) for sheet, header in nameless),
        *logic.notices,
        *notices_of(questionnaire, places),
        *file_notices(needs, files, places),
    )
    if logic.left_out:
        questionnaire = replace(questionnaire, nodes=without(questionnaire.nodes, logic.left_out))
    return Imported(questionnaire, notices, needs, conversion.xform)


def _form_of(conversion: Conversion, places: Places) -> XForm:
    """The form that pyxform wrote, which need not be XML: it checks few of the names that authors give."""
    try:
        return XForm(conversion.xform, _language_names(places))
    except (ValueError, SyntaxError) as error:
        raise InvalidInput((Fault("refused", params={"detail": str(error)[:300]}),)) from error


def _build(form: XForm, places: Places, conversion: Conversion, files: Mapping[str, bytes]) -> Questionnaire:
    return build_questionnaire(
        form,
        titles=dict(_titles(places.workbook, form)),
        files=files,
        tags=dict(_tags(places)),
        external_choices=conversion.external_choices,
    )


def _language_names(places: Places) -> list[str]:
    """Languages in the order in which the author's columns name them."""
    found = [
        columns.language(header, field)
        for columns in (places.survey, places.choices)
        for field in TRANSLATED
        for header in columns.all(field)
    ]
    return [name for name in dict.fromkeys(found) if name]


def _titles(workbook: Workbook, form: XForm) -> Iterator[tuple[str, str]]:
    """Titles in other languages than the first."""
    settings, columns = (
        workbook.row("settings", FIRST_ROW),
        columns_of(workbook, "settings"),
    )
    for header in columns.all(TITLE):
        code = form.language_codes.get(columns.language(header, TITLE) or "")
        if code and header in settings:
            yield code, settings[header]


def _tags(places: Places) -> Iterator[tuple[str, str]]:
    """Humanitarian tags by the path of their question."""
    if header := places.survey.find("hxl"):
        for line in lines(places.workbook, places.survey):
            if tag := places.workbook.row("survey", line.row).get(header):
                yield line.path, tag


def _keep_faults(places: Places) -> Iterator[Fault]:
    """Words in `bind::rimay:keep` that mean nothing: the answer would be kept where it must not be."""
    for header, words in places.survey.tokens.items():
        if words != KEEP:
            continue
        for row, cells in places.workbook.numbered("survey"):
            if header in cells and cells[header] not in set(Keep):
                params: dict[str, str | int] = {
                    "written": cells[header],
                    "known": ", ".join(Keep),
                }
                yield Fault("keep_unknown", places.workbook.title("survey"), row, header, params)


def _band_faults(questionnaire: Questionnaire, places: Places) -> Iterator[Fault]:
    """Bands of the profile that a person could be in twice: of several choices, of any text, or of other people."""
    for question, repeated in _kept(questionnaire.nodes):
        if question.keep in BANDS and (repeated or question.kind is not Kind.SELECT_ONE):
            header = next((name for name, words in places.survey.tokens.items() if words == KEEP), None)
            yield places.fault("keep_not_one_choice", question.path, header, written=str(question.keep))


def _kept(nodes: Sequence[Node], repeated: bool = False) -> Iterator[tuple[Question, bool]]:
    """What is asked for the profile, and whether it is asked anew for each member of something."""
    for node in nodes:
        if isinstance(node, Group):
            yield from _kept(node.nodes, repeated or node.repeats)
        elif node.keep:
            yield node, repeated


def _in_order(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """By sheet and row, as one would mend them; what has no place first."""
    sheets = list(dict.fromkeys(fault.sheet for fault in faults))
    return tuple(sorted(faults, key=lambda fault: (sheets.index(fault.sheet), fault.row or 0)))
