"""Folders that model2vec and sentence-transformers save are read as they meant them; others are told in a sentence."""

from __future__ import annotations

import json

import numpy as np
import pytest
from safetensors.numpy import save_file

from w2v.errors import W2VError
from w2v.vectors.formats.static_embedding import is_static_embedding, read_static_embedding

SENTENCES = ["the cat sat on the mat", "the dog sat on a log", "cats and dogs are sitting"] * 5


@pytest.fixture(scope="module")
def tokenizers():
    return pytest.importorskip("tokenizers")


@pytest.fixture(scope="module")
def static_model():
    return pytest.importorskip("model2vec").StaticModel


def numbers(rows: int, columns: int = 4, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(rows, columns)).astype(np.float32)


def folder_of(path, tensors, vocabulary, *, modules=None, **model):
    """A folder as these libraries write it, of a WordLevel tokenizer unless another is described."""
    path.mkdir(parents=True, exist_ok=True)
    spec = {"added_tokens": [], "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]", **model}}
    (path / "tokenizer.json").write_text(json.dumps(spec), encoding="utf-8")
    save_file(tensors, path / "model.safetensors")
    if modules is not None:
        (path / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return path


def trained(tokenizers, kind: str):
    """A tokenizer of each kind, trained on SENTENCES: frequent words are tokens, rarer ones are cut into some."""
    T, P = tokenizers.Tokenizer, tokenizers.pre_tokenizers
    models, trainers = tokenizers.models, tokenizers.trainers
    if kind == "WordPiece":
        made, trainer = T(models.WordPiece(unk_token="[UNK]")), trainers.WordPieceTrainer
        made.pre_tokenizer = P.Whitespace()
    elif kind == "ByteLevel":
        made, trainer = T(models.BPE()), trainers.BpeTrainer
        made.pre_tokenizer = P.ByteLevel(add_prefix_space=True)
    elif kind == "Metaspace":
        made, trainer = T(models.BPE(unk_token="[UNK]")), trainers.BpeTrainer
        made.pre_tokenizer = P.Sequence([P.WhitespaceSplit(), P.Metaspace()])
    elif kind == "suffix":
        made, trainer = T(models.BPE(unk_token="[UNK]", end_of_word_suffix="</w>")), trainers.BpeTrainer
        made.pre_tokenizer = P.Whitespace()
    else:
        made, trainer = T(models.WordLevel(unk_token="[UNK]")), trainers.WordLevelTrainer
        made.pre_tokenizer = P.Whitespace()
    more = {"end_of_word_suffix": "</w>"} if kind == "suffix" else {}
    made.train_from_iterator(SENTENCES, trainer(vocab_size=90, special_tokens=["[PAD]", "[UNK]"], **more))
    return made


@pytest.mark.parametrize("kind", ["WordLevel", "WordPiece", "ByteLevel", "Metaspace", "suffix"])
def test_each_kind_of_tokenizer_gives_a_word_the_vector_that_model2vec_gives_it(
    tmp_path, tokenizers, static_model, kind
):
    tokenizer = trained(tokenizers, kind)
    model = static_model(numbers(tokenizer.get_vocab_size()), tokenizer)
    model.save_pretrained(tmp_path / "model")
    assert is_static_embedding(tmp_path / "model")
    table = read_static_embedding(tmp_path / "model")
    at = {word: row for row, word in enumerate(table.words)}
    for word in ("the", "sat", "on"):
        assert model.tokenizer.encode(word, add_special_tokens=False).ids
        np.testing.assert_array_equal(table.vectors[at[word]], model.encode(word))
    assert not {"[PAD]", "[UNK]"} & set(at)
    assert len(at) == tokenizer.get_vocab_size() - 2
    assert kind == "WordLevel" or any(word.startswith("##") for word in at)


def test_unigram_has_its_tokens_in_a_list(tmp_path):
    vocabulary = [["<unk>", 0.0], ["▁the", -1.5], ["s", -2.0]]
    folder = folder_of(tmp_path / "m", {"embeddings": numbers(3)}, vocabulary, type="Unigram", unk_id=0)
    assert read_static_embedding(folder).words == ["▁the", "s"]
    spec = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    for marked in (
        {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}},
        {
            "normalizer": {
                "type": "Sequence",
                "normalizers": [{"type": "Lowercase"}, {"type": "Prepend", "prepend": "▁"}],
            }
        },
    ):
        (folder / "tokenizer.json").write_text(json.dumps(spec | marked), encoding="utf-8")
        table = read_static_embedding(folder)
        assert table.words == ["the", "##s"]
        np.testing.assert_array_equal(table.vectors, numbers(3)[1:])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8"])
