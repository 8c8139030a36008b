"""Vectors of documents: topics that were planted are found, by trained and by inferred vectors, and kept on disk."""

import pickle
import re
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import (
    Callback,
    Config,
    Doc2Vec,
    KeyedVectors,
    NotTrainedError,
    StopTraining,
    UnknownWordError,
    W2VError,
    Word2Vec,
    train,
)
from w2v.cli import app
from w2v.corpus.documents import DocumentReader
from w2v.corpus.stream import open_stream
from w2v.models.fasttext_file import save_fasttext
from w2v.models.model import Model
from w2v.training.more import train_more

TOPICS, N = 3, 90
SMALL = {"vector_size": 8, "min_count": 1, "workers": 1, "epochs": 3, "seed": 5, "sample": 0.0}
Tagged = namedtuple("Tagged", "words tags")


def planted(n=N, seed=0, length=15):
    """Documents, the i-th of topic i mod TOPICS: half of its words are those of the topic."""
    generator = np.random.default_rng(seed)
    documents = []
    for number in range(n):
        names = (f"t{number % TOPICS}w", "common") if number % 2 else ("common", f"t{number % TOPICS}w")
        documents.append([f"{names[i % 2]}{generator.integers(12)}" for i in range(length)])
    return documents


@pytest.fixture(scope="module", params=["pv-dbow", "pv-dm"])
def model(request):
    many = {"arch": request.param, "vector_size": 12, "min_count": 1, "epochs": 60, "workers": 2, "sample": 0.0}
    return Doc2Vec(planted(), **many, seed=3)


def topics_near(vectors, which, topic):
    """The share of the five nearest to a vector that are of this topic."""
    return np.mean([int(tag) % TOPICS == topic for tag, _ in vectors.most_similar(which, topn=5)])


def test_documents_of_a_topic_are_near_each_other(model):
    assert len(model.dv) == N
    assert np.mean([topics_near(model.dv, str(i), i % TOPICS) for i in range(N)]) > (0.9 if model.dm == 0 else 0.7)
    assert model.history[-1].loss < model.history[0].loss


def test_inferred_vectors_land_with_their_topic(model):
    vectors = model.infer_vectors(planted(30, seed=9))
    assert np.mean([topics_near(model.dv, vector, i % TOPICS) for i, vector in enumerate(vectors)]) > 0.7


def test_inferring_a_trained_document_finds_it_again(model):
    """gensim's own advice to see whether a model is of any use."""
    nearest = [model.dv.most_similar(vector, topn=1)[0][0] for vector in model.infer_vectors(planted())]
    assert np.mean([int(tag) == i for i, tag in enumerate(nearest)]) > 0.9


def test_inferred_vectors_begin_near_zero(model):
    """What they begin with stays in them, beside what a document's few words say."""
    vectors = model.infer_vectors(planted(30, seed=9), epochs=1, alpha=1e-9, min_alpha=1e-9)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(0.1 / np.sqrt(12), rel=0.5)
    assert len(np.unique(vectors, axis=0)) == 30


def test_what_is_inferred_follows_from_the_words_alone(model):
    others = planted(40, seed=2)
    one = model.infer_vector(others[7])
    np.testing.assert_array_equal(one, model.infer_vector(" ".join(others[7])))
    np.testing.assert_array_equal(one, model.infer_vectors(others)[7])
    np.testing.assert_array_equal(one, model.infer_vectors([[], *others[::-1]])[-8])
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(one, again.infer_vector([*others[7], "neverseen"]))
    assert not np.array_equal(one, model.infer_vector(others[8]))


