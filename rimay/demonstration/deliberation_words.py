"""What is put to the vote in the demonstration, and how each leaning takes it. The Kichwa is not reviewed yet."""

from collections.abc import Mapping
from dataclasses import dataclass

Text = Mapping[str, str]

TITLE: Text = {
    "es": "¿Qué hacemos primero en Imbabura?",
    "qu": "¿Imbaburapi imatatak puntapi rurashun?",
}
QUESTION: Text = {
    "es": "¿Qué debe hacer la provincia para quienes llegaron de otra tierra y para quienes viven aquí?",
    "qu": "¿Imatatak marka ruranka shuk llaktamanta shamushka runakunapak, kaypi kawsakkunapakpash?",
}

LEANINGS = 72, 66, 62
"""How many of the people think first of work, of documents, of the neighbourhood."""

GROUP_NAMES: tuple[Text, ...] = (
    {"es": "primero trabajo", "qu": "puntapi llamkay"},
    {"es": "primero documentos", "qu": "puntapi cédulakuna"},
    {"es": "primero el barrio", "qu": "puntapi ayllullakta"},
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement of the organisers, and how many of each leaning agree with it."""

    text: Text
    agree: tuple[float, float, float]
    about_person: bool = False


SEEDS = (
    Sentence(
        {
            "es": "En cada cantón debe haber una ventanilla que explique los trámites.",
            "qu": "Sapan kitipi willankapak kuska tiyachun.",
        },
        (0.95, 0.97, 0.92),
    ),
    Sentence(
        {
            "es": "Niñas y niños deben entrar a la escuela aunque les falten papeles.",
            "qu": "Wawakunaka killkakuna illakpipash yachana wasiman yaykuchun.",
        },
        (0.96, 0.96, 0.9),
    ),
    Sentence(
        {
            "es": "En el centro de salud deben atender también en kichwa.",
            "qu": "Hampina wasipika kichwa shimipipash chaskichun.",
        },
        (0.87, 0.88, 0.94),
    ),
    Sentence(
        {
            "es": "Quien no tiene cédula no debe ser atendido en el centro de salud.",
            "qu": "Cédula illak runata hampina wasipi ama chaskichun.",
        },
        (0.05, 0.03, 0.1),
    ),
    Sentence(
        {
            "es": "Primero hay que conseguir trabajo; los papeles pueden esperar.",
            "qu": "Puntapi llamkayta maskana kanchik; killkakunaka shuyanata ushan.",
        },
        (0.94, 0.06, 0.15),
    ),
    Sentence(
        {
            "es": "Aprender un oficio sirve más que recibir alimentos.",
            "qu": "Llamkayta yachakunaka mikunata chaskinamanta ashtawan allimi kan.",
        },
        (0.93, 0.12, 0.15),
    ),
    Sentence(
        {
            "es": "El municipio debe dar más permisos para vender en la calle.",
            "qu": "Municipioka ñanpi katunkapak ashtawan ari nichun.",
        },
        (0.92, 0.2, 0.08),
    ),
    Sentence(
        {
            "es": "Sin papeles no se consigue nada: lo primero es regularizar.",
            "qu": "Killkakuna illakpi imata mana tarinchikchu: puntaka killkakunami.",
        },
        (0.1, 0.95, 0.2),
    ),
    Sentence(
        {
            "es": "Hace más falta una abogada gratuita que una bolsa de empleo.",
            "qu": "Llamkayta maskak kuskamanta ashtawan yanapak abogadata mutsurinchik.",
        },
        (0.06, 0.93, 0.2),
    ),
    Sentence(
        {
            "es": "Las ayudas deben llegar igual a las familias que siempre vivieron aquí.",
            "qu": "Yanapaykunaka kaypi kawsak ayllukunapakpash kikinllata chayachun.",
        },
        (0.5, 0.15, 0.96),
    ),
    Sentence(
        {
            "es": "Antes que nuevos programas hay que arreglar las calles del barrio.",
            "qu": "Mushuk ruraykunamanta puntaka ayllullaktapak ñankunata allichinami kanchik.",
        },
        (0.1, 0.07, 0.94),
    ),
    Sentence(
        {
            "es": "Una feria de fin de semana debe juntar productos de aquí y de fuera.",
            "qu": "Tinki, hawkay punchakunapi kaymanta, shuk llaktamantapash murukunata tantalla katuchun.",
        },
        (0.93, 0.3, 0.91),
    ),
    Sentence(
        {
            "es": "El precio del arriendo debe tener un límite.",
            "qu": "Wasi mañachiypak chanika ama yapa hatun kachun.",
        },
        (0.25, 0.92, 0.9),
    ),
    Sentence(
        {
            "es": "Quien llegó de fuera debe poder votar en la directiva del barrio.",
            "qu": "Shuk llaktamanta shamushka runapash ayllullaktapak pushakta akllachun.",
        },
        (0.92, 0.9, 0.25),
    ),
    Sentence(
        {
            "es": "La primera ayuda debe ser pagar la visa.",
            "qu": "Puntapi yanapayka visata kullkichinami kan.",
        },
        (0.1, 0.9, 0.08),
    ),
    Sentence(
        {
            "es": "Quien recibe una ayuda debe ir también a la minga del barrio.",
            "qu": "Yanapayta chaskik runaka ayllullaktapak minkaman richun.",
        },
        (0.2, 0.1, 0.93),
    ),
    Sentence(
        {
            "es": "Vivo en Imbabura desde hace más de un año.",
            "qu": "Shuk wata yallimi Imbaburapi kawsani.",
        },
        (0.6, 0.45, 0.97),
        about_person=True,
    ),
)

ACCEPTED = (
    "Las reuniones del barrio deben avisarse con una semana de tiempo.",
    "Los cursos deben darse de noche, para quienes trabajan de día.",
)
"""What people proposed and an organiser put to the vote."""

WAITING = (
    "En todos los cantones debería haber una ventanilla para explicar trámites.",
    "Que nos ayuden con el cuidado de los niños, mi teléfono es 0991234567.",
    "Wawakunawan llamkak mamakunata yanapana kanchik.",
    "Deben poner luces en la parada del bus y también más policías y canchas.",
)
"""What nobody has read yet: one that is there already, one with a telephone number, one to translate, one with
several ideas."""
