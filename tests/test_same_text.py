"""The same text has the same words, ids and digest, whatever the process, the system and the machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from w2v.corpus import digest, indexing
from w2v.corpus.stream import open_stream

LINES = ["der Bär İstanbul ıŞIK", "ﬁn naïve Ǆ", "b a B A é e E É", "中文 日本 한국", "ä z å ö", "b a B A"]
BUILD = """
import sys
from w2v.corpus.stream import open_stream
for tokenizer in ("whitespace", "words"):
    with open_stream(sys.argv[1], tokenizer=tokenizer, min_count=1, cache_dir=sys.argv[2]) as stream:
        print(stream.digest, ascii(stream.vocab.words), stream.vocab.counts.tolist(), stream.report.tokens)
"""
PROCESSES = {
    "no locale": {"PYTHONHASHSEED": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "a Turkish one": {"PYTHONHASHSEED": "1", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr", "PYTHONUTF8": "0"},
}


@pytest.fixture
def corpus(tmp_path):
    """Files of names and words that locales put in other orders, and equally frequent words."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, turn in (("b", 0), ("A", 1), ("a", 2), ("é", 3), ("Z-1", 4), ("z/z", 5)):
        path = folder / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(LINES[turn:] + LINES[:turn]), encoding="utf-8")
    return folder


def test_neither_hash_seed_nor_locale_has_a_say(corpus, tmp_path):
    running = {
        name: subprocess.Popen(
            [sys.executable, "-c", BUILD, corpus, tmp_path / name],
            env=os.environ | {"PYTHONPATH": str(Path(indexing.__file__).parents[2])} | environment,
            stdout=subprocess.PIPE,
            encoding="ascii",
        )
        for name, environment in PROCESSES.items()
    }
    expected = []
    for tokenizer in ("whitespace", "words"):
        with open_stream(corpus, tokenizer=tokenizer, min_count=1, cache_dir=tmp_path / "here") as stream:
            counts = stream.vocab.counts.tolist()
            expected.append(f"{stream.digest} {stream.vocab.words!a} {counts} {stream.report.tokens}")
    assert expected[0] != expected[1]
    told = {name: process.communicate()[0].splitlines() for name, process in running.items()}
    assert told == dict.fromkeys(PROCESSES, expected)


def built(corpus, cache, tokenizer="whitespace"):
    with open_stream(corpus, tokenizer=tokenizer, min_count=1, cache_dir=cache) as stream:
        assert not stream.report.reused
        return stream.digest, stream.vocab.words, [stream.block(i).tolist() for i in range(stream.n_blocks)]


@pytest.mark.parametrize("tokenizer", ["whitespace", "words", "chinese"])
@pytest.mark.parametrize("cores", [1, 5])
def test_the_number_of_cores_has_no_say(corpus, tmp_path, monkeypatch, cores, tokenizer):
    if tokenizer == "chinese":
        pytest.importorskip("rjieba")
    generator = np.random.default_rng(1)
    for number in range(3):
        lines = (" ".join(f"w{i}" for i in generator.zipf(1.5, 9) % 5000) for _ in range(2000))
        (corpus / f"more{number}.txt").write_text("\n".join(lines))
    expected = built(corpus, tmp_path / "here", tokenizer)
    for room in (indexing, digest):
        monkeypatch.setattr(room, "available_cores", lambda: cores)
    monkeypatch.setattr(indexing, "_GATHERED", 20_000)  # as many pieces as there are files, at least
    monkeypatch.setattr(indexing, "_MUCH", 20_000)
    monkeypatch.setattr(digest, "_PIECE", 1)
    assert built(corpus, tmp_path / "there", tokenizer) == expected


def test_neither_the_place_of_a_text_nor_its_compression_has_a_say(corpus, tmp_path):
    import gzip

    expected = built(corpus, tmp_path / "cache")
    shutil.copytree(corpus, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*.txt"):
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert built(tmp_path / "copy", tmp_path / "cache") == expected


def test_the_order_of_the_lines_has_a_say(tmp_path):
    for name, lines in (("one", LINES), ("other", [*LINES[1:], LINES[0]])):
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    one, other = built(tmp_path / "one", tmp_path / "cache"), built(tmp_path / "other", tmp_path / "cache")
    assert one[1] == other[1]
    assert one[0] != other[0]
