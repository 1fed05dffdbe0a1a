"""The demonstration's questionnaire: what joint needs assessments ask people on the move, in our own words.

Spanish is plain and says *usted*. Kichwa is composed from words attested in the dictionary, Killkan, MediaWiki
and the Universal Declaration of Human Rights; nobody fluent has reviewed it yet. Loans keep their shape.
"""

from dataclasses import dataclass

Said = tuple[str, str]
"""A text in Spanish and in Kichwa."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One row of the survey sheet."""

    type: str
    name: str
    label: Said
    hint: Said = ("", "")
    required: bool = False
    relevant: str = ""
    constraint: str = ""
    wrong: Said = ("", "")
    keep: str = ""


TITLE: Said = ("Sus necesidades en Imbabura", "Imbaburapi imata mutsurishkata")
FORM_ID = "necesidades_imbabura"
VERSION = "1"
CHOOSE: Said = ("Elija una respuesta para seguir.", "Katinkapakka shuk kutichiyta akllapay.")

SURVEY = (
    Asked(
        "note",
        "welcome",
        (
            "Gracias por participar. Son preguntas cortas y toman unos 8 minutos. "
            "Puede saltar las que no sean obligatorias. Al cerrar, nadie podrá saber quién respondió qué.",
            "Yupaychani. Uchilla tapuykunami kan. Wakin tapuykunata yalliyta ushanki. "
            "Wichkashka kipaka, pi imata kutichishkataka mana pipash yachankachu.",
        ),
    ),
    Asked("select_one age", "age_band", ("¿Cuántos años tiene?", "Mashna watata charinki?"), required=True),
    Asked("select_one gender", "gender", ("¿Cómo se identifica?", "Kikinka maykan kanki?"), required=True),
    Asked(
        "select_one canton",
        "canton",
        ("¿En qué cantón vive ahora?", "Kunan maykan cantónpi kawsanki?"),
        required=True,
    ),
    Asked(
        "select_one situation",
        "situation",
        ("¿Cuál de estas frases dice mejor su situación?", "Kaykunamanta maykantak kikinpak kawsay kan?"),
        required=True,
    ),
    Asked(
        "date",
        "arrival",
        ("¿Cuándo llegó a este cantón?", "Ima punchatak kay cantónman chayamurkanki?"),
        (
            "Por ejemplo: 15/03/2024. Si no recuerda el día, ponga 1.",
            "Shina killkapay: 15/03/2024. Punchata mana yuyarishpaka 1 churapay.",
        ),
        relevant="${situation} != 'host'",
        constraint=". <= today()",
        wrong=("La fecha no puede ser después de hoy.", "Chay punchaka manarak chayamunchu."),
    ),
    Asked(
        "select_multiple language",
        "languages",
        ("¿Qué idiomas habla bien?", "Ima shimikunatatak alli rimanki?"),
        ("Elija todos los que hable.", "Tukuy rimashka shimikunata akllapay."),
    ),
    Asked(
        "select_multiple need",
        "needs",
        ("¿Qué necesita con más urgencia?", "Imatatak utka mutsurinki?"),
        ("Elija hasta tres.", "Kimsakaman akllapay."),
        required=True,
        constraint="count-selected(.) <= 3 and (not(selected(., 'none')) or count-selected(.) = 1)",
        wrong=(
            "Elija tres como máximo. «Nada urgente» va sola.",
            "Kimsallata akllapay. «Imatapash mana» nishkata sapallata akllapay.",
        ),
    ),
    Asked(
        "integer",
        "meals",
        ("Ayer, ¿cuántas veces comió?", "Kayna punchaka mashna kutintak mikurkanki?"),
        ("Cuente desayuno, almuerzo y merienda.", "Tutamanta, chawpi puncha, chishi mikuykunata yupapay."),
        constraint=". >= 0 and . <= 10",
        wrong=("Escriba un número de 0 a 10.", "Shuk yupayta killkapay: 0 nishkamanta 10 nishkakaman."),
    ),
    Asked("select_one work", "work", ("¿Tiene trabajo ahora?", "Kunan llamkayta charinkichu?")),
    Asked("select_one housing", "housing", ("¿Dónde duerme ahora?", "Kunan maypitak puñunki?")),
    Asked(
        "select_one health",
        "health",
        (
            "La última vez que necesitó atención de salud, ¿la recibió?",
            "Kipa kutin hampirinata mutsurishpaka, chaskirkankichu?",
        ),
    ),
    Asked(
        "select_one documents",
        "documents",
        (
            "¿Tiene un documento vigente para vivir en el Ecuador?",
            "Ecuadorpi kawsankapak documentota charinkichu?",
        ),
        ("Por ejemplo: cédula, visa o carné de refugio.", "Shinami kan: cédula, visa, carné."),
    ),
    Asked(
        "integer",
        "children",
        (
            "¿Cuántas niñas, niños o adolescentes viven con usted?",
            "Mashna wawakuna, wamprakunatak kikinwan kawsan?",
        ),
        ("Escriba 0 si no hay.", "Mana tiyakpika 0 killkapay."),
        constraint=". >= 0 and . <= 20",
        wrong=("Escriba un número de 0 a 20.", "Shuk yupayta killkapay: 0 nishkamanta 20 nishkakaman."),
    ),
    Asked(
        "select_one schooling",
        "schooling",
        ("¿Estudian este año?", "Kay watapi yachana wasiman rinchu?"),
        relevant="${children} > 0",
    ),
    Asked(
        "select_one often",
        "discrimination",
        (
            "En este año, ¿le trataron mal por su origen o su forma de ser?",
            "Kay watapika, maymanta kashkamanta, imashina kashkamanta, kikinta llakichirkachu?",
        ),
    ),
    Asked(
        "text",
        "change",
        ("¿Qué mejoraría su vida aquí?", "Imatak kikinpak kawsayta kaypi allichinman?"),
        (
            "Escriba con sus palabras. No ponga nombres ni teléfonos.",
            "Kikinpak shimiwan killkapay. Shutikunata, teléfonokunata ama churaychu.",
        ),
    ),
    Asked(
        "select_one yes_no",
        "attend",
        (
            "¿Quiere que le invitemos a una asamblea con el gobierno provincial?",
            "Gobierno provincialwan tantanakuyman kikinta kayanata ari ninkichu?",
        ),
        ("Guardamos esta respuesta aparte de las demás.", "Kay kutichiytaka chikan wakaychinchik."),
        keep="invite",
    ),
    Asked(
        "select_multiple support",
        "attend_needs",
        ("¿Qué necesita para poder asistir?", "Tantanakuyman shamunkapak imatatak mutsurinki?"),
        ("Elija todo lo que necesite.", "Tukuy mutsurishkata akllapay."),
        relevant="${attend} = 'yes'",
        constraint="not(selected(., 'nothing')) or count-selected(.) = 1",
        wrong=("«Nada» va sola.", "«Imapash mana» nishkata sapallata akllapay."),
        keep="needs",
    ),
    Asked(
        "select_one canton",
        "own_canton",
        (
            "Para escribirle otra vez sobre su cantón, ¿en cuál vive?",
            "Kikinpak cantónmanta kutin killkankapak, maykanpitak kawsanki?",
        ),
        (
            "Guardamos esta respuesta con usted, aparte de las demás. Puede saltarla.",
            "Kay kutichiytaka kikinwan, chikan wakaychinchik. Yalliyta ushanki.",
        ),
        keep="canton",
    ),
)

