"""gensim's FastText here: the same arguments, n-grams, rows, errors; what training comes to; and fastText's files."""

import copy
import gzip
import inspect
import pickle
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import w2v
from w2v.base.config import Config
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import UnknownWordError, W2VError
from w2v.gensim.keyed_growth import prep_vectors
from w2v.gensim.models import FastText, KeyedVectors, Word2Vec, fasttext
from w2v.gensim.models.fasttext_inner import compute_ngrams, compute_ngrams_bytes, ft_hash_bytes
from w2v.gensim.ngram_rows import NgramRows
from w2v.gensim.scanning import scan
from w2v.gensim.test.utils import common_texts, datapath
from w2v.heads.tree import huffman_tree
from w2v.models.fasttext_tree import fasttext_tree, from_fasttext, to_fasttext
from w2v.models.model import Model
from w2v.training.more import train_more

theirs = pytest.importorskip("gensim.models.fasttext", reason="gensim has no wheel for this Python")

SMALL = {"vector_size": 8, "min_count": 1, "workers": 1, "bucket": 300, "sample": 0}
MORE = [["computers", "interfacing", "humanity"], ["treeless", "graphs"], ["computers", "graphs", "humanity"]]
HEADS = [{"sg": sg, "hs": hs, "negative": 5 * (1 - hs)} for sg in (0, 1) for hs in (0, 1)]
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def trained(**options):
    return FastText(common_texts, **SMALL | options)


def same(one, other):
    for name in ("vectors", "vectors_vocab", "vectors_ngrams"):
        np.testing.assert_array_equal(getattr(one.wv, name), getattr(other.wv, name))
    assert one.wv.key_to_index == other.wv.key_to_index
    np.testing.assert_array_equal(one.wv["computerly"], other.wv["computerly"])


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        ("FastText", "__init__ build_vocab train estimate_memory load_fasttext_format"),
        ("FastTextKeyedVectors", "__init__ recalc_char_ngram_buckets adjust_vectors get_sentence_vector"),
        ("FastTextKeyedVectors", "resize_vectors init_post_load"),
        ("", "load_facebook_model load_facebook_vectors save_facebook_model ft_ngram_hashes"),
    ],
)
def test_arguments_and_their_defaults_are_gensims(owner, names):
    def arguments(module, name):
        function = getattr(getattr(module, owner) if owner else module, name)
        return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]

    for name in names.split():
        assert arguments(fasttext, name) == arguments(theirs, name)


@given(words, st.integers(0, 4), st.integers(0, 7))
@settings(max_examples=100, deadline=None)
def test_n_grams_and_hashes_are_gensims(word, min_n, max_n):
    assert compute_ngrams(word, min_n, max_n) == theirs.compute_ngrams(word, min_n, max_n)
    assert compute_ngrams_bytes(word, min_n, max_n) == theirs.compute_ngrams_bytes(word, min_n, max_n)
    assert ft_hash_bytes(word.encode()) == theirs.ft_hash_bytes(word.encode())
    assert fasttext.ft_ngram_hashes(word, min_n, max_n, 97) == theirs.ft_ngram_hashes(word, min_n, max_n, 97)


@given(
    *(st.integers(1, 400), st.integers(1, 9), st.integers(0, 2**32), st.sampled_from([np.float32, np.float64])),
    *(st.lists(st.integers(0, 399), max_size=30), st.lists(st.integers(0, 399), max_size=30)),
)
@settings(max_examples=60, deadline=None)
def test_rows_that_are_drawn_one_by_one_are_those_of_the_whole_table(bucket, size, seed, dtype, written, read):
    rows, table = NgramRows(bucket, size, seed, dtype), prep_vectors((bucket, size), None, seed, dtype)
    for turn, some in enumerate((written, read)):
        put = np.unique(np.array(some, np.int64) % bucket)
        rows.put(put, np.full((len(put), size), turn + 0.5))
        table[put] = turn + 0.5
        for taken in (put, np.array(read, np.int64) % bucket, np.arange(bucket)):
            np.testing.assert_array_equal(rows.take(taken), table[taken])
    np.testing.assert_array_equal(np.concatenate([piece for _, piece in rows.pieces()]), table)
    np.testing.assert_array_equal(rows.whole(), table)
    rows.put(np.array([0]), np.zeros((1, size)))
    assert not rows.whole()[0].any()


