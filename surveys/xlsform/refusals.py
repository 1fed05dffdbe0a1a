"""What pyxform says when it refuses a workbook → faults with a place.

pyxform stops at the first fault and says it in an English sentence, so this module reads sentences. One that
it does not know becomes the fault `refused`, which carries the sentence: nothing that is refused is let through.
"""

import re
from dataclasses import dataclass

from core.errors import Fault


@dataclass(frozen=True, slots=True)
class SaidFault:
    """A sentence of pyxform and the fault that it means. Named parts of the sentence become params."""

    code: str
    sentence: str
    sheet: str | None = "survey"
    column: str | None = None


ROW = r"^(?:\[row : (?:(?P<row>\d+)|unknown)\])? ?"
ON_SHEET = ROW + r"On the '(?P<sheet>\w+)' sheet, the '(?P<column>.+?)' value "

NEED_A_LIST = (
    "select_one",
    "select_multiple",
    "select1",
    "select_one_from_file",
    "select_multiple_from_file",
)

SAID = (
    # the file and its sheets
    SaidFault(
        "sheet_misspelt",
        r"When looking for a sheet named '(?P<expected>survey)', .* were found: '(?P<sheet>.*?)'",
    ),
    SaidFault("survey_sheet_missing", r"^You must have a sheet named 'survey'"),
    SaidFault(
        "choices_sheet_missing",
        r"^There should be a choices sheet(?:.* '(?P<expected>choices)', .* were found: '(?P<found>.*?)')?",
        "survey",
        "type",
    ),
    SaidFault(
        "external_choices_missing",
        r"^There should be an external_choices sheet(?:.* '(?P<expected>ext\w+)', .* found: '(?P<found>.*?)')?",
        "survey",
        "type",
    ),
    SaidFault(
        "not_a_workbook",
        r"not recognized as a supported type|does not appear to be a valid XLSForm",
        None,
    ),
    SaidFault("column_twice", r"^Duplicate column header: (?P<column>.+)", None),
    SaidFault(
        "column_twice",
        r"for sheet: '(?P<sheet>\w+)'\. Headers that .* found: '(?P<other>.+?)', '(?P<column>.+?)'\.",
    ),
    SaidFault(
        "column_missing",
        r"for sheet: '(?P<sheet>\w+)'\. One or more required .* not found: '(?P<column>\w+)'",
    ),
    SaidFault(
        "header_row_missing",
        r"for sheet: '(?P<sheet>\w+)'\. For XLSForms, this may be due",
    ),
    SaidFault(
        "date_invalid",
        r"invalid date on the (?P<sheet>.+) sheet, under the (?P<column>.+) column .* (?P<row>\d+)",
    ),
    # names
    SaidFault("name_missing", ROW + r"Question or group with no name", column="name"),
    SaidFault("name_reserved", ON_SHEET + r"'meta' is invalid"),
    SaidFault(
        "name_duplicate",
        ON_SHEET + r"'(?P<name>.*)' is invalid\. (?:Questions, groups|Repeat names must unique)",
    ),
    SaidFault(
        "name_is_root",
        ON_SHEET + r"'(?P<name>.*)' is invalid\. Repeat names must not be the same",
    ),
    SaidFault("name_invalid", ON_SHEET + r"is invalid\. Names must begin"),
    SaidFault(
        "name_invalid",
        r"^The 'name' value is invalid\. Names must begin",
        column="name",
    ),
    SaidFault("choice_name_missing", ON_SHEET + r"is invalid\. Choices must have a name"),
    SaidFault("choice_duplicate", ON_SHEET + r"is invalid\. Choice names must be unique"),
    SaidFault(
        "choice_with_space",
        r"^Choice names with spaces .* See \[(?P<choice>.*)\] in \[(?P<list>.*)\]",
        "choices",
        "name",
    ),
    # types and lists
    SaidFault("type_missing", ROW + r"Question with no type", column="type"),
    SaidFault(
        "list_not_named",
        rf"^Unknown question type '(?P<type>{'|'.join(NEED_A_LIST)})'",
        column="type",
    ),
    SaidFault("type_unknown", r"^Unknown question type '(?P<type>.*)'", column="type"),
    SaidFault("include_unsupported", r"^This section has not been included", column="type"),
    SaidFault(
        "list_not_named",
        r"'itemset' and 'list_name' must not both|Repeat loop without list name",
        column="type",
    ),
    SaidFault(
        "list_unknown",
        ROW + r"List name not in (?:columns|choices|external choices) sheet: (?P<list>.+)",
        column="type",
    ),
    SaidFault(
        "other_without_choices",
        ROW + r"Please specify choices for this 'or other'",
        column="type",
    ),
    SaidFault(
        "file_extension",
        ROW + r"File name for '(?P<type>.+)' should end with",
        column="type",
    ),
    SaidFault(
        "filter_with_other",
        ROW + r"Choice filter not supported with or_other",
        column="choice_filter",
    ),
    SaidFault(
        "filter_in_table",
        ROW + r"Choice filter not supported for table-list",
        column="choice_filter",
    ),
    SaidFault("table_of_two_lists", ROW + r"Badly formatted table list", column="type"),
    SaidFault("begin_unmatched", ROW + r"Unmatched 'begin_(?P<kind>\w+)'", column="type"),
    SaidFault("end_unmatched", ROW + r"Unmatched 'end_(?P<kind>\w+)'", column="type"),
    # references, expressions and texts
    SaidFault("reference_malformed", ON_SHEET + r"is invalid\. Reference variables must start"),
    SaidFault("reference_commas", ON_SHEET + r"is invalid\. Reference variable lists must"),
    SaidFault(
        "reference_unknown",
        ON_SHEET + r"is invalid\. Reference variables must contain .* name '(?P<name>.*)'\.",
    ),
    SaidFault(
        "reference_ambiguous",
        ON_SHEET + r"is invalid\. Reference variables names .* name '(?P<name>.*)' appears",
    ),
    SaidFault("reference_unknown", r"There is no survey element named '(?P<name>.*)'"),
    SaidFault(
        "reference_ambiguous",
        r"There are multiple survey elements named '(?P<name>.*)'",
    ),
    SaidFault("calculation_missing", ROW + r"Missing calculation", column="calculation"),
    SaidFault(
        "label_missing",
        r"^The survey element named '(?P<name>.*)' has no label or hint",
        column="label",
    ),
    SaidFault(
        "big_image_alone",
        r"^To use big-image.* survey element named (?P<name>.*)\.$",
        column="big-image",
    ),
    SaidFault(
        "trigger_invisible",
        r"^The question \$\{(?P<trigger>.*)\} is not .* question \$\{(?P<name>.*)\}",
    ),
    SaidFault("trigger_missing", ROW + r".*background-geopoint.*'(?P<column>trigger|calculation)'"),
    SaidFault("media_unknown", r"^Media type: (?P<media>.*) not supported"),
    # parameters
    SaidFault(
        "parameters_malformed",
        ON_SHEET + r"is invalid\. Parameters must be in the form",
    ),
    SaidFault(
        "parameter_unknown",
        ON_SHEET + r"is invalid\. The accepted .* '(?P<accepted>.*)'\. .* '(?P<rejected>.*)'",
    ),
    SaidFault(
        "parameter_not_a_number",
        ON_SHEET
        + r"is invalid\. .*?'(?P<parameter>[\w-]+)'(?: parameter)? must (?:be a number|have a numeric)",
    ),
    SaidFault(
        "parameter_not_a_number",
        ROW
        + r"(?:Parameter )?(?P<parameter>[a-z-]+) (?:value )?must (?:have an integer|be greater +than|be a num)",
        column="parameters",
    ),
    SaidFault(
        "parameter_true_or_false",
        ON_SHEET + r"is invalid\. .*?'(?P<parameter>[\w-]+)' parameter (?:must|may) either .*'true'",
    ),
    SaidFault(
        "parameter_true_or_false",
        ROW + r"(?P<parameter>[a-z-]+) must be set to true or false",
        column="parameters",
    ),
    SaidFault(
        "parameter_does_not_divide",
        ON_SHEET + r"is invalid\. .*?'(?P<parameter>step|tick_interval)' must (?:not be|be a multiple)",
    ),
    SaidFault(
        "parameter_out_of_range",
        ON_SHEET + r"is invalid\. .*?'(?P<parameter>placeholder)' must be between",
    ),
    SaidFault(
        "parameter_labels",
        ON_SHEET + r"is invalid\. .*?parameter '(?:tick_labelset|unknown)'",
    ),
    SaidFault(
        "parameter_invalid",
        ON_SHEET + r"is invalid\. .*?parameters? '(?P<parameter>[\w-]+)'",
    ),
    SaidFault(
        "parameter_invalid",
        ON_SHEET + r"is invalid\. .*?'(?P<parameter>[\w-]+)' parameter",
    ),
    SaidFault(
        "parameter_invalid",
        r"^Invalid value for (?P<parameter>quality)\.",
        column="parameters",
    ),
    SaidFault(
        "parameter_invalid",
        r"^Parameters must include randomize=true to use a (?P<parameter>seed)",
        column="parameters",
    ),
    SaidFault("audit_location", r"^To include location information", column="parameters"),
    SaidFault(
        "parameter_invalid",
        ROW + r"Parameter '(?P<parameter>app)' has an invalid",
        column="parameters",
    ),
    SaidFault(
        "parameter_invalid",
        ROW + r"(?:Parameter )?(?P<parameter>[a-z-]+) (?:value )?must (?:be|have) ",
        column="parameters",
    ),
    SaidFault("audit_named", ROW + r"Audits must always be named", column="name"),
    # settings and the rest of the workbook
    SaidFault(
        "form_id_empty",
        r"^Survey cannot have an empty id_string",
        "settings",
        "form_id",
    ),
    SaidFault(
        "encrypted_without_id",
        r"^Cannot omit instanceID",
        "settings",
        "omit_instanceID",
    ),
    SaidFault("entities_invalid", ROW + r"On the 'entities' sheet", "entities"),
    SaidFault(
        "entities_invalid",
        ROW + r"On the '\w+' sheet, the 'save_to' value is invalid",
        column="save_to",
    ),
    SaidFault(
        "search_conflict",
        r"^Question '(?P<name>.*?)' (?:uses|is a select from file type, using) 'search\(\)'",
    ),
    SaidFault(
        "instance_twice",
        r"The name '(?P<name>.*)' was found \d+ time|Instance name: '(?P<list>.*?)', Existing",
    ),
)


def refusal_of(error: Exception) -> tuple[Fault, ...]:
    """The faults that one refusal of pyxform speaks of: at least one."""
    try:
        message = str(error)
    except Exception:  # pyxform's own __str__ fails on an error without arguments
        message = ""
    first, *others = (line for line in message.splitlines() or [""] if line.strip() or line == "")
    faults = [_fault(first)]
    # Only choices are reported several at a time; the other second lines are rows shown in full.
    faults += [_fault(line) for line in others if line.startswith("[row")]
    return tuple(faults)


def _fault(sentence: str) -> Fault:
    for said in SAID:
        if match := re.search(said.sentence, sentence):
            found = {name: part for name, part in match.groupdict().items() if part}
            row = found.pop("row", None)
            sheet = found.pop("sheet", said.sheet)
            column = said.column or found.pop("column", None)
            found.pop("column", None)
            return Fault(said.code, sheet, int(row) if row else None, column, {**found})
    row_given = re.search(r"\[row : (\d+)\]", sentence)
    row_number = int(row_given.group(1)) if row_given else None
    return Fault(
        "refused",
        "survey" if row_number else None,
        row_number,
        None,
        {"detail": sentence[:300]},
    )
