"""A consultation that never took place, to build briefs from: every number and sentence is invented."""

from dataclasses import replace
from datetime import date

from deliberation.council.brief import (
    ApprovedQuote,
    Count,
    Decision,
    Facts,
    OpenAnswers,
    Point,
    QuestionCounts,
)
from deliberation.council.brief_items import Cell, Dossier, ItemQuote, Standing, Weighted
from deliberation.voices.quotes import Stand
from i18n.language import Language
from i18n.localized import Localized

NEEDS: tuple[tuple[str, str, int | None], ...] = (
    ("Documentos y regularización", "Killkakuna", 62),
    ("Trabajo", "Llamkay", 55),
    ("Salud", "Allikay", 41),
    ("Vivienda", "Wasi", 33),
    ("Alimentos", "Mikuna", 21),
    ("Educación", "Yachay", 12),
    ("Protección frente a la violencia", "Makanakuymanta kamay", None),
)
CANTONS = (("Ibarra", 58), ("Otavalo", 51), ("Cotacachi", 23), ("Antonio Ante", 16), ("Pimampiro", None))
REQUESTS = (
    ("Una ventanilla que ayude con los documentos en Otavalo, dos días por semana.",
     "Otavalo llaktapi killkakunamanta yanapak wasita mañanchik, sapan hunkay ishkay puncha."),
    ("Un registro de trabajos que se ofrecen en los seis cantones.",
     "Sukta kitipi llamkaykunamanta killkata mañanchik."),
    ("Turnos de salud en la tarde, con intérprete de Kichwa.",
     "Chishipi hampi wasita mañanchik, kichwata rimak yanapakwan."),
    ("Una lista de cuartos con arriendo justo y contrato.",
     "Alli chanichishka wasikunamanta killkata mañanchik."),
)  # fmt: skip
SPANISH = (
    "No hay turnos en el centro de salud y queda lejos.",
    "Faltan documentos y nadie nos explica el trámite.",
    "Necesito trabajo estable para pagar el arriendo.",
    "El trámite de la visa es caro y demora mucho.",
)
GRATEFUL = "En Otavalo nos recibieron bien, los vecinos son amables."
KICHWA = "Hampi wasi karupimi kan, mana hampikuna tiyanchu."


def both(spanish: str, kichwa: str = "") -> Localized:
    return {"es": spanish, "qu": kichwa} if kichwa else {"es": spanish}


def needs_counts() -> QuestionCounts:
    rows = tuple(Count(both(spanish, kichwa), count) for spanish, kichwa, count in NEEDS)
    label = both("¿Qué necesita con más urgencia?", "¿Imatatak utka mutsunki?")
    return QuestionCounts(label, rows, base=148, several=True)


def canton_counts() -> QuestionCounts:
    rows = tuple(Count(both(name), count) for name, count in CANTONS)
    rows += (Count(both("San Miguel de Urcuquí"), 0),)
    return QuestionCounts(both("¿En qué cantón vive?", "¿Ima kitipitak kawsanki?"), rows, base=148)


def invented_facts() -> Facts:
    """Facts with one of everything: withheld numbers, a decided point, quotes in two languages, a dissenting one."""
    points = [Point(both(*request), need[2], 148) for request, need in zip(REQUESTS, NEEDS, strict=False)]
    reason = both("Hay presupuesto y local.", "Kullki, wasipash tiyanmi.")
    points[0] = Point(points[0].request, 62, 148, Decision("accepted", reason, date(2026, 11, 30)))
    quotes = (
        ApprovedQuote("No hay turnos en el centro de salud, dice [name].", Language.SPANISH, Stand.TYPICAL),
        ApprovedQuote(KICHWA, Language.KICHWA, Stand.TYPICAL),
        ApprovedQuote(GRATEFUL, Language.SPANISH, Stand.DISSENTING),
    )
    question = both("¿Qué más quiere decir al consejo?", "¿Hatun tantanakuyman imatatak willanata munanki?")
    return Facts(
        unit="Unidad de Movilidad Humana de Imbabura",
        title=both("Necesidades de las personas en movilidad", "Purik runakuna imatatak mutsurin"),
        asked=200,
        finished=148,
        cantons=5,
        languages=2,
        opened=date(2026, 11, 2),
        closed=date(2026, 11, 20),
        made=date(2026, 12, 1),
        threshold=5,
        needs=needs_counts(),
        groups=(canton_counts(),),
        questions=(canton_counts(),),
        open_answers=(OpenAnswers(question, (*SPANISH * 9, *[GRATEFUL] * 8, *[KICHWA] * 7), quotes),),
        points=tuple(points),
    )


def full_facts() -> Facts:
    """The same with all that hangs on a point: an answer with weights, a statement with groups, the council's own."""
    plain = invented_facts()
    needs, cantons = _with_paths(needs_counts(), "needs"), _with_paths(canton_counts(), "home/canton")
    answers, own = plain.points[0], plain.points[3]
    return replace(
        plain,
        needs=needs,
        groups=(cantons,),
        questions=(needs, cantons),
        points=(
            replace(answers, dossier=ANSWER),
            Point(both("Enseñar kichwa en las escuelas.", "Yachana wasikunapi kichwata yachachina."), 61, 90,
                  dossier=STATEMENT),
            Point(own.request, None, None, dossier=replace(ANSWER, source="council", question="", weighted=None)),
        ),
    )  # fmt: skip


def _with_paths(question: QuestionCounts, path: str) -> QuestionCounts:
    rows = tuple(replace(row, value=f"v{number}") for number, row in enumerate(question.rows))
    return replace(question, rows=rows, path=path)


WEIGHTED = Weighted(
    percent=41,
    low=33,
    high=49,
    worth=145,
    by=("gender", "language"),
    cells=(
        Cell(("man", "es"), 50, 18),
        Cell(("man", "qu"), 12, 6),
        Cell(("woman", "es"), 60, 29),
        Cell(("woman", "qu"), 18, 9),
        Cell((None, "es"), 8, 0),
    ),
    population=(
        ("gender", "man", 230_000),
        ("gender", "woman", 240_000),
        ("language", "es", 390_000),
        ("language", "qu", 77_000),
    ),
)
ANSWER = Dossier(
    title=both("Documentos", "Killkakuna"),
    source="answers",
    question="needs",
    value="v0",
    weighted=WEIGHTED,
    dissent=both("Hay quien prefiere ir a Ibarra.", "Wakinkunaka Ibarraman rinata munan."),
    quotes=(
        ItemQuote("No hay turnos, dice [name].", "es", "Mana puncha tiyanchu, nin [name].", "typical"),
        ItemQuote(KICHWA, "qu", "", "dissent"),
    ),
    competence="province",
    unit=both("Unidad de Movilidad Humana", "Runakuna Kuyuy Llamkay Uku"),
    goals=("10.7", "16.b"),
    proposed=both("Una ventanilla en Otavalo desde mayo.", "Otavalopi shuk ventanilla tiyanka."),
)
STATEMENT = Dossier(
    title=both("Enseñar kichwa en las escuelas.", "Yachana wasikunapi kichwata yachachina."),
    source="statement",
    mark="4",
    is_voted=True,
    against=19,
    passed=10,
    groups=(
        Standing(1, both("Quienes llegaron hace poco", "Kunanlla shamukkuna"), 33, 40),
        Standing(2, {}, None, None),
    ),
)