@pytest.mark.parametrize("options", [{}, {"bucket": 7}, {"min_n": 1, "max_n": 2}, {"min_n": 4, "max_n": 3}])
def test_words_begin_as_gensims(options):
    ours, gensims = (cls(**SMALL | options, seed=3) for cls in (FastText, theirs.FastText))
    for turn, texts in enumerate((common_texts, MORE)):
        for model in (ours, gensims):
            model.build_vocab(texts, update=bool(turn))
        assert ours.wv.index_to_key == gensims.wv.index_to_key
        np.testing.assert_array_equal(ours.wv.vectors_vocab, gensims.wv.vectors_vocab)
        np.testing.assert_allclose(ours.wv.vectors, gensims.wv.vectors, atol=1e-7)
        assert [each.tolist() for each in ours.wv.buckets_word] == [each.tolist() for each in gensims.wv.buckets_word]
        assert ours.estimate_memory() == gensims.estimate_memory()
        assert str(ours) == str(gensims)
        if ours.wv.bucket:
            for word in ("computerly", "graph", "日本語", "x"):
                np.testing.assert_allclose(ours.wv[word], gensims.wv[word], atol=1e-7)
    np.testing.assert_array_equal(ours.wv.vectors_ngrams, gensims.wv.vectors_ngrams)


@pytest.mark.parametrize("head", HEADS)
def test_an_epoch_is_that_of_any_model_with_subwords(head):
    """The rows in use alone come to the same numbers as all rows of the table."""
    model = FastText(**SMALL | head, alpha=0.5)
    model.build_vocab(common_texts)
    name = "hs" if head["hs"] else "ns"
    vocab = Vocabulary(list(model.wv.index_to_key), model.counts_from_one())
    blocks = scan(common_texts).blocks(model.wv.key_to_index, vocab)
    config = model._config(name, (0.5, 0.1), [1]).replace(sample=0.0)
    whole = config.replace(subword="fasttext", bucket=model.wv.bucket)
    rows = np.concatenate([model.wv.vectors_vocab, model.wv.vectors_ngrams])
    tables = {"input": model.wv.vectors, "output": model._output(name, 12), "rows": rows}
    subwords = model.wv.subwords._replace(n_words=12)
    other = Model(whole, vocab, {key: table.copy() for key, table in tables.items()}, [], subwords=subwords)
    expected = train_more(other, blocks, whole, progress=False).tables
    model._learn(name, blocks, config)
    np.testing.assert_array_equal(np.concatenate([model.wv.vectors_vocab, model.wv.vectors_ngrams]), expected["rows"])
    np.testing.assert_array_equal(model._output(name, 12), expected["output"])
    assert not np.array_equal(expected["rows"], rows)


@pytest.mark.parametrize("head", [*HEADS, {"sg": 1, "hs": 1, "negative": 5}])
def test_training_moves_words_and_n_grams_together(head):
    model = FastText(**SMALL | head)
    model.build_vocab(common_texts)
    before = copy.deepcopy(model.wv)
    assert model.train(common_texts, total_examples=model.corpus_count, epochs=3)[1] == 3 * model.corpus_total_words
    wv = model.wv
    for name in ("vectors", "vectors_vocab"):
        assert not np.array_equal(getattr(before, name), getattr(wv, name))
    adjusted = wv.vectors.copy()
    wv.adjust_vectors()
    np.testing.assert_allclose(wv.vectors, adjusted, rtol=1e-6)
    used = np.unique(np.concatenate(wv.buckets_word))
    unused = np.setdiff1d(np.arange(wv.bucket), used)
    np.testing.assert_array_equal(wv.vectors_ngrams[unused], before.vectors_ngrams[unused])
    assert (wv.vectors_ngrams[used] != before.vectors_ngrams[used]).any(axis=1).mean() > 0.9
    same(trained(**head), trained(**head))


def test_two_million_buckets_cost_what_the_text_uses(tmp_path):
    model = FastText(common_texts, min_count=1, workers=1)
    assert (model.wv.bucket, model.wv.ngrams.table) == (2_000_000, None)
    assert len(model.wv.ngrams.held) < 300
    model.save(tmp_path / "model")
    model.wv.save(tmp_path / "vectors")
    assert sum(file.stat().st_size for file in tmp_path.glob("*/*")) < 1_000_000
    for wv in (FastText.load(tmp_path / "model").wv, fasttext.FastTextKeyedVectors.load(tmp_path / "vectors")):
        assert wv.ngrams.table is None
        for word in ("computer", "computerly", "never seen"):
            np.testing.assert_array_equal(wv[word], model.wv[word])
    for folder in ("model", "vectors"):
        read = w2v.KeyedVectors.load(tmp_path / folder)
        np.testing.assert_allclose(read["graph"], model.wv["graph"])
        assert "computerly" in read
        assert "zzzz" not in read, "of n-grams that no text has w2v knows nothing"


