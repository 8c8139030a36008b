"""Phrases of a text on ids are those of sentences as strings, word for word and bit for bit; and what errors say."""

import errno
import json
import os
import re
import tempfile
from collections import defaultdict
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from w2v import FrozenPhrases, KeyedVectors, Phrases, W2VError, Word2Vec, find_phrases, train
from w2v.base.config import Config
from w2v.base.phrase_settings import ENGLISH_CONNECTOR_WORDS
from w2v.cli import app
from w2v.corpus import pair_counts, phrase_passes, phrase_strings
from w2v.corpus.indexing import TokenIndexer
from w2v.corpus.phrase_joining import WordTypeError
from w2v.corpus.phrase_known import join_known
from w2v.corpus.phrase_passes import join_passes
from w2v.corpus.phrase_scores import Joining, npmi_scorer, original_scorer
from w2v.corpus.stream import cached_streams, open_stream
from w2v.corpus.vocabulary import SENTENCE_END, Vocabulary
from w2v.training.more import train_more

# Few words, some with delimiters in them, so that different pairs make one string: a + b_c, a_b + c.
a_word = st.sampled_from(["a", "b", "c", "d", "of", "the", "a_b", "b_c", "_", "a_", "", "of_b"])
corpora = st.lists(st.lists(a_word, min_size=1, max_size=9), min_size=1, max_size=12)
some_connectors = st.frozensets(st.sampled_from(["of", "the", "b", "a_b"]))
COUNTS = ["count of first word", "count of last word"]
SENTENCES = [
    *[["new", "york", "is", "big"], ["i", "like", "new", "york"], ["the", "bank", "of", "america"]] * 6,
    *[["york", "is", "old"], ["new", "things"], ["a", "bank", "of", "the", "river"], ["america", "is", "new"]] * 2,
]


@st.composite
def joinings(draw):
    scoring = draw(st.sampled_from(["default", "npmi"]))
    threshold = draw(st.floats(0.01, 6) if scoring == "default" else st.floats(-1, 1))
    return Joining(
        passes=draw(st.integers(1, 3)),
        threshold=threshold,
        min_count=draw(st.integers(1, 3)),
        scoring=scoring,
        delimiter=draw(st.sampled_from(["_", "__", " "])),
        connector_words=draw(some_connectors),
    )


def in_strings(sentences, joining):
    """The sentences after all passes, and of each pass the scores of the phrases that were joined."""
    scores = []
    for _ in range(joining.passes):
        phrases = Phrases(
            sentences,
            min_count=joining.min_count,
            threshold=joining.least,
            delimiter=joining.delimiter,
            scoring=joining.scoring,
            connector_words=joining.connector_words,
        )
        found = defaultdict(set)
        for phrase, score in chain.from_iterable(map(phrases.analyze_sentence, sentences)):
            if score is not None:
                found[phrase].add(score)
        scores.append(found)
        sentences = [phrases[sentence] for sentence in sentences]
    return sentences, scores


def on_ids(sentences, joining, folder):
    """The same from a file of ids, with the phrases that were found."""
    numbering = TokenIndexer()
    ids = [number for sentence in sentences for number in (*(numbering[word] for word in sentence), 0)]
    np.array(ids, np.int32).tofile(folder / "ids")
    counts, passes = join_passes(folder / "ids", numbering, np.bincount(ids, minlength=len(numbering)), joining)
    left = np.fromfile(folder / "ids", np.int32)
    np.testing.assert_array_equal(counts, np.bincount(left, minlength=len(numbering)))
    words, joined = [None, *numbering.words()], [[]]
    for number in left:
        if number:
            joined[-1].append(words[number])
        else:
            joined.append([])
    assert joined.pop() == []
    assert [path.name for path in folder.iterdir()] == ["ids"], "files of the work are gone"
    return joined, passes


