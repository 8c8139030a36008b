"""Scores are gensim's to the last question, and a brute-force twin's; bad test files are told by line."""

from __future__ import annotations

import gzip
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v import evaluation
from w2v.errors import W2VError
from w2v.geometry import unit_rows
from w2v.vectors import KeyedVectors

CAPITALS = ["Paris", "Rome", "Madrid", "Berlin", "Oslo", "Athens", "Cairo", "Lima"]
COUNTRIES = ["France", "Italy", "Spain", "Germany", "Norway", "Greece", "Egypt", "Peru"]


def planted(noise: float, seed: int, size: int = 12) -> tuple[list[str], np.ndarray]:
    """A world where capital = country + one direction, up to noise, with case variants and bystanders.

    Half of the names have one to six spellings close to the name itself, so that the best answers to a question
    are often its own words in another case; "Athens" is only known in capitals, "Cairo" not at all.
    """
    rng = np.random.default_rng(seed)
    step = 2 * rng.normal(size=size)
    words, rows = [], []
    for index, (capital, country) in enumerate(zip(CAPITALS, COUNTRIES, strict=True)):
        place = 2 * rng.normal(size=size)
        for name, vector in ((country, place), (capital, place + step)):
            if name == "Cairo":
                continue
            spellings = ["ATHENS"] if name == "Athens" else [name]
            if index % 2:
                spellings += [name.lower(), name.upper(), name.swapcase(), name[:2].upper() + name[2:]]
                spellings += [name[:-1] + name[-1].upper(), name[0] + name[1:].upper()]
            spellings = list(dict.fromkeys(spellings))[: 1 + rng.integers(1, 7)]
            words += spellings
            rows += [vector + noise * rng.normal(size=size) for _ in spellings]
    words += [*(f"bystander{index}" for index in range(100)), "nowhere"]
    rows += [*(3 * rng.normal(size=(100, size))), np.zeros(size)]
    order = rng.permutation(len(words))
    return [words[index] for index in order], np.array(rows, dtype=np.float32)[order]


def all_questions() -> dict[str, list[evaluation.Question]]:
    places = list(zip(COUNTRIES, CAPITALS, strict=True))
    pairs = [(one, other) for one in places for other in places if one != other]
    return {
        "capital": [(*one, *other) for one, other in pairs],
        "country": [(*one[::-1], *other[::-1]) for one, other in pairs],
        "nonsense": [("bystander1", "bystander2", "bystander3", "BYSTANDER4"), ("Paris", "Paris", "Rome", "Rome")],
        "unknown": [("Paris", "France", "Atlantis", "Poseidon")],
    }


def write_questions(path, questions) -> None:
    path.write_text(
        "".join(
            f": {name}\n" + "".join(" ".join(question) + "\n" for question in section)
            for name, section in questions.items()
        )
    )


def in_gensim(words, vectors, tmp_path):
    """The same vectors, as gensim reads them from the file we write."""
    gensim_models = pytest.importorskip("gensim.models", reason="gensim has no wheel for this Python")
    KeyedVectors(words, vectors).save(tmp_path / "vectors.bin")
    return gensim_models.KeyedVectors.load_word2vec_format(str(tmp_path / "vectors.bin"), binary=True)


def brute_force(words, vectors, question, restrict_vocab, case_insensitive) -> bool | None:
    """One question by plain loops: right, wrong, or None when it has an unknown word."""
    fold = str.upper if case_insensitive else str
    words = words[:restrict_vocab]
    row = {}
    for index, word in enumerate(words):
        row.setdefault(fold(word), index)
    a, b, c, expected = map(fold, question)
    if not {a, b, c, expected} <= row.keys():
        return None

    def unit(index):
        length = math.sqrt(sum(float(x) ** 2 for x in vectors[index]))
        return [float(x) / length for x in vectors[index]]

    target = [y + z - x for x, y, z in zip(unit(row[a]), unit(row[b]), unit(row[c]), strict=True)]
    scores = []
    for index in range(len(words)):
        if index not in (row[a], row[b], row[c]) and any(vectors[index]):
            scores.append((sum(x * y for x, y in zip(unit(index), target, strict=True)), index))
    answer = None
    for _, index in sorted(scores, reverse=True)[:5]:
        answer = fold(words[index])
        if answer not in (a, b, c):
            break
    return answer == expected


SETTINGS = [(None, True), (None, False), (90, True), (90, False), (7, True)]


