"""floret's files: rows of n-grams without words, read and written; and models written for fastText by every door."""

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import Config, KeyedVectors, PoincareKeyedVectors, W2VError, Word2Vec
from w2v.cli import app

SENTENCES = [["her", "here", "there"], ["there", "ärger", "here", "日本語"], ["a", "aaaa", "her", "ärger"]] * 40
SMALL = Config(vector_size=4, min_count=1, workers=1, epochs=1, sample=0.0, subword="floret", bucket=30, hash_count=3)


@pytest.fixture(scope="module")
def model():
    return Word2Vec(SENTENCES, config=SMALL)


@pytest.mark.parametrize("name", ["v.floret", "v.txt", "v.txt.gz", "v.floret.gz"])
def test_rows_come_back_and_compose_the_words(tmp_path, model, name):
    if "txt" in name:
        model.save_floret(tmp_path / name)
    else:
        model.wv.save(tmp_path / name)
    again = KeyedVectors.load(tmp_path / name)
    np.testing.assert_array_equal(again.composer.rows, model.wv.composer.rows)
    assert (len(again), again.vector_size) == (0, 4)
    assert again.most_similar("her") == []
    for word in [*model.wv.index_to_key, "ther"]:
        np.testing.assert_allclose(again[word], model.wv[word], rtol=1e-6)
    table = again.vectors_for_all(model.wv.index_to_key)
    np.testing.assert_allclose(table.vectors, model.wv.vectors, rtol=1e-6)
    again.save(tmp_path / "again.floret")
    assert KeyedVectors.load(tmp_path / "again.floret")["ther"].tolist() == model.wv["ther"].tolist()


def lines(model, tmp_path):
    model.save_floret(tmp_path / "v.floret")
    return (tmp_path / "v.floret").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: rows[:-1], "is cut short: its first line tells of 30 rows, and there are 29"),
        (lambda rows: [*rows, rows[1]], "line 32: expected no more than 30 rows"),
        (lambda rows: [rows[0], *rows[2:]], "line 2: expected 0 and 4 numbers"),
        (lambda rows: [*rows[:-1], rows[-1] + " 1"], "line 31: expected 29 and 4 numbers"),
        (lambda rows: [*rows[:-1], "29 1 2 3 nan"], "holds NaN or infinity, in row 29"),
        (lambda rows: [rows[0].replace("2166136261", "7"), *rows[1:]], "was made with the seed 7"),
        (lambda rows: [rows[0].replace("<", "^"), *rows[1:]], "the marks '\\^ >'"),
        (lambda rows: ["0 4 3 6 3 2166136261 < >", *rows[1:]], "which no such file has"),
        (lambda rows: ["30 4 3 6 9 2166136261 < >", *rows[1:]], "9 for each n-gram"),
        (lambda rows: ["30 0 3 6 1 2166136261 < >"], "30 rows of 0 numbers"),
    ],
)
def test_damage_is_told(tmp_path, model, change, sentence):
    (tmp_path / "d.floret").write_text("\n".join(change(lines(model, tmp_path))) + "\n", encoding="utf-8")
    with pytest.raises(W2VError, match=sentence):
        KeyedVectors.load(tmp_path / "d.floret")


def test_what_has_no_such_rows_is_not_written(tmp_path, model):
    plain = KeyedVectors(["a"], np.ones((1, 2)))
    with pytest.raises(W2VError, match="subword='floret'"):
        plain.save(tmp_path / "v.floret")
    with pytest.raises(W2VError, match="subword='floret'"):
        Word2Vec(SENTENCES, config=SMALL.replace(subword="fasttext")).save_floret(tmp_path / "v.floret")
    assert not (tmp_path / "v.floret").exists()
    for save in (model.save_floret, model.save_fasttext):
        with pytest.raises(W2VError, match="None is no path"):
            save(None)
    model.wv.save(tmp_path / "v.floret")
    with pytest.raises(W2VError, match="PoincareKeyedVectors is for poincare vectors"):
        PoincareKeyedVectors.load(tmp_path / "v.floret")
    for name in ("folder", "v.bin"):
        with pytest.raises(W2VError, match="no words yet"):
            KeyedVectors.load(tmp_path / "v.floret").save(tmp_path / name)


