"""An XForm → the pure questionnaire."""

from collections.abc import Mapping
from dataclasses import replace

from surveys.questionnaire import (
    Choice,
    Group,
    Keep,
    Kind,
    Node,
    Question,
    Questionnaire,
)
from surveys.xlsform.lists import itemset_of, lists_of, written_choices
from surveys.xlsform.searching import search_of, searched_choices
from surveys.xlsform.xform import JR, Element, XForm, local_name

BY_BIND_TYPE = {
    "int": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "date": Kind.DATE,
    "time": Kind.TIME,
    "dateTime": Kind.DATETIME,
    "geopoint": Kind.GEOPOINT,
    "geotrace": Kind.GEOTRACE,
    "geoshape": Kind.GEOSHAPE,
    "barcode": Kind.BARCODE,
}
BY_CONTROL = {
    "select": Kind.SELECT_MULTIPLE,
    "select1": Kind.SELECT_ONE,
    "rank": Kind.RANK,
    "trigger": Kind.ACKNOWLEDGE,
    "range": Kind.RANGE,
}
BY_MEDIA_TYPE = {"image/*": Kind.IMAGE, "audio/*": Kind.AUDIO, "video/*": Kind.VIDEO}
BY_PRELOAD = {"start": Kind.START, "end": Kind.END, "today": Kind.TODAY}
LONGEST_NAME = 128
"""What is kept of the name of a form; a workbook without one is called as its file is."""
BIND_PARAMETERS = ("max-pixels", "quality")
CONTROL_PARAMETERS = ("start", "end", "step", "rows", "accuracyThreshold")
PARAMETER_NAMES = {"accuracyThreshold": "capture-accuracy"}


def build_questionnaire(
    form: XForm,
    *,
    titles: Mapping[str, str],
    files: Mapping[str, bytes],
    tags: Mapping[str, str],
    external_choices: str | None = None,
) -> Questionnaire:
    """The questionnaire of an XForm.

    titles  those in other languages
    files   what lists come from
    tags    path → humanitarian tag: pyxform knows no such column
    """
    lists = lists_of(form, files, external_choices)
    return Questionnaire(
        name=form.root.get("id", "")[:LONGEST_NAME],
        title={form.default_language: form.title, **titles},
        version=form.root.get("version", ""),
        languages=form.languages,
        default_language=form.default_language,
        nodes=_Builder(form, lists, tags, files).nodes(form.root, ""),
        lists=lists,
    )


