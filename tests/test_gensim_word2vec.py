"""gensim's Word2Vec here: the same arguments, the same vocabulary, the same errors; and what training comes to."""

import copy
import inspect
import json
import logging
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
from w2v.errors import W2VError
from w2v.gensim.models import Word2Vec
from w2v.gensim.models.callbacks import CallbackAny2Vec
from w2v.gensim.models.keyedvectors import KeyedVectors
from w2v.gensim.utils import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP

theirs = pytest.importorskip("gensim.models.word2vec", reason="gensim has no wheel for this Python")

TEXTS = [
    *(["human", "interface", "computer"], ["survey", "user", "computer", "system", "response", "time"]),
    *(["eps", "user", "interface", "system"], ["system", "human", "system", "eps"], ["user", "response", "time"]),
    *(["trees"], ["graph", "trees"], ["graph", "minors", "trees"], ["graph", "minors", "survey"]),
]
MORE = [["computer", "artificial", "intelligence"], ["artificial", "trees"], ["artificial", "intelligence", "graph"]]
SMALL = {"vector_size": 12, "min_count": 1, "workers": 1}
corpora = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=9), max_size=12)


def planted(sentences=1500):
    """Words of two groups that never meet: neighbours are of one's own group."""
    random = np.random.default_rng(5)
    words = [[f"a{i}" for i in range(10)], [f"b{i}" for i in range(10)]]
    return [list(random.choice(words[i % 2], 8)) for i in range(sentences)]


def vocabulary(model):
    counts = [int(model.wv.get_vecattr(word, "count")) for word in model.wv.index_to_key]
    return list(zip(model.wv.index_to_key, counts, strict=True))


def both(**arguments):
    return Word2Vec(**arguments), theirs.Word2Vec(**arguments)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "__init__",
            "build_vocab",
            "build_vocab_from_freq",
            "scan_vocab",
            "prepare_vocab",
            "prepare_weights",
            "train",
        ),
        *("score", "predict_output_word", "reset_from", "seeded_vector", "make_cum_table", "estimate_memory"),
        *("init_sims", "add_lifecycle_event", "save", "load", "update_weights", "init_weights", "create_binary_tree"),
    ],
)
def test_arguments_and_their_defaults_are_gensims(name):
    def arguments(cls):
        return [(p.name, p.kind, p.default) for p in inspect.signature(getattr(cls, name)).parameters.values()]

    ours, gensims = arguments(Word2Vec), arguments(theirs.Word2Vec)
    if name == "save":  # gensim passes all on
        assert ours[1][0] == "fname_or_handle"
        assert [each[0] for each in ours[2:]] == ["args", "kwargs"]
    else:
        assert ours == gensims


@settings(max_examples=40, deadline=None)
@given(
    *(
        corpora,
        corpora,
        st.integers(1, 3),
        st.none() | st.integers(1, 6),
        st.integers(0, 1),
        st.none() | st.integers(2, 5),
    ),
    st.sampled_from([0, 1e-3, 0.3, 2]),
)
def test_vocabularies_are_gensims(corpus, more, min_count, max_final, sorted_vocab, max_vocab, sample):
    """Words, their order and counts, thresholds, the noise table; then with the words of another corpus."""
    asked = {"min_count": min_count, "max_final_vocab": max_final, "sorted_vocab": sorted_vocab, "sample": sample}
    ours, gensims = both(vector_size=3, max_vocab_size=max_vocab, **asked)
    for turn, texts in enumerate((corpus, more)):
        if turn and not len(gensims.wv):
            return
        assert ours.scan_vocab(texts) == gensims.scan_vocab(texts)
        assert ours.raw_vocab == gensims.raw_vocab
        assert list(ours.raw_vocab) == list(gensims.raw_vocab)
        assert ours.prepare_vocab(bool(turn), dry_run=True) == gensims.prepare_vocab(bool(turn), dry_run=True)
        for model in (ours, gensims):
            model.build_vocab(texts, update=bool(turn))
        assert vocabulary(ours) == vocabulary(gensims)
        assert ours.wv.key_to_index == gensims.wv.key_to_index
        for name in ("corpus_count", "corpus_total_words", "effective_min_count", "min_count", "sample"):
            assert getattr(ours, name) == getattr(gensims, name), name
        if len(ours.wv):
            assert np.abs(ours.cum_table.astype(np.int64) - gensims.cum_table).max() <= 1
            np.testing.assert_array_equal(ours.wv.expandos["sample_int"], gensims.wv.expandos["sample_int"])
        assert ours.syn1neg.shape == gensims.syn1neg.shape


