"""What a type checker tells people who use the package: mistakes in settings, and what queries return."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

RIGHT = """
import numpy as np
from w2v import Config, KeyedVectors, Phrases, PoincareConfig, PoincareKeyedVectors, PoincareModel, Word2Vec
from w2v import compare, find_phrases, train

model = Word2Vec([["a", "b"]], vector_size=8, epochs=None, alpha=1, sg=1, config=Config(window=3))
model.fit("corpus.txt", window=5, tokenizer=str.split, callbacks=None, progress=False)
size: int = model.vector_size
epochs: int | None = model.epochs
PoincareModel(size=3, init_range=(-0.001, 0.001), config=PoincareConfig(epochs=5)).fit("pairs.tsv", alpha=0.1)
compare("corpus.txt", "report", vector_size=8, config=Config(window=3))
Word2Vec("corpus.txt", phrases=2, phrase_threshold=None, phrase_connectors={"of"})
phrases: Phrases = Phrases.load("phrases")
scores: dict[str, float] = phrases.find_phrases([["a", "b"]])
names: list[str] = [each.phrase for each in find_phrases("corpus.txt", threshold=3)]

vectors: KeyedVectors = model.wv
vectors.save_pretrained("folder", dtype="int8", license="mit", scores={"a": 1.0}, language=["en"])
published: KeyedVectors = KeyedVectors.from_pretrained("folder", limit=3)
address: str = model.push_to_hub("me/vectors", private=True, license="mit", text="A text.")
ranking: list[tuple[str, float]] = vectors.most_similar("a")
ranking = vectors.most_similar(positive=["a"], negative=["b"], topn=3)
ranking = vectors.most_similar_cosmul(["a"], topn=3)
ranking = vectors.similar_by_word("a", 5)
ranking = vectors.similar_by_vector(vectors["a"])
ranking = vectors.most_correlated(["a"], restrict_vocab=5)
everything: np.ndarray = vectors.most_similar("a", topn=None)
everything = vectors.most_similar(["a"], ["b"], None)
everything = vectors.most_similar_cosmul("a", topn=None)
everything = vectors.similar_by_word("a", None)
everything = vectors.similar_by_vector(vectors["a"], topn=None)
everything = vectors.most_correlated("a", topn=None)
ranking = vectors.same_company(["a"])
everything = vectors.same_company("a", topn=None)
vectors = vectors.whiten().all_but_the_top(2).sort_by_descending_frequency()
vectors = model.with_output()
everything = vectors.get_mean_vector(["a", ("b", 2.0)], weights=None)

def either(points: PoincareKeyedVectors, topn: int | None) -> list[tuple[str, float]] | np.ndarray:
    ranking: list[tuple[str, float]] = points.most_similar("a", topn=4)
    everything: np.ndarray = points.most_similar("a", topn=None)
    points = points.vectors_for_all(["a", "b"])
    return points.most_similar("a", topn=topn)
"""
WRONG = {
    'Word2Vec(vectorsize=8)': 'Unexpected keyword argument "vectorsize"',
    'Word2Vec(vector_size="8")': 'Argument "vector_size" to "Word2Vec" has incompatible type "str"; expected "int"',
    'Word2Vec(config=PoincareConfig())': 'incompatible type "PoincareConfig"; expected "Config | None"',
    'model.fit("corpus.txt", epoch=3)': 'Unexpected keyword argument "epoch" for "fit"',
    'model.fit("corpus.txt", alpha="low")': 'incompatible type "str"; expected "float | None"',
    'compare("corpus.txt", "report", window=2.5)': 'incompatible type "float"; expected "int"',
    'PoincareModel(burnin=3)': 'Unexpected keyword argument "burnin"',
    'PoincareModel([("a", "b")], epochs="3")': 'incompatible type "str"; expected "int"',
    'model.windows': '"Word2Vec" has no attribute "windows"',
    'model.window = 3': "error: ",
    'text: str = model.window': 'expression has type "int", variable has type "str"',
    'model.save_pretrained("folder", licence="mit")': 'Unexpected keyword argument "licence"',
    'model.push_to_hub("me/vectors", license=3)': 'incompatible type "int"; expected "str | None"',
    'vectors.most_similar("a").argmax()': 'has no attribute "argmax"',
    'vectors.most_similar("a", topn=None).sort(key=len)': "error: ",
    'vectors.most_similar("a", topn="all")': "No overload variant",
    'points: PoincareKeyedVectors = vectors.whiten()': 'type "KeyedVectors", variable has type "PoincareKeyedVectors"',
}  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What mypy tells of each line of the two programs, by its number."""
    file = tmp_path_factory.mktemp("typed") / "program.py"
    file.write_text(RIGHT + "\n".join(WRONG) + "\n")
    command = [sys.executable, "-m", "mypy", "--no-error-summary", str(file)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert ran.stderr == ""
    lines: dict[int, str] = {}
    for line in ran.stdout.splitlines():
        place, _, sentence = line.partition(": ")
        number = int(place.rpartition(":")[2])
        lines[number] = f"{lines.get(number, '')}{sentence}\n"
    return lines


def test_right_programs_are_not_complained_of(told):
    assert {number: told[number] for number in told if number <= RIGHT.count("\n")} == {}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_name_or_type_is_told_before_anything_runs(told, mistake):
    number = RIGHT.count("\n") + 1 + list(WRONG).index(mistake)
    assert WRONG[mistake] in told.get(number, "nothing")
