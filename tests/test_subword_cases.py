"""A made-up language with cases: what its grammar planted is learned, of forms that are in no text, too."""

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from w2v import Word2Vec

FOLDER = Path(__file__).parent.parent / "experiments"


@pytest.fixture(scope="module")
def cases():
    sys.path.insert(0, str(FOLDER))
    import subwords_cases

    sys.path.remove(str(FOLDER))
    return subwords_cases


@pytest.fixture(scope="module")
def world(cases):
    return cases.language(120_000, 1)


def test_the_language_is_of_its_grammar(cases, world):
    sentences, forms = world
    written = Counter(word for sentence in sentences for word in sentence.split())
    assert len({each["form"] for each in forms}) == len(forms) == cases.TOPICS * cases.STEMS * cases.FORMS
    assert sum(not each["seen"] for each in forms) == cases.TOPICS * cases.STEMS * cases.LEFT_OUT
    assert not [each["form"] for each in forms if not each["seen"] and each["form"] in written]
    for each in forms:
        assert bool(set(each["form"]) & set("äöy")) == each["front"]
        assert not each["front"] or not set(each["form"]) & set("aou"), "endings have the vowels of the stem"


def test_forms_that_were_never_seen_have_the_stem_the_topic_and_the_case(cases, world):
    sentences, forms = world
    text = [sentence.split() for sentence in sentences]
    model = Word2Vec(text, subword="fasttext", min_count=1, vector_size=32, epochs=5, sample=1e-3, workers=1)
    vectors = model.wv
    unseen = [each["form"] for each in forms if each["form"] not in vectors.key_to_index]
    composed = {form: vectors[form] for form in unseen}
    found = cases.score_cases(list(vectors.index_to_key), vectors.vectors, composed, forms)
    assert found["forms"] >= cases.TOPICS * cases.STEMS * cases.LEFT_OUT
    assert found["topic"] > 0.9, "by chance, and by spelling, 1 in 8"
    assert found["case"] > 0.5, "by chance, and by spelling, 1 in 12"
    assert found["stem"] > 0.18, "by chance 1 in 16"


def test_of_vectors_by_chance_nothing_is_found(cases, world):
    _, forms = world
    random = np.random.default_rng(1)
    known = [each["form"] for each in forms if each["seen"]]
    composed = {each["form"]: random.normal(size=20) for each in forms if not each["seen"]}
    found = cases.score_cases(known, random.normal(size=(len(known), 20)), composed, forms)
    assert abs(found["stem"] - 1 / cases.STEMS) < 0.05
    assert abs(found["topic"] - 1 / cases.TOPICS) < 0.05
    assert abs(found["case"] - 1 / cases.FORMS) < 0.05
    assert np.isnan(cases.score_cases(known, random.normal(size=(len(known), 20)), {}, forms)["stem"])