def test_vectors_begin_as_gensims():
    ours, gensims = both(vector_size=20, min_count=1, seed=7)
    for model in (ours, gensims):
        model.build_vocab(TEXTS)
    np.testing.assert_array_equal(ours.wv.vectors, gensims.wv.vectors)
    assert ours.estimate_memory() == gensims.estimate_memory()
    assert str(ours) == str(gensims)


def test_a_trim_rule_is_asked_and_a_vocabulary_can_be_given_by_counts():
    def rule(word, count, min_count):
        return {"human": RULE_DISCARD, "interface": RULE_KEEP}.get(word, RULE_DEFAULT)

    for cls in (Word2Vec, theirs.Word2Vec):
        model = cls(TEXTS, min_count=3, vector_size=5, trim_rule=rule)
        assert "human" not in model.wv
        assert "interface" in model.wv
        assert "eps" not in model.wv
    counts = {"b": 3, "a": 5, "c": 3}
    ours, gensims = both(min_count=2, vector_size=5)
    for model in (ours, gensims):
        model.build_vocab_from_freq(counts, corpus_count=4)
        model.build_vocab_from_freq({"a": 1, "d": 9}, update=True)
    assert vocabulary(ours) == vocabulary(gensims)
    assert ours.corpus_count == gensims.corpus_count


@pytest.mark.parametrize("objective", [{"sg": 1}, {}, {"sg": 1, "hs": 1, "negative": 0}, {"hs": 1, "negative": 0}])
def test_what_is_planted_is_learned_and_what_is_counted_is_returned(objective):
    texts = planted()
    model = Word2Vec(vector_size=16, min_count=1, sample=0, seed=3, **objective)
    model.build_vocab(texts)
    vectors, weights = model.wv.vectors, model.syn1 if model.hs else model.syn1neg
    told = model.train(texts, total_examples=model.corpus_count, epochs=3, start_alpha=0.05)
    assert told == (3 * 12_000, 3 * 12_000)
    assert all(word.startswith("a") for word, _ in model.wv.most_similar("a0", topn=9))
    assert model.wv.vectors is vectors
    assert (model.syn1 if model.hs else model.syn1neg) is weights
    assert (model.train_count, model.epochs, model.alpha) == (1, 3, 0.05)
    assert model.total_train_time > 0
    assert [record.epoch for record in model.history] == [1, 2, 3]


def test_building_and_training_is_the_same_as_both_at_once_and_a_corpus_is_read_once(tmp_path):
    class Once:
        times = 0

        def __iter__(self):
            self.times += 1
            return iter(TEXTS)

    corpus = Once()
    at_once = Word2Vec(corpus, seed=4, **SMALL)
    assert corpus.times == 1
    (tmp_path / "text").write_text("".join(" ".join(words) + "\n" for words in TEXTS))
    for given_ in ({"corpus_iterable": TEXTS}, {"corpus_file": str(tmp_path / "text")}):
        model = Word2Vec(seed=4, **SMALL)
        model.build_vocab(**given_)
        model.train(**given_, total_words=model.corpus_total_words, epochs=model.epochs)
        np.testing.assert_array_equal(model.wv.vectors, at_once.wv.vectors)
    again = Word2Vec(TEXTS, seed=5, **SMALL)
    assert not np.array_equal(again.wv.vectors, at_once.wv.vectors)


def test_training_goes_on_where_it_was_with_other_choices_and_with_new_words():
    model = Word2Vec(TEXTS, sample=0, **SMALL)
    before = model.wv.vectors.copy()
    model.train(TEXTS, total_examples=9, epochs=1)
    after = model.wv.vectors.copy()
    assert not np.array_equal(after, before)
    model.build_vocab(MORE, update=True)
    assert len(model.wv) == 14
    assert model.wv.get_vecattr("graph", "count") == 4
    np.testing.assert_array_equal(model.wv.vectors[:12], after)
    assert not model.syn1neg[12:].any()
    model.train(MORE, total_examples=model.corpus_count, epochs=model.epochs)
    assert model.syn1neg[12:].any()