@pytest.mark.parametrize(("restrict_vocab", "case_insensitive"), SETTINGS)
@pytest.mark.parametrize("noise", [0.05, 0.6, 2.0])
def test_analogies_are_the_brute_force_twins(noise, restrict_vocab, case_insensitive):
    words, vectors = planted(noise, seed=1)
    questions = all_questions()
    report = evaluation.score_analogies(
        words, vectors, questions, restrict_vocab=restrict_vocab, case_insensitive=case_insensitive
    )
    for section in report.sections:
        outcomes = {
            question: brute_force(words, vectors, question, restrict_vocab, case_insensitive)
            for question in questions[section.name]
        }
        assert section.right == [question for question, outcome in outcomes.items() if outcome is True]
        assert section.wrong == [question for question, outcome in outcomes.items() if outcome is False]
        assert section.skipped == list(outcomes.values()).count(None)


@pytest.mark.filterwarnings("ignore:invalid value encountered in divide")  # gensim divides by the zero vector's norm
@pytest.mark.parametrize(("restrict_vocab", "case_insensitive"), SETTINGS)
@pytest.mark.parametrize("seed", range(6))
def test_analogies_are_gensims(seed, restrict_vocab, case_insensitive, tmp_path):
    words, vectors = planted([0.05, 0.6, 2.0][seed % 3], seed)
    questions = all_questions()
    write_questions(tmp_path / "questions.txt", questions)
    kv = in_gensim(words, vectors, tmp_path)
    accuracy, sections = kv.evaluate_word_analogies(
        str(tmp_path / "questions.txt"),
        restrict_vocab=restrict_vocab or len(words),
        case_insensitive=case_insensitive,
    )
    report = evaluation.score_analogies(
        words, vectors, questions, restrict_vocab=restrict_vocab, case_insensitive=case_insensitive
    )
    fold = str.upper if case_insensitive else str
    assert report.accuracy == accuracy
    for ours, theirs in zip([*report.sections, report.total], sections, strict=True):
        assert [tuple(map(fold, question)) for question in ours.right] == theirs["correct"]
        assert [tuple(map(fold, question)) for question in ours.wrong] == theirs["incorrect"]


@pytest.mark.parametrize(("variants", "correct"), [(4, 1), (5, 0)])
def test_only_five_answers_are_looked_at(variants, correct):
    """Case variants of the question's words that lie before the answer: four are passed over, five hide it."""
    a, b, c = np.eye(3, dtype=np.float32)
    spellings = ["bbB", "bBb", "bBB", "Bbb", "BbB"][:variants]
    words = ["aaa", "bbb", "ccc", "ddd", *spellings]
    vectors = np.stack([a, b, c, b + c, *(b + c - a for _ in spellings)])
    report = evaluation.score_analogies(words, vectors, {"all": [("aaa", "bbb", "ccc", "ddd")]})
    assert (report.total.correct, report.total.total) == (correct, 1)


def test_a_word_asked_twice_has_its_variants_counted_once():
    a, b, d = np.eye(3, dtype=np.float32)
    words = ["aaa", "bbb", "ddd", "Bbb", "BBb", "BbB"]
    questions = {"all": [("aaa", "bbb", "bbb", "ddd")]}
    report = evaluation.score_analogies(words, np.stack([a, b, b + d, b, b, b]), questions)
    assert report.total.correct == 1


def test_a_zero_vector_is_never_an_answer():
    words = ["a", "b", "c", "zero", "d"]
    vectors = np.array([[-1, 0], [1, 0], [1, 1], [0, 0], [-1, 1]], dtype=np.float32)  # d is on the far side
    report = evaluation.score_analogies(words, vectors, {"all": [("a", "b", "c", "d"), ("a", "b", "c", "zero")]})
    assert report.total.right == [("a", "b", "c", "d")]


def test_blocks_do_not_change_the_answers(monkeypatch):
    words, vectors = planted(0.6, seed=2)
    whole = evaluation.score_analogies(words, vectors, all_questions())
    monkeypatch.setattr("w2v.evaluation.analogies._BLOCK", 3 * len(words))
    assert evaluation.score_analogies(words, vectors, all_questions()) == whole


@given(
    st.lists(st.tuples(st.sampled_from("abcdeF"), st.sampled_from("ABcxdf"), st.floats(-9, 9)), max_size=30),
    st.integers(0, 99),
)
@settings(max_examples=50, deadline=None)
def test_rank_correlation_ignores_any_increasing_scale(pairs, seed):
    words = list("aAbcdef")
    vectors = np.random.default_rng(seed).normal(size=(7, 3)).astype(np.float32)
    pairs = [(a, b, round(score, 3)) for a, b, score in pairs]
    report = evaluation.score_similarity(words, vectors, pairs)
    stretched = evaluation.score_similarity(words, vectors, [(a, b, math.exp(score)) for a, b, score in pairs])
    assert stretched.spearman == pytest.approx(report.spearman, nan_ok=True)
    assert report.skipped == sum("x" in pair for pair in pairs)
    assert report.used + report.skipped == len(pairs)
    assert math.isnan(report.spearman) or -1 <= report.spearman <= 1