def check_same(sentences, joining, folder):
    expected, scores = in_strings(sentences, joining)
    joined, passes = on_ids(sentences, joining, folder)
    assert joined == expected
    for found, told in zip(passes, scores, strict=False):
        listed = defaultdict(set)
        for each in found:
            listed[each.phrase].add(each.score)
        assert all(told[phrase] <= listed[phrase] for phrase in told)
    assert all(not told for told in scores[len(passes) :])


# Ids and strings


@settings(max_examples=150)
@given(corpora, joinings(), st.sampled_from([1, 3, 1000]), st.integers(1, 9))
def test_ids_are_joined_as_strings_are(tmp_path_factory, sentences, joining, capacity, piece):
    """However short memory is: buffers of `capacity` pairs are written and merged, and `piece` ids read at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_counts, "capacity", lambda: capacity)
        patch.setattr(phrase_passes, "_PIECE", piece)
        check_same(sentences, joining, tmp_path_factory.mktemp("ids"))


@given(corpora, joinings())
def test_no_hash_is_believed(tmp_path_factory, sentences, joining):
    """Entries whose hashes seem equal are compared as strings, in any number of rounds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrase_strings, "_twice", np.unique)
        patch.setattr(phrase_strings, "_HASHES", 2)
        check_same(sentences, joining, tmp_path_factory.mktemp("ids"))


def test_entries_with_one_string_share_their_count(tmp_path):
    sentences = [["new", "york_city"], ["new_york", "city"], ["new_york_city"]] * 2
    joining = Joining(min_count=6, scoring="npmi", threshold=-0.9)
    found = on_ids(sentences, joining, tmp_path)[1][0]
    assert {(each.phrase, each.count, each.first_count, each.last_count) for each in found} == {
        ("new_york_city", 6, 2, 2)
    }


def longest_first(sentence, known):
    """Known phrases in place of their words, from left to right, the longest of those that begin at a word."""
    found, place = [], 0
    while place < len(sentence):
        stops = [stop for stop in range(len(sentence), place + 1, -1) if "_".join(sentence[place:stop]) in known]
        stop = stops[0] if stops else place + 1
        found.append("_".join(sentence[place:stop]))
        place = stop
    return found


@given(corpora, st.frozensets(st.sampled_from(["a_b", "a_of_b", "b_c_d", "a_b_c", "c", "_b", "d_d", "a_b_c_d"])))
def test_phrases_of_a_given_vocabulary_are_joined_the_longest_first(tmp_path_factory, sentences, known):
    folder = tmp_path_factory.mktemp("ids")
    numbering = TokenIndexer()
    ids = [number for sentence in sentences for number in (*(numbering[word] for word in sentence), 0)]
    np.array(ids, np.int32).tofile(folder / "ids")
    counts, joined = join_known(folder / "ids", numbering, known, "_")
    left, words = np.fromfile(folder / "ids", np.int32), [None, *numbering.words()]
    np.testing.assert_array_equal(counts, np.bincount(left, minlength=len(numbering)))
    expected = [longest_first(sentence, known) for sentence in sentences]
    assert [words[number] for number in left] == [word for sentence in expected for word in (*sentence, None)]
    assert sum(joined.values()) == sum(len(old) > 0 and len(new) < len(old) for old, new in ()) + sum(
        new_word not in old for old, new in zip(sentences, expected, strict=True) for new_word in new
    )


def test_of_known_phrases_that_begin_alike_the_longest_is_joined():
    given = Vocabulary(["a_b", "a_b_c", "x"], np.array([3, 2, 1]))
    with open_stream([["a", "b", "c", "x"], ["a", "b", "x"]], vocabulary=given, joining=Joining()) as stream:
        assert stream.block(0).tolist() == [1, 2, SENTENCE_END, 0, 2, SENTENCE_END]


