"""What everybody will read must not name a person: what looks like it is asked about once."""

import asyncio
from collections.abc import Sequence

from api.forms import Fields
from api.reader import Reader
from deliberation.voices.redaction import find_personal_data, redaction_words
from i18n.localized import Localized


async def look_for_people(fields: Fields, reader: Reader, texts: Sequence[Localized]) -> None:
    """Refuse the field `seen` where a text looks as if it held a person's name or number, until it is ticked."""
    if fields.raw("seen") == "yes":
        return
    words = [text for localized in texts for text in localized.values()]
    found = await asyncio.to_thread(
        lambda: {each.kind for text in words for each in find_personal_data(text)}
    )
    if found:
        named = redaction_words(reader.translator, reader.language)
        fields.refuse(
            "seen", "ballots.personal_found", kinds=", ".join(sorted(named[kind] for kind in found))
        )
