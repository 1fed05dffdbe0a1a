"""Kichwa words: one spelling for the many in use, and the stem under the suffixes.

Kichwa builds a word by writing suffixes one after another ("wasi-kuna-manta-mi"), and people spell it as
they were taught: unified ("wasi", "killka") or after Spanish ("huasi", "quillca"). So words are compared
folded and stemmed.
"""

import re
from functools import lru_cache

_SPELLINGS = (
    (re.compile("(?:hu|g[uü])(?=[ai])"), "w"),
    (re.compile("qu(?=i)|q|c(?!h)"), "k"),
)
"""Spanish ways to write sounds that Kichwa has."""

_SOUNDS = str.maketrans("áàéèíìóòúùüeobdgjvz", "aaiiiiuuuuuiuptkhws")
"""Letters that unified Kichwa has not, and the ones that it writes for them."""

SUFFIXES = tuple(
    sorted(
        (
            # of nouns: number, case, size, company
            "kuna", "ta", "pi", "man", "manta", "kaman", "kama", "wan", "pak", "pa", "ntin", "yuk", "pura",
            "shina", "ku", "niki", "mashi", "rayku",
            # of what is said: topic, certainty, question, also, only, still
            "ka", "mi", "chu", "tak", "pash", "pish", "lla", "rak", "mari", "yari", "cha", "chari", "shi",
            "pacha",
            # of verbs: person and time
            "ni", "nki", "n", "nchik", "nkichik", "nkuna", "rka", "rkani", "rkanki", "rkanchik", "sha", "nka",
            "shun", "shu", "nkakuna", "rkakuna", "ymi",
            # of verbs: what kind of word it becomes
            "na", "k", "shka", "shpa", "kpi", "nkapak", "ngapak", "chun", "y", "nata", "nkakama",
            # of verbs: requests
            "pay", "paychik", "ychik", "way", "wanki",
            # of verbs: who for, how, to one another
            "ri", "chi", "ku", "naku", "naya", "mu", "wa", "kri", "raya",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip
"""What may follow a stem, the longest first."""

ROOTS = frozenset(
    """
    akcha alli allku allpa ama anta apa ari asha atalpa awa ayllu ayni chaka chaki charana chari chaski
    chawpi chay chishi chuku churi hampi hapi hatun hawa hayñi ima inti ishkay kacha kachi kallari kama
    kamachi kamari kana kancha kari karu kashka kati katu kawsa kay kaya kayna killa killka kimsa kipa kuchi
    kullki kunan kushi kuska kuti kuya kuyllur llaki llakta llamka lliki lliklla llukshi maki mama mana
    mancha mapa marka mashi mashna maska may maykan miku millay mincha minka mishki muku muna muru mushuk
    mutsuri nana nina ninan pani panka papa para paska pay picha pichi pichka pishku pita pukara puncha
    punku puri puñu ranki ranti raymi riksi riku rima runa rupay rura sacha saki sapi sara shami shamu shaya
    shimi shina shuk shunku shuti shuwa shuya sinchi sumak suni taki tanta tantanaku tapu tari tarpu tawka
    tayta tiya tuku tukuy tuta tutamanta uchilla ukti uku ullku unku upya ura urku usha ushi ushu uya waka
    wakaychi wakcha wakin wampra warmi wasi wata wawa wawki wayra wañu wichi wichka wiksa willa wira yacha
    yaku yalli yana yanapa yanka yapa yawar yaya yupa yupaycha yura yurak yuya ñan ñawi ñawpa ñaña ñuka
    ñukanchik
    """.split()
)
"""Common stems that must not be cut where they end like a suffix: "warmi" is not "war" with "-mi"."""

_SHORTEST_STEM = 3


def respell(word: str) -> str:
    """The word in lower case, its consonants as unified Kichwa writes them: "Huasi" becomes "wasi"."""
    respelled = word.lower()
    for spelling, unified in _SPELLINGS:
        respelled = spelling.sub(unified, respelled)
    return respelled


def fold(text: str) -> str:
    """The text as unified Kichwa would write its sounds. To compare, never to show: loans lose letters."""
    # Twice, since folded vowels may make a spelling that is Spanish: "hoi" is "hui", which is "wi".
    return respell(respell(text).translate(_SOUNDS))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The part of the folded word that carries the meaning: "wasikunamantaka" gives "wasi"."""
    rest = fold(word)
    while rest not in ROOTS:
        ending = _suffix_of(rest)
        if ending is None:
            return rest
        rest = rest.removesuffix(ending)
    return rest


def _suffix_of(word: str) -> str | None:
    """The suffix that leaves the longest root, else the longest suffix that leaves a stem at all."""
    fitting = [end for end in SUFFIXES if word.endswith(end) and len(word) - len(end) >= _SHORTEST_STEM]
    for suffix in reversed(fitting):
        if word.removesuffix(suffix) in ROOTS:
            return suffix
    return fitting[0] if fitting else None
