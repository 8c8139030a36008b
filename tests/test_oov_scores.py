"""Scores of words that are in no vocabulary: while a model is trained, and of the rows of a comparison."""

import csv

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import Evaluate, Word2Vec, compare, evaluation
from w2v.cli import app
from w2v.comparison.results import Plan
from w2v.errors import W2VError

SMALL = {"epochs": 2, "vector_size": 8, "workers": 1, "sample": 0, "min_n": 2, "max_n": 3, "min_count": 1}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Words of one topic begin alike, and so do those that only the questions have."""
    folder = tmp_path_factory.mktemp("oov")
    generator = np.random.default_rng(7)
    lines = []
    for _ in range(600):
        topic = ("kissa", "talo", "jarvi", "metsa")[generator.integers(4)]
        lines.append(" ".join(topic + "aeiou"[i] + "nst"[k] for i, k in generator.integers(0, (5, 3), size=(9, 2))))
    (folder / "corpus.txt").write_text("\n".join(lines))
    known = "kissaan\tkissaes\t9\ntaloan\tjarviin\t1\nkissaan\ttaloos\t2\nmetsaon\tmetsaus\t8\n"
    (folder / "pairs.tsv").write_text(known + "kissalle\tkissaltaan\t9\nkissalle\ttalolla\t1\nmetsalle\tzzqq\t1\n")
    (folder / "questions.txt").write_text(": all\nkissaan kissaen taloan taloen\nkissaan kissalle taloan talolle\n")
    return folder


@pytest.mark.parametrize("options", [{}, {"bucket": 300}, {"subword": "floret", "bucket": 300}])
def test_a_run_scores_words_that_it_composes(place, options):
    scores = Evaluate(analogies=place / "questions.txt", similarity=place / "pairs.tsv", oov=True)
    how = SMALL | {"subword": "fasttext"} | options
    model = Word2Vec(corpus_file=place / "corpus.txt", callbacks=[scores], **how)
    pairs = evaluation.read_pairs(place / "pairs.tsv")
    found = model.wv.score_similarity(pairs, oov=True)
    assert found.used == 6, "of seven pairs one has a word of no known n-gram"
    assert model.history[-1].scores["pairs"] == pytest.approx(found.spearman)
    answered = model.wv.score_analogies(evaluation.read_questions(place / "questions.txt"), oov=True)
    assert model.history[-1].scores["analogies"] == pytest.approx(answered.accuracy)
    assert answered.coverage == 1
    assert model.history[-1].scores["pairs"] != model.wv.score_similarity(pairs).spearman


def test_without_subwords_it_is_refused_before_training(place):
    scores = Evaluate(similarity=place / "pairs.tsv", oov=True)
    with pytest.raises(W2VError, match="oov asks for vectors of words that are not in the vocabulary"):
        Word2Vec(corpus_file=place / "corpus.txt", callbacks=[scores], **{**SMALL, "min_n": 3})
    with pytest.raises(W2VError, match="nothing here has subwords to compose"):
        compare(place / "corpus.txt", place / "none", heads=["ns"], oov=True, **SMALL)
    assert not (place / "none" / "plan.json").exists()


def test_a_comparison_scores_the_rows_that_compose_twice(place, monkeypatch):
    monkeypatch.setattr("w2v.comparison.figures._maps", lambda *_: None)  # which take a second or two
    asked = {
        "heads": ["ns"],
        "archs": ["cbow"],
        "subwords": ["none", "fasttext"],
        "similarity": [place / "pairs.tsv"],
        "analogies": [place / "questions.txt"],
        "cache_dir": place / "cache",
        **SMALL,
    }
    found = compare(place / "corpus.txt", place / "report", oov=True, **asked)
    plain, made = found.outcomes
    assert list(plain.scores) == ["questions", "pairs"]
    assert list(made.scores) == ["questions", "pairs", "questions oov", "pairs oov"]
    assert (made.scores["pairs"].coverage, made.scores["pairs oov"].coverage) == (4 / 7, 6 / 7)
    pairs = evaluation.read_pairs(place / "pairs.tsv")
    again = found.model("cbow", "ns", "fasttext").vectors.score_similarity(pairs, oov=True)
    assert made.scores["pairs oov"].value == pytest.approx(again.spearman)
    report = (place / "report" / "report.md").read_text(encoding="utf-8")
    assert "pairs oov: rank correlation with people; with composed words it covers 86% of it" in report
    assert "oov=True" in report
    assert Plan.load(place / "report").oov
    with open(place / "report" / "results.csv", encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert not first["pairs oov"]
    assert float(second["pairs oov"]) == pytest.approx(again.spearman)
    with pytest.raises(W2VError, match="oov True, now False"):
        compare(place / "corpus.txt", place / "report", **asked)


def test_the_command_line_has_it(place, tmp_path):
    text, flags = str(place / "corpus.txt"), ["--epochs", "1", "--vector-size", "4", "--workers", "1", "--quiet"]
    run = CliRunner().invoke
    refused = run(app, ["train", text, "-o", str(tmp_path / "m"), *flags, "--oov"])
    assert isinstance(refused.exception, W2VError)
    assert "--oov is for scores" in str(refused.exception)
    scored = ["--similarity", str(place / "pairs.tsv"), "--oov", "--subword", "fasttext"]
    ran = run(app, ["train", text, "-o", str(tmp_path / "m"), *flags, *scored])
    assert ran.exit_code == 0, ran.output
    model = Word2Vec.load(tmp_path / "m")
    found = model.wv.score_similarity(evaluation.read_pairs(place / "pairs.tsv"), oov=True)
    assert model.history[-1].scores["pairs"] == pytest.approx(found.spearman)
    refused = run(app, ["compare", text, "-o", str(tmp_path / "r"), *flags, "--heads", "ns", "--oov"])
    assert isinstance(refused.exception, W2VError)
    assert "Name kinds of subwords to compare" in str(refused.exception)