@pytest.mark.parametrize("options", [{}, {"bucket": 20}, {"bucket": 0}, {"hs": 1}, {"hs": 1, "negative": 0}])
@pytest.mark.parametrize("whole", [False, True])
def test_a_saved_model_goes_on_as_the_one_it_was(tmp_path, options, whole):
    model = trained(**options)
    if whole and model.wv.bucket:
        model.wv.vectors_ngrams[5] = 2.0
    model.wv.vectors_vocab_lockf = np.array([0.5], np.float32)
    model.save(str(tmp_path / "model"))
    loaded = FastText.load(str(tmp_path / "model"))
    for wv in (loaded.wv, pickle.loads(pickle.dumps(model.wv))):
        assert wv.vectors_vocab_lockf.tolist() == [0.5]
        np.testing.assert_array_equal(wv.vectors, model.wv.vectors)
    for each in (model, loaded):
        each.build_vocab(MORE, update=True)
        each.train(MORE, total_examples=3, epochs=2)
    np.testing.assert_array_equal(model.wv.vectors, loaded.wv.vectors)
    np.testing.assert_array_equal(model.wv.vectors_ngrams, loaded.wv.vectors_ngrams)
    loaded.wv.save(tmp_path / "vectors")
    vectors = fasttext.FastTextKeyedVectors.load(tmp_path / "vectors")
    np.testing.assert_array_equal(vectors.vectors_ngrams, model.wv.vectors_ngrams)
    np.testing.assert_array_equal(vectors.vectors_vocab, model.wv.vectors_vocab)
    assert vectors.get_vecattr("graphs", "count") == 2


@pytest.mark.parametrize("head", [*HEADS, {"max_n": 0}])
def test_a_model_that_gensim_saved_is_converted_by_gensim_if_it_is_trusted(tmp_path, head):
    gensims = theirs.FastText(common_texts, **SMALL | head)
    gensims.save(str(tmp_path / "old.model"))
    model = FastText.load(tmp_path / "old.model", trust=True)
    np.testing.assert_allclose(model.wv.vectors, gensims.wv.vectors, atol=1e-7)
    np.testing.assert_array_equal(model.wv.vectors_ngrams, gensims.wv.vectors_ngrams)
    if model.negative:
        np.testing.assert_array_equal(model.syn1neg, gensims.syn1neg)
    model.train(common_texts, total_examples=9, epochs=1)
    with pytest.raises(W2VError, match="expected a Word2Vec of gensim's"):
        Word2Vec.load(tmp_path / "old.model", trust=True)
    with pytest.raises(W2VError, match="trust=True"):
        FastText.load(tmp_path / "old.model")


def test_a_model_of_w2v_goes_on_here(tmp_path):
    config = Config(vector_size=8, min_count=1, workers=1, epochs=1, subword="fasttext", bucket=50)
    w2v.Word2Vec(common_texts, config=config).save(tmp_path / "ours")
    model, read = FastText.load(tmp_path / "ours"), w2v.KeyedVectors.load(tmp_path / "ours")
    np.testing.assert_array_equal(model.wv.vectors, read.vectors)
    np.testing.assert_allclose(model.wv["computerly"], read["computerly"], rtol=1e-5)
    model.train(common_texts, total_examples=9, epochs=1)
    w2v.Word2Vec(common_texts, config=config.replace(bucket=None)).save(tmp_path / "other")
    w2v.Word2Vec(common_texts, config=config.replace(subword="none", bucket=None)).save(tmp_path / "plain")
    with pytest.raises(W2VError, match="gensim's share rows by their hash"):
        FastText.load(tmp_path / "other")
    with pytest.raises(W2VError, match=r"without n-grams\. Word2Vec\.load reads it"):
        FastText.load(tmp_path / "plain")
    with pytest.raises(W2VError, match=r"with n-grams\. FastText\.load reads it"):
        Word2Vec.load(tmp_path / "ours")


