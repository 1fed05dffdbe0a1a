"""Open answers beside other methods, and how long 100,000 of them take.

    python -m bench.voices [--data FOLDER] [--answers 100000] [--words 0 40 15]

Themes: of citizens' proposals (text-es) those are taken whose *title* points to exactly one of eighteen subjects, by
the patterns below; the methods see only the descriptions, whole or cut to so many words, never titles or subjects.
All are asked for eighteen clusters; ours also says what it makes of them when it chooses the number itself, and what it
is without the fields of life, which are written for another province but by the same hand as the subjects. Peers:
TF-IDF over words as they stand with k-means, the same over lemmas, LDA over lemmas.

Tone: TextBlob's own way to read a lexicon, with ours in it, and its English default beside ours, on the civic sentences
of our tests.
"""

import argparse
import csv
import html
import json
import random
import re
import resource
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import process_time
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import LatentDirichletAllocation
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics import normalized_mutual_info_score
from textblob import TextBlob
from textblob._text import Sentiment

from deliberation.maths.threads import one_thread
from deliberation.voices.answer_file import read_answers
from deliberation.voices.content_words import ContentWord
from deliberation.voices.folding import fold
from deliberation.voices.lexicon import FILE, Role
from deliberation.voices.report import hear, report_of
from deliberation.voices.theme_vectors import KINDS, Kind
from deliberation.voices.theme_words import theme_words
from deliberation.voices.themes import suggest_themes
from deliberation.voices.tone import Leaning, leaning_of
from i18n.language import Language
from i18n.translator import Translator
from rimay.commands.voices import write_report

_DATA = Path(__file__).parents[2] / "shared" / "data"
_TONES = Path(__file__).parents[1] / "tests" / "deliberation" / "voices" / "tone_cases.json"
SEEDS = range(3)
SHORTEST = 6
SUBJECTS = {
    "bus": r"\bautobus|\bbuses?\b|\bemt\b|marquesina",
    "metro": r"\bmetro\b|cercanias|\btren(es)?\b|estacion de|\brenfe",
    "bicycle": r"\bbici|carril bici|ciclist|patinete",
    "parking": r"aparca|parking|\bzona ser\b|\bser\b|estacionamiento",
    "waste": r"basura|contenedor|recicl|limpieza|papelera|suciedad|residuo|limpiar",
    "green": r"\barbol|jardin|zonas? verde|\bparque\b(?! infantil)|plantar|arbolado",
    "animals": r"\bperr|canin|mascota|\bgato|animal|palomas|cotorra",
    "housing": r"vivienda|alquiler|piso turistic|okupa|hipoteca|inquilin",
    "sport": r"deport|piscina|futbol|polideportiv|gimnasio|cancha|baloncesto|calistenia",
    "school": r"colegio|escuela|instituto|educa|universi|guarderia|estudiant",
    "culture": r"bibliotec|cultur|museo|teatro|concierto|cine\b|musica",
    "noise": r"ruido|contaminacion acustica|terrazas?\b|botellon",
    "traffic": r"semaforo|trafico|\bcoches\b|velocidad|rotonda|paso de (peatones|cebra)|circulacion|atasco|\bradar",
    "walking": r"\bacera|peaton|accesib|ascensor|rampa|barrera|paviment|asfalt|baches",
    "children": r"infantil|columpio|\bninos\b",
    "light": r"\bluz|\bluces|ilumina|farola|alumbrado",
    "health": r"salud|sanita|medic|hospital|ambulatorio",
    "safety": r"seguridad|polici|robo|delincu|vigilancia|camaras",
}
Labels = Sequence[int]


def main() -> None:
    """Print the figures of themes, of tone, and of a large file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=_DATA)
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--words", type=int, nargs="*", default=[0, 40, 15])
    options = parser.parse_args()
    with one_thread():
        descriptions, subjects = labelled(options.data)
        for words in options.words:
            compare_themes([_cut(text, words) for text in descriptions], subjects, words)
        compare_tone()
        if options.answers:
            large_file(descriptions, options.answers)


def labelled(data: Path) -> tuple[list[str], list[str]]:
    """Descriptions of proposals, each different, and the one subject that the title of each points to."""
    found: dict[str, str] = {}
    patterns = {subject: re.compile(pattern) for subject, pattern in SUBJECTS.items()}
    for path in sorted((data / "text-es").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file, delimiter=";"):
                title = fold(row["title"])
                subjects = [subject for subject, pattern in patterns.items() if pattern.search(title)]
                text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row["description"] or "")).split())
                if len(subjects) == 1 and len(text.split()) >= SHORTEST:
                    found.setdefault(text, subjects[0])
    return list(found), list(found.values())


def compare_themes(texts: Sequence[str], subjects: Sequence[str], words: int) -> None:
    """A line for each method: normalised mutual information with the subjects, and purity."""
    known = [list(theme_words(text, Language.SPANISH)) for text in texts]
    lemmas = [[word.counted_as for word in answer] for answer in known]
    many = len(set(subjects))
    print(
        f"{len(texts)} proposals, {many} subjects, {f'first {words} words' if words else 'whole'}: NMI, purity"
    )
    methods: dict[str, Callable[[int], Labels]] = {
        "TF-IDF k-means": lambda seed: _k_means(TfidfVectorizer(), texts, many, seed),
        "TF-IDF k-means, lemmas": lambda seed: _k_means(_over_lemmas(TfidfVectorizer), lemmas, many, seed),
        "LDA, lemmas": lambda seed: _lda(lemmas, many, seed),
        "ours": lambda _: _ours(known, many),
        "ours, number chosen": lambda _: _ours(known, None),
        "ours, without fields": lambda _: _ours(known, many, [Kind(lambda word: (word,), 1.0), *KINDS[1:]]),
    }
    for name, method in methods.items():
        _print_scores(
            name, [method(seed) for seed in (SEEDS if not name.startswith("ours") else [0])], subjects
        )


def _print_scores(name: str, found: Sequence[Labels], subjects: Sequence[str]) -> None:
    scores = [(normalized_mutual_info_score(subjects, each), purity(subjects, each)) for each in found]
    print(
        f"  {name:24} {np.mean([nmi for nmi, _ in scores]):.3f} {np.mean([pure for _, pure in scores]):.3f}"
    )


def purity(subjects: Sequence[str], found: Labels) -> float:
    """The share of texts whose cluster's most common subject is theirs."""
    inside: dict[int, Counter[str]] = {}
    for subject, cluster in zip(subjects, found, strict=True):
        inside.setdefault(cluster, Counter())[subject] += 1
    return sum(each.most_common(1)[0][1] for each in inside.values()) / len(subjects)


