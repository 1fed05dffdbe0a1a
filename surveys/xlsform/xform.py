"""An XForm as pyxform writes it, a public standard: where its texts, bindings, controls and lists are."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import PurePosixPath

from lxml import etree

from surveys.questionnaire import Localized, Media
from surveys.xlsform.languages import UNNAMED, language_code, language_codes

JR = "{http://openrosa.org/javarosa}"
ROOT = "data"
"""Name of the root in every expression that leaves this room, whatever the author called it."""
ITEXT = re.compile(r"jr:itext\('(.*)'\)")
CONTROLS = frozenset({"input", "select", "select1", "rank", "upload", "trigger", "range", "secret"})
PLAIN = ""
"""The form of a text that is read; the others are "guidance" and those of media."""
MEDIA_FORMS = ("image", "big-image", "audio", "video")
ABSENT = "-"
"""What pyxform writes where a translation is missing."""

Element = etree._Element


class XForm:
    """Looks things up in an XForm by path from the root: "household/age"."""

    def __init__(self, text: str, language_names: Iterable[str] = ()) -> None:
        # Authors may use a prefix they did not declare; the parser then keeps it as part of the name.
        parser = etree.XMLParser(recover=True, resolve_entities=False, huge_tree=True)
        self.tree = etree.fromstring(text.encode(), parser)
        self.model = _only(self.tree.find(".//{*}model"))
        self.root = _only(self.model.find("{*}instance"))[0]
        self._named = tuple(language_names)
        self._own_root = re.compile(rf"(?<![\w\])./-])/{re.escape(local_name(self.root))}(?=/)")

    @property
    def title(self) -> str:
        """Title of the form."""
        return self.tree.findtext(".//{*}title") or ""

    @cached_property
    def language_codes(self) -> dict[str, str]:
        """Name of each language → its code; last those that the author announced and wrote nothing in."""
        blocks = {block.get("lang", ""): block for block in self.model.iterfind("{*}itext/{*}translation")}
        codes = language_codes(
            sorted(blocks, key=self._order),
            unnamed_is_one=UNNAMED in blocks and _has_question(blocks[UNNAMED]),
        )
        for name in self._named:
            if name not in codes and language_code(name) not in codes.values():
                codes[name] = language_code(name)
        return codes

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages, the default one first."""
        return tuple(dict.fromkeys((self.default_language, *self.language_codes.values())))

    @cached_property
    def default_language(self) -> str:
        """Code of the language that the author marked as default, else of the first."""
        blocks = self.model.findall("{*}itext/{*}translation")
        marked = next((block.get("lang", "") for block in blocks if block.get("default")), None)
        return self.language_codes[marked] if marked else next(iter(self.language_codes.values()))

    def _order(self, name: str) -> int:
        return self._named.index(name) if name in self._named else len(self._named)

    @cached_property
    def binds(self) -> dict[str, Element]:
        """Path → binding."""
        return {self.path(bind.get("nodeset", "")): bind for bind in self.model.iterfind("{*}bind")}

    @cached_property
    def controls(self) -> dict[str, Element]:
        """Path → what asks the question."""
        return {
            self.path(element.get("ref", "")): element
            for element in self._body()
            if local_name(element) in CONTROLS
        }

    @cached_property
    def groups(self) -> dict[str, Element]:
        """Path → group of the body, which has the label."""
        return {
            self.path(e.get("ref", "")): e for e in self._body() if local_name(e) == "group" and e.get("ref")
        }

    @cached_property
    def repeats(self) -> dict[str, Element]:
        """Path → repeat of the body."""
        return {self.path(e.get("nodeset", "")): e for e in self._body() if local_name(e) == "repeat"}

    @cached_property
    def triggers(self) -> dict[str, tuple[str, ...]]:
        """Path → the questions whose change sets it."""
        found: dict[str, tuple[str, ...]] = {}
        for element in self.tree.iter("{*}setvalue", "{*}setgeopoint"):
            asking = element.getparent()
            if "xforms-value-changed" in element.get("event", "") and asking is not None:
                path = self.path(element.get("ref", ""))
                found[path] = (*found.get(path, ()), self.path(asking.get("ref", "")))
        return {path: tuple(dict.fromkeys(asking)) for path, asking in found.items()}

    @cached_property
    def set_values(self) -> dict[tuple[str, bool], str]:
        """(path, on first load) → expression of the value that an event sets."""
        found: dict[tuple[str, bool], str] = {}
        for element in self.tree.iter("{*}setvalue"):
            on_load = "odk-instance-first-load" in element.get("event", "")
            if on_load or "xforms-value-changed" in element.get("event", ""):
                emptied = "" if on_load else "''"
                found[self.path(element.get("ref", "")), on_load] = (
                    self.expression(element.get("value")) or emptied
                )
        return found

    def path(self, nodeset: str) -> str:
        """An absolute path without the root's name."""
        return nodeset.strip().removeprefix(f"/{local_name(self.root)}").removeprefix("/")

    def expression(self, text: str | None) -> str:
        """An expression whose absolute paths start at /data."""
        if not text:
            return ""
        return self._own_root.sub(f"/{ROOT}", text).strip()

    def attribute(self, path: str, name: str) -> str:
        """An attribute of the binding of a path; prefixes other than jr are left out of account."""
        bind = self.binds.get(path)
        if bind is None:
            return ""
        plain: str = bind.get(name, "")
        return plain or next(
            (str(v) for k, v in bind.attrib.items() if re.split("[:}]", str(k))[-1] == name),
            "",
        )

    def label(self, element: Element | None, tag: str = "label") -> Localized:
        """Label or hint of a control, group or choice, in every language that has one."""
        found = element.find(f"{{*}}{tag}") if element is not None else None
        if found is None:
            return {}
        if reference := found.get("ref"):
            return self.text(reference)
        written = self._written(found)
        return {self.default_language: written} if written else {}

    def guidance(self, element: Element) -> Localized:
        """What stands beside the hint of a control for those who ask the question."""
        return self._texts.get((_text_id(element.find("{*}hint")), "guidance"), {})

    def media(self, element: Element | None) -> Media:
        """What is shown or played with the label of a control, group or choice: names of files."""
        label = element.find("{*}label") if element is not None else None
        return self.media_by_id(_text_id(label))

    def media_by_id(self, text_id: str) -> Media:
        """The media of an id."""
        found = {form: self._texts.get((text_id, form), {}) for form in MEDIA_FORMS}
        return {
            form: {code: PurePosixPath(source).name for code, source in sources.items()}
            for form, sources in found.items()
            if sources
        }

    def text(self, reference: str) -> Localized:
        """The texts behind "jr:itext('id')"; a plain sentence stands for itself, in the default language."""
        match = ITEXT.fullmatch(reference)
        if match:
            return self.text_by_id(match.group(1))
        return {self.default_language: reference} if reference else {}

    def text_by_id(self, text_id: str) -> Localized:
        """The texts of an id, without the placeholders for missing translations."""
        texts = self._texts.get((text_id, PLAIN), {})
        real = {code: text for code, text in texts.items() if text != ABSENT}
        return real or texts

    @cached_property
    def _texts(self) -> dict[tuple[str, str], dict[str, str]]:
        """(id, form) → language → text, or address of a file."""
        texts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for block in self.model.iterfind("{*}itext/{*}translation"):
            code = self.language_codes[block.get("lang", "")]
            for entry in block:
                for value in entry:
                    form = value.get("form", PLAIN)
                    written = self._written(value)
                    if not written or (form != PLAIN and written == ABSENT):
                        continue
                    held = texts[entry.get("id", ""), form]
                    if held.get(code, ABSENT) == ABSENT:
                        held[code] = written
        return texts

    def _written(self, element: Element) -> str:
        """Text in which each answer to show stands as ${path or expression}."""
        parts = [element.text or ""]
        for child in element:
            if local_name(child) == "output":
                parts.append(f"${{{self.expression(child.get('value'))}}}")
            parts.append(child.tail or "")
        return "".join(parts).strip()

    def _body(self) -> Iterator[Element]:
        return _only(self.tree.find("{*}body")).iter("*")


def _text_id(element: Element | None) -> str:
    """The id of the text that a label or hint refers to; empty where it stands for itself."""
    match = ITEXT.fullmatch(element.get("ref", "")) if element is not None else None
    return match.group(1) if match else ""


def _has_question(block: Element) -> bool:
    """Whether a language has the label of any question, and not only some hint, choice or picture."""
    return any(
        value.text != ABSENT
        for entry in block
        if entry.get("id", "").startswith("/") and entry.get("id", "").endswith(":label")
        for value in entry
        if not value.get("form")
    )


def _only(element: Element | None) -> Element:
    """An element that every XForm has."""
    if element is None:
        raise ValueError("not an XForm")
    return element


def local_name(element: Element) -> str:
    """Name of an element without its namespace."""
    return (
        etree.QName(element).localname
        if ":" not in str(element.tag).rpartition("}")[2]
        else _after_colon(element)
    )


def _after_colon(element: Element) -> str:
    return str(element.tag).rpartition(":")[2]
