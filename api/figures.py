"""Numbers as a page shows them: each with its whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from api.reader import Reader, percent_of
from core.outlook import Outlook
from surveys.consultations import Reach


@dataclass(frozen=True, slots=True)
class Figure:
    """A large number with its label, the sentence below it, and the width of its bar."""

    name: str
    label: str
    big: str
    sentence: str = ""
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart. A suppressed one shows a hatched stub and never its width."""

    label: str
    value: str
    percent: float
    suppressed: bool = False


def figure_of(reader: Reader, name: str, label: str, part: int, whole: int) -> Figure:
    """A number of people out of a larger one."""
    sentence = reader.plural("console.of_people", whole, percent=reader.percent(part, whole))
    return Figure(
        name, reader.text(label), reader.number(part), sentence if whole else "", percent_of(part, whole)
    )


def figures_of_reach(reader: Reader, reach: Reach) -> list[Figure]:
    """How many it came to, how many began, and how many came to the end."""
    return [
        Figure("received", reader.text("console.figure_received"), reader.number(reach.received)),
        figure_of(reader, "started", "console.figure_started", reach.started, reach.received),
        figure_of(reader, "finished", "console.figure_finished", reach.finished, reach.received),
    ]


def figures_of_sending(reader: Reader, outlook: Outlook) -> list[Figure]:
    """How far a broadcast has come. Each figure bears the number of the broadcast: a page shows several."""
    sending, about = outlook.card.sending, f"{outlook.card.id}-"
    whole = reader.plural("console.deliveries_of", sending.total)
    percent = percent_of(sending.sent, sending.total)
    counts = [
        ("new", "console.deliveries_new", sending.new),
        ("sending", "sending.figure_sending", sending.sending - outlook.doubtful),
        ("blocked", "console.deliveries_blocked", sending.blocked),
        ("failed", "console.deliveries_failed", sending.failed),
        ("doubt", "sending.figure_doubt", outlook.doubtful),
    ]
    seldom = [
        ("skipped", "sending.figure_skipped", sending.skipped - outlook.cancelled),
        ("cancelled", "sending.figure_cancelled", outlook.cancelled),
        ("left", "sending.figure_left", sending.left),
    ]
    return [
        Figure(
            f"{about}sent",
            reader.text("console.deliveries_sent"),
            reader.number(sending.sent),
            whole,
            percent,
        ),
        *(
            Figure(about + name, reader.text(label), reader.number(count))
            for name, label, count in (*counts, *(one for one in seldom if one[2]))
        ),
    ]


def bar_of(reader: Reader, label: str, part: int | None, whole: int, threshold: int) -> Bar:
    """A row of a chart of people; None stands for a number that is not shown."""
    if part is None:
        return Bar(label, reader.text("console.results_withheld", threshold=threshold), 0.0, suppressed=True)
    return Bar(label, reader.share(part, whole), percent_of(part, whole))


def stream_of(figures: Iterable[Figure], **more: str) -> dict[str, Any]:
    """The figures as the live stream carries them: finished sentences and widths."""
    texts: dict[str, str] = {}
    bars: dict[str, float] = {}
    for figure in figures:
        texts[figure.name] = figure.big
        texts[f"{figure.name}-sentence"] = figure.sentence
        if figure.percent is not None:
            bars[figure.name] = figure.percent
    return {"texts": texts | more, "bars": bars}