def test_frozen_rows_stay():
    model = FastText(**SMALL)
    model.build_vocab(common_texts)
    wv = model.wv
    wv.vectors_vocab_lockf, wv.vectors_ngrams_lockf = np.ones(12, np.float32), np.zeros(1, np.float32)
    wv.vectors_vocab_lockf[3] = 0
    own, grams = wv.vectors_vocab.copy(), wv.vectors_ngrams.copy()
    model.train(common_texts, total_examples=9, epochs=2)
    np.testing.assert_array_equal(wv.vectors_ngrams, grams)
    assert np.flatnonzero((wv.vectors_vocab == own).all(axis=1)).tolist() == [3]


def test_forms_of_a_word_that_were_never_seen_are_near_it():
    """Planted: words of one stem stand in the same contexts."""
    generator = np.random.default_rng(5)
    stems = {"kissa": ["purrs", "sleeps"], "traktori": ["drives", "ploughs"], "hunaja": ["tastes", "sweetens"]}
    endings = ["", "n", "lla", "ssa", "lta"]
    text = []
    for _ in range(1500):
        stem = list(stems)[generator.integers(3)]
        text.append([stem + endings[generator.integers(5)], stems[stem][generator.integers(2)], "often"])
    for head in HEADS:
        model = FastText(text, **SMALL | head | {"vector_size": 20, "bucket": 2000}, alpha=0.05)
        for stem, verbs in stems.items():
            near = [word for word, _ in model.wv.most_similar(stem + "sta", topn=4)]
            assert sum(word.startswith(stem) or word in verbs for word in near) >= 3, (head, stem, near)


def test_queries_take_words_that_were_never_seen():
    wv = trained().wv
    assert "computerly" in wv
    assert "computerly" not in wv.key_to_index
    assert not wv.has_index_for("computerly")
    assert wv[["computerly", "graph"]].shape == (2, 8)
    assert wv.similarity("computerly", "computerly") == pytest.approx(1)
    nearest = wv.most_similar("computerly", topn=3)
    assert [word for word, _ in nearest] == [word for word, _ in wv.most_similar(wv["computerly"], topn=3)]
    assert len(wv.most_similar_cosmul(["computerly"], topn=2)) == 2
    assert wv.distances("computerly", ["computerly", "graph"])[0] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(wv.distances("computerly", ["graph"])[0], 1 - wv.similarity("computerly", "graph"), 1e-5)
    assert 0 < wv.wmdistance(["computerly"], ["graphs", "graph"]) < 2
    assert wv.doesnt_match(["computer", "computers", "trees"]) in ("computer", "computers", "trees")
    assert wv.n_similarity(["computerly"], ["graphic", "graph"]) <= 1
    every = wv.vectors_for_all(["graph", "computerly", "graph"], copy_vecattrs=True)
    assert every.index_to_key == ["graph", "computerly"]
    assert every.get_vecattr("graph", "count") == 3
    np.testing.assert_array_equal(every["computerly"], wv["computerly"])
    assert len(wv.vectors_for_all(["graph", "computerly"], allow_inference=False)) == 1
    units = np.stack([wv.get_vector(word, norm=True) for word in ("computerly", "graph")])
    np.testing.assert_allclose(wv.get_sentence_vector(["computerly", "graph"]), units.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(units, axis=1), 1, rtol=1e-6)
    assert wv[0].tolist() == wv[wv.index_to_key[0]].tolist()
    assert not FastText(common_texts, **SMALL | {"min_n": 6, "max_n": 9}).wv["a"].any(), "a word without n-grams"


def test_without_n_grams_words_are_those_of_word2vec():
    model, plain = trained(max_n=0), Word2Vec(common_texts, vector_size=8, min_count=1, workers=1, sample=0)
    assert model.wv.bucket == 0
    np.testing.assert_array_equal(model.wv.vectors, plain.wv.vectors)
    assert model.wv.vectors is model.wv.vectors_vocab
    assert "computerly" not in model.wv
    with pytest.raises(UnknownWordError, match="computerly"):
        model.wv["computerly"]