def test_a_model_trained_further_keeps_phrases_that_were_joined_in_two_passes():
    """What they were made of on the way, united_arab, is no word of the vocabulary: it was always used up."""
    generator = np.random.default_rng(2)
    words = [f"w{number}" for number in range(60)]
    text = [
        [*generator.choice(words, 4), "united", "arab", "emirates", *generator.choice(words, 4)] for _ in range(300)
    ]
    model = Word2Vec(text, phrases=2, phrase_threshold=1, phrase_min_count=100, vector_size=4, epochs=1, workers=1)
    assert "united_arab_emirates" in model.wv
    assert "united_arab" not in model.wv
    before = model.wv["united_arab_emirates"].copy()
    model.train_more(text, epochs=1)
    assert not np.array_equal(model.wv["united_arab_emirates"], before)
    model.train_more(text[:50], add_words=True, epochs=1, min_count=1)
    assert {"united", "arab", "emirates"}.isdisjoint(model.wv.key_to_index)


def test_what_a_given_vocabulary_has_not_is_joined_only_if_it_grows():
    given = Vocabulary(["new_things", "new"], np.array([5, 3]))
    joining = Joining(threshold=0.5, min_count=2, connector_words=ENGLISH_CONNECTOR_WORDS)
    options = {"vocabulary": given, "joining": joining, "min_count": 1}
    with open_stream(SENTENCES, **options) as stream:
        assert stream.vocab.words == ["new_things", "new"]
    with open_stream(SENTENCES, **options, add_words=True) as stream:
        assert {"new_things", "new_york", "bank_of_america"} <= set(stream.vocab.words)


@given(st.lists(st.lists(st.integers(0, 30), max_size=40), max_size=9))
def test_numbers_are_counted(tmp_path_factory, buffers):
    folder = tmp_path_factory.mktemp("counts")
    with pair_counts.count((np.array(buffer, np.uint64) for buffer in buffers), folder) as counts:
        told = [(int(key), int(n)) for keys, times in counts.parts() for key, n in zip(keys, times, strict=True)]
    keys, times = np.unique(list(chain.from_iterable(buffers)), return_counts=True)
    assert told == list(zip(keys.astype(int).tolist(), times.tolist(), strict=True))
    assert len(counts) == len(keys)
    assert list(folder.iterdir()) == []


def test_many_runs_of_many_numbers_are_merged(tmp_path):
    generator = np.random.default_rng(0)
    buffers = [generator.zipf(1.3, 50_000).astype(np.uint64) for _ in range(9)]
    keys, times = np.unique(np.concatenate(buffers), return_counts=True)
    with pair_counts.count(buffers, tmp_path) as counts:
        parts = list(counts.parts())
    assert len(parts) > 1
    np.testing.assert_array_equal(np.concatenate([part[0] for part in parts]), keys)
    np.testing.assert_array_equal(np.concatenate([part[1] for part in parts]), times)


