"""A consultation as a line of seven steps: what is done, where it stands, what comes next."""

from dataclasses import dataclass

from api.reader import Reader
from surveys.consultations import ConsultationCard
from surveys.questionnaire import Questionnaire
from surveys.translations import count_missing

NAMES = ("write", "rehearse", "translate", "send", "listen", "inform", "answer")


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `state`: done, here (open on the page), open (may be done any time), waiting."""

    name: str
    state: str
    label: str
    result: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """What the line needs to know of a consultation."""

    card: ConsultationCard
    questionnaire: Questionnaire
    items: int
    decided: int
    simulator: bool


def current_step(state: str, items: int, decided: int) -> str:
    """The name of the step that is open; "" when the circle is complete."""
    if state == "draft":
        return "send"
    if state == "open":
        return "listen"
    if not decided:
        return "inform"
    return "answer" if decided < items else ""


def short_line(reader: Reader, card: ConsultationCard, items: int, decided: int) -> list[Step]:
    """The line without its results, for lists. Nobody notes that a rehearsal took place: it is never called done."""
    here = current_step(card.state, items, decided)
    place = NAMES.index(here) if here else len(NAMES)
    states = ["done" if at < place else "here" if at == place else "waiting" for at in range(len(NAMES))]
    return [
        Step(
            name,
            "open" if (name, state) == ("rehearse", "done") else state,
            reader.text("console.step_" + name),
        )
        for name, state in zip(NAMES, states, strict=True)
    ]


def whole_line(reader: Reader, course: Course) -> list[Step]:
    """The line of a consultation's own page."""
    line = short_line(reader, course.card, course.items, course.decided)
    missing = count_missing(course.questionnaire, "qu")
    steps = []
    for step in line:
        state = step.state
        if step.name == "translate" and missing:
            state = "open"
        told = state != "waiting" and state != "here"
        result = _result(reader, course, step.name, missing) if told else ""
        links = _links(reader, course, step.name) if told else ()
        steps.append(Step(step.name, state, step.label, result, links))
    return steps


def _result(reader: Reader, course: Course, name: str, missing: int) -> str:
    card = course.card
    match name:
        case "write":
            return reader.plural("console.step_write_result", sum(1 for _ in course.questionnaire.asked()))
        case "rehearse":
            return reader.text("console.form_optional") if card.state != "draft" else ""
        case "translate":
            return (
                reader.plural("console.step_translate_missing", missing)
                if missing
                else reader.text("console.step_translate_done")
            )
        case "send":
            return reader.plural(
                "console.step_send_result", card.reach.received, date=reader.day(card.opened_at)
            )
        case "listen":
            return reader.share(card.reach.finished, card.reach.received)
        case "inform":
            return reader.plural("console.step_inform_result", course.items)
        case "answer":
            return reader.plural("console.step_answer_result", course.items, decided=course.decided)
    return ""


def _links(reader: Reader, course: Course, name: str) -> tuple[tuple[str, str], ...]:
    here = f"/consultations/{course.card.id}"
    form = f"/questionnaires/{course.card.questionnaire_id}"
    links: dict[str, tuple[tuple[str, str], ...]] = {
        "rehearse": (
            (f"{form}/rehearsal", reader.text("rehearsal.link")),
            (form, reader.text("console.step_rehearse_look")),
        ),
        "translate": ((form, reader.text("console.step_rehearse_look")),),
        "send": ((f"{here}/deliveries", reader.text("console.deliveries_title")),),
        "listen": (
            (f"{here}/results", reader.text("console.results_title")),
            (f"{here}/voices", reader.text("console.voices_title")),
        ),
        "inform": ((f"{here}/brief", reader.text("console.brief_title")),),
        "answer": ((f"{here}/agenda", reader.text("console.items_title")),),
    }
    if course.card.state == "draft" and course.simulator and name == "rehearse":
        return (*links["rehearse"], ("/simulator", reader.text("console.step_rehearse_try")))
    if course.card.state != "draft" and name in ("rehearse", "translate"):
        return links["rehearse"][:1] if name == "rehearse" else ()
    return links.get(name, ())
