"""What people look for and where: the closed lists of the actor map. Their names are texts (`helping.need_…`).

Files and questionnaires write the same need in many ways; `need_of` and `canton_of` know those that are usual here.
"""

import re
from unicodedata import normalize

TAXONOMY = "rimay-needs"
"""How a file of human services says that a term is one of these."""
EVERYWHERE = "all"
"""Of a place: wherever one is. Of who looks for help: in any canton."""

_SAID = {
    "documents": "documento documentos papers papeles visa cedula regularizacion regularization registration registro",
    "legal": "juridica juridico justicia abogado abogada defensoria asilo refugio asylum",
    "health": "salud medicina medico hospital allikay medical",
    "psychosocial": "psicosocial psicologia psicologica mental mhpss",
    "food": "comida alimento alimentacion alimentos alimentaria nutricion nutrition mikuna",
    "shelter": "vivienda alojamiento albergue housing home accommodation wasi",
    "work": "trabajo empleo livelihoods livelihood employment medios llamkay",
    "education": "educacion escuela colegio school yachay",
    "protection": "proteccion violencia safety gbv vbg",
    "children": "cuidado childcare ninez infancia guarderia child wawa",
    "money": "dinero efectivo cash kullki bono",
    "transport": "transporte movilizacion transportation",
}
NEEDS = tuple(_SAID)
SECTORS = {
    "documents": "Protection",
    "legal": "Protection",
    "health": "Health",
    "psychosocial": "Health",
    "food": "Food Security",
    "shelter": "Shelter",
    "work": "Livelihoods",
    "education": "Education",
    "protection": "Protection",
    "children": "Child Protection",
    "money": "Multipurpose Cash",
    "transport": "Logistics",
}
"""The sector of humanitarian coordination that a need belongs to."""

CANTONS = {
    "ibarra": ("Ibarra", "1001"),
    "otavalo": ("Otavalo", "1004"),
    "cotacachi": ("Cotacachi", "1003"),
    "antonio_ante": ("Antonio Ante", "1002"),
    "pimampiro": ("Pimampiro", "1005"),
    "urcuqui": ("San Miguel de Urcuquí", "1006"),
}
"""As questionnaires name them: the name and the code of the institute of statistics."""
KINDS = ("public", "private", "ngo", "international", "community", "church")
STATUSES = ("active", "paused", "ended")
LANGUAGES = ("es", "qu", "indigenous", "en", "ht", "sign")

_ALIASES = {
    "urcuqui": "urcuqui",
    "atuntaqui": "antonio_ante",
    "imbabura": EVERYWHERE,
    "todos": EVERYWHERE,
    "toda la provincia": EVERYWHERE,
}


def need_of(said: str) -> str | None:
    """The need that is meant by a key, a value of a questionnaire or a name; None where it is none of these."""
    plain = _plain(said)
    if plain in NEEDS:
        return plain
    words = set(plain.split())
    # From the end: "mental health" is psychosocial before it is health, "child protection" is of children.
    told = (need for need in reversed(NEEDS) if words & {need, *_SAID[need].split()})
    return next(told, None)


def canton_of(said: str) -> str | None:
    """The canton that is meant by its key, name or code, or EVERYWHERE; None for another place."""
    plain = _plain(said)
    if plain == EVERYWHERE or not plain:
        return EVERYWHERE if plain else None
    plain = plain.removeprefix("canton ")
    for canton, (name, code) in CANTONS.items():
        if plain in (_plain(canton), _plain(name), code, "ec" + code):
            return canton
    return _ALIASES.get(plain)


def canton_name(canton: str) -> str:
    """As it is written; empty for EVERYWHERE, whose name is a text."""
    return CANTONS[canton][0] if canton in CANTONS else ""


def _plain(said: str) -> str:
    bare = normalize("NFKD", said.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", bare))
