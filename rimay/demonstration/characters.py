"""Who the synthetic participants are: invented people, drawn from a seed, each with needs that hang together.

No figure here is taken from anybody. The weights only make the pages look like those of a real consultation.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from rimay.demonstration.sentences import SENTENCES
from surveys.questionnaire import Kind, Question

Weights = Mapping[str, Mapping[str, float]]
"""Question → value of a choice → how much it weighs. What is not named weighs `_REST`."""

_REST = 0.15
_EVERYBODY: Weights = {
    "age_band": {"15_17": 0.6, "18_29": 4, "30_44": 4.5, "45_64": 2, "65_up": 0.8, "no_say": 0.15},
    "gender": {"woman": 5.6, "man": 4.2, "other": 0.15, "no_say": 0.1},
    "canton": {
        "ibarra": 5,
        "otavalo": 3,
        "cotacachi": 1,
        "antonio_ante": 1,
        "urcuqui": 0.35,
        "pimampiro": 0.25,
    },
    "work": {"casual": 4, "seeking": 3, "own": 1.5, "steady": 1.2, "not_seeking": 0.8},
    "health": {"yes": 5, "cost": 2, "papers": 1.4, "refused": 0.7, "not_needed": 1.5},
    "schooling": {"all": 5, "some": 2, "none": 1},
    "discrimination": {"never": 4, "sometimes": 4, "often": 1.5, "no_say": 0.5},
    "attend": {"yes": 6, "no": 4},
    "attend_needs": {
        "transport": 4,
        "childcare": 3,
        "food": 2,
        "interpreter": 1,
        "access": 0.6,
        "nothing": 2,
    },
}
_SITUATIONS: Mapping[str, Weights] = {
    "refugee": {
        "needs": {"documents": 5, "work": 4, "safety": 3, "health": 2, "housing": 2},
        "documents": {"process": 4, "no": 3, "expired": 2, "yes": 1},
        "housing": {"rent": 6, "shelter": 2, "hosted": 2},
        "languages": {"es": 9},
    },
    "migrant": {
        "needs": {"work": 5, "documents": 4, "food": 3, "health": 2, "education": 1.5},
        "documents": {"no": 4, "expired": 2, "process": 2, "yes": 2},
        "housing": {"rent": 8, "hosted": 2, "street": 0.5},
        "languages": {"es": 9, "ht": 0.5},
    },
    "displaced": {
        "needs": {"housing": 5, "safety": 4, "work": 3, "food": 2},
        "documents": {"yes": 9},
        "housing": {"hosted": 4, "rent": 4, "shelter": 2},
        "languages": {"es": 8, "qu": 2},
    },
    "returned": {
        "needs": {"work": 5, "education": 2, "health": 2, "childcare": 2},
        "documents": {"yes": 9},
        "housing": {"own": 3, "rent": 4, "hosted": 3},
        "languages": {"es": 8, "qu": 5, "en": 2},
    },
    "host": {
        "needs": {"work": 4, "health": 3, "education": 2, "none": 1.5, "childcare": 1},
        "documents": {"yes": 9},
        "housing": {"own": 6, "rent": 3, "hosted": 1},
        "languages": {"es": 7, "qu": 5},
    },
}
_SHARES = {"refugee": 3, "migrant": 5, "displaced": 1, "returned": 1, "host": 2}
_UNHURRIED = 80
_SAME = {"own_canton": "canton"}
"""Questions that ask for the profile what another asks for the results."""


@dataclass(frozen=True, slots=True)
class Character:
    """One invented person. `patience` is after how many turns they put the phone away."""

    language: str
    situation: str
    patience: int
    comes: bool
    hesitant: bool
    chance: random.Random
    said: dict[str, str] = field(default_factory=dict)

    def choose(self, question: Question) -> str:
        """One value of the choices. Who is asked once more where they live says the same."""
        value = self.said.get(_SAME.get(question.name, "")) or self._draw(question, 1)[0]
        self.said[question.name] = value
        return value

    def choose_several(self, question: Question) -> list[str]:
        """One to three values; what excludes the others stands alone."""
        values = self._draw(question, self.chance.choice((1, 2, 2, 3, 3)))
        alone = next((value for value in values if value in ("none", "nothing")), None)
        return values if alone is None else [alone]

    def write(self, question: Question) -> str:
        """What a person types: a number, a date, or some words of their own."""
        match question.kind:
            case Kind.INTEGER | Kind.DECIMAL | Kind.RANGE:
                return str(self.chance.choices((0, 1, 2, 3, 4), (2, 3, 4, 3, 1))[0])
            case Kind.DATE:
                day, month = self.chance.randint(1, 28), self.chance.randint(1, 12)
                return f"{day:02d}/{month:02d}/{self.chance.randint(2016, 2025)}"
        sentences = SENTENCES[self.language]
        return self.chance.choice((*sentences[self.situation], *sentences["everybody"]))

    def slip(self, question: Question) -> str:
        """A first try that is not understood, or that they then correct."""
        if question.kind is Kind.DATE:
            return self.chance.choice(("hace tiempo", "31/02/2024"))
        return self.chance.choice(("no sé", "bastante", "50000"))

    def hesitates(self, probability: float) -> bool:
        """Whether they waver here; who is sure of things rarely does."""
        return self.chance.random() < probability * (2.0 if self.hesitant else 0.4)

    def cares(self, name: str) -> bool:
        """Whether they answer what may be skipped."""
        return self.chance.random() < (0.65 if name in ("change", "arrival", "own_canton") else 0.93)

    def _draw(self, question: Question, count: int) -> list[str]:
        if question.name == "situation":
            return [self.situation]
        weights = {**_EVERYBODY, **_SITUATIONS[self.situation]}.get(question.name, {})
        left = [choice.value for choice in question.choices]
        drawn: list[str] = []
        while left and len(drawn) < count:
            value = self.chance.choices(left, [weights.get(value, _REST) for value in left])[0]
            left.remove(value)
            drawn.append(value)
        return drawn


def invent(seed: int) -> Character:
    """A person, always the same for a seed. About one in six speaks Kichwa, one in eight does not finish."""
    chance = random.Random(seed)
    situation = chance.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
    speaks_kichwa = chance.random() < (0.5 if situation in ("host", "returned") else 0.06)
    return Character(
        language="qu" if speaks_kichwa else "es",
        situation=situation,
        patience=chance.randint(3, 12) if chance.random() < 0.13 else _UNHURRIED,
        comes=chance.random() < 0.65,
        hesitant=chance.random() < 0.25,
        chance=chance,
    )