def test_one_long_sentence_with_long_runs_of_connectors(tmp_path):
    """Candidates reach over pieces of any length, and stems are more than a table begins with."""
    generator = np.random.default_rng(1)
    words = np.array(["a", "b", "c", "of", "the", "in"])
    sentence = words[generator.choice(6, 4000, p=[0.1, 0.1, 0.1, 0.3, 0.2, 0.2])].tolist()
    joining = Joining(passes=2, threshold=0.1, min_count=2, connector_words=frozenset(["of", "the", "in"]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrase_passes, "_PIECE", 7)
        check_same([sentence], joining, tmp_path)


# Scores


def test_scores_are_the_equations():
    assert original_scorer(10, 20, 15, 1000, 5, 10_000) == 10 / 200 * 1000
    assert original_scorer(0, 20, 15, 1000, 5, 10_000) == -np.inf
    assert npmi_scorer(10, 10, 10, 0, 5, 100) == pytest.approx(1.0)
    assert npmi_scorer(10, 10, 1, 0, 1, 100) == pytest.approx(0.0, abs=1e-15)
    assert npmi_scorer(10, 10, 4, 0, 5, 100) == -np.inf


@given(st.lists(st.tuples(*[st.integers(1, 10**7)] * 3), min_size=1, max_size=30), st.sampled_from(["default", "npmi"]))
def test_many_scores_at_once_have_the_bits_of_each_alone(counts, scoring):
    first, last, pair = np.array(counts, np.int64).T
    joining = Joining(scoring=scoring, min_count=3)
    alone = {"default": original_scorer, "npmi": npmi_scorer}[scoring]
    expected = [alone(a, b, ab, 123_457, 3, 98_765_432) for a, b, ab in counts]
    assert joining.scores(first, last, pair, 123_457, 98_765_432).tolist() == expected


# The stream, training and the command


def decoded(stream):
    """The sentences of a stream, as words."""
    words = [stream.vocab.words[i] if i != SENTENCE_END else "\n" for i in stream.ids[:].tolist()]
    return [sentence.split("\t") for sentence in "\t".join(words).strip("\t\n").split("\t\n\t")]


@pytest.mark.parametrize("form", ["sentences", "lines", "file"])
def test_a_stream_with_phrases_is_the_stream_of_joined_sentences(form, tmp_path):
    joining = Joining(passes=2, threshold=0.5, min_count=2, connector_words=ENGLISH_CONNECTOR_WORDS)
    expected = in_strings(SENTENCES, joining)[0]
    lines = [" ".join(sentence) for sentence in SENTENCES]
    (tmp_path / "text.txt").write_text("\n".join(lines))
    corpus = {"sentences": SENTENCES, "lines": lines, "file": tmp_path / "text.txt"}[form]
    options = {"min_count": 1, "cache_dir": tmp_path / "cache"}
    with (
        open_stream(corpus, joining=joining, **options) as stream,
        open_stream(expected, **options) as same,
    ):
        assert decoded(stream) == decoded(same) == expected
        assert stream.vocab.as_text() == same.vocab.as_text()
        assert stream.digest == same.digest
        for name in ("tokens", "kept", "types", "sentences"):
            assert getattr(stream.report, name) == getattr(same.report, name)
        assert stream.report.phrases[0].startswith(
            "5 phrases joined in 32 places, such as new_york, bank_of_america, i_like, "
        )


def test_the_cache_goes_by_all_that_is_joined(tmp_path):
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, SENTENCES)))
    options = {"min_count": 1, "cache_dir": tmp_path / "cache"}
    kinds = [None, Joining(), Joining(passes=2), Joining(threshold=3), Joining(min_count=2), Joining(delimiter="~")]
    kinds += [Joining(scoring="npmi"), Joining(connector_words=frozenset(["of"]))]
    for joining in kinds:
        with open_stream(tmp_path / "text.txt", joining=joining, **options) as stream:
            assert not stream.report.reused
    assert len(cached_streams(tmp_path / "cache")) == len(kinds)
    with open_stream(tmp_path / "text.txt", joining=Joining(threshold=10.0), **options) as stream:
        assert stream.report.reused, "10 is what is usual"
        assert stream.report.phrases == ("none was found; a lower phrase_threshold, or phrase_min_count, finds more",)