def test_the_order_of_words_hardly_moves_what_pv_dbow_infers():
    """It says nothing to it; what is left are other negative samples, which are to be many."""
    long = {"epochs": 20, "vector_size": 32, "sample": 0.0, "seed": 1}
    model = Doc2Vec(planted(300, length=100), **long)
    others = planted(30, seed=9, length=100)
    one, other = model.infer_vectors(others), model.infer_vectors([sorted(words) for words in others])
    cosines = (one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert cosines.min() > 0.96


@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova"])
@pytest.mark.parametrize("arch", ["pv-dm", "pv-dbow"])
def test_both_engines_train_and_infer_the_same(head, arch):
    documents = [(words, [f"d{i}", "all"]) for i, words in enumerate(planted(12, length=9))]
    settings = SMALL | {"dtype": "float64", "head": head, "arch": arch}
    fast, slow = (Doc2Vec(documents, engine=engine, **settings) for engine in ("cpu", "reference"))
    assert fast.dv.index_to_key[:3] == ["d0", "all", "d1"]
    for name in ("input", "output", "documents"):
        np.testing.assert_allclose(fast.model.tables[name], slow.model.tables[name], atol=1e-10)
    inferred = [each.infer_vectors(planted(3, seed=4), epochs=2) for each in (fast, slow)]
    np.testing.assert_allclose(*inferred, atol=1e-10)
    before = {name: table.copy() for name, table in fast.model.tables.items()}
    fast.infer_vectors(planted(3, seed=5))
    for name, table in before.items():
        np.testing.assert_array_equal(table, fast.model.tables[name])


def test_ways_to_give_documents(tmp_path):
    words = planted(9)
    lines = [" ".join(each) for each in words]
    (tmp_path / "text.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "ids.tsv").write_text("".join(f"{i}\t{line}\n" for i, line in enumerate(lines)), encoding="utf-8")
    how = SMALL | {"tokenizer": "whitespace"}
    first = Doc2Vec(words, **how)
    assert first.dv.index_to_key == [str(i) for i in range(9)]
    ways = [
        Doc2Vec(iter(lines), **how),
        Doc2Vec([(each, i) for i, each in enumerate(words)], **how),
        Doc2Vec([(line, [str(i)]) for i, line in enumerate(lines)], **how),
        Doc2Vec((Tagged(each, [i, i]) for i, each in enumerate(words)), **how),
        Doc2Vec(corpus_file=tmp_path / "text.txt", **how),
        Doc2Vec(tmp_path / "ids.tsv", ids=True, **how),
        Doc2Vec([f"{i}\t{line}" for i, line in enumerate(lines)], ids=True, **how),
        Doc2Vec(**how).fit(words),
    ]
    for way in ways:
        assert way.dv.index_to_key == first.dv.index_to_key
        np.testing.assert_array_equal(way.dv.vectors, first.dv.vectors)


def test_numbers_as_tags_come_in_their_order():
    model = Doc2Vec([(words, 20 - i) for i, words in enumerate(planted(12))], **SMALL)
    assert model.dv.index_to_key == [str(i) for i in range(9, 21)]


def test_documents_of_one_tag_train_the_same_vector():
    words = planted(6)
    model = Doc2Vec([(each, f"topic{i % TOPICS}") for i, each in enumerate(words)], **SMALL)
    assert model.dv.index_to_key == ["topic0", "topic1", "topic2"]
    assert "topic" not in model.dv


def test_documents_without_known_words_keep_their_place():
    """Empty ones, and those whose words are all too rare, before, amid and behind others."""
    words = planted(6)
    documents = [["rare1"], [], *words[:3], [], ["rare2", "rare3"], *words[3:], ["rare4"], []]
    tags = [f"d{i}" for i in range(len(documents))]
    said = []

    class Listener(Callback):
        def on_note(self, sentence):
            said.append(sentence)

    settings = SMALL | {"min_count": 2}
    model = Doc2Vec(zip(documents, tags, strict=True), callbacks=Listener(), **settings)
    assert model.dv.index_to_key == tags
    zeros = [tag for tag in tags if not model.dv[tag].any()]
    assert zeros == ["d0", "d1", "d5", "d6", "d10", "d11"]
    assert any("6 tags of 12 have no document with a word" in sentence for sentence in said)
    assert any("3 of the documents have no words" in sentence for sentence in said)
    alone = Doc2Vec(zip(words, [tag for tag in tags if tag not in zeros], strict=True), **settings)
    assert set(alone.wv.index_to_key if alone.dm else alone.model.vocab.words) == set(model.model.vocab.words)


def test_documents_that_run_over_several_blocks_are_one():
    """Blocks have ten thousand ids: of three documents, the second begins in the first and ends in the third."""
    generator = np.random.default_rng(0)
    lengths = [9_000, 13_000, 4_000]
    documents = [[f"w{d}_{n}" for n in generator.integers(20, size=length)] for d, length in enumerate(lengths)]
    model = Doc2Vec(documents, **SMALL, negative=2)
    assert model.history[0].examples == sum(lengths)
    nearest = [int(np.argmax(model.infer_vectors([words[:300]])[0] @ model.dv.vectors.T)) for words in documents]
    assert nearest == [0, 1, 2]


def test_words_are_trained_beside_documents_only_where_asked_for():
    alone = Doc2Vec(planted(12), **SMALL)
    assert not hasattr(alone, "wv")
    with pytest.raises(NotTrainedError, match="dbow_words=True"):
        alone.predict_output_word(["common1"])
    with pytest.raises(NotTrainedError, match="dbow_words=True"):
        alone.with_output()
    both = Doc2Vec(planted(12), **SMALL, dbow_words=True)
    assert len(both.wv.most_similar("common1", topn=3)) == 3
    assert len(Doc2Vec(planted(12), **SMALL, dm=1).wv.most_similar("common1", topn=3)) == 3


@pytest.mark.parametrize("arch", ["pv-dm", "pv-dbow"])
def test_a_saved_model_is_the_same(tmp_path, arch):
    documents = [(words, [f"d{i}", "line\nbreak"]) for i, words in enumerate(planted(12))]
    model = Doc2Vec(documents, arch=arch, **SMALL)
    model.save(tmp_path / "model")
    read = Doc2Vec.load(tmp_path / "model")
    assert read.dv.index_to_key == model.dv.index_to_key
    np.testing.assert_array_equal(read.dv.vectors, model.dv.vectors)
    np.testing.assert_array_equal(read.infer_vector(["common1", "t1w2"]), model.infer_vector(["common1", "t1w2"]))
    vectors = KeyedVectors.load(tmp_path / "model")
    expected = model.wv if arch == "pv-dm" else model.dv
    np.testing.assert_array_equal(vectors.vectors, expected.vectors)
    Word2Vec(planted(12), **SMALL).save(tmp_path / "words")
    with pytest.raises(W2VError, match=r"is a model of words; Word2Vec.load"):
        Doc2Vec.load(tmp_path / "words")
    with pytest.raises(W2VError, match=r"is a model of documents; Doc2Vec.load"):
        Word2Vec.load(tmp_path / "model")


@pytest.mark.parametrize("text", ['["d0", "d0"]', "{}", "[1, 2]", '["d0"]', "[", "[]"])
def test_damaged_tags_are_a_sentence(tmp_path, text):
    Doc2Vec([(words, f"d{i}") for i, words in enumerate(planted(12))], **SMALL).save(tmp_path / "model")
    (tmp_path / "model" / "SHA256SUMS").unlink()
    (tmp_path / "model" / "tags.json").write_text(text, encoding="utf-8")
    for load in (Doc2Vec.load, KeyedVectors.load):
        with pytest.raises(W2VError, match=r"tags\.json"):
            load(tmp_path / "model")
    (tmp_path / "model" / "tags.json").unlink()
    with pytest.raises(W2VError, match=r"tags\.json is missing"):
        Doc2Vec.load(tmp_path / "model")


class Stop(Callback):
    def on_epoch_end(self, model):
        assert len(model.documents) == 12
        raise StopTraining("Enough.")


@pytest.mark.parametrize("arch", ["pv-dm", "pv-dbow"])
def test_a_run_that_is_resumed_ends_in_the_same_bits(tmp_path, arch):
    settings = SMALL | {"arch": arch}
    whole = Doc2Vec(planted(12), **settings)
    Doc2Vec(planted(12), **settings, callbacks=Stop()).model.save_checkpoint(tmp_path / "state")
    state = Model.load(tmp_path / "state")
    resumed = Doc2Vec(planted(12), **settings, resume=state)
    for name, table in whole.model.tables.items():
        np.testing.assert_array_equal(table, resumed.model.tables[name])
    with pytest.raises(W2VError, match="other tags"):
        Doc2Vec([(words, f"x{i}") for i, words in enumerate(planted(12))], **settings, resume=state)


def test_words_begin_with_vectors_and_stay_as_they_are():
    words = Word2Vec(planted(12), **SMALL).wv
    model = Doc2Vec(planted(12), **SMALL, dm=1, init=words, frozen="init")
    np.testing.assert_array_equal(model.wv["common3"], words["common3"])
    assert model.dv.vectors.any(axis=1).all()


def test_many_threads_and_one_schedule_give_the_same_bits():
    settings = SMALL | {"deterministic": True}
    one, two = (Doc2Vec(planted(), **(settings | {"workers": workers})) for workers in (1, 2))
    np.testing.assert_array_equal(one.dv.vectors, two.dv.vectors)


@pytest.mark.parametrize(
    ("documents", "sentence"),
    [
        ([], "no words"),
        ([None], "document 0 is None"),
        ([["a", "b"], float("nan")], "document 1 is nan"),
        ([3], "document 0 is 3 of type int; expected a string, a list of tokens, a pair"),
        ([b"a b"], "of type bytes"),
        (7, "documents are 7"),
        ({"a": "b"}, "documents are"),
        ([(["a", "b"], [])], "document 0 has an empty list of tags"),
        ([(["a", "b"], [None])], "document 0 has the tag None"),
        ([(["a", "b"], [""])], "document 0 has the tag ''"),
        ([(["a", "b"], [-1])], "document 0 has the tag -1"),
        ([(["a", "b"], True)], "document 0 has the tag True"),
        ([(["a", "b"], 1.5)], "the tags of document 0 are 1.5"),
        ([(["a", 5], "x")], "the token 5 is of type int"),
        ([(["a", "b"], "\ud800")], "half a surrogate pair"),
    ],
)
def test_what_is_no_document_is_a_sentence(documents, sentence):
    with pytest.raises(W2VError, match=sentence):
        Doc2Vec(documents, **SMALL)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"arch": "skipgram"}, "which is for words; of documents expected pv-dm or pv-dbow"),
        ({"arch": "pv-xx"}, "arch is 'pv-xx'"),
        ({"head": "pmi"}, "learns from counted pairs"),
        ({"head": "poincare"}, "hyperbolic space"),
        ({"subword": "fasttext"}, "is for words"),
        ({"phrases": 1}, "Join them before"),
        ({"dm": 1, "arch": "pv-dbow"}, "give one of them"),
        ({"dm": 2}, "expected 0 or 1"),
        ({"dm_concat": 1}, "averaged, or added up"),
        ({"engine": "gpu"}, "documents|GPU|Triton|triton"),
        ({"ids": True, "documents": ["no tab here"]}, "document 0 has no ID"),
        ({"ids": True, "documents": ["\tno id"]}, "document 0 has no ID"),
        ({"documents": [["a", "b"]], "corpus_file": "x"}, "give one of them"),
        ({"corpus_file": "/nowhere/at/all.txt"}, "/nowhere/at/all.txt"),
        ({"field": "text"}, "these documents have no fields"),
        ({"held_out": 0.1}, "held_out is of Word2Vec"),
        ({"sentences": [["a", "b"]]}, "sentences is of Word2Vec"),
    ],
)
def test_settings_that_cannot_be_are_a_sentence(options, sentence):
    given = {} if "corpus_file" in options else {"documents": planted(12)}
    with pytest.raises(W2VError, match=sentence):
        Doc2Vec(**(SMALL | given | options))