def _ours(
    known: Sequence[Sequence[ContentWord]], number: int | None, kinds: Sequence[Kind] = KINDS
) -> Labels:
    label = np.full(len(known), -1)
    for at, theme in enumerate(suggest_themes(known, number, kinds=kinds)):
        label[list(theme.members)] = at
    return [int(each) for each in label]


def _over_lemmas(vectorizer: type) -> object:
    return vectorizer(analyzer=lambda lemmas: lemmas, min_df=2, max_df=0.3)


def _k_means(vectorizer, texts, clusters: int, seed: int) -> Labels:  # type: ignore[no-untyped-def]
    weights = vectorizer.fit_transform(texts)
    labels: Labels = KMeans(clusters, n_init=10, random_state=seed).fit_predict(weights).tolist()
    return labels


def _lda(lemmas: Sequence[Sequence[str]], topics: int, seed: int) -> Labels:
    counts = _over_lemmas(CountVectorizer).fit_transform(lemmas)  # type: ignore[attr-defined]
    model = LatentDirichletAllocation(topics, max_iter=30, random_state=seed)
    labels: Labels = model.fit_transform(counts).argmax(axis=1).tolist()
    return labels


def _cut(text: str, words: int) -> str:
    return " ".join(text.split()[:words]) if words else text


def compare_tone() -> None:
    """How many civic sentences each hears as they are meant: positive, neutral or unsure, negative."""
    cases = json.loads(_TONES.read_text(encoding="utf-8"))
    readers: dict[str, Callable[[str], Leaning]] = {
        "ours": leaning_of,
        "TextBlob's own, our lexicon": _textblob_reader(),
        "TextBlob, English default": lambda text: _leaning(TextBlob(text).sentiment.polarity),
    }
    for name, read in readers.items():
        right = sum(_three(read(case["text"])) == _three(Leaning(case["tone"])) for case in cases)
        turned = sum(
            {read(case["text"]), Leaning(case["tone"])} == {Leaning.POSITIVE, Leaning.NEGATIVE}
            for case in cases
        )
        print(
            f"tone of {len(cases)} civic sentences, {name}: {right / len(cases):.3f} right, {turned} turned round"
        )


def _textblob_reader() -> Callable[[str], Leaning]:
    """TextBlob's lexicon reader as it is, told Spanish negations and the words of tone in our lexicon."""
    rows = [line.split("\t") for line in FILE.read_text("utf-8").splitlines() if line and line[0] != "#"]
    words = "".join(
        f'<word form={quoteattr(term)} pos="JJ" polarity="{value}" subjectivity="1" intensity="1"/>'
        for term, role, value in rows
        if role == Role.TONE and " " not in term
    )
    with tempfile.NamedTemporaryFile("w", suffix=".xml", encoding="utf-8") as file:
        file.write(f"<sentiment>{words}</sentiment>")
        file.flush()
        reader: Any = Sentiment
        read = reader(file.name, language="es", negations=("no", "ni", "nunca", "sin", "tampoco"))
        read.load()
    return lambda text: _leaning(read(text)[0])


def _leaning(polarity: float) -> Leaning:
    return Leaning.POSITIVE if polarity > 0.15 else Leaning.NEGATIVE if polarity < -0.15 else Leaning.NEUTRAL


def _three(leaning: Leaning) -> Leaning:
    return Leaning.NEUTRAL if leaning is Leaning.UNSURE else leaning


def large_file(descriptions: Sequence[str], answers: int) -> None:
    """The whole way from a file of answers of five to twenty-five words to VOICES.json, in processor time."""
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "answers.csv", Path(folder) / "voices.json"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["text"], *([text] for text in _answers(descriptions, answers))])
        start = process_time()
        write_report(report_of(hear(read_answers(path, "text")), Translator()), out)
        seconds = process_time() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
        print(
            f"{answers:,} answers, {path.stat().st_size / 1e6:.0f} MB: {seconds:.0f} s, {peak:.2f} GB at most"
        )


def _answers(descriptions: Sequence[str], count: int) -> Iterator[str]:
    draw = random.Random(1)
    known = [text.split()[:60] for text in descriptions]
    for _ in range(count):
        words = draw.choice(known)
        length = draw.randint(5, 25)
        start = draw.randrange(max(1, len(words) - length))
        yield " ".join(words[start : start + length])


if __name__ == "__main__":
    main()