def test_what_a_user_changes_in_the_vectors_is_what_training_begins_with():
    model = Word2Vec(TEXTS, **SMALL)
    model.wv.vectors[:] = 0
    model.syn1neg[:] = 0
    model.train(TEXTS, total_examples=9, epochs=2)
    assert not model.wv.vectors.any(), "from zeros there is no slope"
    model.wv.vectors = np.ones((5, 12), np.float32)
    with pytest.raises(RuntimeError, match="12 words of 12 dimensions"):
        model.train(TEXTS, total_examples=9, epochs=2)


@pytest.mark.parametrize("objective", [{"sg": 1}, {}, {"hs": 1, "negative": 0}, {"hs": 1}])
def test_locked_vectors_keep_their_bits(objective):
    model = Word2Vec(sample=0, **SMALL, **objective)
    model.build_vocab(TEXTS)
    before = model.wv.vectors.copy()
    model.wv.vectors_lockf = np.ones(len(model.wv), np.float32)
    model.wv.vectors_lockf[[0, 3]] = 0
    model.train(TEXTS, total_examples=9, epochs=30, start_alpha=0.1)
    changed = (model.wv.vectors != before).any(axis=1)
    assert not changed[[0, 3]].any()
    assert changed.sum() == 10
    model.wv.vectors_lockf = np.zeros(1, np.float32)  # one number for all
    before = model.wv.vectors.copy()
    model.train(TEXTS, total_examples=9, epochs=2)
    np.testing.assert_array_equal(model.wv.vectors, before)


class Watch(CallbackAny2Vec):
    def __init__(self):
        self.calls, self.losses, self.vectors = [], [], []

    def on_train_begin(self, model):
        self.calls.append("begin")

    def on_epoch_begin(self, model):
        self.calls.append("epoch")

    def on_epoch_end(self, model):
        self.losses.append(model.get_latest_training_loss())
        self.vectors.append(model.wv.get_vector("graph").copy())

    def on_train_end(self, model):
        self.calls.append("end")


def test_callbacks_see_the_model_as_it_is_and_the_loss_of_all_epochs_so_far():
    watch = Watch()
    model = Word2Vec(TEXTS, epochs=3, sample=0, compute_loss=True, callbacks=[watch], **SMALL)
    assert watch.calls == ["begin", "epoch", "epoch", "epoch", "end"]
    assert 0 < watch.losses[0] < watch.losses[1] < watch.losses[2] == model.get_latest_training_loss()
    assert not np.array_equal(watch.vectors[0], watch.vectors[1])
    np.testing.assert_array_equal(watch.vectors[-1], model.wv["graph"])
    model.train(TEXTS, total_examples=9, epochs=1, compute_loss=True)
    assert model.get_latest_training_loss() < watch.losses[-1], "of this training alone"
    model.train(TEXTS, total_examples=9, epochs=1)
    assert model.get_latest_training_loss() == 0.0


def test_a_callback_may_stop_a_run_and_what_was_learned_stays():
    class Stop(CallbackAny2Vec):
        def on_epoch_end(self, model):
            self.vectors = model.wv.vectors.copy()
            raise KeyboardInterrupt

    model, stop = Word2Vec(sample=0, **SMALL), Stop()
    model.build_vocab(TEXTS)
    before = model.wv.vectors.copy()
    with pytest.raises(KeyboardInterrupt):
        model.train(TEXTS, total_examples=9, epochs=5, callbacks=[stop])
    assert not np.array_equal(model.wv.vectors, before)
    np.testing.assert_array_equal(model.wv.vectors, stop.vectors)


def test_both_output_layers_are_trained_as_in_gensim(caplog):
    texts = planted()
    model = Word2Vec(texts, vector_size=16, min_count=1, sample=0, hs=1, sg=1)
    assert "Both hierarchical softmax and negative sampling" in caplog.text
    assert model.syn1.any()
    assert model.syn1neg.any()
    assert not model.syn1[-1].any(), "a tree of V words has V - 1 inner nodes"
    assert all(word.startswith("b") for word, _ in model.wv.most_similar("b0", topn=9))