@pytest.mark.parametrize("work", ["mapped", "reserved", "merge_range"])
def test_a_full_disk_is_told_and_leaves_nothing_behind(work, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pair_counts, work, full)
    monkeypatch.setattr(pair_counts, "capacity", lambda: 10)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, SENTENCES)))
    with pytest.raises(W2VError, match=r"the disk of .* is full"):
        open_stream(tmp_path / "text.txt", min_count=1, joining=Joining(), cache_dir=tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []
    with pytest.raises(W2VError, match=r"the disk of .* is full. Looking for phrases needs"):
        find_phrases(tmp_path / "text.txt", cache_dir=tmp_path / "cache")
    assert {path.name for path in tmp_path.iterdir()} == {"text.txt", "cache"}


def test_models_know_phrases_as_words(tmp_path):
    options = {"phrases": 1, "phrase_threshold": 0.5, "phrase_connectors": {"of", "the"}, "min_count": 1}
    model = Word2Vec(SENTENCES, vector_size=4, epochs=1, phrase_min_count=2, **options)
    assert "new_york" in model.wv
    assert "bank_of_america" in model.wv
    assert (model.phrases, model.phrase_connectors) == (1, "of the")
    model.save(tmp_path / "m")
    assert Word2Vec.load(tmp_path / "m").phrase_connectors == "of the"
    assert Config(phrase_connectors=[]).phrase_connectors is None
    assert Config(phrase_connectors=ENGLISH_CONNECTOR_WORDS).phrase_connectors.split() == sorted(
        ENGLISH_CONNECTOR_WORDS
    )


def test_more_text_is_joined_as_the_vocabulary_has_it(tmp_path):
    """Whatever its own counts say: else `new` and `york` would be trained, or a phrase that the model does not know."""
    options = {"phrases": 1, "phrase_threshold": 0.5, "phrase_connectors": "english", "phrase_min_count": 2}
    model = train(SENTENCES, Config(vector_size=4, epochs=1, min_count=1, **options))
    more = [["she", "left", "new", "york"], *[["the", "river", "cherwell", "is", "new"]] * 9]
    for add_words in (False, True):
        how = {"vocabulary": model.vocab, "add_words": add_words, "min_count": 1, "joining": Joining.of(model.config)}
        with open_stream(more, cache_dir=tmp_path, **how) as stream:
            words = set(chain.from_iterable(decoded(stream)))
            assert "new_york" in words
            assert ("river_cherwell" in words) is add_words
            assert ("river" in words) is not add_words
    further = train_more(model, more, add_words=True)
    assert "river_cherwell" in further.vocab.words
    with open_stream([["a", "river"]], cache_dir=tmp_path, **(how | {"add_words": False})) as stream:
        assert stream.report.phrases == ("none of those that the vocabulary has is in this text",)


def test_found_phrases_are_those_that_are_joined_best_first(tmp_path):
    once = {"threshold": 0.5, "min_count": 2, "connector_words": "english"}
    found = find_phrases(SENTENCES, passes=2, **once)
    _, scores = in_strings(
        SENTENCES, Joining(passes=2, threshold=0.5, min_count=2, connector_words=ENGLISH_CONNECTOR_WORDS)
    )
    told = {(each.number, each.phrase) for each in found}
    assert {(number, phrase) for number, one in enumerate(scores, 1) for phrase in one} <= told
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)
    words = list(chain.from_iterable(SENTENCES))
    joined_first = list(chain.from_iterable(Phrases(SENTENCES, **once)[SENTENCES]))
    assert all(each.joined == joined_first.count(each.phrase) for each in found if each.number == 1)
    york = next(each for each in found if each.phrase == "new_york")
    assert (york.count, york.joined, york.first_count, york.last_count) == (
        12,
        12,
        words.count("new"),
        words.count("york"),
    )


@pytest.fixture
def text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.txt").write_text("\n".join(map(" ".join, SENTENCES)))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(app, ["phrases", *arguments])


def test_the_command_prints_a_table_and_writes_one(text):
    options = ["--phrase-threshold", "0.5", "--phrase-min-count", "2", "--phrase-connectors", "english"]
    printed = run("text.txt", "-n", "2", *options)
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert lines[0].split("  ")[0] == "phrase"
    assert len(lines) == 3
    assert re.fullmatch(r"\S+ +[\d.]+ +\d+ +\d+ +\d+ +\d+ +1", lines[1])
    assert "4 more phrases; -o FILE writes all of them" in printed.stderr
    written = run("text.txt", "-o", "phrases.tsv", "--phrases", "2", "-q", *options)
    assert (written.exit_code, written.output) == (0, "")
    header, *rows = (text / "phrases.tsv").read_text().splitlines()
    assert header.split("\t") == ["phrase", "score", "count", "joined", *COUNTS, "pass"]
    assert lines[1].split() == rows[0].split("\t") or rows[0].endswith("\t2")
    assert any(row.startswith("bank_of_america\t") for row in rows)
    assert len({tuple(row.split("\t")[::6]) for row in rows}) == len(rows)