def test_what_cannot_be_inferred_is_a_sentence():
    with pytest.raises(NotTrainedError):
        Doc2Vec(**SMALL).infer_vector("a b")
    model = Doc2Vec(planted(12), **SMALL)
    with pytest.raises(UnknownWordError, match="none of the 47 words"):
        model.infer_vector("never seen")
    with pytest.raises(UnknownWordError):
        model.infer_vector([])
    for call in (lambda: model.infer_vectors("a b"), lambda: model.infer_vectors(5), lambda: model.infer_vector(5)):
        with pytest.raises(W2VError, match="expected"):
            call()
    with pytest.raises(W2VError, match="epochs"):
        model.infer_vector(["common1"], epochs=0)
    with pytest.raises(W2VError, match="alpha"):
        model.infer_vector(["common1"], alpha=-1.0)
    with pytest.raises(W2VError, match="min_alpha"):
        model.infer_vector(["common1"], alpha=0.01, min_alpha=0.5)
    with pytest.raises(W2VError, match="tokens must be strings"):
        model.infer_vector([1, 2])
    assert model.infer_vectors([]).shape == (0, 8)
    assert not model.infer_vectors([[]]).any()


def test_models_of_words_and_of_documents_are_told_apart():
    with pytest.raises(W2VError, match=r"Doc2Vec\(documents, arch='pv-dm'\)"):
        train(planted(12), Config(arch="pv-dm"))
    with pytest.raises(W2VError, match="Doc2Vec"):
        Word2Vec(planted(12), arch="pv-dbow")
    model = Doc2Vec(planted(12), **SMALL)
    with pytest.raises(W2VError, match="is not trained further"):
        train_more(model.model, planted(12))
    with pytest.raises(W2VError, match="model of words"):
        _ = Word2Vec(planted(12), **SMALL).model.documents


