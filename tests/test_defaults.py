"""What is left to the text suits it, from a class-room's ten sentences to what no memory holds."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from w2v_data import questions
from w2v_data.world import write_world

from w2v import Word2Vec, heads
from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary, usual_min_count
from w2v.engines import engine_class
from w2v.errors import W2VError
from w2v.examples.encoders import keep_thresholds
from w2v.plots.words.map import plot_words
from w2v.training.callbacks import Callback
from w2v.training.defaults import ENOUGH, FEWEST, MOST, chosen, follow_text, used
from w2v.training.train import train

CLASS_ROOM = """
jack like dog
jack like cat
jack like apple
jack like banana
dog cat animal
cat dog animal
dog eat fish
cat eat fish
dog drink milk
cat drink milk
apple banana fruit like
banana apple fruit like
apple banana movie book music like
"""
SENTENCES = [line.split() for line in CLASS_ROOM.strip().split("\n")]
OBJECTIVES = [(arch, head) for arch in ("skipgram", "cbow") for head in heads.names()]
each_objective = pytest.mark.parametrize(("arch", "head"), OBJECTIVES)


@each_objective
def test_what_was_used_is_told_where_nothing_was_given(arch, head):
    """The very numbers that an engine works with."""
    model = train(SENTENCES, Config(arch=arch, head=head, epochs=1, vector_size=4, workers=1))
    told = used(model.config, model.vocab)
    assert list(told) == [each.name for each in fields(Config)]
    assert None not in told.values()
    make_engine, _ = engine_class(model.config)
    keep = keep_thresholds(model.vocab.keep_probability(model.config.sample))
    engine = make_engine(model.config, model.vocab.counts, keep)
    assert told["chunk"] == getattr(engine, "_chunk", "none")
    assert told["shared_negatives"] == (32 if head in ("ns", "poincare") else "none")
    given = used(model.config.replace(chunk=7, max_final_vocab=9, workers=3), model.vocab)
    assert (given["max_final_vocab"], given["workers"]) == (9, 3)
    assert given["chunk"] == ("none" if head == "pmi" else 7)


def test_of_a_class_from_outside_what_is_given_is_told():
    told = used(Config(head="elsewhere:Mine", window=3, epochs=2), Vocabulary(["a", "b"], np.array([2, 1])))
    assert (told["window"], told["chunk"], told["max_final_vocab"]) == (3, "as its head says", "no limit")


def zipf(tokens, words):
    """A vocabulary whose counts fall with the rank, as those of texts do."""
    share = 1 / np.arange(1, words + 1)
    counts = np.maximum((share / share.sum() * tokens).astype(np.int64), 1)
    return Vocabulary([str(rank) for rank in range(words)], counts)


class Notes(Callback):
    def __init__(self):
        self.told = []

    def on_note(self, sentence):
        self.told.append(sentence)


def test_settings_follow_the_size_of_the_text():
    """From 45 words to 1.7 billion: sample, epochs."""
    sizes = [(45, 12), (1_000, 60), (10_000, 450), (100_000, 2_500), (1_000_000, 18_000), (17_000_000, 68_000)]
    found = [follow_text(Config(), zipf(*size)) for size in [*sizes, (1_700_000_000, 1_000_000)]]
    assert [config.sample for config in found] == [0, 0.007, 0.0009, 0.0002, 1e-4, 1e-4, 2e-5]
    assert [config.epochs for config in found] == [500, 500, 209, 66, 21, 5, 5]


def test_the_objectives_differ_where_measuring_says_so():
    large, small = zipf(17_000_000, 68_000), zipf(17_000_000, 12)
    found = {key: follow_text(Config(arch=key[0], head=key[1]), large) for key in OBJECTIVES}
    assert [key for key, config in found.items() if config.sample != 1e-4] == [("skipgram", "hs")]
    assert found["skipgram", "hs"].sample == 1e-3
    assert {config.epochs for config in found.values()} == {5}
    assert {key: config.alpha for key, config in found.items()} == {
        (arch, head): {"hs": 0.025, "ova": 0.001, "pmi": 0.2}.get(head, 0.04) for arch, head in OBJECTIVES
    }
    assert follow_text(Config(head="ova"), small).alpha == follow_text(Config(head="ns"), small).alpha == 0.04


texts = st.builds(zipf, st.integers(30, 100_000_000), st.integers(2, 3_000))


@given(texts, st.sampled_from(OBJECTIVES), st.none() | st.integers(1, 3000), st.sampled_from([None, 0.0, 1e-3, 0.5]))
def test_what_is_given_stays_and_what_follows_is_in_range(vocab, objective, epochs, sample):
    asked = Config(arch=objective[0], head=objective[1], epochs=epochs, sample=sample)
    found = follow_text(asked, vocab)
    assert found.epochs == epochs or (epochs is None and FEWEST <= found.epochs <= MOST)
    assert found.sample == sample or (sample is None and 0 <= found.sample < 1)
    assert follow_text(found, vocab) == found
    assert float(f"{found.sample:g}") == found.sample  # what is told can be given


@given(texts, st.integers(1, 1000))
def test_a_run_passes_enough_words_or_all_there_are(vocab, epochs):
    """However few its epochs: where they are given, fewer words are left out."""
    found = follow_text(Config(epochs=epochs), vocab)
    passed = found.epochs * vocab.kept(found.sample)
    assert passed >= ENOUGH or found.sample == 0


@given(texts)
def test_words_of_average_frequency_are_always_kept(vocab):
    found = follow_text(Config(), vocab)
    average = vocab.counts <= vocab.counts.sum() / len(vocab)
    assert (vocab.keep_probability(found.sample)[average] == 1).all() or found.sample == 1e-4


def test_what_was_chosen_is_a_sentence():
    vocab = zipf(45, 12)
    told = {
        sentence
        for asked in (Config(), Config(sample=0.1), Config(alpha=0.1, epochs=7), Config(sample=0.1, epochs=5))
        if (sentence := chosen(asked, follow_text(asked, vocab)))
    }
    assert told == {
        "Chosen to suit the text: sample 0 (every word is kept), 500 epochs, alpha 0.04.",
        "Chosen to suit the text: 500 epochs, alpha 0.04.",
        "Chosen to suit the text: sample 0 (every word is kept).",
    }


def test_the_first_example_of_every_tutorial_trains_and_says_what_was_chosen():
    notes = Notes()
    for settings in ({"min_count": 1}, {}):
        model = Word2Vec([["cat", "say", "meow"], ["dog", "say", "woof"]], callbacks=[notes], **settings)
        assert set(model.wv.index_to_key) == {"cat", "say", "meow", "dog", "woof"}
        assert model.history[-1].loss < model.history[0].loss / 2
    assert notes.told == ["Chosen to suit the text: sample 0 (every word is kept), 500 epochs, alpha 0.04."] * 2


@each_objective
def test_a_class_rooms_sentences_bring_dog_to_cat(arch, head):
    """And not to jack, in the vectors and on the map."""
    vectors = Word2Vec(SENTENCES, arch=arch, head=head, window=1, vector_size=2).wv
    assert len(vectors) == len({word for sentence in SENTENCES for word in sentence})
    assert vectors.similarity("dog", "cat") > vectors.similarity("dog", "jack")
    if head != "poincare":  # whose vectors are no points of a flat map
        words = sorted(["dog", "cat", "jack", "apple", "banana"], key=vectors.key_to_index.get)  # as dots are drawn
        dots = np.concatenate([dots.get_offsets() for dots in plot_words(vectors, words).axes[0].collections])
        place = dict(zip(words, dots / np.linalg.norm(dots, axis=1, keepdims=True), strict=True))
        assert place["dog"] @ place["cat"] > place["dog"] @ place["jack"]


@each_objective
def test_a_text_of_eight_kinds_is_learned_from(arch, head):
    """2,200 words; a fixed threshold of 1e-4 left a dozen examples."""
    lines = ["the cat sat on the mat", "the dog sat on the log", "the cat saw the dog", "the dog saw the cat"] * 100
    notes = Notes()
    model = train(lines, Config(arch=arch, head=head), callbacks=[notes])
    assert sum(record.examples for record in model.history) > (10_000 if head == "pmi" else 400_000)
    assert not [note for note in notes.told if "Little to learn" in note]


def test_too_little_to_learn_from_is_told_with_what_to_change():
    lines, notes = ["the cat sat on the mat", "the dog sat on the log"] * 200, Notes()
    train(lines, Config(sample=1e-4, epochs=5), callbacks=[notes])
    [told] = notes.told
    assert "Little to learn from: 2,400 words, of which subsampling (sample=0.0001) keeps 3% made " in told
    assert told.endswith("Give sample=0, more epochs, a lower min_count or more text.")
    notes.told.clear()
    train(lines[:10], Config(sample=0, epochs=1, min_count=1), callbacks=[notes])
    assert "Little to learn from: 60 words made " in notes.told[0]
    assert notes.told[0].endswith("Give more epochs, a lower min_count or more text.")


def test_a_text_without_neighbours_is_told_whose_fault_it_is():
    one_word = "No word of the 100 in the text has a neighbour .* every sentence is one word long. .* list of their own"
    with pytest.raises(W2VError, match=one_word):
        train(["cat", "dog"] * 50, Config())
    with pytest.raises(W2VError, match=one_word):
        train([["a"], ["b"]] * 50, Config(sample=1e-3, epochs=1))
    with pytest.raises(W2VError, match=r"after subsampling. Give sample=0 instead of 1e-05, or more text."):
        train([["a", "b"]] * 100, Config(sample=1e-5, epochs=1))


@pytest.mark.parametrize(
    ("times", "words", "min_count"),
    [(2, 20, 1), (4, 249, 1), (4, 250, 4), (4, 20_000, 4), (9, 500, 5), (4, 25_000, 5)],
)
def test_min_count_leaves_out_no_more_than_half_of_a_short_text(times, words, min_count):
    """From 1,000 words on 5, where that does; a text of 1,000 words that are all rare was refused."""
    assert usual_min_count(np.full(words, times)) == min_count


def test_a_text_of_a_thousand_rare_words_is_trained():
    words = [f"w{i}" for i in range(300) for _ in range(4)]
    np.random.default_rng(0).shuffle(words)
    model = Word2Vec([words[i : i + 10] for i in range(0, 1200, 10)], epochs=1)
    assert len(model.wv) == 300
    assert model.model.config.min_count == 4


def median_rank(words, vectors):
    """Of each of two twins, the rank of the other among its neighbours."""
    lines = [line.split() for line in questions.SIMILARITY.strip("\n").split("\n")]
    twins = [pair.split("-") for score, *pairs in lines if float(score) >= 7 for pair in pairs]
    place = {word: i for i, word in enumerate(words)}
    units, ranks = vectors / np.linalg.norm(vectors, axis=1, keepdims=True), []
    for one, other in [(place[a], place[b]) for a, b in twins if a in place and b in place]:
        similar = units @ units[one]
        ranks.append((similar > similar[other]).sum())
    return np.median(ranks)


@pytest.mark.parametrize("arch", ["skipgram", "cbow"])
@pytest.mark.parametrize(
    "settings",
    [{}, {"alpha": 0.025}, {"alpha": 0.025, "epochs": 5}, {"alpha": 0.025, "epochs": 5, "sample": 1e-3}],
    ids=str,
)
def test_a_text_of_58_000_words_is_learned_as_well_as_by_gensim(arch, settings, tmp_path):
    """Also by those who take a tutorial's alpha or epochs; a threshold of 1e-4 left twins at rank 453 of 1,000."""
    from gensim.models import Word2Vec as GensimWord2Vec

    corpus = write_world(tmp_path, tokens=58_000).corpus.read_text(encoding="ascii").splitlines()
    theirs = GensimWord2Vec([line.split() for line in corpus], sg=int(arch == "skipgram"), workers=1).wv
    ours = Word2Vec(corpus, arch=arch, workers=1, **settings).wv
    assert median_rank(ours.index_to_key, ours.vectors) < median_rank(theirs.index_to_key, theirs.vectors)
