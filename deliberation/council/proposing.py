"""What else is put before the council: common ground of a vote, themes of open answers, agreements of an assembly.

Each is proposed once, with its evidence as it is at that moment and fit to be shown; an organiser confirms it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import note_act
from core.errors import NotFound
from deliberation.assemblies.tables import Assembly
from deliberation.assembly_day.agreements import Agreement, agreements_of
from deliberation.council.agenda import next_position
from deliberation.council.tables import AgendaItem
from deliberation.opinions.reading import Judged, Reading, find_reading
from deliberation.opinions.tables import Deliberation
from deliberation.voices.codebooks import CodebookCard, read_codebook
from deliberation.voices.codings import CodedVoice, list_coded
from deliberation.voices.tables import ThemeQuote
from i18n.localized import Localized
from surveys.disclosure import protect_exclusive, protect_overlapping
from surveys.tables import Consultation

_Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """What may become an item. mark: the key of its evidence by which it is known again."""

    title: Localized
    mark: str
    evidence: _Json


def propose_statements(db: Session, deliberation_id: int, *, threshold: int, account_id: int | None) -> int:
    """Put what most of every opinion group agree with on the agenda; how many came new.

    By the newest analysis that an organiser published. Raises NotFound where there is none.
    """
    deliberation = db.get(Deliberation, deliberation_id, with_for_update=True)
    reading = (
        find_reading(db, deliberation_id, None, threshold=threshold, exact=False) if deliberation else None
    )
    if deliberation is None or reading is None:
        raise NotFound
    agreed = [judged for judged in reading.common if judged.common == "agree"]
    found = [_of_statement(reading, judged) for judged in agreed]
    place = {"deliberation_id": deliberation_id, "consultation_id": deliberation.consultation_id}
    return _propose(db, "statement", found, place, account_id=account_id)


def propose_themes(db: Session, consultation_id: int, *, threshold: int, account_id: int | None) -> int:
    """Put the themes of the open answers on the agenda, once they are settled; how many came new.

    Raises NotFound where they are not. A theme of which the number may not be shown is never proposed.
    """
    db.get(Consultation, consultation_id, with_for_update=True)
    codebook = read_codebook(db, consultation_id)
    if codebook.settled_at is None:
        raise NotFound
    voices = list_coded(db, consultation_id)
    found = list(_of_themes(db, codebook, voices, threshold))
    return _propose(db, "theme", found, {"consultation_id": consultation_id}, account_id=account_id)


def propose_agreements(db: Session, assembly_id: int, *, threshold: int, account_id: int | None) -> int:
    """Put what an assembly agreed on, by minutes that two people confirmed, on the agenda; how many came new."""
    assembly = db.get(Assembly, assembly_id, with_for_update=True)
    if assembly is None:
        raise NotFound
    agreed = [each for each in agreements_of(db, assembly_id) if each.minutes_id is not None]
    place = {"assembly_id": assembly_id, "consultation_id": assembly.consultation_id}
    found = [_of_agreement(each, threshold) for each in agreed]
    return _propose(db, "agreement", found, place, account_id=account_id)


def _propose(
    db: Session,
    source: str,
    found: Iterable[_Proposal],
    place: Mapping[str, int | None],
    *,
    account_id: int | None,
) -> int:
    """Those that are not there yet. What was withdrawn stays withdrawn; what was deferred is not proposed anew."""
    mine = AgendaItem.source == source
    known = {
        (mark, evidence.get(mark))
        for evidence in db.scalars(select(AgendaItem.evidence).where(mine, *_within(place)))
        for mark in ("statement", "theme", "ballot")
    }
    new = [each for each in found if (each.mark, each.evidence[each.mark]) not in known]
    consultation_id = place.get("consultation_id")
    first = next_position(db, AgendaItem.consultation_id == consultation_id)
    for position, each in enumerate(new, first):
        row = AgendaItem(
            **place,
            source=source,
            position=position,
            title=dict(each.title),
            evidence=each.evidence,
            state="proposed",
        )
        db.add(row)
        db.flush()
        note_act(db, account_id, "propose", "agenda_item", row.id)
    return len(new)


def _within(place: Mapping[str, int | None]) -> Iterator[Any]:
    """The narrowest of what it belongs to: a consultation has many votes and assemblies."""
    name = next(iter(place))
    yield getattr(AgendaItem, name) == place[name]


def _of_statement(reading: Reading, judged: Judged) -> _Proposal:
    names = {group.number: group.name for group in reading.groups}
    groups = [
        {
            "number": number,
            "name": dict(names.get(number, {})),
            "agree": part.agree if part else None,
            "of": part.seen if part else None,
        }
        for number, part in sorted(judged.parts.items())
    ]
    evidence = {
        "statement": judged.number,
        "analysis": reading.card.number,
        "count": judged.whole.agree,
        "against": judged.whole.disagree,
        "passed": judged.whole.passed,
        "of": judged.whole.seen,
        "groups": groups,
    }
    return _Proposal(judged.text, "statement", evidence)


def _of_themes(
    db: Session, codebook: CodebookCard, voices: list[CodedVoice], threshold: int
) -> Iterator[_Proposal]:
    """Those that most people speak of come first. Who said nothing of a theme is a cell as well."""
    themes = [theme for theme in codebook.themes if theme.state == "accepted"]
    everyone = {voice.response_id for voice in voices}
    people = [{voice.response_id for voice in voices if voice.theme_id == theme.id} for theme in themes]
    nothing = everyone.difference(*people)
    cells = [len(each) for each in (*people, nothing)]
    shown = protect_overlapping(cells, len(everyone), threshold) if everyone else cells
    counted = sorted(zip(themes, shown, strict=False), key=lambda pair: -(pair[1] or 0))
    for theme, count in counted:
        if count:
            evidence: _Json = {"theme": theme.id, "count": count, "of": len(everyone)}
            evidence["voices"] = _quotes(db, theme.id)
            yield _Proposal(theme.name, "theme", evidence)


def _quotes(db: Session, theme_id: int) -> list[_Json]:
    """The answers that an organiser approved to speak for it: what is typical, and who dissents."""
    query = select(ThemeQuote.voice_id, ThemeQuote.stand).where(
        ThemeQuote.theme_id == theme_id, ThemeQuote.state == "approved"
    )
    rows = db.execute(query.order_by(ThemeQuote.stand.desc(), ThemeQuote.id)).all()
    chosen = {
        stand: next((row for row in rows if row.stand == stand), None) for stand in ("typical", "dissent")
    }
    return [{"id": row.voice_id, "stand": row.stand} for row in chosen.values() if row is not None]


def _of_agreement(agreement: Agreement, threshold: int) -> _Proposal:
    counts = agreement.yes, agreement.no, agreement.abstain
    yes = no = abstain = None
    if None not in counts:
        known = tuple(count or 0 for count in counts)
        yes, no, abstain = protect_exclusive(known, sum(known), threshold)
    evidence = {
        "ballot": agreement.ballot_id,
        "minutes": agreement.minutes_id,
        "count": yes,
        "against": no,
        "passed": abstain,
        "of": agreement.voters,
    }
    return _Proposal(agreement.title, "ballot", evidence)