def test_a_text_that_is_not_cut_into_words_is_cut():
    with open_stream(DocumentReader(["The cat sat, and slept.", "A dog: it barks!"]), min_count=1) as stream:
        assert stream.choice.tokenizer == "words"
        assert stream.report.first_tokens[:5] == ("the", "cat", "sat", "and", "slept")
    model = Doc2Vec(["The cat sat, and slept.", "A dog: it barks!"], **SMALL)
    assert model.config.tokenizer == "words"
    np.testing.assert_array_equal(model.infer_vector("CAT slept?"), model.infer_vector(["cat", "slept"]))


def test_it_says_what_it_is():
    assert repr(Doc2Vec(**SMALL)) == "Doc2Vec(pv-dbow ns, not trained, 8 dimensions)"
    assert repr(Doc2Vec(planted(12), **SMALL)) == "Doc2Vec(pv-dbow ns, 12 tags, 47 words, 8 dimensions)"
    assert (Doc2Vec(dm=1).dm, Doc2Vec(dm=0).dm) == (1, 0)


def test_the_command_trains_documents_of_lines(tmp_path):
    lines = "".join(f"doc {i}\t{' '.join(words)}\n" for i, words in enumerate(planted(12)))
    (tmp_path / "ids.tsv").write_text(lines, encoding="utf-8")
    (tmp_path / "text.txt").write_text(re.sub(r"doc \d+\t", "", lines), encoding="utf-8")
    how = ["--vector-size", "8", "--epochs", "2", "--workers", "1", "--cache-dir", str(tmp_path / "cache")]

    def w2v(*arguments):
        return CliRunner().invoke(app, [*map(str, arguments)])

    done = w2v("train", "--documents", "--ids", tmp_path / "ids.tsv", "-o", tmp_path / "a", *how)
    assert done.exit_code == 0, done.output
    assert f"try: w2v nn {tmp_path / 'a'} 'doc 0'" in done.output
    assert Doc2Vec.load(tmp_path / "a").dv.index_to_key == [f"doc {i}" for i in range(12)]
    assert w2v("nn", tmp_path / "a", "doc 3").exit_code == 0
    dm = ["--arch", "pv-dm", "--head", "hs"]
    assert w2v("train", "--documents", tmp_path / "text.txt", "-o", tmp_path / "b", *how, *dm).exit_code == 0
    assert Doc2Vec.load(tmp_path / "b").dv.index_to_key == [str(i) for i in range(12)]
    for flags, sentence in [
        (["--ids"], "Give it with --documents"),
        (["--documents", "--ids"], "has no ID"),
        (["--documents", "--held-out", "0.1"], "--held-out is for words"),
        (["--documents", "--arch", "cbow"], "of documents expected pv-dm or pv-dbow"),
        (["--arch", "pv-dm"], "--documents"),
        (["--documents", "--similarity", tmp_path / "text.txt"], "no word vectors to be scored"),
    ]:
        done = w2v("train", tmp_path / "text.txt", "-o", tmp_path / "c", *how, *flags)
        assert isinstance(done.exception, W2VError)
        assert sentence in str(done.exception)