RATHER_NOT: Said = ("Prefiero no decirlo", "Mana willanata munani")

NO_REQUEST = frozenset({("need", "none")})
"""Choices that ask the council for nothing."""

CHOICES: dict[str, dict[str, Said]] = {
    "age": {
        "15_17": ("15 a 17 años", "15-17 wata"),
        "18_29": ("18 a 29 años", "18-29 wata"),
        "30_44": ("30 a 44 años", "30-44 wata"),
        "45_64": ("45 a 64 años", "45-64 wata"),
        "65_up": ("65 años o más", "65 wata, yallipash"),
        "no_say": RATHER_NOT,
    },
    "gender": {
        "woman": ("Mujer", "Warmi"),
        "man": ("Hombre", "Kari"),
        "other": ("De otra forma", "Shuktak"),
        "no_say": RATHER_NOT,
    },
    "canton": {
        "ibarra": ("Ibarra", "Ibarra"),
        "otavalo": ("Otavalo", "Otavalo"),
        "cotacachi": ("Cotacachi", "Cotacachi"),
        "antonio_ante": ("Antonio Ante", "Antonio Ante"),
        "pimampiro": ("Pimampiro", "Pimampiro"),
        "urcuqui": ("San Miguel de Urcuquí", "San Miguel de Urcuquí"),
    },
    "situation": {
        "refugee": ("Pedí refugio o tengo refugio", "Mitikushpa shamurkani, refugiota mañarkani"),
        "migrant": ("Vine de otro país", "Karu llaktamanta shamurkani"),
        "displaced": ("Tuve que dejar otro lugar del Ecuador", "Ecuadorpi shuk llaktamanta mitikurkani"),
        "returned": (
            "Soy del Ecuador y volví de otro país",
            "Ecuadormanta kani, karu llaktamanta tikramurkani",
        ),
        "host": ("Soy de aquí", "Kay llaktamanta kani"),
        "no_say": RATHER_NOT,
    },
    "language": {
        "es": ("Español", "Kastilla shimi"),
        "qu": ("Kichwa", "Kichwa shimi"),
        "indigenous": ("Otra lengua indígena", "Shuktak runa shimi"),
        "en": ("Inglés", "Inglés shimi"),
        "ht": ("Criollo haitiano", "Haití llakta shimi"),
        "other": ("Otro idioma", "Shuktak shimi"),
    },
    "need": {
        "food": ("Comida", "Mikuna"),
        "housing": ("Vivienda", "Wasi"),
        "work": ("Trabajo", "Llamkay"),
        "health": ("Salud", "Allikay"),
        "documents": ("Documentos", "Documentokuna"),
        "education": ("Educación", "Yachakuy"),
        "safety": ("Vivir sin miedo", "Mana manchaywan kawsana"),
        "childcare": ("Cuidado de niñas y niños", "Wawakunata kamana"),
        "none": ("Nada urgente", "Imatapash mana"),
    },
    "work": {
        "steady": ("Sí, un trabajo fijo", "Ari, sapan puncha"),
        "casual": ("Sí, solo algunos días", "Ari, wakin punchakunalla"),
        "own": ("Sí, un negocio propio", "Ari, ñukapak katuna rantina"),
        "seeking": ("No, estoy buscando", "Mana, maskakunimi"),
        "not_seeking": ("No, y no busco", "Mana, mana maskanichu"),
    },
    "housing": {
        "rent": ("En casa o cuarto arrendado", "Arrendashka wasipi"),
        "own": ("En casa propia", "Ñukapak wasipi"),
        "hosted": ("Donde familiares o amistades", "Ayllukunapak, mashikunapak wasipi"),
        "shelter": ("En un albergue", "Alberguepi"),
        "street": ("En la calle", "Ñanpi"),
        "other": ("En otro lugar", "Shuktak kuskapi"),
    },
    "health": {
        "yes": ("Sí", "Ari"),
        "cost": ("No, por falta de dinero", "Mana, kullki illashkamanta"),
        "papers": ("No, por falta de documentos", "Mana, documento illashkamanta"),
        "refused": ("No, no me atendieron", "Mana, mana hampirkakunachu"),
        "not_needed": ("No la he necesitado", "Mana mutsurirkanichu"),
    },
    "documents": {
        "yes": ("Sí", "Ari"),
        "process": ("Lo estoy tramitando", "Mañakunirakmi"),
        "expired": ("Ya se venció", "Ñami tukurirka"),
        "no": ("No", "Mana"),
        "no_say": RATHER_NOT,
    },
    "schooling": {
        "all": ("Sí, todos", "Ari, tukuykuna"),
        "some": ("Solo algunos", "Wakinkunalla"),
        "none": ("No, ninguno", "Mana pipash"),
    },
    "often": {
        "never": ("No", "Mana"),
        "sometimes": ("Sí, pocas veces", "Ari, asha kutin"),
        "often": ("Sí, muchas veces", "Ari, ashtaka kutin"),
        "no_say": RATHER_NOT,
    },
    "yes_no": {
        "yes": ("Sí", "Ari"),
        "no": ("No", "Mana"),
    },
    "support": {
        "interpreter": ("Intérprete", "Shimita tikrachik"),
        "childcare": ("Cuidado de niñas y niños", "Wawakunata kamak"),
        "transport": ("Transporte", "Antawa"),
        "access": ("Lugar sin gradas o ayuda para moverme", "Purinkapak yanapay"),
        "food": ("Comida", "Mikuna"),
        "nothing": ("Nada", "Imapash mana"),
    },
}