class _Builder:
    """Walks the instance, which has every question in the author's order, asked or not."""

    def __init__(
        self,
        form: XForm,
        lists: Mapping[str, tuple[Choice, ...]],
        tags: Mapping[str, str],
        files: Mapping[str, bytes],
    ) -> None:
        self.form = form
        self.lists = lists
        self.tags = tags
        self.files = files

    def nodes(self, parent: Element, path: str) -> tuple[Node, ...]:
        """Children of an element, each path once: a repeat is there twice, as template and as first member."""
        found: dict[str, Node] = {}
        for child in parent:
            child_path = f"{path}/{local_name(child)}" if path else local_name(child)
            if child_path not in found and child_path != "meta":
                found[child_path] = self._node(child, child_path)
        return tuple(found.values())

    def _node(self, element: Element, path: str) -> Node:
        if len(element) or path in self.form.groups or path in self.form.repeats:
            return self._group(element, path)
        return self._question(element, path)

    def _group(self, element: Element, path: str) -> Group:
        repeat = self.form.repeats.get(path)
        return Group(
            path=path,
            nodes=self.nodes(element, path),
            label=self.form.label(self.form.groups.get(path)),
            media=self.form.media(self.form.groups.get(path)),
            relevant=self._expression(path, "relevant"),
            appearance=self._group_appearance(path),
            repeats=repeat is not None,
            repeat_count=self.form.expression(repeat.get(f"{JR}count")) if repeat is not None else "",
        )

    def _group_appearance(self, path: str) -> str:
        """How a group is laid out; pyxform writes that of a repeat on either of its two elements."""
        elements = (self.form.groups.get(path), self.form.repeats.get(path))
        return next((e.get("appearance", "") for e in elements if e is not None and e.get("appearance")), "")

    def _question(self, element: Element, path: str) -> Question:
        form, control = self.form, self.form.controls.get(path)
        read_only = form.attribute(path, "readonly")
        question = Question(
            path=path,
            kind=self._kind(path, control),
            label=form.label(control),
            hint=form.label(control, "hint"),
            required=self._expression(path, "required"),
            required_message=form.text(form.attribute(path, "requiredMsg")),
            relevant=self._expression(path, "relevant"),
            constraint=self._expression(path, "constraint"),
            constraint_message=form.text(form.attribute(path, "constraintMsg")),
            calculation=self._expression(path, "calculate") or form.set_values.get((path, False), ""),
            triggers=form.triggers.get(path, ()),
            default=form.set_values.get((path, True)) or _literal((element.text or "").strip()),
            read_only=read_only == "true()",
            keep=_keep(form.attribute(path, "keep")),
            hxl=self.tags.get(path, ""),
        )
        return question if control is None else self._with_control(question, control)

    def _with_control(self, question: Question, control: Element) -> Question:
        parameters = {PARAMETER_NAMES.get(name, name): control.get(name, "") for name in CONTROL_PARAMETERS}
        parameters |= {name: self.form.attribute(question.path, name) for name in BIND_PARAMETERS}
        question = replace(
            question,
            guidance=self.form.guidance(control),
            media=self.form.media(control),
            appearance=control.get("appearance", ""),
            parameters={name: value for name, value in parameters.items() if value},
        )
        if question.kind not in {Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.RANK}:
            return question
        itemset = itemset_of(control, self.form)
        if itemset is None:
            return self._with_written(question, written_choices(control, self.form))
        extra = {"randomize": "true"} if itemset.randomize else {}
        extra |= {"seed": itemset.seed} if itemset.seed else {}
        if itemset.source:
            extra |= {
                "itemset": itemset.source,
                "value": itemset.value,
                "label": itemset.label,
            }
        choices = self.lists.get(itemset.list, ())
        return replace(
            question,
            choices=tuple(_read_from(choice, itemset.value, itemset.label, self.form) for choice in choices),
            choice_filter=itemset.filter,
            parameters={**question.parameters, **extra},
        )

    def _with_written(self, question: Question, written: tuple[Choice, ...]) -> Question:
        """With the choices that stand in the control, or those that they are searched by."""
        search = search_of(question.appearance)
        if search is None:
            return replace(question, choices=written)
        choices = searched_choices(search, written, self.files)
        return replace(question, choices=choices, choice_filter=search.filter)

    def _kind(self, path: str, control: Element | None) -> Kind:
        bind_type = self.form.attribute(path, "type")
        if control is None:
            return self._silent_kind(path, bind_type)
        tag = local_name(control)
        if tag in BY_CONTROL:
            return BY_CONTROL[tag]
        if tag == "upload":
            return BY_MEDIA_TYPE.get(control.get("mediatype", ""), Kind.FILE)
        if control.get("query"):
            return Kind.SELECT_ONE
        told = self.form.attribute(path, "readonly") == "true()" and not self.form.attribute(
            path, "calculate"
        )
        if told and bind_type == "string":
            return Kind.NOTE
        return BY_BIND_TYPE.get(bind_type, Kind.TEXT)

    def _silent_kind(self, path: str, bind_type: str) -> Kind:
        if self.form.attribute(path, "preload"):
            return BY_PRELOAD.get(self.form.attribute(path, "preloadParams"), Kind.METADATA)
        if self.form.attribute(path, "calculate") or (path, False) in self.form.set_values:
            return Kind.CALCULATE
        return Kind.METADATA if bind_type in {"geopoint", "binary"} else Kind.HIDDEN

    def _expression(self, path: str, name: str) -> str:
        return self.form.expression(self.form.attribute(path, name))


def _read_from(choice: Choice, value: str, label: str, form: XForm) -> Choice:
    """A choice whose value and label come from other columns of its file than usual."""
    read = choice
    if value != "name" and value in choice.extra:
        read = replace(read, value=choice.extra[value])
    if label != "label" and label in choice.extra:
        read = replace(read, label={form.default_language: choice.extra[label]})
    return read


def _keep(text: str) -> Keep | None:
    return Keep(text) if text in set(Keep) else None


def _literal(text: str) -> str:
    """A text as an expression that yields it. An XPath literal has no way to hold both kinds of quotes."""
    if not text:
        return ""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    parts = ', "\'", '.join(f"'{part}'" for part in text.split("'"))
    return f"concat({parts})"