def test_the_page_on_documents_runs(capsys):
    page = (Path(__file__).parent.parent / "docs" / "documents.md").read_text(encoding="utf-8")
    exec(compile(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], "documents.md", "exec"), {})
    first, second = capsys.readouterr().out.splitlines()
    assert "'animals'" in first or "'cat-1'" in first
    assert "mouse" in second or "animals" in second


def test_a_text_and_its_tag_may_be_two_strings():
    model = Doc2Vec([("the mouse sat", "mouse-1"), ("the cat sat", "cat-1")] * 3, vector_size=4, epochs=2)
    assert model.dv.index_to_key == ["mouse-1", "cat-1"]
    tokens = Doc2Vec([("the", "mouse"), ("the", "cat")] * 3, vector_size=4, epochs=2)
    assert tokens.dv.index_to_key == [str(number) for number in range(6)]


def test_a_run_is_not_resumed_where_a_document_has_another_tag(tmp_path):
    texts = [f"the {word} sat on the mat" for word in ("cat", "dog", "cow", "hen")] * 5

    def documents(of_first):
        return [(text, ["a" if number < of_first else "b"]) for number, text in enumerate(texts)]

    settings = {"vector_size": 4, "workers": 1, "checkpoint": tmp_path / "states"}
    Doc2Vec(documents(10), epochs=2, **settings)
    Doc2Vec(documents(10), epochs=3, resume=True, **settings)
    with pytest.raises(W2VError, match="was trained on another text"):
        Doc2Vec(documents(7), epochs=4, resume=True, **settings)


