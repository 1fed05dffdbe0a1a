"""What is said around the assembly that is over in the demonstration. The Kichwa is not reviewed yet."""

from collections.abc import Mapping

Text = Mapping[str, str]

TITLE: Text = {
    "es": "Primera asamblea de movilidad humana",
    "qu": "Shuk llaktamanta shamushka runakunapak puntaniki tantanakuy",
}
PURPOSE: Text = {
    "es": "Decidir qué pedir primero al consejo provincial.",
    "qu": "Hatun tantanakuyta imata puntapi mañanata akllankapak.",
}
AGENDA: Text = {
    "es": "Trabajo sin cédula\nSalud en kichwa\nEscuela para niñas y niños",
    "qu": "Cédula illak llamkay\nKichwa shimipi hampiy\nWawakunapak yachana wasi",
}
COVERS: Text = {
    "es": "Pagamos el pasaje. Hay almuerzo y alguien cuida a niñas y niños.",
    "qu": "Pasajeta kunchik. Mikunapash tiyan, shuk runami wawakunata rikunka.",
}
PLACE = "Casa Comunal de Peguche, Otavalo"
SOURCE = "Lotería Nacional, primer premio del sorteo 7010"
SEED = "48213"
DOOR = "Entrada principal"

POPULATION: dict[str, dict[str, int]] = {
    "canton": {
        "ibarra": 215_000,
        "otavalo": 115_000,
        "antonio_ante": 54_000,
        "cotacachi": 53_000,
        "urcuqui": 17_000,
        "pimampiro": 13_000,
    },
    "language": {"es": 390_000, "qu": 77_000},
}
"""About as many as live there, in round numbers: an organiser would enter those of the census."""

PROPOSAL: Text = {
    "es": "En cada cantón debe haber una ventanilla que explique los trámites.",
    "qu": "Sapan kitipi willankapak kuska tiyachun.",
}
ORDER: Text = {"es": "¿De qué hablamos primero?", "qu": "Imamantatak ñawpa rimashun?"}
DISSENT: Text = {
    "es": "Una ventanilla no basta: hacen falta personas que acompañen.",
    "qu": "Shuk kuskalla mana paktanchu: yanapak runakunami mutsurin.",
}
NOTES: Text = {
    "es": "Hubo traducción al kichwa durante toda la tarde.",
    "qu": "Tukuy chishimi kichwa shimiman tikrachirka.",
}

BASIS: Text = {
    "es": "Ordenanza de participación del consejo provincial, artículo 12 (ejemplo)",
    "qu": "Hatun tantanakuypak ordenanza, 12 niki (rikuchina)",
}
PURPOSE_OF_ONE = "Quiero contar cómo buscan trabajo las familias que recién llegan."
SITTING: Text = {"es": "Sesión ordinaria del consejo", "qu": "Hatun tantanakuy"}
SITTING_BODY = "Consejo Provincial de Imbabura"
SITTING_PLACE = "Salón del consejo, Ibarra"
LETTER = "Oficio 21"