@pytest.mark.parametrize(("restrict_vocab", "case_insensitive"), SETTINGS[:4])
@pytest.mark.parametrize("seed", range(3))
def test_similarity_is_gensims(seed, restrict_vocab, case_insensitive, tmp_path):
    words, vectors = planted(0.6, seed)
    rng = np.random.default_rng(seed)
    names = [*CAPITALS, *COUNTRIES, "nowhere", "bystander7", "Bystander8"]
    pairs = [(*rng.choice(names, 2, replace=False).tolist(), float(rng.integers(0, 20)) / 2) for _ in range(80)]
    path = tmp_path / "pairs.tsv"
    path.write_text("# comment\n" + "".join(f"{a}\t{b}\t{score}\n" for a, b, score in pairs))
    pearson, spearman, oov = in_gensim(words, vectors, tmp_path).evaluate_word_pairs(
        str(path), restrict_vocab=restrict_vocab or len(words), case_insensitive=case_insensitive
    )
    report = evaluation.score_similarity(
        words,
        vectors,
        evaluation.read_pairs(path),
        restrict_vocab=restrict_vocab,
        case_insensitive=case_insensitive,
    )
    assert report.spearman == pytest.approx(spearman.statistic, abs=1e-9)
    assert report.spearman_pvalue == pytest.approx(spearman.pvalue, abs=1e-9)
    assert report.pearson == pytest.approx(pearson.statistic, abs=1e-6)
    assert report.pearson_pvalue == pytest.approx(pearson.pvalue, abs=1e-6)
    assert 100 * (1 - report.coverage) == pytest.approx(oov)


def test_similarity_of_too_little_is_not_a_number():
    words, vectors = list("abc"), np.eye(3, dtype=np.float32)
    for pairs in ([], [("a", "b", 1.0), ("b", "c", 2.0)], [("a", "b", 1.0), ("b", "c", 2.0), ("a", "c", 3.0)]):
        report = evaluation.score_similarity(words, vectors, pairs)
        assert math.isnan(report.spearman)
        assert report.used == len(pairs)
    assert evaluation.score_similarity(words, vectors, []).coverage == 0


def test_reports_are_readable():
    right, wrong = [("a", "b", "c", "d")] * 3, [("a", "b", "c", "e")]
    report = evaluation.AnalogyReport(
        [evaluation.SectionScore("family", right, wrong, 4), evaluation.SectionScore("empty", [], [], 2)]
    )
    assert str(report).splitlines() == [
        "family   75.0%       3 of 4       covered  50.0% of 8",
        "empty     0.0%       0 of 0       covered   0.0% of 2",
        "total    75.0%       3 of 4       covered  40.0% of 10",
    ]
    assert (report.accuracy, report.coverage) == (0.75, 0.4)
    similarity = evaluation.SimilarityReport(0.6218, 0.0, 0.59, 0.0, 3, 1)
    assert str(similarity) == "Spearman 0.6218  Pearson 0.5900  covered  75.0% of 4 pairs"


def test_unit_rows_have_length_one_or_stay_zero():
    np.testing.assert_array_equal(unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])), [[0.6, 0.8], [0.0, 0.0]])


def test_questions_are_read_by_section(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_bytes("\ufeff: one two\r\na b c d\r\n\r\n:three\ne f  g é\n: one two\nh i j k\n".encode())
    assert evaluation.read_questions(path) == {
        "one two": [("a", "b", "c", "d"), ("h", "i", "j", "k")],
        "three": [("e", "f", "g", "é")],
    }


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a b c d\n", "line 1: a question before the first section"),
        (b": s\na b c d\n\na b c\n", "line 4: 3 words where an analogy has four: 'a b c'"),
        (b": s\na b c \xff\n", "line 2: the byte 0xff is not UTF-8"),
        (b": s\n", "holds no analogies"),
        (b"", "holds no analogies"),
    ],
)
def test_bad_question_files_are_told_by_line(tmp_path, content, sentence):
    path = tmp_path / "questions.txt"
    path.write_bytes(content)
    with pytest.raises(W2VError, match=sentence):
        evaluation.read_questions(path)