def test_a_run_says_what_it_joined(text):
    joining = [
        "--phrases",
        "1",
        "--phrase-threshold",
        "0.5",
        "--phrase-min-count",
        "2",
        "--phrase-connectors",
        "of the",
    ]
    some = ["--vector-size", "4", "--epochs", "1", "--min-count", "1"]
    ran = CliRunner().invoke(app, ["train", "text.txt", "-o", "m", *joining, *some])
    assert ran.exit_code == 0, ran.output
    assert "phrases       5 phrases joined in 32 places, such as new_york, bank_of_america, i_like, " in ran.stderr
    assert {"new_york", "bank_of_america"} <= set(KeyedVectors.load("m").index_to_key)
    ran = CliRunner().invoke(app, ["train", "text.txt", "-o", "n", "--phrases", "1", *some])
    assert "phrases       none was found; a lower --phrase-threshold, or --phrase-min-count, finds more" in ran.stderr


def test_the_command_says_what_is_wrong(text):
    assert run("text.txt", "-o", "t.tsv").exit_code == 0
    again = run("text.txt", "-o", "t.tsv")
    assert "t.tsv exists already" in str(again.exception)
    assert "--phrase-threshold is 4.0; npmi's" in str(
        run("text.txt", "--phrase-scoring", "npmi", "--phrase-threshold", "4").exception
    )
    assert "there is no folder nowhere" in str(run("text.txt", "-o", "nowhere/t.tsv").exception)
    assert "--phrases 0 looks for none" in str(run("text.txt", "--phrases", "0").exception)
    assert "expected at least 1" in str(run("text.txt", "--phrase-min-count", "0").exception)
    none = run("text.txt", "--phrase-threshold", "1e9")
    assert none.stdout == ""
    assert "a lower --phrase-threshold, or --phrase-min-count, finds more" in none.stderr


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"phrases": -1}, "phrases is -1; expected between 0 and 10"),
        ({"phrase_threshold": 0.0}, "phrase_threshold is 0.0; expected above 0"),
        (
            {"phrase_scoring": "npmi", "phrase_threshold": 10},
            "phrase_threshold is 10; npmi's scores lie between -1 and",
        ),
        ({"phrase_scoring": "pmi"}, "phrase_scoring is 'pmi'; expected one of: default, npmi"),
        ({"phrase_delimiter": ""}, "phrase_delimiter is ''; expected at least one character"),
        ({"phrase_delimiter": "\n"}, "phrase_delimiter is .*; expected at least one character, and no line break"),
        ({"phrase_min_count": 0}, "phrase_min_count is 0; expected at least 1"),
        ({"phrase_connectors": ["of the"]}, "phrase_connectors has 'of the'; expected words without white space"),
        ({"phrase_connectors": [1]}, "connector words have 1 among them"),
        ({"phrase_connectors": " "}, "phrase_connectors is ' '; expected words, or nothing"),
        ({"phrase_connectors": 5}, "connector words have 5 among them"),
    ],
)
def test_settings_are_checked(asked, sentence):
    with pytest.raises(W2VError, match=sentence):
        Config.of(asked)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"passes": 0}, "passes is 0; expected a whole number, at least 1"),
        ({"passes": "2"}, "passes is '2'; expected a whole number"),
        ({"min_count": 2.5}, "min_count is 2.5; expected a whole number"),
        ({"threshold": "high"}, "threshold is 'high'; expected a finite number"),
        ({"threshold": -1}, "threshold is -1; expected above 0"),
        ({"scoring": original_scorer}, "there are default, npmi"),
        ({"delimiter": ""}, "delimiter is ''; expected what joins"),
    ],
)
def test_what_is_looked_for_is_checked(arguments, sentence):
    with pytest.raises(W2VError, match=sentence):
        find_phrases(SENTENCES, **arguments)


# Phrases and FrozenPhrases


