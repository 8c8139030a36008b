"""People's questions read and scored as gensim can: lines that are none passed over, unknown words counted."""

import numpy as np
import pytest

from w2v import KeyedVectors, evaluation
from w2v.errors import W2VError

WORDS = ["a", "b", "c", "d"]
VECTORS = np.array([[1, 0], [0, 1], [1, 1], [-0.2, 1]], np.float32)


@pytest.fixture
def kv():
    return KeyedVectors(WORDS, VECTORS)


def written(tmp_path, text: str):
    path = tmp_path / "list.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_lines_that_are_no_question_are_passed_over_only_where_asked(tmp_path):
    path = written(tmp_path, ": one\na b c d\nthree words only\n: two\na b c d\n")
    with pytest.raises(W2VError, match="line 3: 3 words where an analogy has four"):
        evaluation.read_questions(path)
    assert evaluation.read_questions(path, lenient=True) == {"one": [tuple("abcd")], "two": [tuple("abcd")]}
    with pytest.raises(W2VError, match="line 1: a question before the first section"):
        evaluation.read_questions(written(tmp_path, "a b c d\n"), lenient=True)


def test_lines_that_are_no_pair_are_passed_over_only_where_asked(tmp_path):
    path = written(tmp_path, "a b 1\nc d two\nb c 3\n")
    with pytest.raises(W2VError, match="line 2: the judgement 'two' is not a number"):
        evaluation.read_pairs(path)
    assert evaluation.read_pairs(path, lenient=True) == [("a", "b", 1.0), ("b", "c", 3.0)]
    with pytest.raises(W2VError, match="holds no word pairs"):
        evaluation.read_pairs(written(tmp_path, "nothing\n"), lenient=True)


@pytest.mark.parametrize("delimiter", [";", "::", "\t"])
def test_columns_may_be_separated_by_anything(delimiter, tmp_path):
    path = written(tmp_path, f'a b{delimiter}"c, d"{delimiter}2.5\n')
    assert [pair[2] for pair in evaluation.read_pairs(path, delimiter=delimiter)] == [2.5]
    assert evaluation.read_pairs(path, delimiter=delimiter)[0][0] == "a b"


def test_questions_with_unknown_words_are_wrong_where_they_count(kv, tmp_path):
    questions = {"all": [("a", "b", "c", "d"), ("a", "b", "x", "d"), ("a", "b", "c", "y")]}
    skipped = evaluation.score_analogies(WORDS, VECTORS, questions)
    counted = evaluation.score_analogies(WORDS, VECTORS, questions, count_unknown=True)
    assert (skipped.total.total, skipped.total.skipped) == (1, 2)
    assert (counted.total.total, counted.total.skipped) == (3, 0)
    assert counted.sections[0].wrong[-2:] == questions["all"][1:]
    assert counted.total.correct == skipped.total.correct == 1
    path = written(tmp_path, ": all\na b c d\na b x d\na b c y\n")
    assert kv.evaluate_word_analogies(path)[0] == 1
    assert kv.evaluate_word_analogies(path, count_unknown=True)[0] == pytest.approx(1 / 3)


def test_pairs_with_unknown_words_have_cosine_zero_where_they_count(kv, tmp_path):
    pairs = [("a", "b", 0.5), ("a", "c", 3.0), ("b", "c", 2.0), ("a", "d", 0.1), ("a", "x", 9.0)]
    skipped = evaluation.score_similarity(WORDS, VECTORS, pairs)
    counted = evaluation.score_similarity(WORDS, VECTORS, pairs, count_unknown=True)
    with_zero = evaluation.correlate([0, 0.5**0.5, 0.5**0.5, -0.2 / 1.04**0.5, 0], [p[2] for p in pairs], skipped=0)
    assert (skipped.used, skipped.skipped, counted.used, counted.skipped) == (4, 1, 5, 0)
    assert counted.pearson == pytest.approx(with_zero.pearson, abs=1e-6)
    path = written(tmp_path, "".join(f"{a}\t{b}\t{score}\n" for a, b, score in pairs))
    assert kv.evaluate_word_pairs(path)[2] == pytest.approx(20)
    assert kv.evaluate_word_pairs(path, count_unknown=True)[0][0] == pytest.approx(counted.pearson)