@pytest.mark.parametrize(
    "content",
    [
        "# comment\na\tb\t1.5\nc d\te\t2\n",
        "Word 1,Word 2,Human (mean)\na,b,1.5\nc d, e , 2\n",
        "word1\tword2\tscore\r\na\tb\t1.5\r\n\r\nc d\te\t2\r\n",
    ],
)
def test_pairs_are_read_with_tabs_or_commas(tmp_path, content):
    path = tmp_path / "pairs.txt"
    path.write_bytes(content.encode())
    assert evaluation.read_pairs(path) == [("a", "b", 1.5), ("c d", "e", 2.0)]


def test_pairs_are_read_with_spaces(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text("sun  sunlight 50.0\nhot-dog bun 3e1\n")
    assert evaluation.read_pairs(path) == [("sun", "sunlight", 50.0), ("hot-dog", "bun", 30.0)]


def test_words_that_begin_with_the_sign_of_a_section_are_words(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(": smileys of people\n:) :( :D :P\n:moods\n:) happy :( sad\n")
    assert evaluation.read_questions(path) == {
        "smileys of people": [(":)", ":(", ":D", ":P")],
        "moods": [(":)", "happy", ":(", "sad")],
    }


HASHTAGS = [("#red", "blue", 9.1), ("#green", "#teal", 2.0), ("#", "red", 5.5)]


@pytest.mark.parametrize("mark", ["\t", ",", " "])
@pytest.mark.parametrize("comment", ["", "# A comment\n", "# Word 1\tWord 2\tHuman (mean)\n", "#\n"])
def test_a_line_that_begins_with_a_hash_is_a_pair_when_it_has_the_form_of_one(tmp_path, mark, comment):
    path = tmp_path / "pairs.txt"
    lines = [f"{first}{mark}{second}{mark}{score}\n" for first, second, score in HASHTAGS]
    path.write_text(comment + lines[0] + comment + "".join(lines[1:]))
    assert evaluation.read_pairs(path) == HASHTAGS


@pytest.mark.parametrize(
    "content",
    [
        '"word1","word2","score"\n"red","blue",9.1\n"New York, NY", "a ""b""","2"\n',
        'word1\tword2\tscore\n"red"\tblue\t9.1\n"New York, NY"\t"a ""b"""\t2\n',
    ],
)
def test_quoted_words_are_unquoted(tmp_path, content):
    path = tmp_path / "pairs.txt"
    path.write_text(content)
    assert evaluation.read_pairs(path) == [("red", "blue", 9.1), ("New York, NY", 'a "b"', 2.0)]


def test_quotation_marks_that_enclose_nothing_are_words(tmp_path):
    path = tmp_path / "pairs.txt"
    path.write_text('"\t"\t9\n"\t\'\t8\n5"\t6"\t7\n')
    assert evaluation.read_pairs(path) == [('"', '"', 9.0), ('"', "'", 8.0), ('5"', '6"', 7.0)]


@pytest.mark.parametrize("header", ["word1 word2 score", "Word 1 Word 2 Human (mean)", "first,second,how similar,"])
def test_a_header_is_known_by_not_ending_in_a_number(tmp_path, header):
    path = tmp_path / "pairs.txt"
    path.write_text(f"# a comment\n{header}\na b 1.5\n")
    assert evaluation.read_pairs(path) == [("a", "b", 1.5)]


def test_compressed_lists_are_read_and_others_called_what_they_are(tmp_path):
    (tmp_path / "pairs.gz").write_bytes(gzip.compress(b"a b 1.5\n"))
    assert evaluation.read_pairs(tmp_path / "pairs.gz") == [("a", "b", 1.5)]
    (tmp_path / "pairs.xlsx").write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(W2VError, match="is a zip archive, no UTF-8 text"):
        evaluation.read_pairs(tmp_path / "pairs.xlsx")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a b 1\na b\n", "line 2: 2 columns where three are expected"),
        ("# c\nw w score\na b 1\na b many\n", "line 4: the judgement 'many' is not a number"),
        ("a b nan\na b 1\n", "line 1: the judgement 'nan' is not a number"),
        ("a b 1\na b nan\n", "line 2: the judgement 'nan' is not a number"),
        ("a\tb\tscore\n", "holds no word pairs"),
    ],
)
def test_bad_pair_files_are_told_by_line(tmp_path, content, sentence):
    path = tmp_path / "pairs.txt"
    path.write_text(content)
    with pytest.raises(W2VError, match=sentence):
        evaluation.read_pairs(path)


def test_a_test_file_that_cannot_be_read_is_named(tmp_path):
    for path in (tmp_path / "missing.txt", tmp_path):
        with pytest.raises(W2VError, match=f"{path} cannot be read"):
            evaluation.read_pairs(path)
