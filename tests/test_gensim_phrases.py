"""Phrases are gensim's: scores to the bit, joined sentences word for word, vocabularies also where they are pruned."""

import copy
import io
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2v
from w2v.errors import W2VError
from w2v.gensim.models import FrozenPhrases, Phraser, Phrases
from w2v.gensim.models import phrases as ours

theirs = pytest.importorskip("gensim.models.phrases", reason="gensim has no wheel for this Python")

a_word = st.sampled_from(["a", "b", "c", "d", "of", "the", "a_b", "b_c", "_", "a_"])
corpora = st.lists(st.lists(a_word, max_size=9), max_size=12)
SENTENCES = [["new", "york", "is", "big"], ["i", "like", "new", "york"], ["the", "bank", "of", "america"]] * 5


def of_counts(worda_count, wordb_count, bigram_count, len_vocab, min_count, corpus_word_count):
    """A scoring function that shows all that it is given."""
    return ((worda_count * 31 + wordb_count) * 31 + bigram_count) * 31 + len_vocab + min_count + corpus_word_count


@st.composite
def settings(draw):
    scoring = draw(st.sampled_from(["default", "npmi", of_counts]))
    thresholds = {"default": st.floats(0.01, 6), "npmi": st.floats(-1, 1)}.get(scoring, st.floats(0, 40_000))
    return {
        "min_count": draw(st.integers(1, 3) | st.floats(0.5, 3)),
        "threshold": draw(thresholds),
        "max_vocab_size": draw(st.sampled_from([40_000_000, 3, 8])),
        "delimiter": draw(st.sampled_from(["_", "__", " "])),
        "scoring": scoring,
        "connector_words": draw(st.frozensets(st.sampled_from(["of", "the", "b", "a_b"]))),
    }


@given(corpora, corpora, corpora, settings())
def test_phrases_are_gensims(sentences, more, others, options):
    own, reference = Phrases(sentences, **options), theirs.Phrases(sentences, **options)
    for corpus in (None, more, more):
        if corpus is not None:
            own.add_vocab(corpus)
            reference.add_vocab(corpus)
        assert own.vocab == reference.vocab
        assert (own.min_reduce, own.corpus_word_count) == (reference.min_reduce, reference.corpus_word_count)
        assert own.export_phrases() == reference.export_phrases()
        assert str(own) == str(reference)
    frozen, reference_frozen = own.freeze(), reference.freeze()
    assert frozen.phrasegrams == reference_frozen.phrasegrams
    assert str(frozen) == str(reference_frozen)
    assert type(frozen) is FrozenPhrases
    for mine, other in ((own, reference), (frozen, reference_frozen)):
        assert mine.find_phrases(others) == other.find_phrases(others)
        assert list(mine[others]) == list(other[others])
        for sentence in others:
            assert list(mine.analyze_sentence(sentence)) == list(other.analyze_sentence(sentence))


@given(corpora, settings())
def test_gensims_own_objects_are_taken_over(sentences, options):
    """As of an old file that gensim opened."""
    reference = theirs.Phrases(sentences, **options)
    taken = Phrases.of(reference)
    assert taken.vocab == reference.vocab
    assert taken.find_phrases(sentences) == reference.find_phrases(sentences)
    frozen = FrozenPhrases.of(reference.freeze())
    assert frozen.phrasegrams == reference.freeze().phrasegrams == FrozenPhrases(reference).phrasegrams
    assert frozen.scoring in (ours.original_scorer, ours.npmi_scorer, of_counts)


def test_whole_words_and_scores_of_ids_are_gensims_too():
    """By way of what `train --phrases 2` does."""
    connectors = theirs.ENGLISH_CONNECTOR_WORDS
    options = {"min_count": 2, "threshold": 0.5, "connector_words": connectors}
    first = theirs.Phrases(SENTENCES, **options)
    second = theirs.Phrases(first[SENTENCES], **options)
    expected = {(1, *pair) for pair in first.find_phrases(SENTENCES).items()}
    expected |= {(2, *pair) for pair in second.find_phrases(first[SENTENCES]).items()}
    found = w2v.find_phrases(SENTENCES, passes=2, **options)
    assert {(each.number, each.phrase, each.score) for each in found if each.joined} == expected


@given(st.tuples(*[st.integers(0, 1000)] * 4, st.integers(1, 9), st.integers(1, 100_000)))
def test_scorers_are_gensims(counts):
    for name in ("original_scorer", "npmi_scorer"):
        try:
            expected = getattr(theirs, name)(*counts)
        except ZeroDivisionError:
            continue
        assert getattr(ours, name)(*counts) == expected