def only_new(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    """A scoring function that can be found by its name."""
    return np.float32(bigram_count)


@pytest.mark.parametrize("scoring", ["default", "npmi", only_new])
@pytest.mark.parametrize("frozen", [False, True])
def test_what_is_saved_is_read_back(scoring, frozen, tmp_path):
    phrases = Phrases(SENTENCES, min_count=2, threshold=0.3, scoring=scoring, connector_words={"of"}, delimiter="~é")
    made = phrases.freeze() if frozen else phrases
    made.save(tmp_path / "any name.pkl")
    for load in (Phrases.load, FrozenPhrases.load):
        again = load(tmp_path / "any name.pkl")
        assert type(again) is type(made)
        assert vars(again) == vars(made)
        assert again.find_phrases(SENTENCES) == made.find_phrases(SENTENCES)
        assert str(again) == str(made)
    made.save(tmp_path / "any name.pkl")  # replaces it


def test_a_class_of_ones_own_is_read_back_as_ours(tmp_path):
    class Mine(Phrases):
        """A subclass."""

    Mine(SENTENCES).save(tmp_path / "p")
    assert type(Mine.load(tmp_path / "p")) is Phrases


def test_a_file_makes_no_code_run(tmp_path):
    path = tmp_path / "phrases"
    Phrases(SENTENCES, scoring=only_new).save(path)
    contents = json.loads(path.read_text())
    assert contents["scoring"] == f"{__name__}:only_new"

    def saying(name):
        path.write_text(json.dumps(contents | {"scoring": name}))
        with pytest.raises(W2VError) as caught:
            Phrases.load(path)
        return str(caught.value)

    assert "load(file, scoring=function)" in saying("not_imported_yet:score")
    assert "load(file, scoring=function)" in saying(f"{__name__}:gone")
    assert "load(file, scoring=function)" in saying("nonsense")
    assert "does not take worda_count" in saying("os:getenv")
    assert "does not take worda_count" in saying("builtins:sum")
    assert Phrases.load(path, scoring=only_new).scoring is only_new


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"vocab": {"a": -1}}, "is damaged: vocab is"),
        ({"vocab": {"a": 1.5}}, "is damaged: vocab is"),
        ({"vocab": []}, "is damaged: vocab is"),
        ({"delimiter": ""}, "is damaged: delimiter is"),
        ({"connector_words": "of"}, "is damaged: connector_words is"),
        ({"kind": "Other"}, "it has not the fields of phrases"),
        ({"kind": ["Phrases"]}, "it has not the fields of phrases"),
        ({"more": 1}, "it has not the fields of phrases"),
        ({"format": "w2v phrases 9"}, "holds no phrases"),
        ({"min_count": True}, "is damaged: min_count is"),
    ],
)
def test_damaged_files_are_told(change, sentence, tmp_path):
    path = tmp_path / "phrases"
    Phrases(SENTENCES).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(W2VError, match=sentence):
        Phrases.load(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"a text", b"\x80\x04K\x01.", b"\xff\xfe", b"{}"])
def test_other_files_are_told(content, tmp_path):
    path = tmp_path / "phrases"
    path.write_bytes(content)
    with pytest.raises(W2VError, match=r"holds no phrases|is damaged|is a pickle"):
        FrozenPhrases.load(path)
    with pytest.raises(W2VError, match="cannot be read: No such file"):
        Phrases.load(tmp_path / "nothing")


