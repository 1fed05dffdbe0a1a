"""What the objects of Open Referral's HSDS 3 say of our columns, and how a column is said in them.

Each column has a reader and a writer of the object as it came. What leaves is what came, with those columns written
anew whose reading differs from what is kept here: so nothing that others wrote is lost, nor written in another way.
HSDS knows one language a text: Spanish stands in its own fields; Kichwa, and what HSDS has no word for, in `x_rimay`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from deliberation.actors.contacts import email_of, website_of
from deliberation.actors.needs import KINDS, NEEDS, TAXONOMY, need_of
from deliberation.actors.records import LONGEST_TEXT, Blame, uid_from
from deliberation.actors.spreadsheet import day_of, language_of

Raw = dict[str, Any]
_OWN = "x_rimay"
_STATUSES = {"active": "active", "inactive": "paused", "temporarily closed": "paused", "defunct": "ended"}
_WRITTEN = {"active": "active", "paused": "temporarily closed", "ended": "defunct"}


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is read out of an object, and written into one."""

    read: Callable[[Raw, Blame], Any]
    write: Callable[[Raw, Any], None]


def text_of(raw: Raw, name: str, blame: Blame, limit: int = LONGEST_TEXT) -> str:
    """A field that is a text; empty where it is missing."""
    value = raw.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        blame.fault("actor_not_text", name, value)
        return ""
    return blame.line(name, value, limit)


def objects_of(raw: Raw, name: str, blame: Blame) -> list[Raw]:
    """A field that is a list of objects."""
    value = raw.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        blame.fault("actor_not_list", name)
        return []
    return value


def own_of(raw: Raw) -> Raw:
    """What HSDS has no word for."""
    value = raw.get(_OWN)
    return value if isinstance(value, dict) else {}


def write_own(raw: Raw, name: str, value: Any) -> None:
    """Say something in our own field; nothing is said of what is empty."""
    own = raw[_OWN] = {**own_of(raw)}
    if value:
        own[name] = value
    else:
        own.pop(name, None)
    if not own:
        del raw[_OWN]


def _localized(name: str) -> Column:
    """Spanish in the field itself, Kichwa in our own."""

    def read(raw: Raw, blame: Blame) -> dict[str, str]:
        found = {"es": text_of(raw, name, blame), "qu": text_of(own_of(raw), name + "_qu", blame)}
        return {code: text for code, text in found.items() if text}

    def write(raw: Raw, value: dict[str, str]) -> None:
        put(raw, name, value.get("es", ""))
        write_own(raw, name + "_qu", value.get("qu", ""))

    return Column(read, write)


def put(raw: Raw, name: str, value: Any) -> None:
    """Set a field, or take it away where there is nothing to say."""
    if value:
        raw[name] = value
    else:
        raw.pop(name, None)


def _plain(name: str, reader: Callable[[str], str | None], code: str) -> Column:
    def read(raw: Raw, blame: Blame) -> str | None:
        found: str | None = blame.or_fault(code, reader, name, text_of(raw, name, blame, 512))
        return found

    return Column(read, lambda raw, value: put(raw, name, value))


# Of an organisation


def _read_kind(raw: Raw, blame: Blame) -> str:
    kind = own_of(raw).get("kind", "public")
    if kind not in KINDS:
        blame.fault("actor_not_among", _OWN + ".kind", kind)
        return "public"
    return str(kind)


def _read_name(raw: Raw, blame: Blame) -> str:
    name = text_of(raw, "name", blame, 255)
    if not name:
        blame.fault("actor_cell_missing", "name")
    return name


ACTOR = {
    "name": Column(_read_name, lambda raw, value: put(raw, "name", value)),
    "description": _localized("description"),
    "kind": Column(_read_kind, lambda raw, value: write_own(raw, "kind", value)),
    "website": _plain("website", website_of, "actor_website_wrong"),
    "email": _plain("email", email_of, "actor_email_wrong"),
}


# Of a service


