"""What a thing says of itself where it is the last line of a cell: one line of text, in a notebook a table."""

import copy
import pickle
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from w2v import (
    Checkpoint,
    Config,
    EarlyStopping,
    Evaluate,
    KeyedVectors,
    PoincareConfig,
    PoincareKeyedVectors,
    PoincareModel,
    Word2Vec,
)
from w2v.comparison.results import Outcome
from w2v.comparison.run import Comparison
from w2v.corpus.stream import open_stream
from w2v.models.history import EpochRecord, History

SENTENCES = [["the", "cat", "sat"], ["the", "dog", "sat"], ["a", "cat", "and", "a", "dog"]] * 20
PAIRS = [("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal"), ("bird", "animal"), ("wren", "bird")]
RECORD = EpochRecord(3, 2.25, 10, 6_000, 0.5, {"held_out": 6.5})


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, vector_size=8, epochs=2, workers=1, sample=0)


@pytest.fixture(scope="module")
def tree():
    return PoincareModel(PAIRS, vector_size=3, epochs=1, workers=1)


def test_a_model_and_what_it_is_made_of_say_what_they_are_in_a_line(model, tree):
    told = [
        (model.model, "Model(skipgram ns, 6 words, 8 dimensions, 2 epochs)"),
        (model.wv, "KeyedVectors(6 words, 8 dimensions)"),
        (model.model.vocab, "Vocabulary(6 words, seen 220 times)"),
        (tree.embedding, "Embedding(poincare, 6 nodes, 3 dimensions, 1 epoch)"),
        (tree.embedding.relations, "Relations(5 pairs of 6 nodes)"),
        (tree.kv, "PoincareKeyedVectors(6 words, 3 dimensions)"),
        (KeyedVectors(["one"], np.ones((1, 1))), "KeyedVectors(1 word, 1 dimension)"),
        (KeyedVectors(list(map(str, range(2_000))), np.ones((2_000, 1))), "KeyedVectors(2,000 words, 1 dimension)"),
    ]
    assert [repr(thing) for thing, _ in told] == [line for _, line in told]
    assert repr(model.config).startswith("Config(vector_size=8, min_count=1, epochs=2, alpha=0.04, sample=0, workers=1")


def test_settings_tell_what_is_not_the_default_as_python_reads_it():
    for config in (Config(), Config(head="hs", alpha=0.5, epochs=None), PoincareConfig(space="lorentz", epochs=3)):
        assert eval(repr(config)) == config
    assert repr(Config()) == "Config()"


def test_records_and_what_watches_a_run_say_what_they_are(tmp_path):
    assert repr(RECORD) == "EpochRecord(epoch 3, loss 2.2500, 12k words/s, 0.5 s, held_out 6.5000)"
    keeper, stopping = Checkpoint(Path("kept")), EarlyStopping("loss")
    assert repr(keeper) == "Checkpoint('kept', no state yet)"
    assert repr(EarlyStopping()) == "EarlyStopping(the first score, patience 2)"
    keeper = Checkpoint(tmp_path / "kept")
    trained = Word2Vec(SENTENCES, vector_size=8, epochs=1, workers=1, callbacks=[keeper, stopping])
    assert repr(keeper) == f"Checkpoint({str(tmp_path / 'kept')!r}, newest epoch-0001)"
    assert repr(stopping) == f"EarlyStopping(loss, patience 2, best {trained.history[0].loss:.4f} after epoch 1)"
    (tmp_path / "pairs.tsv").write_text("cat\tdog\t1\n")
    with open_stream(SENTENCES * 400) as stream:
        assert repr(stream) == "Stream(88,000 tokens, 6 words)"
        trained_on, unseen = stream.split(0.4)
        assert repr(trained_on) == f"IdBlocks({trained_on.tokens:,} tokens, 6 words)"
        assert repr(Evaluate(held_out=unseen, similarity=tmp_path / "pairs.tsv")) == "Evaluate(held_out, pairs)"


def test_a_comparison_says_what_it_compares():
    outcomes = [Outcome("skipgram", "ns", nats=8.25), Outcome("cbow", "hs", failed="no memory")]
    assert [repr(outcome) for outcome in outcomes] == [
        "Outcome(Skip-gram ns, 8.250 nats held out)",
        "Outcome(CBOW hs, failed)",
    ]
    comparison = Comparison(Path("report"), outcomes)
    assert repr(comparison) == "Comparison(Skip-gram ns, CBOW hs, 1 failed, in 'report')"
    assert "\n| Skip-gram ns " in comparison._repr_markdown_()


