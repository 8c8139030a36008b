"""The command line as a person meets it: what it prints, where, and with which exit code."""

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pytest

from w2v.base.config import Config

TEXT = "the king and the queen rule the land\nthe man and the woman walk the dog\n" * 40
FAST = ["--min-count", "1", "--vector-size", "8", "--sample", "0", "--workers", "1", "--epochs", "2"]


def w2v(*arguments, cwd, **options):
    """Run the command as a user would; returns the finished process."""
    command = [sys.executable, "-W", "error", "-m", "w2v", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=120, **options)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a corpus and a model trained on it from the command line."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "corpus.txt").write_text(TEXT)
    done = w2v("train", "corpus.txt", "-o", "m", *FAST, cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "train.log").write_text(done.stderr)
    assert done.stdout == ""
    return folder


def test_training_says_what_it_reads_and_how_it_goes(folder):
    log = (folder / "train.log").read_text()
    assert "first tokens  the | king | and" in log
    assert "tokenizer     whitespace (chosen: the text is cut into words already; --tokenizer words cuts" in log
    assert "640 tokens, 10 types, 80 sentences" in log
    assert "10 words, 100.0% of the tokens" in log
    assert "epoch 2" in log
    assert "loss" in log
    assert "w2v nn m the" in log


def test_neighbours(folder):
    done = w2v("nn", "m", "king", "dog", "-n", "3", cwd=folder)
    lines = done.stdout.splitlines()
    assert lines[0] == "king"
    assert lines[5] == "dog"
    word, similarity = lines[1].split()
    assert word != "king"
    assert -1 <= float(similarity) <= 1


def test_analogy_leaves_out_the_question(folder):
    done = w2v("analogy", "m", "man", "king", "woman", cwd=folder)
    answers = [line.split()[0] for line in done.stdout.splitlines()]
    assert len(answers) == 5
    assert not {"man", "king", "woman"} & set(answers)


