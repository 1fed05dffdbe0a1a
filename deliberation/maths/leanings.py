"""Who says yes to what: a two-parameter item response model in several dimensions, by variational inference.

A person i says yes to a statement j with the log-odds b_j + a_i + u_i · v_j: how welcome the statement is, how readily
the person says yes, and how far the person's leanings go with the statement's. What is kept of each is not a value but
a Gaussian, so that whoever voted little is predicted little of.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import expit, logit

from deliberation.maths.threads import one_thread
from deliberation.maths.votes import FloatArray, IntArray

_RANK = 6
"""How many directions the leanings have, fixed in advance."""

_WIDTH = 2 + _RANK
_PERSON, _STATEMENT = np.arange(1, _WIDTH), np.array([0, *range(2, _WIDTH)])
"""What is free of the vectors (1, a, u) of a person and (b, 1, v) of a statement, whose product is the log-odds."""

_UPPER = np.triu_indices(_WIDTH)
_TWICE = np.where(_UPPER[0] == _UPPER[1], 1.0, 2.0)
_SQUARES = np.flatnonzero((_UPPER[0] == _UPPER[1]) & (_UPPER[0] >= 2))
"""Where among the moments the squares of leanings and slopes are."""

_BLOCK = 1 << 12
_AFRESH, _AGAIN, _ONCE_MORE = (5, 25), (1, 5), (0, 3)
"""How many rounds: those that cannot overshoot, and all. Whoever begins near the end needs few."""

_ALONE, _AT_REST = 60, 1e-4
"""Rounds for one person at most, and by how little they change when that is enough."""

_FEW_VOTES = 400_000
_READINESS, _WELCOME, _SLOPE = 0.3, 2.0, 2 / _RANK
_WEIGHT_OF_PRIOR, _WEIGHT_OF_SLOPE = 5, 30
_FREEDOM_OF_WELCOME = 4


@dataclass(frozen=True, slots=True)
class Slopes:
    """What is supposed of the slopes of statements.

    freedom:  degrees of freedom of Student's distribution: with few, some statements divide far more than the others
    profile:  (r,) how their variance falls from direction to direction; 1 on average
    """

    freedom: float
    profile: tuple[float, ...]


GAUSSIAN = 1e6
EVEN, STEEP = (1.0,) * _RANK, tuple(x * _RANK / 17 for x in (8, 4, 2, 1, 1, 1))
USUAL = Slopes(4, EVEN)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """Yes or no of people to statements, as the rows of a sparse matrix.

    shape:      people, statements
    starts:     (n + 1,) the answers of person i are at starts[i]:starts[i + 1]
    statement:  (answers,) rising within a person
    yes:        (answers,) bool
    """

    shape: tuple[int, int]
    starts: IntArray
    statement: NDArray[np.int32]
    yes: NDArray[np.bool_]

    def only(self, chosen: NDArray[np.bool_]) -> "Answers":
        """Some of the answers of the same people."""
        before = np.concatenate([[0], np.cumsum(chosen)])
        return Answers(self.shape, before[self.starts], self.statement[chosen], self.yes[chosen])

    def of_every(self, step: int) -> "Answers":
        """Every so-manieth person with their answers."""
        length = np.diff(self.starts)
        chosen = np.arange(len(length)) % step == 0
        starts = np.concatenate([[0], np.cumsum(length[chosen])])
        answers = np.repeat(chosen, length)
        return Answers((len(starts) - 1, self.shape[1]), starts, self.statement[answers], self.yes[answers])


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """What is known of all people, or of all statements.

    mean:     (n, d) expected vectors
    moments:  (n, d (d + 1) / 2) the upper triangles of E[x xᵀ], row by row
    """

    mean: FloatArray
    moments: FloatArray

    def covariance(self, free: IntArray) -> FloatArray:
        """(n, f, f) of the chosen entries of the vectors."""
        full = _full(self.moments)[:, free[:, None], free]
        known = self.mean[:, free]
        return np.asarray(full - known[:, :, None] * known[:, None, :])


@dataclass(frozen=True, slots=True, eq=False)
class Leanings:
    """The model of one outcome. The last row of each side, so the index -1 too, is somebody or something unknown.

    supposed:  what it was fitted with
    """

    people: Side
    statements: Side
    supposed: Slopes = USUAL

    def log_odds(
        self, person: NDArray[np.integer], statement: NDArray[np.integer]
    ) -> tuple[FloatArray, FloatArray]:
        """(pairs,) expected log-odds of a yes, and their variance."""
        mean, square = np.empty(len(person)), np.empty(len(person), np.float32)
        # Single precision halves the time, which is that of fetching; the variance needs no more.
        moments = self.people.moments.astype(np.float32)
        weighted = (self.statements.moments * _TWICE).astype(np.float32)
        for at in range(0, len(person), _BLOCK):
            some = slice(at, at + _BLOCK)
            i, j = person[some], statement[some]
            np.einsum("ij,ij->i", self.people.mean[i], self.statements.mean[j], out=mean[some])
            np.einsum("ij,ij->i", moments[i], weighted[j], out=square[some])
        return mean, np.maximum(square - mean**2, 0)

    def chance(self, person: NDArray[np.integer], statement: NDArray[np.integer]) -> FloatArray:
        """(pairs,) probability of a yes, averaged over all that is not known.

        source:  MacKay 1992, "The evidence framework applied to classification networks", for the average
        """
        mean, variance = self.log_odds(person, statement)
        return np.asarray(expit(mean * _damped(variance)))

    @property
    def stands(self) -> FloatArray:
        """(n, r) expected leanings u of the people."""
        return self.people.mean[:-1, 2:]

    @property
    def slopes(self) -> FloatArray:
        """(m, r) expected slopes v of the statements."""
        return self.statements.mean[:-1, 2:]


@dataclass(slots=True, eq=False)
class _Priors:
    """What is believed of whoever has not answered: learnt from those who have.

    features:  (m, f) of the statements, the first one 1
    slope:     variance of the slopes of a usual statement, on average
    odd:       (m,) how many times the usual variance that of b is, and `divisive` (m,) that of the slopes
    """

    features: FloatArray
    overall: float
    supposed: Slopes
    weights: FloatArray
    odd: FloatArray
    divisive: FloatArray
    welcome: float = _WELCOME
    slope: float = _SLOPE
    readiness: float = _READINESS

    def of_statements(self) -> tuple[FloatArray, FloatArray]:
        """(m, 1 + r) means and variances of (b, v)."""
        mean = np.zeros((len(self.features), len(_STATEMENT)))
        mean[:, 0] = self.overall + self.features @ self.weights
        slopes = np.outer(self.slope * self.divisive, self.supposed.profile)
        return mean, np.concatenate([(self.welcome * self.odd)[:, None], slopes], axis=1)

    def of_newcomer(self) -> tuple[FloatArray, FloatArray]:
        """(1, 1 + r) means and (1 + r,) variances of the (b, v) of a usual statement."""
        mean = np.zeros((1, len(_STATEMENT)))
        mean[0, 0] = self.overall + self.weights[0]
        return mean, np.concatenate([[self.welcome], self.slope * np.array(self.supposed.profile)])

    def of_people(self) -> tuple[FloatArray, FloatArray]:
        """(1, 1 + r) means and (1, 1 + r) variances of (a, u)."""
        return np.zeros((1, len(_PERSON))), np.array([[self.readiness] + [1.0] * _RANK])

    def learn_from_statements(self, side: Side) -> None:
        """How welcome and how divisive statements are: usually, by their features, and each.

        source:  Student's distribution as a mixture of Gaussians; its variances by variational inference
        """
        gram = self.features.T @ self.features + 0.1 * np.eye(self.features.shape[1])
        welcome = side.mean[:, 0] - self.overall
        self.weights = np.asarray(np.linalg.solve(gram, self.features.T @ welcome), np.float64)
        expected = self.of_statements()[0][:, 0]
        second = side.moments[:, 0] - 2 * expected * side.mean[:, 0] + expected**2
        self.odd = (_FREEDOM_OF_WELCOME + second / self.welcome) / (_FREEDOM_OF_WELCOME + 1)
        self.welcome = _pooled(second / self.odd, _WELCOME, _WEIGHT_OF_PRIOR)
        freedom = self.supposed.freedom
        squares = (side.moments[:, _SQUARES] / self.supposed.profile).sum(axis=1)
        self.divisive = (freedom + squares / self.slope) / (freedom + _RANK)
        each = np.repeat(squares / self.divisive / _RANK, _RANK)
        self.slope = _pooled(each, _SLOPE, _WEIGHT_OF_SLOPE)

    def learn_from_people(self, side: Side) -> None:
        """How much people differ in how readily they say yes."""
        self.readiness = _pooled(side.moments[:, _WIDTH], _READINESS, _WEIGHT_OF_PRIOR)


def fit_leanings(
    answers: Answers,
    features: FloatArray | None = None,
    start: Leanings | None = None,
    *,
    supposed: Slopes = USUAL,
) -> Leanings:
    """The approximate posterior of all people and statements.

    features:  (m, f) what is known of the statements beside the answers, centred; moves the prior of how welcome
    start:     leanings fitted to nearly the same answers: a few rounds from there suffice
    supposed:  of the slopes
    source:    Opper, Archambeau 2009, "The variational Gaussian approximation revisited": fixed points of the exact
               bound, with MacKay's averages. The first rounds by Jaakkola, Jordan 2000, which cannot overshoot.
               Of more than 400,000 answers, those of a part of the people come first and all of them refine it.
    """
    statements = answers.shape[1]
    columns = [np.ones((statements, 1))] + ([] if features is None else [features])
    known = np.concatenate(columns, axis=1)
    overall = float(logit((answers.yes.sum() + 1) / (len(answers.yes) + 2)))
    alike = np.ones(statements)
    priors = _Priors(known, overall, supposed, np.zeros(known.shape[1]), alike, alike)
    with one_thread():
        step = max(1, len(answers.yes) // _FEW_VOTES)
        some = answers if step == 1 else answers.of_every(step)
        if start is None:
            people, side = _rounds(some, _start(some, overall, supposed), priors, _AFRESH)
        else:
            side = Side(start.statements.mean[:-1], start.statements.moments[:-1])
            priors.slope = float(start.statements.moments[-1, _SQUARES].mean())
            priors.learn_from_statements(side)
            people, side = _rounds(some, side, priors, _AGAIN)
        if step > 1:
            people, side = _rounds(answers, side, priors, _ONCE_MORE)
    mean, variance = priors.of_people()
    strange = _with_stranger(people, mean, variance[0], _PERSON)
    return Leanings(strange, _with_stranger(side, *priors.of_newcomer(), _STATEMENT), supposed)


def person_given(statement: IntArray, yes: NDArray[np.bool_], known: Leanings) -> Leanings:
    """What somebody is like of whom only these answers are known, where the statements are as they are.

    statement:  (answers,) each one once
    known:      of its people only the last row is used, somebody unknown
    returns:    the person as the one row of the people; -1 is the same one. Where `known` was fitted to these answers
                too, it is what was said of them there, as far as that has come to rest
    """
    stranger = Side(known.people.mean[-1:], known.people.moments[-1:])
    answered = Side(known.statements.mean[statement], known.statements.moments[statement])
    prior = stranger.mean[:, _PERSON], stranger.covariance(_PERSON)[0].diagonal()[None]
    answers = Answers((1, len(yes)), np.array([0, len(yes)]), np.arange(len(yes), dtype=np.int32), yes)
    first = np.zeros(len(yes), np.int32)
    bound = np.full(len(yes), 0.25), np.asarray(yes - 0.5, np.float64)
    person = stranger
    with one_thread():
        for each in range(_ALONE):
            before, person = person, _given(bound[0][None], bound[1][None], answered, _PERSON, prior)
            if np.abs(person.mean - before.mean).max() < _AT_REST:
                break
            bound = _bound(answers, first, Leanings(person, answered), each < _AFRESH[0])
    return Leanings(person, known.statements, known.supposed)


def _rounds(
    answers: Answers, statements: Side, priors: _Priors, rounds: tuple[int, int]
) -> tuple[Side, Side]:
    """People and statements in turn, each given the other."""
    person = np.repeat(np.arange(answers.shape[0], dtype=np.int32), np.diff(answers.starts))
    flat = np.full(len(person), 0.25), np.asarray(answers.yes - 0.5, np.float64)
    people = _given(*_matrices(answers, flat), statements, _PERSON, priors.of_people())
    easy, all_rounds = rounds
    for each in range(all_rounds):
        bound = _bound(answers, person, Leanings(people, statements), each < easy)
        curved, pulled = _matrices(answers, bound)
        statements = _given(curved.T, pulled.T, people, _STATEMENT, priors.of_statements())
        bound = _bound(answers, person, Leanings(people, statements), each < easy)
        people = _given(*_matrices(answers, bound), statements, _PERSON, priors.of_people())
        if each >= easy:
            priors.learn_from_people(people)
            priors.learn_from_statements(statements)
    return people, statements


def _bound(
    answers: Answers, person: NDArray[np.int32], leanings: Leanings, easy: bool
) -> tuple[FloatArray, FloatArray]:
    """(answers,) curvature and linear term of the parabola that stands for each answer's log-likelihood."""
    mean, variance = leanings.log_odds(person, answers.statement)
    if easy:
        width = np.sqrt(mean**2 + variance) + 1e-6
        return np.tanh(width / 2) / (2 * width), np.asarray(answers.yes - 0.5, np.float64)
    damped = _damped(variance)
    chance = expit(damped * mean)
    curvature = damped * chance * (1 - chance)
    return curvature, answers.yes - chance + curvature * mean


