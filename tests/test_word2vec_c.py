"""word2vec.c's command line does here what it does there; those of fastText and GloVe are told in our words."""

import os
import shlex

import numpy as np
import pytest
from typer.testing import CliRunner

from w2v import KeyedVectors, W2VError
from w2v.base.config import Config
from w2v.base.settings import available_cores
from w2v.cli import app
from w2v.cli.word2vec_c import FLAGS, read, speaks_word2vec_c

DEMO = (  # demo-word.sh
    "-train text8 -output vectors.bin -cbow 1 -size 200 -window 8 -negative 25 -hs 0 -sample 1e-4 -threads 20 "
    "-binary 1 -iter 15"
)
DEFAULTS = {
    "tokenizer": "whitespace",
    "arch": "cbow",
    "head": "ns",
    "negative": 5,
    "vector_size": 100,
    "window": 5,
    "sample": 1e-3,
    "min_count": 5,
    "epochs": 5,
    "alpha": 0.05,
    "min_alpha": 0.05 * 1e-4,
    "cbow_update": "original",
    "workers": min(12, available_cores()),
}


def settings(line: str) -> dict:
    return read(shlex.split(f"-train t -output v {line}")).settings


def run(line: str):
    """The output of a command, and the sentence where there was an error."""
    done = CliRunner().invoke(app, shlex.split(line))
    if isinstance(done.exception, W2VError):
        return done.output, str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output, None


def told(line: str) -> str:
    _, sentence = run(line)
    assert sentence is not None
    return sentence


@pytest.fixture
def folder(tmp_path, monkeypatch, planted):
    sentences, _ = planted
    (tmp_path / "text").write_text("".join(" ".join(sentence) + "\n" for sentence in sentences[:300]) + "rare\n" * 3)
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Flags


def test_what_is_not_given_is_as_in_word2vec_c():
    assert settings("") == DEFAULTS
    skipgram = DEFAULTS | {"arch": "skipgram", "alpha": 0.025, "min_alpha": 0.025 * 1e-4}
    skipgram.pop("cbow_update")
    assert settings("-cbow 0") == skipgram


def test_the_demo():
    asked = read(DEMO.split())
    changed = {"vector_size": 200, "window": 8, "negative": 25, "sample": 1e-4, "epochs": 15}
    assert asked.settings == DEFAULTS | changed | {"workers": min(20, available_cores())}
    assert (asked.corpus, str(asked.output), asked.binary, asked.quiet) == ("text8", "vectors.bin", True, False)


def test_each_flag():
    line = "-size 7 -window 3 -sample 0 -negative 2 -threads 1 -iter 2 -min-count 0 -alpha 0.01 -cbow 1"
    assert settings(line) == DEFAULTS | {
        "vector_size": 7, "window": 3, "sample": 0.0, "negative": 2, "workers": 1, "epochs": 2, "min_count": 1,
        "alpha": 0.01, "min_alpha": 0.01 * 1e-4,
    }  # fmt: skip
    more = "-train t -output v -debug 0 -binary 0 -classes 0 -save-vocab a -read-vocab b"
    asked = read(more.split())
    assert asked.quiet
    assert (str(asked.save_vocab), str(asked.read_vocab), asked.binary) == ("a", "b", False)
    assert {*line.split(), *more.split()} >= FLAGS.keys() - {"-hs"}


def test_hierarchical_softmax():
    for line in ("-hs 1 -negative 0", "-hs 1"):
        found = settings(line)
        assert found["head"] == "hs"
        assert "negative" not in found
    assert "trains negative sampling beside" in read(["-train", "t", "-output", "v", "-hs", "1"]).notes[0]
    assert read(["-train", "t", "-output", "v", "-hs", "1", "-negative", "0"]).notes == ()