def test_scores_come_with_their_coverage(folder):
    (folder / "questions.txt").write_text(": family\nman woman king queen\nman woman boy girl\n")
    (folder / "pairs.tsv").write_text("king\tqueen\t8\nman\tdog\t3\nwalk\tland\t2\ncat\tdog\t7\n")
    done = w2v("eval", "m", "--analogies", "questions.txt", "--similarity", "pairs.tsv", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "covered 50.0% of 2" in " ".join(done.stdout.split())
    assert "75.0% of 4 pairs" in " ".join(done.stdout.split())


def test_a_map_is_drawn(folder):
    done = w2v("plot", "m", "-o", "map.svg", "--method", "pca", "--title", "A title", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "<svg" in (folder / "map.svg").read_text()


@pytest.mark.parametrize("name", ["out.bin", "out.txt"])
def test_every_model_may_be_a_vectors_file(folder, name):
    assert w2v("convert", "m", name, cwd=folder).returncode == 0
    assert w2v("convert", "m", name, cwd=folder).returncode == 2
    converted = w2v("nn", name, "king", cwd=folder)
    assert converted.stdout == w2v("nn", "m", "king", cwd=folder).stdout
    assert "a vectors file" in w2v("info", name, cwd=folder).stdout


def test_words_of_megabytes_are_not_shown_whole(folder):
    (folder / "long.vec").write_text(f"king 1 2\n{'x' * 5_000_000} 1 3\nqueen 1 2\n")
    done = w2v("nn", "long.vec", "king", cwd=folder)
    assert [line[:8].strip() for line in done.stdout.splitlines()] == ["queen", "xxxxxx"]
    assert max(map(len, done.stdout.splitlines())) < 300
    asked = w2v("nn", "long.vec", "y" * 100_000, cwd=folder)
    assert len(asked.stderr.splitlines()[-1]) < 500


@pytest.mark.parametrize("encoding", ["cp1252", "ascii:strict"])
def test_what_the_terminal_cannot_show_is_shown_by_its_number(folder, encoding):
    """On stdout and on stderr; words of the vocabulary, of the command line, of texts and of lists, names of files."""
    (folder / "cjk.vec").write_text("王 1 2 3\n女王 1 3 3\ncafé 3 2 1\n人 2 2 1\n", encoding="utf-8")
    (folder / "cjk.txt").write_text("王 女王 人\n" * 40, encoding="utf-8")
    (folder / "王.tsv").write_text("王\t女王\t1\n女王\t人\t2\n王\t人\t3\n", encoding="utf-8")
    (folder / "cjk.pairs").write_text("王\t人\n女王\t人\n人\t王\n", encoding="utf-8")
    for arguments, code, told in [
        (["nn", "cjk.vec", "王", "女王"], 0, "王\n  女王"),
        (["nn", "cjk.vec", "狗"], 2, "the word '狗' is not in the vocabulary"),
        (["eval", "cjk.vec", "--similarity", "王.tsv"], 0, "王.tsv"),
        (["train", "cjk.txt", "-o", "cjk", *FAST], 0, "first tokens  王 | 女王"),
        (["poincare", "train", "cjk.pairs", "-o", "tree", "--epochs", "2", "--overwrite"], 0, "人 -> 王 -> 人"),
    ]:
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        done = w2v(*arguments, cwd=folder, env=environment, encoding=encoding.partition(":")[0])
        assert done.returncode == code, done.stderr
        assert told.encode("ascii", "backslashreplace").decode() in done.stdout + done.stderr
        shutil.rmtree(folder / "cjk", ignore_errors=True)


def test_an_argument_that_is_no_text_is_told(folder):
    done = w2v("nn", "m", "\udcff", "king", cwd=folder, encoding="utf-8")  # a byte that is not UTF-8
    assert done.returncode == 2
    assert done.stdout == "\\udcff\n"
    assert "is not in the vocabulary" in done.stderr.splitlines()[0]


def test_info_tells_settings_and_history(folder):
    """In columns, and with what was used where nothing was given."""
    size, settings, history = w2v("info", "m", cwd=folder).stdout.split("\n\n")
    assert size == "10 words, 8 dimensions"
    lines = settings.splitlines()
    (place,) = {len(line) - len(line[2:].split(maxsplit=1)[1]) for line in lines}
    values = {line[:place].strip(): line[place:] for line in lines}
    assert list(values) == [each.name for each in fields(Config)]
    assert (values["epochs"], values["shared_negatives"], values["max_final_vocab"]) == ("2", "32", "no limit")
    assert values["chunk"].isdecimal()
    assert "None" not in values.values()
    header, *epochs = history.splitlines()
    assert header.split() == ["epoch", "loss", "words/s", "seconds"]
    assert [line.split()[0] for line in epochs] == ["1", "2"]
    assert {len(line) for line in [header, *epochs]} == {len(header)}


def test_stdin_is_a_corpus_and_quiet_is_quiet(folder):
    done = w2v("train", "-", "-o", "from-stdin", "--quiet", *FAST, cwd=folder, input=TEXT)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    one, other = ((folder / m / "tables.safetensors").read_bytes() for m in ("m", "from-stdin"))
    assert one == other


def test_every_setting_has_its_flag(folder):
    flags = ["--no-cbow-mean", "--arch", "cbow", "--alpha", "0.01"]
    done = w2v("train", "corpus.txt", "-o", "flags", *FAST, *flags, cwd=folder)
    assert done.returncode == 0, done.stderr
    config = json.loads((folder / "flags" / "config.json").read_text())
    assert (config["cbow_mean"], config["arch"], config["alpha"], config["window"]) == (False, "cbow", 0.01, 5)


MISTAKES = [
    (["train", "missing.txt", "-o", "x"], "missing.txt"),
    (["train", "empty.txt", "-o", "x"], "empty"),
    (["train", "corpus.txt", "-o", "m", *FAST], "m exists already"),
    (["train", "corpus.txt", "-o", "x", "--min-count", "1000"], "640 tokens"),
    (["train", "one.txt", "-o", "x", "--min-count", "1"], "at least two different words"),
    (["train", "latin1.txt", "-o", "x", "--strict", *FAST], "UTF-8"),
    (["train", "corpus.txt", "-o", "x", "--window", "0"], "window is 0; expected between 1 and 10000"),
    (["train", "corpus.txt", "-o", "x", "--negative", "0"], "negative is 0; expected at least 1"),
    (["train", "corpus.txt", "-o", "x", "--alpha=-1"], "alpha is -1.0; expected above 0"),
    (["train", "corpus.txt", "-o", "x", "--head", "glove"], "no head 'glove'; there are: hs, ns, ova, pmi, poincare,"),
    (["train", "corpus.txt", "-o", "x", "--tokenizer", "bpe"], "bpe"),
    (
        ["train", "rows.jsonl", "-o", "x"],
        "with the fields id, body. Which of them holds the text? Give it, such as --field",
    ),
    (["train", "corpus.txt", "-o", "x", "--field", "text"], "corpus.txt is plain text, which has no field 'text'"),
    (["train", "corpus.txt", "-o", "empty.txt/x"], "not a folder"),
    (["nn", "m", "kinq"], "king"),
    (["nn", "nosuch", "king"], "nosuch"),
    (["nn", "cut.bin", "king"], "cut.bin"),
    (["nn", "empty.txt", "king"], "empty"),
    (["eval", "m"], "Nothing to score on"),
    (["eval", "m", "--analogies", "missing.txt"], "missing.txt"),
    (["plot", "m", "-o", "map.gif"], "map.gif"),
    (["plot", "m", "-o", "map.png", "--words", "king"], "at least two"),
    (["plot", "m", "-o", "map.png", "--words", "a", "--near", "b"], "give one of them"),
    (["convert", "m", "out.csv"], "out.csv"),
    (["fetch", "nosuch"], "text8"),
]


@pytest.mark.parametrize(("arguments", "sentence"), MISTAKES, ids=[" ".join(map(str, m[0]))[:50] for m in MISTAKES])
def test_a_mistake_is_a_sentence_and_exit_code_2(folder, arguments, sentence):
    (folder / "empty.txt").write_text("")
    (folder / "one.txt").write_text("word word word")
    (folder / "rows.jsonl").write_text('{"id": 1, "body": "The cat sat."}\n' * 20)
    (folder / "latin1.txt").write_bytes(b"caf\xe9 noir\n" * 20)
    w2v("convert", "m", "whole.bin", cwd=folder)
    (folder / "cut.bin").write_bytes((folder / "whole.bin").read_bytes()[:-40])
    done = w2v(*arguments, cwd=folder)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "x").exists()


def test_a_field_of_a_table_is_read_and_both_are_in_the_settings(folder):
    (folder / "rows.jsonl").write_text('{"id": 1, "text": "The cat sat."}\n{"text": null}\n' * 20)
    done = w2v("train", "rows.jsonl", "-o", "of-rows", "--field", "text", *FAST, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "20 of 40 records were left out: they have no text in the field 'text'." in done.stderr
    assert (
        "tokenizer     words (chosen: the text has capitals and punctuation; --tokenizer whitespace keeps"
        in done.stderr
    )
    config = json.loads((folder / "of-rows" / "config.json").read_text())
    assert (config["tokenizer"], config["field"]) == ("words", "text")


def test_invalid_bytes_are_counted(folder):
    (folder / "latin1.txt").write_bytes(b"caf\xe9 noir\n" * 20)
    done = w2v("train", "latin1.txt", "-o", "latin", *FAST, cwd=folder)
    assert done.returncode == 0
    assert "20 bytes were not UTF-8" in done.stderr


def test_the_word_to_try_is_one_that_a_shell_takes_for_a_word(folder):
    (folder / "two.txt").write_text("a b c d e f it's it's it's\n" * 3)
    done = w2v("train", "two.txt", "-o", "two", *FAST, "--unk", "--max-final-vocab", "2", cwd=folder)
    assert """try: w2v nn two "it's\"""" in done.stderr or """try: w2v nn two 'it'"'"'s'""" in done.stderr


def test_ctrl_c_leaves_a_sentence_and_nothing_half_written(folder):
    generator = np.random.default_rng(0)
    words = [f"w{i}" for i in generator.integers(0, 5000, 400_000)]
    (folder / "long.txt").write_text("\n".join(" ".join(words[i : i + 20]) for i in range(0, len(words), 20)))
    command = [sys.executable, "-m", "w2v", "train", "long.txt", "-o", "broken", "--epochs", "500", "--min-count", "1"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    heard = ""
    while "epoch 1" not in heard:  # training has begun
        heard += process.stderr.readline()
        assert process.poll() is None, heard
    os.kill(process.pid, signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted. The run is kept in broken.unfinished/epoch-" in rest
    assert "Traceback" not in rest
    assert [path.name for path in folder.iterdir() if "broken" in path.name] == ["broken.unfinished"]
    assert len(list((folder / "broken.unfinished").iterdir())) == 1


def test_the_version_is_told(folder):
    done = w2v("--version", cwd=folder)
    assert done.returncode == 0
    assert done.stdout.startswith("w2v ")


def test_nothing_heavy_is_imported_before_it_is_needed(folder):
    """What makes `w2v --help` and queries answer at once."""
    code = """
import sys, w2v.cli
sys.argv = ["w2v", *{arguments}]
try:
    w2v.cli.app()
except SystemExit:
    print(*sys.modules)
"""
    for arguments, unwanted in [
        (["--help"], {"numpy", "torch", "numba", "scipy", "matplotlib", "w2v.corpus.stream"}),
        (["train", "--help"], {"numpy", "torch", "numba", "scipy", "matplotlib"}),
        (["nn", "m", "king"], {"torch", "numba", "scipy", "matplotlib", "sklearn"}),
        (["analogy", "m", "man", "king", "woman"], {"torch", "numba", "scipy", "matplotlib"}),
        (["info", "m"], {"torch", "numba", "scipy", "matplotlib"}),
        (["convert", "m", "lazy.bin"], {"torch", "numba", "scipy", "matplotlib"}),
        (["train", "corpus.txt", "-o", "lazy", "-q", *FAST], {"torch", "matplotlib", "sklearn"}),
        (["plot", "m", "-o", "lazy.png", "--method", "pca"], {"torch", "numba"}),
    ]:
        command = [sys.executable, "-c", code.format(arguments=arguments)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        loaded = set(done.stdout.splitlines()[-1].split())
        assert "w2v.cli" in loaded
        assert not loaded & unwanted, (arguments, loaded & unwanted)


@pytest.mark.long  # `make demo`, which .ci/run makes
def test_the_demo_shows_everything(folder):
    done = w2v("demo", "-o", "demo", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "france is to paris as italy is to rome" in done.stdout
    assert "capital-common-countries" in done.stdout
    assert "Spearman" in done.stdout
    assert (folder / "demo" / "map.png").stat().st_size > 50_000
    again = w2v("demo", "-o", "demo", cwd=folder)
    assert again.returncode == 2
    assert "demo exists already" in again.stderr


def test_the_cache_can_be_listed_and_cleared(folder):
    w2v("train", "corpus.txt", "-o", "cached", *FAST, cwd=folder)
    listed = w2v("cache", cwd=folder).stdout
    assert "640 tokens" in listed
    assert "corpus.txt" in listed
    assert "deleted" in w2v("cache", "--clear", cwd=folder).stdout
    assert w2v("cache", cwd=folder).stdout == ""


def test_another_cache_can_be_cleared_and_what_killed_runs_left_with_it(folder, tmp_path):
    w2v("train", "corpus.txt", "-o", "elsewhere", *FAST, "--cache-dir", tmp_path / "cache", cwd=folder)
    for left in (tmp_path / "cache" / ".w2v-01234567.part", tmp_path / ".w2v-01234567.part"):
        left.mkdir()
    assert len(w2v("cache", "--cache-dir", tmp_path / "cache", cwd=folder).stdout.splitlines()) == 1
    environment = os.environ | {"TMPDIR": str(tmp_path)}
    assert "deleted" in w2v("cache", "--clear", "--cache-dir", tmp_path / "cache", cwd=folder, env=environment).stdout
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / ".w2v-01234567.part").exists()
