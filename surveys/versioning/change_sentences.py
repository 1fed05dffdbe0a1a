"""What changed between two versions of a questionnaire, in plain words."""

from i18n.localized import pick
from i18n.translator import Translator
from surveys.questionnaire import Localized
from surveys.versioning.comparison import Change, What

_KINDS = frozenset({What.RETYPED, What.REPLACED})
_ALWAYS = ("true()", "yes")


def change_sentence(change: Change, translator: Translator, language: str) -> str:
    """One change to one question, which is named beside it."""
    before, after = (_said(change, side, translator, language) for side in (change.before, change.after))
    return translator.text(f"export.change_{change.what}", language, before=before, after=after)


def _said(change: Change, side: Localized | str, translator: Translator, language: str) -> str:
    if change.what is What.REQUIRED and (not side or side in _ALWAYS):
        return translator.text("export.required_yes" if side else "export.required_no", language)
    if not side:
        return translator.text("export.nothing", language)
    if not isinstance(side, str):
        return _wording(change, side, language)
    if change.what in _KINDS:
        key = f"console.kind_{side.casefold()}"
        return translator.text(key if translator.has(key) else "console.kind_other", language)
    return side


def _wording(change: Change, side: Localized, language: str) -> str:
    """The text in the reader's language, or in the first one in which it changed."""
    other = change.after if side is change.before else change.before
    changed = [code for code in (language, "es", *side, *other) if _text(side, code) != _text(other, code)]
    return _text(side, changed[0]) if changed else pick(side, language).text


def _text(side: Localized | str, language: str) -> str:
    return side if isinstance(side, str) else side.get(language, "")