@pytest.mark.parametrize("cbow", [{"cbow_mean": 1}, {"cbow_mean": 0}])
def test_predictions_and_scores_are_what_gensim_makes_of_the_same_arrays(cbow):
    ours, gensims = both(vector_size=6, min_count=1, **cbow)
    random = np.random.default_rng(2)
    for model in (ours, gensims):
        model.build_vocab(TEXTS)
    ours.wv.vectors[:] = gensims.wv.vectors[:] = random.normal(size=(12, 6))
    ours.syn1neg[:] = gensims.syn1neg[:] = random.normal(size=(12, 6))
    for context in (["graph", "trees"], ["unknown", "human", 3]):
        found, expected = ours.predict_output_word(context, topn=5), gensims.predict_output_word(context, topn=5)
        assert [word for word, _ in found] == [word for word, _ in expected]
        np.testing.assert_allclose([p for _, p in found], [p for _, p in expected], rtol=1e-5)
    assert ours.predict_output_word(["unknown"]) is None


@pytest.mark.parametrize("sg", [0, 1])
def test_scores_of_sentences_are_gensims(sg):
    """gensim looks logarithms up in a table, hence the tolerance; its tree is another one, unless counts differ."""
    counts = {word: 2**i for i, word in enumerate("abcdefg")}
    ours, gensims = both(vector_size=6, min_count=1, hs=1, negative=0, sg=sg, window=2)
    random = np.random.default_rng(2)
    for model in (ours, gensims):
        model.build_vocab_from_freq(counts)
    ours.wv.vectors[:] = gensims.wv.vectors[:] = random.normal(size=(7, 6)) / 2
    nodes = random.normal(size=(7, 6)) / 2
    for model in (ours, gensims):
        for word in counts:  # the node that is k steps down is one node in both
            for k, (point, _code) in enumerate(
                zip(model.wv.get_vecattr(word, "point"), model.wv.get_vecattr(word, "code"), strict=False)
            ):
                model.syn1[point] = nodes[k]
    turn = [np.array(m.wv.get_vecattr("a", "code")).astype(int) for m in (ours, gensims)]
    assert len(turn[0]) == len(turn[1]) == 6
    for k, (mine, other) in enumerate(zip(*turn, strict=True)):
        if mine != other:  # the opposite question
            ours.syn1[ours.wv.get_vecattr("a", "point")[k]] *= -1
    texts = [list("abcde"), list("gfa"), ["unknown"], list("gggagg")]
    np.testing.assert_allclose(ours.score(texts), gensims.score(texts, len(texts)), rtol=3e-2, atol=2e-2)
    assert ours.score(texts, 2).shape == (2,)


def test_a_saved_model_is_what_was_saved_and_can_be_trained_on(tmp_path):
    model = Word2Vec(TEXTS, hs=1, comment="two", null_word=1, **SMALL)
    model.wv.vectors_lockf = np.linspace(0, 1, len(model.wv), dtype=np.float32)
    path = tmp_path / "word2vec.model"
    for _ in range(2):  # over the first
        model.save(str(path))
    loaded = Word2Vec.load(str(path), mmap="r")
    for name in ("syn1", "syn1neg", "cum_table"):
        np.testing.assert_array_equal(getattr(loaded, name), getattr(model, name))
    for name in ("vectors", "vectors_lockf"):
        np.testing.assert_array_equal(getattr(loaded.wv, name), getattr(model.wv, name))
    assert loaded.wv.index_to_key == model.wv.index_to_key
    assert vocabulary(loaded) == vocabulary(model)
    np.testing.assert_array_equal(loaded.wv.expandos["sample_int"], model.wv.expandos["sample_int"])
    for name in (
        "comment",
        "hs",
        "alpha",
        "corpus_count",
        "corpus_total_words",
        "train_count",
        "min_alpha_yet_reached",
    ):
        assert getattr(loaded, name) == getattr(model, name), name
    loaded.train(TEXTS, total_examples=9, epochs=1)
    model.train(TEXTS, total_examples=9, epochs=1)
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    ours = w2v.Word2Vec.load(path)
    assert ours.wv.index_to_key == model.wv.index_to_key
    assert KeyedVectors.load(str(path)).most_similar("graph")


@pytest.mark.parametrize("objective", [{"arch": "cbow"}, {"head": "hs"}])
def test_a_model_of_ours_is_loaded_by_gensims_name_and_trained_on(tmp_path, objective):
    ours = w2v.Word2Vec(TEXTS, vector_size=8, epochs=2, **objective)
    ours.save(tmp_path / "model")
    model = Word2Vec.load(tmp_path / "model")
    np.testing.assert_array_equal(model.wv.vectors, ours.wv.vectors)
    model.train(TEXTS, total_examples=9, epochs=2)
    model.save(tmp_path / "model")
    assert not np.array_equal(w2v.Word2Vec.load(tmp_path / "model").wv.vectors, ours.wv.vectors)