def _given(
    curved: csr_array | FloatArray,
    pulled: csr_array | FloatArray,
    other: Side,
    free: IntArray,
    prior: tuple[FloatArray, FloatArray],
) -> Side:
    """The Gaussians of one side where the other one is as it is.

    curved, pulled:  (n, others) curvature and linear term of each answer
    free:            which entries of the vectors are unknown; the remaining one is 1
    prior:           means and variances, (n or 1, f)
    """
    curvatures, pulls = curved @ other.moments, pulled @ other.mean
    means, variances = (np.broadcast_to(each, (len(pulls), len(free))) for each in prior)
    blocks = [slice(at, at + _BLOCK) for at in range(0, max(len(pulls), 1), _BLOCK)]
    sides = [_solved(curvatures[some], pulls[some], free, (means[some], variances[some])) for some in blocks]
    return Side(
        np.concatenate([side.mean for side in sides]), np.concatenate([side.moments for side in sides])
    )


def _solved(
    curvatures: FloatArray, pulls: FloatArray, free: IntArray, prior: tuple[FloatArray, FloatArray]
) -> Side:
    """The Gaussians whose densities are products of parabolas."""
    mean, variance = prior
    crossed = _full(curvatures)
    precision = crossed[:, free[:, None], free]
    precision[:, np.arange(len(free)), np.arange(len(free))] += 1 / variance
    linear = pulls[:, free] - crossed[:, free, 1 - free[0]] + mean / variance
    covariance = np.asarray(np.linalg.inv(precision), np.float64)
    return _side(np.einsum("nij,nj->ni", covariance, linear), covariance, free)