def test_numbers_of_any_type_come_back_as_float32(tmp_path, tokenizers, static_model, dtype):
    tokenizer = trained(tokenizers, "WordLevel")
    model = static_model(numbers(tokenizer.get_vocab_size()), tokenizer)
    model.save_pretrained(tmp_path / "whole")
    small = static_model.from_pretrained(tmp_path / "whole", quantize_to=dtype)
    small.save_pretrained(tmp_path / "small")
    table = read_static_embedding(tmp_path / "small")
    assert table.vectors.dtype == np.float32
    np.testing.assert_array_equal(table.vectors[table.words.index("cat")], small.encode("cat").astype(np.float32))


def test_tokens_that_share_a_row_have_it_times_their_weight(tmp_path, tokenizers, static_model):
    tokenizer = trained(tokenizers, "WordLevel")
    tokens = tokenizer.get_vocab_size()
    generator = np.random.default_rng(1)
    rows, weights = generator.integers(0, 3, tokens), generator.random(tokens).astype(np.float32)
    model = static_model(numbers(3), tokenizer, weights=weights, token_mapping=rows)
    model.save_pretrained(tmp_path / "model")
    table = read_static_embedding(tmp_path / "model", limit=4)
    assert len(table.words) == 4
    for word, vector in zip(table.words, table.vectors, strict=True):
        np.testing.assert_allclose(vector, model.encode(word), rtol=1e-6)