def test_the_names_are_gensims():
    assert ours.ENGLISH_CONNECTOR_WORDS == theirs.ENGLISH_CONNECTOR_WORDS
    assert Phraser is FrozenPhrases
    assert issubclass(Phrases, ours._PhrasesTransformation)
    assert ours.NEGATIVE_INFINITY == theirs.NEGATIVE_INFINITY
    positional = (SENTENCES, 2, 0.5, 1000, " ", 10, "default", frozenset(["of"]))
    assert Phrases(*positional).export_phrases() == theirs.Phrases(*positional).export_phrases()
    with pytest.raises(ValueError, match="npmi's scores lie between"):
        Phrases(SENTENCES, scoring="npmi")  # whose threshold is 10 here, as in gensim


def test_files_have_any_name_and_what_pickles_are_asked_for_is_ignored(tmp_path):
    phrases = Phrases(SENTENCES, 2, 0.5, scoring=of_counts)
    phrases.save(str(tmp_path / "p.pkl"), separately=[], pickle_protocol=4)
    again = Phrases.load(str(tmp_path / "p.pkl"), mmap="r")
    assert type(again) is Phrases
    assert again.scoring is of_counts
    buffer = io.BytesIO()
    FrozenPhrases(phrases).save(buffer)
    (tmp_path / "q").write_bytes(buffer.getvalue())
    assert type(Phrases.load(tmp_path / "q")) is FrozenPhrases
    again.add_vocab(SENTENCES)
    assert again.corpus_word_count == 2 * phrases.corpus_word_count


def test_a_pickle_is_not_opened_and_the_way_that_is_told_works(tmp_path):
    reference = theirs.Phrases(SENTENCES, 2, 0.5)
    reference.save(str(tmp_path / "old"))
    with pytest.raises(W2VError, match=r"can run any code.*Phrases\.of\(gensim\.models\.phrases\.Phrases\.load"):
        Phrases.load(tmp_path / "old")
    phrases = w2v.Phrases.of(theirs.Phrases.load(str(tmp_path / "old")))
    phrases.save(tmp_path / "new")
    assert w2v.Phrases.load(tmp_path / "new").find_phrases(SENTENCES) == reference.find_phrases(SENTENCES)


def test_they_are_copied_and_sent_to_processes():
    for made in (Phrases(SENTENCES, 2, 0.5), Phrases(SENTENCES, 2, 0.5).freeze()):
        for same in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
            assert list(same[SENTENCES]) == list(made[SENTENCES])


def test_every_name_of_gensims_objects_is_there():
    for own, reference in (
        (Phrases(SENTENCES, 2, 0.5), theirs.Phrases(SENTENCES, 2, 0.5)),
        (Phrases(SENTENCES).freeze(), theirs.Phrases(SENTENCES).freeze()),
    ):
        assert [name for name in dir(reference) if name[0] != "_" and not hasattr(own, name)] == []
    own.add_lifecycle_event("seen", by="us")
    assert own.lifecycle_events == [{"event": "seen", "by": "us"}]


def test_joined_sentences_are_trained_on():
    """As scripts do: a phrase model, its sentences, and another over them."""
    bigrams = Phraser(Phrases(SENTENCES, min_count=2, threshold=0.3))
    trigrams = Phrases(bigrams[SENTENCES], min_count=2, threshold=0.3)
    corpus = [*SENTENCES, ["we", "left", "new", "york", "is", "big"]]
    model = w2v.Word2Vec(trigrams[bigrams[corpus]], vector_size=4, min_count=1, epochs=1)
    assert "new_york_is_big" in model.wv


def test_a_frozen_second_pass_loses_phrases_here_as_in_gensim_and_not_in_our_own_classes():
    bigrams, reference = Phrases(SENTENCES, 2, 0.3), theirs.Phrases(SENTENCES, 2, 0.3)
    trigrams = Phrases(bigrams[SENTENCES], 2, 0.3)
    assert trigrams.freeze().phrasegrams == theirs.Phrases(reference[SENTENCES], 2, 0.3).freeze().phrasegrams == {}
    own = w2v.Phrases(bigrams[SENTENCES], min_count=2, threshold=0.3)
    assert own.freeze().phrasegrams == trigrams.find_phrases(bigrams[SENTENCES])
    assert len(own.freeze().phrasegrams) == 3


def test_sentences_may_be_arrays_and_generators():
    own, reference = Phrases(SENTENCES, 2, 0.5), theirs.Phrases(SENTENCES, 2, 0.5)
    corpus = np.array(SENTENCES, dtype=object)
    assert list(own[corpus]) == list(reference[corpus])
    nested = ((word for word in sentence) for sentence in SENTENCES)
    assert list(own[nested]) == list(reference[SENTENCES])