@pytest.mark.parametrize("head", HEADS)
def test_fasttexts_library_and_this_read_each_others_files(tmp_path, head):
    library = pytest.importorskip("fasttext")
    model = trained(**head)
    path = tmp_path / "model.bin"
    fasttext.save_facebook_model(model, path)
    read = library.load_model(str(path))
    assert read.words == model.wv.index_to_key
    for word in (*read.words, "computerly", "日本"):
        np.testing.assert_allclose(read.get_word_vector(word), model.wv[word], rtol=1e-4, atol=1e-6)
    again = fasttext.load_facebook_model(path)
    np.testing.assert_array_equal(again.wv.vectors_ngrams, model.wv.vectors_ngrams)
    fasttext.save_facebook_model(again, tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == path.read_bytes()
    with gzip.open(tmp_path / "model.bin.gz", "wb") as file:
        file.write(path.read_bytes())
    same(fasttext.load_facebook_model(tmp_path / "model.bin.gz"), again)

    text = tmp_path / "text.txt"
    text.write_text("\n".join(" ".join(line) for line in common_texts * 20), encoding="utf-8")
    options = {"model": ["cbow", "skipgram"][head["sg"]], "loss": ["ns", "hs"][head["hs"]]}
    made = library.train_unsupervised(str(text), dim=8, bucket=100, epoch=1, minCount=1, thread=1, verbose=0, **options)
    made.save_model(str(path))
    loaded = fasttext.load_facebook_model(path)
    for word in (*made.words, "computerly", "日本"):
        np.testing.assert_allclose(loaded.wv[word], made.get_word_vector(word), rtol=1e-4, atol=1e-6)
    if not head["hs"]:
        np.testing.assert_array_equal(loaded.syn1neg, made.get_output_matrix())
    fasttext.save_facebook_model(loaded, tmp_path / "again.bin")
    np.testing.assert_array_equal(
        library.load_model(str(tmp_path / "again.bin")).get_output_matrix(), made.get_output_matrix()
    )
    vectors = fasttext.load_facebook_vectors(path)
    np.testing.assert_array_equal(vectors["computerly"], loaded.wv["computerly"])
    loaded.build_vocab(MORE, update=True)
    loaded.train(MORE, total_examples=3, epochs=1)
    fasttext.save_facebook_model(loaded, path)
    assert library.load_model(str(path)).words == loaded.wv.index_to_key


def test_files_of_before_versions_are_read_as_gensim_reads_them():
    ours, gensims = (module.load_facebook_model(datapath("lee_fasttext.bin")) for module in (fasttext, theirs))
    assert ours.wv.index_to_key == gensims.wv.index_to_key
    for word in ("the", "hundred", "rejection"):
        np.testing.assert_allclose(ours.wv[word], gensims.wv[word], rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(ours.syn1neg, gensims.syn1neg)


def test_every_damage_of_a_file_is_a_sentence(tmp_path):
    path = tmp_path / "model.bin"
    fasttext.save_facebook_model(trained(vector_size=2, bucket=5), path)
    whole = path.read_bytes()
    generator = np.random.default_rng(1)
    for size in (*range(80), *range(80, len(whole), 31)):
        path.write_bytes(whole[:size])
        with pytest.raises(W2VError):
            fasttext.load_facebook_model(path)
    for _ in range(100):
        damaged = bytearray(whole)
        damaged[generator.integers(len(whole))] ^= 1 << int(generator.integers(8))
        path.write_bytes(damaged)
        try:
            fasttext.load_facebook_model(path)
        except W2VError:
            continue
    path.write_bytes(whole + b"\0")
    with pytest.raises(W2VError, match="something follows"):
        fasttext.load_facebook_model(path)


@given(st.lists(st.integers(1, 50), min_size=2, max_size=40).map(lambda counts: sorted(counts, reverse=True)))
@settings(max_examples=60, deadline=None)
def test_fasttexts_tree_is_as_short_as_any_and_an_own_rows_come_back(counts):
    numbers = np.array(counts, np.int64)
    tree = fasttext_tree(numbers)
    assert (tree.lengths * numbers).sum() == (huffman_tree(numbers).lengths * numbers).sum()
    paths = {tuple(tree.path(word)[1].tolist()) for word in range(len(numbers))}
    assert len(paths) == len(numbers)
    distinct = 3 ** np.arange(min(len(numbers), 20))[::-1] + 1  # no ties
    rows = np.random.default_rng(0).normal(size=(len(distinct), 3)).astype(np.float32)
    np.testing.assert_array_equal(from_fasttext(to_fasttext(rows, distinct), distinct)[:-1], rows[:-1])


@pytest.mark.parametrize(
    ("options", "kind", "sentence"),
    [
        ({"word_ngrams": 2}, NotImplementedError, "word_ngrams is 2"),
        ({"size": 5}, TypeError, "FastText has no argument size. Since gensim 4 it is vector_size"),
        ({"compute_loss": True}, TypeError, "FastText has no argument compute_loss"),
        ({"bucket": -1}, ValueError, "bucket"),
        ({"bucket": "many"}, TypeError, "bucket is 'many'; expected a whole number"),
        ({"max_n": 1000}, ValueError, "max_n is 1000"),
        ({"min_n": -2}, ValueError, "min_n"),
    ],
)
def test_what_cannot_be_is_a_sentence(options, kind, sentence):
    with pytest.raises(W2VError, match=sentence) as caught:
        FastText(common_texts, **SMALL | options)
    assert isinstance(caught.value, kind)


def test_what_is_called_too_early_or_on_something_else_is_a_sentence(tmp_path):
    wv = fasttext.FastTextKeyedVectors(vector_size=2, min_n=3, max_n=6, bucket=10)
    with pytest.raises(W2VError, match="no vectors of n-grams yet"):
        wv["word"]
    wv.add_vectors(["one", "two"], [[0, 1], [1, 0]])
    assert wv.most_similar("one", topn=1) == [("two", 0.0)]
    with pytest.raises(W2VError, match="resize_vectors"):
        wv.adjust_vectors()
    wv.resize_vectors(seed=None)
    assert wv["word"].shape == (2,)
    with pytest.raises(W2VError, match="nothing to save yet"):
        fasttext.save_facebook_model(FastText(), tmp_path / "model.bin")
    with pytest.raises(W2VError, match="expected a FastText"):
        fasttext.save_facebook_model(Word2Vec(), tmp_path / "model.bin")
    with pytest.raises(FileNotFoundError):
        fasttext.load_facebook_model(tmp_path / "none.bin")
    with pytest.raises(NotImplementedError, match="classifier"):
        fasttext.load_facebook_model(datapath("pang_lee_polarity_fasttext.bin"))
    KeyedVectors(2).add_vectors(["a"], [[1, 2]])
    (tmp_path / "words.bin").write_bytes(b"1 2\nword " + struct.pack("<2f", 1, 2))
    with pytest.raises(W2VError, match="no fastText model"):
        fasttext.load_facebook_model(tmp_path / "words.bin")
    with pytest.raises(W2VError, match="format has no n-grams"):
        fasttext.FastTextKeyedVectors.load_word2vec_format(tmp_path / "words.bin")
    model = trained()
    model.save(tmp_path / "model")
    with pytest.raises(W2VError, match=r"FastText\.load\(path\)\.wv"):
        fasttext.FastTextKeyedVectors.load(tmp_path / "model")
    with pytest.raises(W2VError, match="zero byte"):
        fasttext.save_facebook_model(FastText([["a\0b", "c"]] * 9, **SMALL), tmp_path / "model.bin")
    assert not (tmp_path / "model.bin").exists()
    with pytest.raises(KeyError):
        model.wv[99]
    with pytest.raises(W2VError, match=r"its vectors have, model\.wv\.bucket"):
        _ = model.bucket
    with pytest.raises(W2VError, match="expected numbers"):
        model.wv.vectors_ngrams = np.zeros((5, 8))
    with pytest.raises(W2VError, match="is a folder"):
        fasttext.load_facebook_model(tmp_path / "model")
    with pytest.raises(TypeError, match="expected bytes"):
        ft_hash_bytes("word")
    model.wv.bucket = 7
    with pytest.raises(W2VError, match=r"resize_vectors\(\) makes others"):
        model.train(common_texts, total_examples=9, epochs=1)
    model.wv.resize_vectors()
    model.train(common_texts, total_examples=9, epochs=1)
    assert model.wv.vectors_ngrams.shape == (7, 8)
    with pytest.warns(DeprecationWarning, match="load_facebook_model"), pytest.raises(FileNotFoundError):
        FastText.load_fasttext_format(tmp_path / "none.bin")


def test_words_may_be_anything_hashable(tmp_path):
    model = FastText([[1, 2, "a\nb"], [2, 1, ("x", "y")]] * 9, **SMALL)
    assert model.wv[1].shape == (8,)
    assert model.wv.most_similar(2, topn=1)
    del model.wv.index_to_key[3:], model.wv.key_to_index[("x", "y")]
    kept = FastText([[1, 2, "a\nb"]] * 9, **SMALL)
    kept.save(tmp_path / "model")
    same(kept, FastText.load(tmp_path / "model"))