def test_what_cannot_be_saved_is_told(tmp_path):
    with pytest.raises(W2VError, match="cannot be found by its name again"):
        Phrases(scoring=lambda **counts: 1.0).save(tmp_path / "p")
    with pytest.raises(W2VError, match="half a surrogate pair"):
        Phrases([["a\ud800", "b"]]).save(tmp_path / "p")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Phrases("text.txt"), "The sentences are 'text.txt'; expected an iterable of lists of words"),
        (lambda: Phrases(["the cat", "the dog"]), "A sentence is 'the cat'; expected a list of words. Split it"),
        (lambda: Phrases([["a", 1]]), "A sentence has 1 among its words, of type int"),
        (lambda: Phrases([["a", None]]), "A sentence has None among its words"),
        (lambda: Phrases([["a", b"b"]]), "A sentence has b'b' among its words"),
        (lambda: Phrases([float("nan")]), "A sentence is nan; expected a list of words"),
        (lambda: Phrases(5), "The sentences are 5"),
        (lambda: Phrases()["the cat"], "A sentence is 'the cat'"),
        (lambda: Phrases()[5], "A sentence is 5"),
        (lambda: Phrases(min_count=0), "min_count is 0; expected above 0"),
        (lambda: Phrases(min_count="5"), "min_count is '5'; expected a number"),
        (lambda: Phrases(threshold=0), "threshold is 0; expected above 0"),
        (lambda: Phrases(threshold=2, scoring="npmi"), "threshold is 2; npmi's scores lie between"),
        (lambda: Phrases(scoring="pmi"), "unknown scoring 'pmi'"),
        (lambda: Phrases(scoring=5), "scoring is 5; expected default, npmi, or a function"),
        (lambda: Phrases(scoring=lambda a, b: 1), "does not take worda_count, wordb_count"),
        (lambda: Phrases(delimiter=b"_"), "delimiter is b'_'; expected what stands between words"),
        (lambda: Phrases(connector_words=[1]), "The connector words have 1 among them"),
        (lambda: FrozenPhrases(SENTENCES), "The phrases are .*; expected Phrases"),
    ],
)
def test_mistakes_are_told(make, sentence):
    with pytest.raises(W2VError, match=sentence):
        make()


def test_a_wrong_type_is_a_type_error_too():
    with pytest.raises(TypeError):
        Phrases([["a", 1]])
    assert issubclass(WordTypeError, W2VError)


def test_joined_sentences_can_be_gone_over_again():
    phrases = Phrases(SENTENCES, min_count=2, threshold=0.5)
    joined = phrases[SENTENCES]
    assert list(joined) == list(joined) == [phrases[sentence] for sentence in SENTENCES]
    assert len(joined) == len(SENTENCES)
    assert joined[1] == ["i_like", "new_york"]
    assert list(phrases[iter(SENTENCES)]) == list(joined)
    assert phrases[(word for word in ["new", "york"])] == ["new_york"]
    assert phrases[[]] == []
    assert list(phrases[[[], ["new", "york"]]]) == [[], ["new_york"]]
    assert phrases[np.array(["new", "york"])] == ["new_york"]


def test_more_sentences_add_up():
    once = Phrases(SENTENCES, min_count=2, threshold=0.5)
    twice = Phrases(SENTENCES[:7], min_count=2, threshold=0.5)
    twice.add_vocab(SENTENCES[7:])
    assert twice.vocab == once.vocab
    assert twice.corpus_word_count == once.corpus_word_count
    assert twice.freeze().phrasegrams == once.export_phrases()


plain_corpora = st.lists(st.lists(st.sampled_from(["a", "b", "c", "d", "of", "the", "in"]), max_size=12), max_size=12)


@given(plain_corpora, some_connectors, st.sampled_from(["_", "__"]), st.floats(0.01, 6))
def test_frozen_phrases_join_what_phrases_join(sentences, connectors, delimiter, threshold):
    """Where no word has the delimiter in it; and what a second pass joins is there, too."""
    options = {"min_count": 1, "threshold": threshold, "delimiter": delimiter, "connector_words": connectors}
    first = Phrases(sentences, **options)
    assert first.find_phrases(sentences) == first.freeze().find_phrases(sentences)
    assert list(first[sentences]) == list(first.freeze()[sentences])
    second = Phrases(first[sentences], **options)
    frozen = second.freeze().phrasegrams
    assert all(frozen[phrase] >= score for phrase, score in second.find_phrases(first[sentences]).items())


def test_an_empty_word_stays_and_begins_no_phrase():
    phrases = Phrases([["", "a", "b", ""]] * 9, min_count=1, threshold=0.1)
    assert phrases[["", "a", "b", ""]] == ["", "a_b", ""]