def test_vectors_of_documents_alone_are_no_model_of_fasttexts(tmp_path):
    model = Doc2Vec(["the mouse sat", "the cat sat"] * 3, vector_size=4, epochs=1)
    with pytest.raises(W2VError, match="vectors of documents alone"):
        save_fasttext(model.model, tmp_path / "m.bin")


def test_low_rates_of_inference_are_taken_as_given():
    model = Doc2Vec(["the mouse sat", "the cat sat"] * 3, vector_size=4, epochs=1)
    still = model.infer_vector("the mouse", alpha=2e-12, min_alpha=1e-12)
    moved = model.infer_vector("the mouse", alpha=0.05)
    assert np.abs(still - moved).max() > 1e-4


def test_a_tokenizer_that_was_a_function_is_missed_where_a_string_is_cut(tmp_path):
    """It is not saved, and white space would give other words, and so another vector."""
    texts = [" ".join(words).replace(" ", "|") for words in planted(30)]
    model = Doc2Vec(texts, tokenizer=lambda text: text.split("|"), **SMALL)
    vector = model.infer_vector(texts[3])
    model.save(tmp_path / "model")
    loaded = Doc2Vec.load(tmp_path / "model")
    assert loaded.tokenizer == "function"
    np.testing.assert_array_equal(loaded.infer_vector(texts[3].split("|")), vector)
    np.testing.assert_array_equal(loaded.infer_vectors([texts[3].split("|")])[0], vector)
    for cut in (
        lambda: loaded.infer_vector(texts[3]),
        lambda: loaded.infer_vectors([Tagged(texts[3], ["tag"])]),
        lambda: loaded.fit(texts),
        lambda: loaded.save_pretrained(tmp_path / "pretrained", license="mit"),
    ):
        with pytest.raises(W2VError, match=r"tokenizer (was|is) a function"):
            cut()
    loaded.fit(texts, tokenizer=lambda text: text.split("|"))
    loaded.fit([text.split("|") for text in texts], tokenizer="auto")
    assert loaded.infer_vector(" ".join(planted(30)[3])).shape == (8,)


def test_words_of_a_loaded_model_miss_it_too(tmp_path):
    texts = ["the-cat-sat", "the-dog-ran"] * 20
    model = Word2Vec(texts, tokenizer=lambda text: text.split("-"), **SMALL)
    model.train_more(texts, epochs=1)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    for learn in (loaded.fit, loaded.train_more):
        with pytest.raises(W2VError, match="tokenizer was a function"):
            learn(texts)
    loaded.train_more([text.split("-") for text in texts], epochs=1)
    loaded.train_more(texts, epochs=1, tokenizer=lambda text: text.split("-"))
    assert loaded.wv["cat"].shape == (8,)


def test_documents_alone_cannot_be_scored_on_words(tmp_path):
    Doc2Vec(planted(30), **SMALL).save(tmp_path / "model")
    (tmp_path / "pairs.tsv").write_text("king\tqueen\t5\nman\twoman\t4\n", encoding="utf-8")
    (tmp_path / "questions.txt").write_text(": royal\nking man queen woman\n", encoding="utf-8")
    for option, name in (("--similarity", "pairs.tsv"), ("--analogies", "questions.txt")):
        done = CliRunner().invoke(app, ["eval", str(tmp_path / "model"), option, str(tmp_path / name)])
        assert "nan" not in done.output
        assert isinstance(done.exception, W2VError)
        assert "has vectors of tags" in str(done.exception)


@pytest.mark.parametrize("alpha", [None, 0.1])
@pytest.mark.parametrize("update", ["mean", "original"])
@pytest.mark.parametrize("arch", ["pv-dbow", "pv-dm"])
@pytest.mark.parametrize("head", ["ns", "hs", "softmax", "ova"])
def test_no_rate_that_people_take_diverges_on_documents_of_ten_words(head, arch, update, alpha):
    """All examples of a step may be of one document, whose row then goes as far as all of them together."""
    texts = [[f"{'ab'[n % 2]}{(n * i) % 5}" for i in range(30)] for n in range(40)]
    settings = {"vector_size": 8, "sample": 0.0, "epochs": 30, "workers": 1, "cbow_update": update, "alpha": alpha}
    losses = [record.loss for record in Doc2Vec(texts, head=head, arch=arch, **settings).history]
    assert max(losses) < 1.05 * losses[0]
    assert losses[-1] < 0.85 * losses[0]