def test_of_sentence_transformers_the_folder_within_is_read_and_what_follows_is_told(tmp_path):
    static = {
        "idx": 0,
        "name": "0",
        "path": "0_StaticEmbedding",
        "type": "sentence_transformers.models.StaticEmbedding",
    }
    normalize = {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"}
    dense = {"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"}
    inner = folder_of(tmp_path / "m" / "0_StaticEmbedding", {"embedding.weight": numbers(2)}, {"cat": 0, "dog": 1})
    (tmp_path / "m" / "modules.json").write_text(json.dumps([static, normalize]))
    for folder in (tmp_path / "m", inner):
        assert is_static_embedding(folder)
        table = read_static_embedding(folder)
        assert table.words == ["cat", "dog"]
        np.testing.assert_array_equal(table.vectors, numbers(2))
    (tmp_path / "m" / "modules.json").write_text(json.dumps([static, dense]))
    with pytest.warns(UserWarning, match="Dense changes those of its texts"):
        read_static_embedding(tmp_path / "m")


def test_words_are_in_the_order_of_their_rows_and_a_limit_takes_the_first(tmp_path):
    folder = folder_of(tmp_path / "m", {"embeddings": numbers(4)}, {"dog": 2, "[UNK]": 0, "cat": 1, "sat": 3})
    assert read_static_embedding(folder).words == ["cat", "dog", "sat"]
    table = read_static_embedding(folder, limit=2)
    assert table.words == ["cat", "dog"]
    np.testing.assert_array_equal(table.vectors, numbers(4)[1:3])
    with pytest.raises(W2VError, match="limit is 0"):
        read_static_embedding(folder, limit=0)


def test_added_tokens_are_words_as_they_are_unless_they_are_special(tmp_path):
    folder = folder_of(tmp_path / "m", {"embeddings": numbers(4)}, {"▁cat": 0, "[X]": 3})
    spec = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    spec["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁"}
    spec["added_tokens"] = [
        {"id": 1, "content": "New York", "special": False},
        {"id": 2, "content": "[PAD]", "special": True},
        {"id": 3, "content": "[X]", "special": True},
    ]
    (folder / "tokenizer.json").write_text(json.dumps(spec), encoding="utf-8")
    assert read_static_embedding(folder).words == ["cat", "New York"]


def test_a_word_that_comes_twice_keeps_its_first_vector(tmp_path):
    folder = folder_of(
        tmp_path / "m", {"embeddings": numbers(3)}, {"the</w>": 0, "th": 1, "##th</w>": 2}, end_of_word_suffix="</w>"
    )
    with pytest.warns(UserWarning, match="1 word came again"):
        table = read_static_embedding(folder)
    assert table.words == ["the", "##th"]
    np.testing.assert_array_equal(table.vectors, numbers(3)[:2])


BAD = {
    "a transformer's table": ({"bert.embeddings.weight": numbers(1)}, {"cat": 0}, {}, "holds no static embeddings"),
    "more tokens than rows": ({"embeddings": numbers(1)}, {"cat": 0, "dog": 1}, {}, "a token number 1"),
    "no table": ({"embeddings": numbers(1)[0]}, {"cat": 0}, {}, "expected float"),
    "whole numbers": ({"embeddings": np.ones((1, 2), np.int32)}, {"cat": 0}, {}, "is int32"),
    "rows that are not there": (
        {"embeddings": numbers(1), "mapping": np.array([1])}, {"cat": 0}, {}, "'mapping' should hold numbers of rows",
    ),
    "too few weights": ({"embeddings": numbers(2), "weights": numbers(1)[0, :1]}, {"a": 0, "b": 1}, {}, "weights"),
    "NaN": ({"embeddings": numbers(1) * np.nan}, {"cat": 0}, {}, "NaN"),
    "no words": ({"embeddings": numbers(1)}, {"[UNK]": 0}, {}, "holds no words"),
    "no vocabulary": ({"embeddings": numbers(1)}, 5, {}, "holds no vocabulary"),
    "a number that is none": ({"embeddings": numbers(1)}, {"cat": "0"}, {}, "'cat' with the number '0'"),
    "a list of no tokens": ({"embeddings": numbers(1)}, [["a", 0.5], 7], {"type": "Unigram"}, "is damaged"),
    "modules that are no list": ({"embeddings": numbers(1)}, {"cat": 0}, {"modules": {}}, "expected a list of modules"),
    "a transformer": (
        {"embeddings": numbers(1)}, {"cat": 0}, {"modules": [{"type": "x.Transformer"}, {"type": "x.Pooling"}]},
        "made of Transformer, Pooling",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_what_is_none_is_told_in_a_sentence(tmp_path, case):
    tensors, vocabulary, more, sentence = BAD[case]
    folder = folder_of(tmp_path / "m", tensors, vocabulary, **more)
    with pytest.raises(W2VError, match=sentence):
        read_static_embedding(folder)


def test_modules_name_no_folder_outside(tmp_path):
    folder_of(tmp_path / "secret", {"embeddings": numbers(1)}, {"cat": 0})
    (tmp_path / "m").mkdir()
    for path in ("../secret", str(tmp_path / "secret")):
        (tmp_path / "m" / "modules.json").write_text(json.dumps([{"type": "x.StaticEmbedding", "path": path}]))
        assert not is_static_embedding(tmp_path / "m")
        with pytest.raises(W2VError, match="is not a folder of static embeddings: it has no"):
            read_static_embedding(tmp_path / "m")


def test_other_folders_are_not_taken_for_one(tmp_path):
    assert not is_static_embedding(tmp_path)
    assert not is_static_embedding(tmp_path / "none")
    with pytest.raises(W2VError, match="there is no such folder"):
        read_static_embedding(tmp_path / "none")