def _side(mean: FloatArray, covariance: FloatArray, free: IntArray) -> Side:
    vectors = np.ones((len(mean), _WIDTH))
    vectors[:, free] = mean
    moments = vectors[:, _UPPER[0]] * vectors[:, _UPPER[1]]
    place = np.full(_WIDTH, -1)
    place[free] = np.arange(len(free))
    row, column = place[_UPPER[0]], place[_UPPER[1]]
    both = (row >= 0) & (column >= 0)
    moments[:, both] += covariance[:, row[both], column[both]]
    return Side(vectors, moments)


def _full(moments: FloatArray) -> FloatArray:
    """(n, d, d) from upper triangles."""
    place = np.empty((_WIDTH, _WIDTH), np.int64)
    place[_UPPER] = place[_UPPER[::-1]] = np.arange(len(_TWICE))
    return moments[:, place]


def _start(answers: Answers, overall: float, supposed: Slopes) -> Side:
    """Statements whose slopes are the directions in which the answers differ most, by orthogonal iteration."""
    people, statements = answers.shape
    seen = np.maximum(np.bincount(answers.statement, minlength=statements), 1)
    share = np.bincount(answers.statement, answers.yes, minlength=statements) / seen
    residual = _matrix(answers, answers.yes - share[answers.statement])
    rank = min(_RANK, people, statements)
    found = np.cos(np.outer(np.arange(1, statements + 1), np.arange(1, rank + 1)))
    for _ in range(10 if rank else 0):
        found, _ = np.linalg.qr(residual.T @ (residual @ found))
    projected = residual @ found
    _, turn = np.linalg.eigh(projected.T @ projected)
    found = (found @ turn)[:, ::-1]
    mean = np.zeros((statements, len(_STATEMENT)))
    mean[:, 0] = overall
    mean[:, 1 : 1 + rank] = found * np.sqrt(statements * _SLOPE * np.array(supposed.profile[:rank]))
    return _side(mean, np.zeros((statements, len(_STATEMENT), len(_STATEMENT))), _STATEMENT)


def _with_stranger(side: Side, mean: FloatArray, variance: FloatArray, free: IntArray) -> Side:
    """One row more: who or what only the prior says something of."""
    unknown = _side(mean, np.diag(variance)[None], free)
    return Side(np.concatenate([side.mean, unknown.mean]), np.concatenate([side.moments, unknown.moments]))


def _matrix(answers: Answers, data: FloatArray) -> csr_array:
    return csr_array((data, answers.statement, answers.starts), shape=answers.shape)


def _matrices(answers: Answers, bound: tuple[FloatArray, FloatArray]) -> tuple[csr_array, csr_array]:
    return _matrix(answers, bound[0]), _matrix(answers, bound[1])


def _damped(variance: FloatArray) -> FloatArray:
    return np.asarray(1 / np.sqrt(1 + np.pi / 8 * variance))


def _pooled(squares: FloatArray, expected: float, weight: int) -> float:
    return float((squares.sum() + weight * expected) / (len(squares) + weight))
