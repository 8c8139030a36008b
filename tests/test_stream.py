import errno
import io
import json
import os
import re
import shutil
import sys
from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from w2v.corpus import stream as room
from w2v.corpus import stream_files
from w2v.corpus.blocks import BLOCK
from w2v.corpus.stream import cached_streams, clear_cache, open_stream
from w2v.corpus.vocabulary import SENTENCE_END, UNK
from w2v.errors import W2VError
from w2v.text.tokenize import get_tokenizer

TEXT = "the cat sat on the mat\n\nthe dog sat\n"
a_sentence = st.lists(st.sampled_from([f"w{i}" for i in range(12)]), max_size=8)
corpora = st.lists(a_sentence, max_size=30)


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "corpus" / "text.txt"
    path.parent.mkdir()
    path.write_text(TEXT)
    return path


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def ids_of(stream) -> list[int]:
    return np.concatenate([stream.block(b) for b in range(stream.n_blocks)]).tolist()


def decoded(stream) -> list[list[str]]:
    sentences: list[list[str]] = [[]]
    for i in ids_of(stream):
        if i == SENTENCE_END:
            sentences.append([])
        else:
            sentences[-1].append(stream.vocab.words[i])
    assert sentences.pop() == []  # the stream ends with an ended sentence
    return sentences


def naive(sentences, min_count, unk):
    """What the stream must hold: words in place, rare ones gone or unknown, empty sentences gone."""
    counts = Counter(chain.from_iterable(sentences))
    kept = ([w if counts[w] >= min_count else UNK for w in s if unk or counts[w] >= min_count] for s in sentences)
    return [sentence for sentence in kept if sentence]


# What is in a stream


@given(corpora, st.integers(1, 4), st.booleans(), st.integers(1, 9))
def test_the_stream_is_the_text_without_its_rare_words(tmp_path_factory, sentences, min_count, unk, piece):
    expected = naive(sentences, min_count, unk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream_files, "_PIECE", piece)
        cache = tmp_path_factory.getbasetemp() / "streams"
        if len(set(chain.from_iterable(expected))) < 2:
            with pytest.raises(W2VError):
                open_stream(sentences, min_count=min_count, unk=unk, cache_dir=cache)
            return
        with open_stream(sentences, min_count=min_count, unk=unk, cache_dir=cache) as stream:
            assert decoded(stream) == expected
            assert stream.block(0).dtype == np.int32
            counts = Counter(chain.from_iterable(expected))
            assert dict(zip(stream.vocab.words, stream.vocab.counts.tolist(), strict=True)) == counts
            assert stream.report.tokens == sum(map(len, sentences))
            assert stream.report.kept == counts.total()
            assert stream.report.types == len(set(chain.from_iterable(sentences)))
            assert stream.report.sentences == sum(map(bool, sentences))
            assert stream.report.first_tokens == tuple(chain.from_iterable(sentences))[:12]


@given(corpora.filter(lambda sentences: len(set(chain.from_iterable(sentences))) > 1))
def test_every_form_of_a_source_gives_the_same_stream(tmp_path_factory, sentences):
    base = tmp_path_factory.mktemp("forms")  # a file rewritten within one tick of the clock has no new fingerprint
    lines = [" ".join(sentence) for sentence in sentences]
    path = base / "form.txt"
    path.write_text("".join(line + "\n" for line in lines))
    forms = [sentences, (s for s in sentences), lines, iter(lines), path, str(path), [path]]
    seen = []
    for form in forms:
        with open_stream(form, min_count=1, cache_dir=base / "cache") as stream:
            seen.append((ids_of(stream), stream.vocab.words, stream.vocab.counts.tolist()))
    assert all(one == seen[0] for one in seen)


def test_blocks_are_fixed_runs_of_the_stream(cache):
    sentences = [["a", "b", "c"]] * 6000
    with open_stream(sentences, cache_dir=cache) as stream:
        assert stream.n_blocks == 3
        assert [len(stream.block(i)) for i in range(3)] == [BLOCK, BLOCK, 4000]
        np.testing.assert_array_equal(ids_of(stream), np.fromfile(stream.folder / "ids.int32", np.int32))
        assert type(stream.block(0)) is np.ndarray
        assert not stream.block(0).flags.writeable
        for outside in (-1, 3):
            with pytest.raises(IndexError):
                stream.block(outside)