def _read_service_name(raw: Raw, blame: Blame) -> dict[str, str]:
    name: dict[str, str] = _localized("name").read(raw, blame)
    if not name.get("es"):
        blame.fault("actor_cell_missing", "name")
    return name


def _terms(raw: Raw, blame: Blame) -> Iterable[tuple[Raw, str | None]]:
    """Each attribute, with the need that it names."""
    for attribute in objects_of(raw, "attributes", blame):
        term = attribute.get("taxonomy_term")
        said = term if isinstance(term, dict) else attribute
        code, name = str(said.get("code") or ""), str(said.get("name") or said.get("value") or "")
        yield attribute, code if code in NEEDS else need_of(name) or need_of(code)


def _read_needs(raw: Raw, blame: Blame) -> list[str]:
    return list(dict.fromkeys(need for _, need in _terms(raw, blame) if need))


def _write_needs(raw: Raw, needs: list[str]) -> None:
    quiet = Blame([])
    kept = [attribute for attribute, need in _terms(raw, quiet) if need is None or need in needs]
    named = {need for _, need in _terms({"attributes": kept}, quiet)}
    taxonomy = {"id": uid_from(TAXONOMY), "name": TAXONOMY}
    kept += [
        {
            "id": uid_from("attribute", str(raw.get("id")), need),
            "link_entity": "service",
            "taxonomy_term": {
                "id": uid_from(TAXONOMY, need),
                "code": need,
                "name": need,
                "taxonomy": TAXONOMY,
                "taxonomy_detail": taxonomy,
            },
        }
        for need in needs
        if need not in named
    ]
    put(raw, "attributes", kept)


def _read_languages(raw: Raw, blame: Blame) -> list[str]:
    found = [
        language_of(str(each.get("code") or "")) or language_of(str(each.get("name") or ""))
        for each in objects_of(raw, "languages", blame)
    ]
    return list(dict.fromkeys(filter(None, found)))


def _write_languages(raw: Raw, languages: list[str]) -> None:
    quiet = Blame([])
    foreign = [
        each
        for each in objects_of(raw, "languages", quiet)
        if not _read_languages({"languages": [each]}, quiet)
    ]
    ours = [{"id": uid_from("language", str(raw.get("id")), code), "code": code} for code in languages]
    put(raw, "languages", foreign + ours)


def _read_requirements(raw: Raw, blame: Blame) -> dict[str, str]:
    found: dict[str, str] = _localized("application_process").read(raw, blame)
    papers = [str(each.get("document") or "") for each in objects_of(raw, "required_documents", blame)]
    if not found.get("es") and any(papers):
        found["es"] = blame.line("required_documents", "; ".join(filter(None, papers)), LONGEST_TEXT)
    return found


def _read_status(raw: Raw, blame: Blame) -> str:
    status = str(raw.get("status") or "active")
    if status not in _STATUSES:
        blame.fault("actor_not_among", "status", status)
    return _STATUSES.get(status, "active")


def _read_verified(raw: Raw, blame: Blame) -> Any:
    return blame.or_fault("actor_date_wrong", day_of, "assured_date", text_of(raw, "assured_date", blame))


def _read_protection(raw: Raw, blame: Blame) -> bool:
    given = own_of(raw).get("protection", False)
    if not isinstance(given, bool):
        blame.fault("actor_not_yes_no", _OWN + ".protection", given)
    return given is True


SERVICE = {
    "name": Column(_read_service_name, _localized("name").write),
    "description": _localized("description"),
    "needs": Column(_read_needs, _write_needs),
    "languages": Column(_read_languages, _write_languages),
    "requirements": Column(_read_requirements, _localized("application_process").write),
    "cost": _localized("fees_description"),
    "status": Column(_read_status, lambda raw, value: put(raw, "status", _WRITTEN[value])),
    "protection": Column(_read_protection, lambda raw, value: write_own(raw, "protection", value)),
    "verified_on": Column(
        _read_verified, lambda raw, value: put(raw, "assured_date", value and value.isoformat())
    ),
}