def test_models_are_copied_and_pickled():
    model = Word2Vec(TEXTS, **SMALL)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        other.train(TEXTS, total_examples=9, epochs=1)
        assert not np.array_equal(other.wv.vectors, model.wv.vectors)


def test_words_may_be_numbers_and_anything_hashable(tmp_path):
    texts = [[1, 2, "x y", "line\nbreak"], [2, 1, np.int64(3)], [1.5, None, 1]]
    model = Word2Vec(texts, **SMALL)
    assert 1 in model.wv
    assert model.wv.get_vecattr(1, "count") == 3
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    assert loaded.wv.index_to_key == model.wv.index_to_key
    np.testing.assert_array_equal(loaded.wv[2], model.wv[2])
    with pytest.raises(W2VError, match="tuple cannot be saved"):
        Word2Vec([[("a", 1), "b"]], **SMALL).save(tmp_path / "model")
    assert Word2Vec.load(tmp_path / "model").wv.index_to_key == model.wv.index_to_key


def test_a_file_in_the_way_is_kept_and_a_stranger_is_not_touched(tmp_path):
    model, path = Word2Vec(TEXTS, **SMALL), tmp_path / "model"
    path.write_text("my novel\n")
    with pytest.raises(W2VError, match="move the file away"):
        model.save(path)
    assert path.read_text() == "my novel\n"
    path.unlink()
    theirs.Word2Vec(TEXTS, min_count=1, vector_size=4).save(str(path))
    with pytest.raises(W2VError, match="w2v convert"):
        Word2Vec.load(path)
    model.save(path)
    assert Word2Vec.load(path).vector_size == 12
    assert [each.name for each in tmp_path.glob("*.gensim")] == ["model.gensim"]


def damaged(tmp_path, **changes):
    Word2Vec(TEXTS, **SMALL).save(tmp_path / "model")
    file = tmp_path / "model" / "gensim.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))
    (tmp_path / "model" / "SHA256SUMS").unlink()
    return tmp_path / "model"


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {"train_count": "many"},
            {"vector_size": -1},
            {"vector_size": "x"},
            {"keys": {"99": 1}},
            {"heads": ["softmax"]},
        ),
        *({"heads": "ns"}, {"keys": 5}, {"raw_vocab": [1]}, {"hs": 1}, {"window": None}, {"lifecycle_events": 3}),
        *({"seed": "x"}, {"vector_size": 13}, {"negative": []}),
    ],
)
def test_a_damaged_model_is_a_sentence(tmp_path, changes):
    with pytest.raises(W2VError):
        Word2Vec.load(damaged(tmp_path, **changes))


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda: Word2Vec(size=100), TypeError, "vector_size instead of size"),
        (lambda: Word2Vec(TEXTS, iter=5, size=4), TypeError, "epochs instead of iter"),
        (lambda: Word2Vec(TEXTS, dimension=4), TypeError, "Its arguments are"),
        (lambda: Word2Vec(vector_size="large"), TypeError, "vector_size"),
        (lambda: Word2Vec(vector_size=0), ValueError, "at least 1"),
        (lambda: Word2Vec(s for s in TEXTS), TypeError, "read again"),
        (lambda: Word2Vec("text8"), TypeError, "LineSentence"),
        (lambda: Word2Vec(corpus_file="nowhere"), TypeError, "no such file"),
        (lambda: Word2Vec(TEXTS, "text"), TypeError, "give one of them"),
        (lambda: Word2Vec([None]), TypeError, "sentence 1 is None"),
        (lambda: Word2Vec([[["a"]]]), TypeError, "nested too deeply"),
        (lambda: Word2Vec([]), RuntimeError, "first build vocabulary"),
        (lambda: Word2Vec(TEXTS), RuntimeError, "min_count=5"),
        (lambda: Word2Vec(TEXTS, min_count=1, negative=0), ValueError, "either hs=1 or negative>0"),
        (lambda: Word2Vec(TEXTS, min_count=1, callbacks=Watch()), TypeError, "a list of callbacks"),
        (lambda: Word2Vec(TEXTS, min_count=1, callbacks=[Watch]), TypeError, r"Watch\(\) makes one"),
        (lambda: Word2Vec(TEXTS, min_count=1, callbacks=[print]), TypeError, "on_epoch_end"),
        (lambda: Word2Vec().train(TEXTS, total_examples=9, epochs=1), RuntimeError, "first build vocabulary"),
        (lambda: built().train(TEXTS, epochs=1), ValueError, "total_examples"),
        (lambda: built().train(TEXTS, total_examples=9), ValueError, "epochs=model.epochs"),
        (lambda: built().train(total_examples=9, epochs=1), TypeError, "no corpus"),
        (lambda: built().train(TEXTS, total_examples=9, epochs=1, start_alpha=-1, end_alpha=-1), ValueError, "above 0"),
        (lambda: built().train(TEXTS, total_examples=9, epochs=1, size=9), TypeError, "vector_size"),
        (lambda: Word2Vec().build_vocab(MORE, update=True), RuntimeError, "no prior vocabulary"),
        (lambda: Word2Vec().prepare_vocab(), RuntimeError, "scan_vocab"),
        (lambda: Word2Vec().build_vocab_from_freq(["a"]), TypeError, "word_freq"),
        (lambda: built(hs=1, negative=0).predict_output_word(["graph"]), RuntimeError, "negative sampling"),
        (lambda: built().score(TEXTS), RuntimeError, "hs=1"),
        (lambda: built().reset_from(3), TypeError, "other_model"),
        (lambda: built().load("x"), AttributeError, "of the class"),
        (lambda: built()["graph"], TypeError, r"model\.wv\[word\]"),
        (lambda: "graph" in built(), TypeError, r"in model\.wv"),
        (lambda: built().most_similar("graph"), AttributeError, r"model\.wv\.most_similar"),
        (lambda: built().iter, AttributeError, r"model\.epochs"),
        (lambda: built().syn0, AttributeError, r"model\.wv\.vectors"),
        (lambda: built().nonsense, AttributeError, "nonsense"),
        (lambda: built().wv.vocab, AttributeError, "key_to_index"),
        (lambda: Word2Vec.load("nowhere"), FileNotFoundError, "nowhere"),
        (lambda: Word2Vec.load(3), TypeError, "path"),
        (lambda: built().save(3), TypeError, "path"),
    ],
)
def test_what_a_newcomer_may_do_wrong_is_told_with_gensims_kind_of_error(call, kind, sentence):
    with pytest.raises(kind, match=sentence) as raised:
        call()
    assert isinstance(raised.value, W2VError)