def test_vectors_are_gone_over_word_by_word(model, tree):
    for vectors in (model.wv, tree.kv):
        assert list(vectors) == vectors.index_to_key
        assert all(word in vectors for word in vectors)
        assert "unicorn" not in vectors
        assert len(list(vectors)) == len(vectors)


class Table(HTMLParser):
    """The rows of an HTML table, as texts."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.tags[-1] in ("td", "th") and data.strip():
            self.rows[-1][-1] += data


def test_a_notebook_shows_vectors_as_a_table_of_words_and_their_neighbours(model, tree):
    shown = Table(model.wv._repr_html_())
    assert shown.rows[0] == ["number", "word", "count", "nearest"]
    assert [row[1] for row in shown.rows[1:]] == model.wv.index_to_key
    for row in shown.rows[1:]:
        assert row[3].split(", ") == [word for word, _ in model.wv.most_similar(row[1], topn=5)]
    assert shown.rows[1][2] == f"{model.wv.get_vecattr(0, 'count')}"
    shown = Table(tree.kv._repr_html_())
    nearest = [tree.kv.most_similar(node, topn=1)[0][0] for node in tree.kv]
    assert [row[3].split(", ")[0] for row in shown.rows[1:]] == nearest
    without = KeyedVectors(["one", "two"], np.ones((2, 3)))
    assert Table(without._repr_html_()).rows == [
        ["number", "word", "nearest"],
        ["0", "one", "two"],
        ["1", "two", "one"],
    ]


def test_a_table_shows_words_as_they_are_and_not_as_a_page_reads_them():
    words = ["<script>alert(1)</script>", "a&amp;b", "\x1b[2J", "x" * 5_000, '"', "<b>"]
    shown = KeyedVectors(words, np.eye(6))._repr_html_()
    rows = Table(shown)
    assert set(rows.tags) == {"p", "table", "tr", "th", "td"}
    assert [row[1] for row in rows.rows[1:4]] == ["<script>alert(1)</script>", "a&amp;b", "\\x1b[2J"]
    assert len(shown) < 8_000


def test_of_many_words_some_are_shown_at_once():
    words = [f"w{i}" for i in range(200_000)]
    vectors = KeyedVectors(words, np.random.default_rng(1).normal(size=(200_000, 20)), np.arange(200_000)[::-1])
    began = time.perf_counter()
    rows = Table(vectors._repr_html_()).rows
    assert time.perf_counter() - began < 5
    assert rows[0][3] == "nearest of the first 20,000 words"
    shown = "w0 w3 w14 w57 w226 w880 w3419 w13274 w51525 w199999"
    assert [row[1] for row in rows[1:]] == shown.split()


def test_a_notebook_shows_a_history_as_a_table(model, tree):
    assert Table(model.history._repr_html_()).rows[0] == ["epoch", "loss", "words/s", "seconds"]
    assert model.history == model.model.history
    assert len(Table(tree.history._repr_html_()).rows) == 2
    records = [
        EpochRecord(epoch, 1.0, 10, 300, 0.5, {"held_out": 2.5} if epoch == 40 else {}) for epoch in range(1, 41)
    ]
    rows = Table(History(records)._repr_html_()).rows
    assert [row[0] for row in rows] == ["epoch", "1", "2", "4", "8", "16", "32", "40"]
    assert rows[-1] == ["40", "1.0000", "600", "0.50", "2.5000"]
    assert rows[1][4] == ""
    assert Table(History([EpochRecord(1, 1.0, 5, 5, 0.1, unit="pairs", clamps=7)])._repr_html_()).rows == [
        ["epoch", "loss", "pairs/s", "seconds", "clamped"],
        ["1", "1.0000", "50", "0.10", "7"],
    ]
    assert Table(History()._repr_html_()).rows == [["epoch", "loss", "words/s", "seconds"]]


def test_copies_say_the_same(model, tree):
    for thing in (model, model.wv, model.config, model.history, model.model.vocab, tree, tree.kv, tree.embedding):
        assert repr(copy.deepcopy(thing)) == repr(pickle.loads(pickle.dumps(thing))) == repr(thing)
        assert not re.search("\n| at 0x", repr(thing))


def test_points_of_the_ball_have_a_table_too():
    points = PoincareKeyedVectors(["top", "low"], np.array([[0, 0], [0.5, 0.5]]))
    assert Table(points._repr_html_()).rows[1:] == [["0", "top", "low"], ["1", "low", "top"]]
