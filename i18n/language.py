"""Which language an answer is in. A rule of ours: no model, nothing to download, and one can read why.

Every word speaks for a language by what is known of it: function words, the suffixes of Kichwa, letters that
one of the two spellings has not. Names and numbers say nothing. Code-switching is normal here and has its own
label.
"""

import re
from enum import StrEnum
from functools import lru_cache

from i18n.kichwa import ROOTS, respell, stem
from i18n.spanish import sentences, stopwords, words


class Language(StrEnum):
    """What an answer can be in."""

    SPANISH = "es"
    KICHWA = "qu"
    MIXED = "mixed"
    OTHER = "other"


KICHWA_WORDS = frozenset(
    """
    alli ama amarak ari ashalla ashata ashtaka ashtakata ashtawan atik chashna chawpi chay chayka chaymanta
    chaymi chaypi chayta chunka chusku haku hakuchik hatun hawa icha ichapash ima imalla imamanta imanalla
    imapak imapash imashina imata imatak ishkay kachun kan kanchik kani kanka kanki kankuna karka karkani
    kashka kashna kashpa kashpaka kay kayka kaypi kayta kikin kikinka kikinpak kimsa kipa kunan kunanka
    kutin mana manachu manarak mashi mashna maykan maymanta maypi millay mushuk na nachu nima nimata nin
    ninan nini ninki nishka nishpa pay payka paykuna paypa paypak pichka pipash pita pitak shina shinaka
    shinallatak shinami shinapash shuk shukta sumak tawka tiyan tukuy tukuykuna tukuylla uchilla upalla
    wakin yalli yapa yupaychani ña ñami ñuka ñukaka ñukanchik ñukapa ñukapak ñukapash ñukata
    """.split()
)
"""Words of every day, folded."""

_SURE_ENDING = re.compile(
    r"(?:kuna|pash|pish|manta|n?chik|nkichik|shpa|shka|rkani|rkanki|rkanchik|kpi|chu|chun|shun|nki|taka|pika|mari"
    r"|yari|ychik|ntin|kta|yta|nmi|kmi|kka|tami|kami|napi|krin|sha|ymi|shina|lla(?:mi|ta|tak)|\w\w\w(?:mi|pi))"
    r"(?:ka|mi|chu|ta|tak|pi|man|wan|pak|pa|pash|lla)?$"
)
"""Endings, in Kichwa's consonants, that no Spanish word has."""

_LIKELY_ENDING = re.compile(
    r"(?:[aiu][ptk]i|[aiu]mi|wan|pak|pay|way|tak|rak|rka|nka|naka|paka|[iu]man|[iu]k|[iu]y|[iu]n|[iu]ta)$"
)
"""Endings that a few Spanish words have as well."""

_KICHWA_LETTERS = re.compile(r"k|w|sh|ts")
_SPANISH_LETTERS = re.compile(r"[eobdfgvxzáéíóúü]|j|rr")
_SPANISH_ENDING = re.compile(r"(?:[eoáéíóú]s?|[ao]s|dad|ci[oó]n|mente|[aei]r|[aei]n|ndo|d[ao]s?|ble)$")

_SPANISH_WORDS = frozenset(
    """
    agua alta amarilla amarillas amiga atún ayuda baja cama camas cancha carta casa casas chica falta faltan familia
    familias firma fácil gracias gratis hija hijas jamás justicia kilo kilos kit lista llama llamar lucha mala malas
    mamá marca mañana misma mínima niña niñas ok okay pan papá pausa pizca plata playa pura ruta saca sala
    salir salud saludar sana show silla sucia taxi tina tía vaca vacuna visa visas vista vías web whatsapp
    wifi última única
    """.split()
)
"""Everyday words without a letter that Kichwa has not."""

_FOREIGN_WORDS = frozenset(
    """
    the and is are was were have been with for you your they this that not what need want my of to it we our
    can please don't i'm des est et je nous vous avec pour dans pas une mon notre sont besoin avoir être qui
    não nao uma com são em você eu meu minha preciso tenho mwen nou yon pou nan gen bezwen ki travay
    """.split()
)
"""Function words of English, French, Portuguese and Haitian Creole that neither Spanish nor Kichwa has."""

_SIGNIFICANT_SHARE, _PREVAILING_SHARE = 0.2, 0.45


def detect(text: str) -> Language:
    """The language of an answer; `MIXED` where both are really there, `OTHER` where neither is."""
    spoken = _spoken(text)
    weights = list(map(_weight, spoken))
    kichwa = sum([weight for weight in weights if weight > 0])
    spanish = -sum([weight for weight in weights if weight < 0])
    if kichwa + spanish == 0 or sum(map(_FOREIGN_WORDS.__contains__, spoken)) > (kichwa + spanish) / 2:
        return Language.OTHER
    share = kichwa / (kichwa + spanish)
    if _SIGNIFICANT_SHARE <= share <= _PREVAILING_SHARE and kichwa >= 1 and spanish >= 2:
        return Language.MIXED
    return Language.KICHWA if share >= 0.5 else Language.SPANISH


def language_of(word: str) -> Language:
    """For which language a single word speaks, as inside a mixed answer; `OTHER` where for none."""
    weight = _weight(word.lower())
    if not weight:
        return Language.OTHER
    return Language.KICHWA if weight > 0 else Language.SPANISH


def _spoken(text: str) -> list[str]:
    """The words in lower case. Names, capitalised inside a sentence, only where there is nothing else."""
    spoken: list[str] = []
    for sentence in sentences(text):
        first, *rest = words(sentence) or [""]
        spoken += [first.lower(), *filter(str.islower, rest)]
    return [word for word in spoken if word] or [word.lower() for word in words(text)]


@lru_cache(maxsize=50_000)
def _weight(word: str) -> float:
    """How much a word speaks for Kichwa (up to 1) or for Spanish (down to -1); 0 says nothing."""
    respelled = respell(word)
    known_kichwa, known_spanish = respelled in KICHWA_WORDS, word in stopwords() or word in _SPANISH_WORDS
    if known_kichwa or known_spanish:
        return float(known_kichwa) - float(known_spanish)
    if _SURE_ENDING.search(respelled) or _KICHWA_LETTERS.search(word):
        return 1.0
    if _SPANISH_LETTERS.search(word):
        return -0.7
    if stem(word) in ROOTS:
        return 0.7
    if _LIKELY_ENDING.search(respelled):
        return 0.5
    return -0.3 if _SPANISH_ENDING.search(word) else 0.0
