"""The sheet on the wall of an assembly: who comes without an invitation joins by its code, in two languages."""

from typing import Any

from deliberation.assemblies.headlines import AssemblyHeadline
from i18n.localized import pick
from i18n.translator import Translator
from surveys.paper.poster import LANGUAGES
from surveys.paper.qr_codes import qr_svg


def wall_poster_of(
    assembly: AssemblyHeadline, address: str, unit: str, translator: Translator
) -> dict[str, Any]:
    """What the sheet says, all words ready, for `surveys.paper.poster` to print."""
    alt = translator.text("links.qr_alt", "es", address=address)
    return {
        "document": translator.text("doors.poster_document", "es", title=pick(assembly.title, "es").text),
        "unit": unit[:1].upper() + unit[1:],
        "place": assembly.place,
        "typed": address.removeprefix("https://").removeprefix("http://"),
        "alt": alt,
        "code": qr_svg(address, alt).decode(),
        "languages": [_words(assembly, language, translator) for language in LANGUAGES],
    }


def _words(assembly: AssemblyHeadline, language: str, translator: Translator) -> dict[str, Any]:
    def say(key: str) -> str:
        return translator.text(key, language)

    return {
        "language": language,
        "title": pick(assembly.title, language).text + "\n" + say("doors.poster_title"),
        "points": [
            say("links.poster_scan"),
            say("doors.poster_join"),
            say("doors.poster_vote"),
            say("links.poster_nameless"),
            say("doors.poster_phone"),
        ],
        "typed": say("links.poster_typed"),
    }