@pytest.mark.parametrize("line", ["", "-cbow 0", "-hs 1", "-hs 1 -cbow 0 -size 3 -sample 0 -min-count 0"])
def test_our_own_words_say_the_same(line):
    """What a person is told to type has the settings of what was typed."""
    asked = read(shlex.split(f"-train t -output v {line}"))
    command, subcommand, corpus, output, model, *flags = shlex.split(asked.in_our_words())
    assert (command, subcommand, corpus, output, model) == ("w2v", "train", "t", "--output", "MODEL")
    types = {name: type(value) for name, value in asked.settings.items()}
    said = {
        flag.removeprefix("--").replace("-", "_"): value for flag, value in zip(flags[::2], flags[1::2], strict=True)
    }
    assert {name: types[name](value) for name, value in said.items()} == asked.settings
    Config.of(asked.settings)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("-output v -size 5", "Which text to train on is not said: -train FILE"),
        ("-train t", "Where to write is not said: -output FILE for the vectors, or -save-vocab FILE"),
        ("-train t -output", "-output has no value"),
        ("-train t -output ''", "-output is empty"),
        ("-train t -train t", "-train is given twice"),
        ("-train t -output v -size many", "-size is 'many'; expected a whole number, at least 1"),
        ("-train t -output v -size 0", "-size is '0'"),
        ("-train t -output v -size 2.5", "-size is '2.5'"),
        ("-train t -output v -alpha 0", "-alpha is '0'; expected a number above 0"),
        ("-train t -output v -alpha nan", "-alpha is 'nan'"),
        ("-train t -output v -sample inf", "-sample is 'inf'"),
        ("-train t -output v -cbow yes", "-cbow is 'yes'; expected 0 or 1"),
        ("-train t -output v -hs 1 -negative 5", "trains two heads on the same vectors"),
        ("-train t -output v -hs 0 -negative 0", "-hs 0 with -negative 0 trains nothing"),
        ("-train t -output v -classes 500", "-classes sorts the words into classes by K-means"),
        ("-train t -output v -seed 1", "word2vec.c has no flag '-seed'; it has -train, -output"),
        (
            "t -output v -size 5",
            "'t' is given together with -output, a flag of word2vec.c. Give word2vec.c's flags alone",
        ),
        ("-train t -o v", "word2vec.c has no flag '-o'"),
        ("-train t -output v --size 5", "'--size' is given together with -train"),
        ("-train t -output v --overwrite", "'--overwrite' is given together with -train"),
        ("-train nowhere -output v", "there is no file or folder 'nowhere'"),
        ("-train t -output nowhere/v", "nowhere/v cannot be written: there is no such folder"),
        ("-train t -output .", ". is a folder; word2vec.c writes a file there"),
        ("-train t -output v.rar", "v.rar was not written: such archives are not made here"),
        (f"-train t -output {'v' * 300}", "cannot be written: its name is too long"),
        ("-train t -output v -save-vocab .", ". is a folder"),
    ],
)
def test_errors_are_sentences(line, sentence, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = told(f"train {line}")
    assert sentence in said
    assert ".w2v-" not in said
    assert os.listdir(tmp_path) in ([], ["cache"])


def test_only_word2vec_cs_flags_are_taken_for_its():
    assert not any(map(speaks_word2vec_c, (["t", "-o", "m", "-q"], ["--size", "5"], ["--", "-train"], ["text-train"])))
    assert "--size is --vector-size here." in told("train --size 5")
    assert "-train stands before a command" in told("-train t -output v")


# What is written


@pytest.mark.parametrize("binary", [0, 1])
def test_other_programs_read_the_vectors(folder, binary):
    out, error = run(f"train -train text -output v.out -size 8 -iter 2 -binary {binary} -sample 0")
    assert error is None
    assert "In w2v's own words: w2v train text --output MODEL --tokenizer whitespace --arch cbow" in out
    vectors = KeyedVectors.load(folder / "v.out")
    assert len(vectors) == 49
    assert vectors.index_to_key[0] == "the"
    gensim = pytest.importorskip("gensim")
    theirs = gensim.models.KeyedVectors.load_word2vec_format("v.out", binary=bool(binary))
    assert theirs.index_to_key == vectors.index_to_key
    np.testing.assert_array_equal(theirs.vectors, vectors.vectors)


def test_what_is_trained_is_what_our_own_words_train(folder):
    run("train -train text -output v.bin -binary 1 -size 8 -iter 2 -threads 1")
    own = read(["-train", "text", "-output", "v.bin", "-size", "8", "-iter", "2", "-threads", "1"]).in_our_words()
    run(own.removeprefix("w2v "))
    np.testing.assert_array_equal(KeyedVectors.load("v.bin").vectors, KeyedVectors.load("MODEL").vectors)


def test_vectors_that_are_there_are_replaced_as_by_word2vec_c(folder):
    (folder / "v.txt").write_text("something else")
    for _ in range(2):
        assert run("train -train text -output v.txt -size 4 -iter 1 -debug 0") == ("", None)
    assert KeyedVectors.load("v.txt").vector_size == 4


def test_the_vocabulary_alone_or_beside_the_vectors(folder):
    run("train -train text -save-vocab alone.txt")
    run("train -train text -output v -save-vocab beside.txt -size 4 -iter 1")
    lines = (folder / "alone.txt").read_text().splitlines()
    assert lines[0] == "the 300"
    assert len(lines) == 49
    assert (folder / "beside.txt").read_text() == (folder / "alone.txt").read_text()


def test_a_vocabulary_that_is_read(folder):
    """As word2vec.c writes it: </s> first, and words below -min-count left out."""
    (folder / "voc").write_text("</s> 300\nred0 9\nred1 70\nthe 8\nred2 4\nnever 6\n")
    assert run("train -train text -output v -read-vocab voc -size 4 -iter 1 -sample 0")[1] is None
    assert KeyedVectors.load("v").index_to_key == ["red1", "red0", "the", "never"]
    assert "the vocabulary nowhere cannot be read" in told("train -train text -output v -read-vocab nowhere")
    (folder / "voc").write_text("the\n")
    assert "voc, line 1: expected `word count`" in told("train -train text -output v -read-vocab voc")


# Others' programs


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "skipgram -input data.txt -output model -dim 50 -lr 0.1 -minn 3 -loss one-vs-all",
            "skipgram is a command of fastText. In w2v: w2v train data.txt --output model --arch skipgram "
            "--vector-size 50 --alpha 0.1 --head ova   (without -minn: there is no such thing here)",
        ),
        ("cbow", "cbow is a command of fastText. In w2v: w2v train CORPUS --output MODEL --arch cbow"),
        ("train -input 'a b' -output m", "-input is a flag of fastText. In w2v: w2v train 'a b' --output m"),
        ("train -output m -dim", "-dim is a flag of fastText. In w2v: w2v train CORPUS --output m   (without -dim"),
        ("supervised -input t", "supervised is a command of fastText for classifying texts, which w2v does not."),
        ("print-word-vectors model.bin", "In w2v: w2v convert MODEL vectors.txt"),
        ("distance v.bin", "distance is a command of word2vec.c. In w2v: w2v nn MODEL WORD"),
        (
            "glove -save-file v -x-max 10 -iter 15 -vector-size 50 -binary 2",
            "glove is GloVe's program. In w2v one command does all of them: w2v train CORPUS --output v --head pmi "
            "--distance-weighting --x-max 10 --epochs 15 --vector-size 50   (without -binary",
        ),
        ("cooccur -window-size 15", "cooccur is a step of GloVe."),
        (
            "train -save-file v -x-max 5",
            "-save-file is a flag of GloVe. In w2v: w2v train CORPUS --output v --head pmi",
        ),
    ],
)
def test_commands_of_fasttext_and_glove_are_told_in_our_words(line, sentence):
    assert sentence in told(line)


def test_an_unknown_command_is_an_unknown_command():
    out, error = run("trian")
    assert error is None
    assert "No such command 'trian'" in out


def test_a_column_is_a_field(folder):
    (folder / "t.jsonl").write_text('{"id": 1, "body": "a b a b"}\n' * 20)
    for flag in ("--column body", "--column=body", "--field body"):
        out, error = run(f"train t.jsonl -o m --epochs 1 --overwrite {flag}")
        assert (error, "2 types" in out) == (None, True)
    assert "has no field 'text'. Its fields are id, body" in told("train t.jsonl -o m2 --column text")
    with pytest.raises(W2VError, match="column is field here"):
        Config(column="text")