def test_the_command_line_converts(tmp_path, model):
    run = CliRunner().invoke
    model.save(tmp_path / "floret")
    bucketed = Word2Vec(SENTENCES, config=SMALL.replace(subword="fasttext"))
    bucketed.save(tmp_path / "fasttext")
    assert run(app, ["convert", str(tmp_path / "floret"), str(tmp_path / "v.floret")]).exit_code == 0
    np.testing.assert_allclose(KeyedVectors.load(tmp_path / "v.floret")["ther"], model.wv["ther"], rtol=1e-6)
    how = ["convert", str(tmp_path / "fasttext"), str(tmp_path / "v.bin"), "--format", "fasttext"]
    assert run(app, how).exit_code == 0
    bucketed.save_fasttext(tmp_path / "same.bin")
    assert (tmp_path / "v.bin").read_bytes() == (tmp_path / "same.bin").read_bytes()
    read = KeyedVectors.load(tmp_path / "v.bin")
    assert read["ther"].tobytes() == KeyedVectors.load(tmp_path / "same.bin")["ther"].tobytes()
    np.testing.assert_allclose(read["ther"], bucketed.wv["ther"], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(read.vectors, bucketed.wv.vectors, rtol=1e-5, atol=1e-7)
    assert run(app, ["convert", str(tmp_path / "v.bin"), str(tmp_path / "kept")]).exit_code == 0
    (tmp_path / "same.bin").unlink()
    assert KeyedVectors.load(tmp_path / "kept")["ther"].tobytes() == read["ther"].tobytes()
    assert run(app, ["convert", str(tmp_path / "floret"), str(tmp_path / "small"), "--compact"]).exit_code == 0
    for flags, sentence in (
        (["--format", "word2vec"], "expected fasttext"),
        (["--format", "fasttext", "--limit", "2"], "leave out --limit"),
        (["--compact"], "which only a folder keeps"),
    ):
        refused = run(app, [*how[:3], "--overwrite", *flags])
        assert isinstance(refused.exception, W2VError)
        assert sentence in str(refused.exception)


def test_files_of_both_programs_that_are_called_bin_are_told_apart(tmp_path):
    fasttext = Word2Vec(SENTENCES, config=SMALL.replace(subword="fasttext"))
    fasttext.save_fasttext(tmp_path / "a.bin")
    fasttext.save_fasttext(tmp_path / "c.bin.gz")
    assert (tmp_path / "c.bin.gz").read_bytes()[:2] == b"\x1f\x8b"
    packed, plain = (KeyedVectors.load(tmp_path / name) for name in ("c.bin.gz", "a.bin"))
    assert packed["ther"].tobytes() == plain["ther"].tobytes()
    with pytest.warns(UserWarning, match="without n-grams"):
        fasttext.wv.save(tmp_path / "b.bin")
    assert KeyedVectors.load(tmp_path / "a.bin").composer is not None
    assert KeyedVectors.load(tmp_path / "b.bin").composer is None


def test_a_model_can_be_trained_and_saved_without_what_can_be_made(tmp_path):
    (tmp_path / "t.txt").write_text("\n".join(" ".join(words) for words in SENTENCES), encoding="utf-8")
    how = [
        "--subword",
        "fasttext",
        "--vector-size",
        "4",
        "--epochs",
        "1",
        "--min-count",
        "1",
        "--workers",
        "1",
        "--quiet",
        "--no-checkpoint",
    ]
    for name, flags in (("whole", []), ("compact", ["--compact"])):
        ran = CliRunner().invoke(app, ["train", str(tmp_path / "t.txt"), "-o", str(tmp_path / name), *how, *flags])
        assert ran.exit_code == 0, ran.output
    whole, compact = (KeyedVectors.load(tmp_path / name) for name in ("whole", "compact"))
    np.testing.assert_array_equal(compact.vectors, whole.vectors)
    sizes = [(tmp_path / name / "tables.safetensors").stat().st_size for name in ("whole", "compact")]
    assert sizes[0] - sizes[1] >= whole.vectors.nbytes
