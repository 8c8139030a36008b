"""The study of document vectors: whom it compares, on which documents, and how it judges."""

import importlib
import inspect
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from w2v import Config

FOLDER = Path(__file__).parent.parent / "experiments"


@pytest.fixture(scope="module")
def documents():
    """experiments/documents.py, and the scripts of its texts and its runs, which are no part of the package."""
    sys.path.insert(0, str(FOLDER))
    loaded = [importlib.import_module(name) for name in ("documents", "documents_made", "documents_run")]
    sys.path.remove(str(FOLDER))
    return loaded


def test_gensims_settings_of_documents_are_those_it_has_where_nothing_is_said(documents):
    signature = inspect.signature
    library = pytest.importorskip("gensim.models.doc2vec").Doc2Vec
    parents = pytest.importorskip("gensim.models.word2vec").Word2Vec
    given = {**signature(parents).parameters, **signature(library).parameters}
    same = documents[0].SAME
    for name in ("vector_size", "window", "negative", "ns_exponent", "sample", "alpha", "min_alpha", "min_count"):
        assert given[name].default == same[name], name
    for _, settings in documents[0].SYSTEMS.values():
        for arch in documents[0].ARCHS.values():
            Config.of(settings | arch)


def test_systems_that_train_documents_take_turns(documents):
    sizes = {"seeds": 2, "epochs": 20, "repetitions": 1, "speed_epochs": 10}
    steps = documents[0].plan(["quality", "speed"], ["pv-dm"], ["topics"], ["gensim", "w2v", "own"], sizes)
    assert [tuple(step) for step in steps] == [
        *(
            ("quality", "pv-dm", "topics", system, 20, seed, 0)
            for seed in (1, 2)
            for system in ("gensim", "w2v", "own")
        ),
        *(("speed", "pv-dm", "speed", system, 10, 1, 0) for system in ("gensim", "w2v")),
    ]


@pytest.mark.parametrize(("ours", "verdict"), [(["2.0", "2.0"], "reached"), (["2.0", "2.01"], "MISSED")])
def test_the_speed_of_documents_is_judged_by_medians_of_whole_runs(documents, ours, verdict):
    of = {"gensim": ["10", "10"], "w2v": ours}
    results = [
        {"data": "speed", "arch": "pv-dm", "system": system, "whole_s": seconds, "kwords_per_s": "50"}
        for system, times in of.items()
        for seconds in times
    ]
    whole, alone = documents[0].summary(results)
    assert whole.endswith(f"(floor 5: {verdict})")
    assert "1.0 times as fast (floor 5: MISSED)" in alone


@pytest.mark.parametrize(("ours", "verdict"), [(["41", "43"], "reached"), (["38", "39"], "BELOW")])
def test_scores_of_documents_are_judged_within_the_spread_of_seeds(documents, ours, verdict):
    results = [
        {"data": "topics", "arch": "pv-dm", "system": system, "trained": score, "chance": "3"}
        for system, scores in {"gensim": ["42", "44"], "w2v": ours}.items()
        for score in scores
    ]
    [line] = [line for line in documents[0].summary(results) if " trained " in line]
    assert line.startswith("topics pv-dm trained (%): gensim 43.0  w2v ")
    assert "chance 3.0" in line
    assert line.endswith(f"({verdict})")


def test_held_out_paragraphs_have_their_neighbours_among_the_others(documents):
    lines = [f"{number} " + "word " * 30 for number in range(50)]
    short = [text for line in lines for text in (line, "a heading")]
    texts, numbers, held, apart = documents[1].paragraphs(short, 40, 5)
    assert (len(texts), len(held)) == (40, 5)
    assert all(text.startswith(f"{n} ") for text, n in zip(texts + held, numbers + apart, strict=True))
    assert all({number - 1, number + 1} <= set(numbers) for number in apart)


def test_documents_with_topics_name_their_country_alone(documents):
    sentences = ["paris is in france", "wine of france", "tokyo is in japan", "japan and france"]
    texts, labels, held, _ = documents[1].topics([*sentences, *(f"other {n}" for n in range(9))], 0)
    assert (len(texts), labels, held) == (1, [0], [])
    assert texts[0].count("france") == 2
    assert texts[0].count("other") == 6
    assert "japan" not in texts[0]


def test_the_nearest_documents_are_scored_beside_chance(documents):
    """Six documents on a circle, in the order of the text; the nearest two of each are its neighbours."""
    run = documents[2]
    angles = np.arange(6) / 4
    table = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = run.nearest(table, 7 * table, range(6))[:, :2]
    assert found[2].tolist() in ([1, 3], [3, 1])
    labels = np.arange(6)
    assert run.score(found, labels, labels, "next") == 100
    assert run.score(found, labels, labels, "same") == 0
    assert run.score(found, labels // 3, labels // 3, "same") == pytest.approx(100 * 10 / 12)
    assert run.chance(np.array([0, 0, 1, 1]), "same") == pytest.approx(100 / 3)
    many = np.arange(2000)
    assert run.chance(many, "next") == pytest.approx(100 * 2 * 10 / 1999, rel=0.01)


@pytest.mark.parametrize("library", ["w2v", "gensim"])
def test_a_run_of_documents_says_what_it_took_and_learned(documents, library, tmp_path):
    pytest.importorskip(library)
    study, made, _ = documents
    texts = [" ".join(f"{'ab'[n % 2]}{(n * i) % 5}" for i in range(30)) for n in range(40)]
    asked = made.written(tmp_path, "text", "same", texts, [n % 2 for n in range(40)], texts[:4], [0, 1, 0, 1])
    settings = study.SAME | study.ARCHS["pv-dbow"] | {"vector_size": 8, "epochs": 40, "seed": 1, "workers": 1}
    settings |= {"sample": 0.0, "alpha": 0.1}
    command = [sys.executable, FOLDER / "documents_run.py", library, asked.file, tmp_path / "model"]
    command += [json.dumps(settings), json.dumps(str(asked.asked))]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(told.stdout.splitlines()[-1])
    assert found["documents"] == 40
    assert found["chance"] == pytest.approx(100 * 19 / 39, abs=0.01)
    assert min(found["trained"], found["inferred"]) > 80
    assert found["whole_s"] > found["training_s"] > 0