def test_tokenizers_and_the_report(text, cache):
    text.write_bytes("The cat. The CAT!\nna\xefve\n".encode("latin-1"))
    with open_stream(text, tokenizer="words", keep_punctuation=True, min_count=1, cache_dir=cache) as stream:
        assert stream.report.first_tokens == ("the", "cat", ".", "the", "cat", "!", "na", "ve")
        assert stream.report.invalid_bytes == 1
    with open_stream(text, tokenizer=list, min_count=1, cache_dir=cache) as stream:
        assert stream.report.first_tokens[:4] == ("T", "h", "e", " ")
    with pytest.raises(W2VError, match="line 2: the byte 0xef"):
        open_stream(text, strict=True, cache_dir=cache)


def test_progress_counts_tokens(cache):
    said: list[int] = []
    corpus = [["a", "b"]] * 500_000
    open_stream(corpus, cache_dir=cache, on_progress=said.append).close()
    assert said == sorted(said)
    assert said[-1] == 1_000_000
    assert len(said) > 3


def test_max_final_vocab_reaches_the_vocabulary(text, cache):
    with open_stream(text, min_count=1, max_final_vocab=2, cache_dir=cache) as stream:
        assert decoded(stream) == [["the", "sat", "the"], ["the", "sat"]]


def test_millions_of_empty_lines_are_not_all_tokenized(text, cache):
    seen = []

    def tokenizer(line):
        seen.append(line)
        return line.split()

    text.write_text("\n" * 100_000 + "a b\n" + "\n" * 100_000 + "b a\n")
    with open_stream(text, tokenizer=tokenizer, min_count=1, cache_dir=cache) as stream:
        assert decoded(stream) == [["a", "b"], ["b", "a"]]
    assert len(seen) < 5


def test_empty_lines_may_be_words_to_a_tokenizer(text, cache):
    text.write_text("\n\na\n")
    with open_stream(text, tokenizer=lambda line: [line or "nothing"], min_count=1, cache_dir=cache) as stream:
        assert decoded(stream) == [["nothing"], ["nothing"], ["a"]]


# The tokenizer that suits the text

PROSE = "The cat sat. A dog barked, and the cat ran!\n" * 9


def told(corpus, cache, **options):
    with open_stream(corpus, min_count=1, cache_dir=cache, **options) as stream:
        return stream.choice and stream.choice.tokenizer, stream.report.tokenizer, stream.report.first_tokens[:3]


def test_the_tokenizer_is_chosen_by_looking(text, cache):
    assert told(text, cache) == ("whitespace", "whitespace", ("the", "cat", "sat"))
    text.write_text(PROSE)
    assert told(text, cache) == ("words", "words", ("the", "cat", "sat"))
    assert told(PROSE.splitlines(), cache) == ("words", "words", ("the", "cat", "sat"))
    assert told(iter(PROSE.splitlines()), cache) == ("words", "words", ("the", "cat", "sat"))
    assert told(text, cache, keep_punctuation=True)[:2] == ("words", "words")


def test_what_is_asked_for_is_not_chosen(text, cache):
    text.write_text(PROSE)
    assert told(text, cache, tokenizer="whitespace") == (None, "whitespace", ("The", "cat", "sat."))
    assert told(text, cache, tokenizer=str.split) == (None, None, ("The", "cat", "sat."))
    assert told([line.split() for line in PROSE.splitlines()], cache) == (None, None, ("The", "cat", "sat."))
    with pytest.raises(W2VError, match="there are auto, whitespace"):
        open_stream(text, tokenizer="wordpiece", cache_dir=cache)