def built(**arguments):
    model = Word2Vec(**{**SMALL, **arguments})
    model.build_vocab(TEXTS)
    return model


def test_vectors_alone_are_no_model(tmp_path):
    built().wv.save(tmp_path / "vectors")
    with pytest.raises(AttributeError, match=r"KeyedVectors\.load"):
        Word2Vec.load(tmp_path / "vectors")
    w2v.Word2Vec(TEXTS, vector_size=4, epochs=1, head="softmax").save(tmp_path / "softmax")
    with pytest.raises(AttributeError, match="softmax"):
        Word2Vec.load(tmp_path / "softmax")


def test_texts_of_which_nothing_can_be_learned_leave_the_model_as_it_is():
    for texts in ([["a"], ["b"]], [["a"]], [["a", "b"]] * 3):
        for objective in ({}, {"hs": 1, "negative": 0}):
            model = Word2Vec(texts, vector_size=4, min_count=1, sample=1e-9, **objective)
            assert np.isfinite(model.wv.vectors).all()
            assert model.train_count == 1
    model.train([["unknown"]], total_examples=1, epochs=2)
    model.train([], total_examples=1, epochs=2)


def test_what_is_ignored_is_told_once(caplog):
    with caplog.at_level(logging.WARNING, "w2v.gensim"):
        for _ in range(2):
            Word2Vec(batch_words=7, hashfxn=len)
    assert [record.getMessage().split(" is ")[0] for record in caplog.records] in (["hashfxn", "batch_words"], [])


def test_the_rate_falls_as_far_as_the_corpus_is_of_what_was_announced():
    model = built(sample=0)
    model.train(TEXTS, total_examples=18, epochs=1)
    assert model.min_alpha_yet_reached == pytest.approx((0.025 + 0.0001) / 2)
    model.train(TEXTS, total_examples=9, epochs=1)
    assert model.min_alpha_yet_reached == pytest.approx(0.0001)