def test_the_chosen_and_the_asked_for_share_a_stream(text, cache):
    """The cache goes by the tokenizer that was used, and so do notes on what was left out."""
    text.write_text(PROSE)
    (text.parent / "x.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    open_stream(text.parent, min_count=1, cache_dir=cache, tokenizer="words").close()
    with open_stream(text.parent, min_count=1, cache_dir=cache) as stream:
        assert stream.report.reused
        assert stream.choice.tokenizer == "words"
        assert stream.remarks() == [f"One file was left out: {text.parent / 'x.png'} (a PNG image)."]
    assert not open_stream(text.parent, min_count=1, cache_dir=cache, tokenizer="whitespace").report.reused


def test_a_field_is_another_stream_and_follows_its_own_text(text, cache):
    text.write_text(
        "".join(
            json.dumps({"a": "The Cat sat.", "b": "the dog", "d": "a bird", "c": ["a", "b"]}) + "\n" for _ in range(9)
        )
    )
    assert told(text, cache, field="a") == ("words", "words", ("the", "cat", "sat"))
    assert told(text, cache, field="b") == ("whitespace", "whitespace", ("the", "dog", "the"))
    assert told(text, cache, field="d") == ("whitespace", "whitespace", ("a", "bird", "a"))
    assert told(text, cache, field="c") == (None, None, ("a", "b", "a"))
    assert len(cached_streams(cache)) == 4
    assert open_stream(text, min_count=1, cache_dir=cache, field="c").report.reused


def test_what_the_words_look_like_is_remarked_on(cache):
    def remarks(corpus, **options):
        with open_stream(corpus, **({"min_count": 1, "cache_dir": cache} | options)) as stream:
            return stream.remarks()

    [uncut] = remarks(PROSE.splitlines(), tokenizer="whitespace")
    assert uncut == (
        "Of the 9 words 1 is there in small letters, too (The), and 3 have punctuation that is no part of a word "
        "(barked,). tokenizer='words' cuts and lower-cases any text."
    )
    [mixed] = remarks(["The cat", "the dog"], tokenizer="whitespace")
    assert mixed.startswith("Of the 4 words 1 is there in small letters, too (The). tokenizer='words' cuts")
    assert remarks(PROSE.splitlines()) == []
    assert remarks([line.split() for line in PROSE.splitlines()]) == [], "tokens are the user's own"
    rare = ["a b"] * 9 + [f"w{number}" for number in range(100)]
    for unk in (False, True):
        [few] = remarks(rare, min_count=5, unk=unk)
        assert few.startswith(f"The vocabulary covers only 15.3% of the tokens: {2 + unk} of 102 different words")
        assert "min_count (it is 5)" in few
    assert remarks(rare, min_count=1) == []


# A text that changes


def change(text, how):
    if how == "longer":
        text.write_text(TEXT * 2)
    elif how == "other times":
        os.utime(text, ns=(1, 1))
    elif how == "gone":
        text.unlink()
    else:
        (text.parent / "another.txt").write_text("one more")


@pytest.mark.parametrize("how", ["longer", "other times", "gone", "another beside it"])
@pytest.mark.parametrize("corpus", ["the file", "its folder", "a pattern", "a list"])
def test_what_changes_while_it_is_read_is_told_and_not_kept(text, cache, how, corpus):
    """A download that goes on, or a folder that is being filled."""
    names = {
        "the file": str(text),
        "its folder": str(text.parent),
        "a pattern": f"{text.parent}/*.txt",
        "a list": [text],
    }
    alone = corpus in ("the file", "a list")

    def read(_):
        change(text, how)

    options = {"min_count": 1, "cache_dir": cache, "on_progress": read}
    if how == "another beside it" and alone:
        open_stream(names[corpus], **options)
        assert len(cached_streams(cache)) == 1
        return
    changed = names[corpus] if how == "another beside it" else str(text)
    with pytest.warns(UserWarning, match=re.escape(f"{changed} changed while it was read: what is trained on")):
        stream = open_stream(names[corpus], **options)
    assert decoded(stream)[0] == ["the", "cat", "sat", "on", "the", "mat"]
    assert cached_streams(cache) == []
    stream.close()
    assert list(cache.iterdir()) == []


# Errors


@pytest.mark.parametrize(
    ("corpus", "sentence"),
    [
        ([], "no words in the given sentences: .*already used up"),
        (["", " "], "no words"),
        ([[], []], "no words"),
        (
            [["x"], ["a", 1]],
            r"the token 1 is of type int; tokens must be strings. Write each as a string: \[str\(token\).*after 'x a'",
        ),
        ([["a", ["b"]]], r"the token \['b'\] is of type list; .*nested too deeply"),
        ([["a", None]], r"the token None is of type NoneType; .*Leave out what is missing: .*after 'a'\.$"),
        ([[float("nan"), "a"]], r"the token nan is of type float; .*Leave out what is missing: .*\]\.$"),
        ([["a", b"b"]], r"the token b'b' is of type bytes; .*Decode each: token.decode\(\)"),
        (np.array([[1, 2]]), r"the token (np.int64\()?1\)? is of type int64; .*Write each as a string"),
        ([["x" * 5_000_000, 7]], r"the token 7 is of type int.*after 'x{60}'\.$"),
        ([["a", "b"]] + [["c"]] * 99_998, "100,000 tokens of 3 distinct words, but only one reaches min_count=5"),
    ],
)
def test_a_hopeless_corpus_is_explained_and_leaves_nothing(cache, corpus, sentence):
    with pytest.raises(W2VError, match=sentence):
        open_stream(corpus, cache_dir=cache)
    assert list(cache.iterdir()) == []


@pytest.mark.parametrize("rows", [[["a", "b"], ["a", "c"]], [["a b"], ["a c"]]])
def test_arrays_of_strings_are_sentences_or_tokens(cache, rows):
    array = np.array(rows) if len(rows[0]) > 1 else np.array(rows).ravel()
    with open_stream(array, min_count=1, cache_dir=cache) as stream:
        assert decoded(stream) == [["a", "b"], ["a", "c"]]
        assert {type(word) for word in stream.vocab.words} == {str}


def test_an_exhausted_generator_and_an_empty_file_are_told(text, cache):
    sentences = (["a", "b"] for _ in range(9))
    open_stream(sentences, cache_dir=cache).close()
    with pytest.raises(W2VError, match="already used up"):
        open_stream(sentences, cache_dir=cache)
    text.write_text("")
    with pytest.raises(W2VError, match=r"no words in .*text\.txt: the text is empty"):
        open_stream(text, cache_dir=cache)


@pytest.mark.parametrize("tokenizer", [str.lower, iter])
def test_a_tokenizer_that_gives_no_list_is_told(text, cache, tokenizer):
    with pytest.raises(W2VError, match="a list of strings is needed"):
        open_stream(text, tokenizer=tokenizer, cache_dir=cache)


def test_a_full_disk_is_told_and_leaves_nothing(text, cache, monkeypatch):
    class FullDisk(io.FileIO):
        def write(self, data):
            super().write(bytes(8))
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(stream_files, "open", lambda path, mode: FullDisk(path, mode), raising=False)
    with pytest.raises(W2VError, match=f"disk of {cache} is full.*4 bytes for each word.*more than the 8 bytes"):
        open_stream(text, cache_dir=cache)
    assert list(cache.iterdir()) == []


def test_an_unwritable_cache_is_told_when_chosen_and_done_without_otherwise(text, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(W2VError, match="cannot write to the cache folder"):
        open_stream(text, min_count=1, cache_dir=tmp_path / "file" / "cache")
    monkeypatch.setattr(room, "default_cache_dir", lambda: tmp_path / "file" / "cache")
    with open_stream(text, min_count=1) as stream:
        assert stream.folder.exists()
    assert not stream.folder.exists()


# The cache; what is done about damaged files is in test_damaged_streams.py


def test_an_unchanged_text_is_read_once(text, cache, monkeypatch):
    with open_stream(text, min_count=1, cache_dir=cache) as first:
        assert not first.report.reused
    monkeypatch.chdir(text.parent)
    with open_stream(text.name, min_count=1, cache_dir=cache) as again:
        assert again.report.reused
        assert decoded(again) == decoded(first)
        assert again.vocab.words == first.vocab.words
        assert {**vars(again.report), "reused": False} == vars(first.report)


@pytest.mark.parametrize(
    "other",
    [
        {"min_count": 2},
        {"unk": True},
        {"max_final_vocab": 3},
        {"strict": True},
        {"tokenizer": "words"},
        {"tokenizer": "words", "keep_punctuation": True},
    ],
)
def test_other_settings_are_another_stream(text, cache, other):
    open_stream(text, min_count=1, cache_dir=cache)
    assert not open_stream(text, cache_dir=cache, **{"min_count": 1, **other}).report.reused
    assert len(cached_streams(cache)) == 2


def test_a_changed_text_is_read_again(text, cache):
    open_stream(text, min_count=1, cache_dir=cache)
    text.write_text(TEXT.replace("cat", "rat"))
    os.utime(text, ns=(1, 1))
    stream = open_stream(text, min_count=1, cache_dir=cache)
    assert not stream.report.reused
    assert "rat" in stream.vocab.words


def test_when_two_build_at_once_the_second_takes_the_first_ones(text, cache, monkeypatch):
    publish = room._published

    def other_was_first(folder, home):
        shutil.copytree(folder, home)
        return publish(folder, home)

    monkeypatch.setattr(room, "_published", other_was_first)
    stream = open_stream(text, min_count=1, cache_dir=cache)
    assert stream.report.reused
    assert [path.name for path in cache.iterdir()] == [stream.folder.name]
    assert len(cached_streams(cache)) == 1


@pytest.mark.parametrize("corpus", [["a b"] * 9, "-"])
def test_what_cannot_be_recognised_is_removed_on_exit(cache, corpus, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a b\n" * 9)))
    with open_stream(corpus, cache_dir=cache) as stream:
        assert len(list(cache.iterdir())) == 1
        assert cached_streams(cache) == []
        assert len(ids_of(stream)) == 27
    assert list(cache.iterdir()) == []


def test_a_function_as_tokenizer_is_not_cached(text, cache):
    with open_stream(text, tokenizer=str.split, min_count=1, cache_dir=cache):
        pass
    assert list(cache.iterdir()) == []


def test_a_forgotten_stream_is_removed_too(cache):
    stream = open_stream([["a", "b"]] * 9, cache_dir=cache)
    del stream
    assert list(cache.iterdir()) == []


def test_an_interrupt_leaves_nothing(cache):
    def interrupted():
        yield from ["a b"] * 300_000
        raise KeyboardInterrupt

    told = []
    with pytest.raises(KeyboardInterrupt):
        open_stream(interrupted(), cache_dir=cache, on_progress=told.append)
    assert told
    assert list(cache.iterdir()) == []


def test_the_cache_can_be_listed_and_cleared(text, cache):
    assert cached_streams(cache) == []
    assert clear_cache(cache) == 0
    open_stream(text, min_count=1, cache_dir=cache)
    for name in (".w2v-01234567.part", "not ours"):  # what a killed run left, and somebody's own
        (cache / name).mkdir()
    (entry,) = cached_streams(cache)
    assert entry.sources == (str(text),)
    assert entry.tokens == 9
    assert entry.size == sum(path.stat().st_size for path in entry.folder.iterdir())
    with open_stream([["a", "b"]] * 9, cache_dir=cache) as in_use:
        assert clear_cache(cache) == entry.size
        assert sorted(cache.iterdir()) == [in_use.folder, cache / "not ours"]


def test_what_a_killed_run_left_is_removed_by_the_next(text, cache):
    killed = cache / ".w2v-01234567.part"
    killed.mkdir(parents=True)
    (killed / "ids.int32").write_bytes(bytes(100))
    open_stream(text, min_count=1, cache_dir=cache)
    assert not killed.exists()


def test_the_default_cache_is_the_users(tmp_path, monkeypatch, text):
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda name: str(tmp_path / name))
    open_stream(text, min_count=1)
    assert [path.name for path in tmp_path.glob("w2v/streams/stream-*/about.json")] == ["about.json"]
    about = json.loads(next(tmp_path.glob("w2v/streams/*/about.json")).read_text())
    assert about["sources"] == [str(text)]


@pytest.mark.parametrize("name", ["whitespace", "words"])
def test_the_compiled_reader_and_a_tokenizer_make_the_same_stream(tmp_path, cache, name):
    """Several megabytes in two files, with all that may go wrong in them: the numbers do not depend on the threads."""
    generator = np.random.default_rng(3)
    odd = ["中文", "naïve", "\xa0", "\r", "ΟΔΟΣ.", "U.S.", "nai\u0308ve"]
    words = np.array([f"w{i}" for i in range(50_000)] + odd, dtype=object)
    lines = [" ".join(words[generator.zipf(1.3, 12) % len(words)]) for _ in range(40_000)]
    paths = [tmp_path / "a.txt", tmp_path / "b.txt"]
    paths[0].write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())
    paths[1].write_bytes("\n".join(reversed(lines)).encode() + b"\xff torn \xe4\xb8")
    made = []
    one = get_tokenizer(name)
    for tokenizer in (name, lambda line: one(line)):
        with open_stream(paths, tokenizer=tokenizer, min_count=2, cache_dir=cache) as stream:
            made.append((stream.vocab.words, ids_of(stream), stream.vocab.counts.tolist(), stream.report))
    assert made[0][:3] == made[1][:3]
    assert (made[0][3].tokenizer, made[1][3].tokenizer) == (name, None)
    assert {**vars(made[0][3]), "tokenizer": None} == vars(made[1][3])
    assert made[0][3].invalid_bytes == 3
