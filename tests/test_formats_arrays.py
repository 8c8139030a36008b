"""Vectors in NumPy's archives, safetensors and Parquet: round trips to the bit, other libraries' files, and damage."""

from __future__ import annotations

import io
import json
import os
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import save_file

from w2v.errors import W2VError
from w2v.vectors import KeyedVectors, PoincareKeyedVectors, formats
from w2v.vectors.formats import npz, opened

NAMES = [
    "v.npz",
    "v.safetensors",
    "v.parquet",
    "v.npz.gz",
    "v.safetensors.zip",
    "v.parquet.zst",
    "v.bin.zip",
    "v.glove",
]
KEEP_COUNTS = NAMES[:6]
words_of_any_kind = st.text(st.characters(exclude_categories=["Cs"]))
words_of_lines = words_of_any_kind.map(lambda word: "".join(word.split()).replace(" ", "") or "x")
finite = st.floats(width=32, allow_nan=False, allow_infinity=False)


@st.composite
def tables(draw, words=words_of_any_kind) -> formats.Table:
    chosen = draw(st.lists(words, min_size=1, max_size=6, unique=True))
    vectors = draw(hnp.arrays(np.float32, (len(chosen), draw(st.integers(1, 5))), elements=finite))
    counts = draw(st.none() | hnp.arrays(np.int64, len(chosen), elements=st.integers(0, 2**61)))
    return formats.Table(chosen, vectors, counts)


def same(one: formats.Table, other: formats.Table, *, counts: bool = True) -> None:
    assert one.words == other.words
    assert one.vectors.dtype == other.vectors.dtype
    assert one.vectors.tobytes() == other.vectors.tobytes()
    if counts:
        assert (one.counts is None) == (other.counts is None)
        assert one.counts is None or one.counts.tolist() == other.counts.tolist()


@pytest.mark.parametrize("name", NAMES)
def test_all_comes_back_to_the_bit(tmp_path_factory, name):
    @given(tables(words_of_any_kind if name in KEEP_COUNTS else words_of_lines), st.integers(1, 7))
    @settings(max_examples=25, deadline=None)
    def law(table, limit):
        path = tmp_path_factory.mktemp("round") / name
        formats.save(path, table)
        same(formats.read(path), table, counts=name in KEEP_COUNTS)
        first = formats.read(path, limit)
        assert first.words == table.words[:limit]
        assert first.vectors.tobytes() == table.vectors[:limit].tobytes()

    law()


@pytest.mark.parametrize("name", ["v.npz", "v.safetensors", "v.parquet"])
def test_points_of_the_ball_keep_all_their_digits_and_are_known_as_such(tmp_path, name):
    points = PoincareKeyedVectors(["a", "b"], np.array([[0.1, 1 / 3], [0.5, -0.25]]))
    points.save(tmp_path / name)
    for loaded in (PoincareKeyedVectors.load(tmp_path / name), KeyedVectors.load(tmp_path / name)):
        assert isinstance(loaded, PoincareKeyedVectors)
        assert loaded.vectors.tobytes() == points.vectors.tobytes()
    formats.save(tmp_path / name, FIVE._replace(geometry="spherical"))
    with pytest.raises(W2VError, match="speaks of 'spherical' geometry, which is not known"):
        KeyedVectors.load(tmp_path / name)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_vectors_are_the_same_bytes_each_time(tmp_path, monkeypatch, name):
    table = formats.Table(["a", "b"], np.eye(2, dtype=np.float32), np.array([2, 1]))
    formats.save(tmp_path / name, table)
    before = (tmp_path / name).read_bytes()
    monkeypatch.setattr("time.time", lambda: 1e9)
    formats.save(tmp_path / name, table)
    assert (tmp_path / name).read_bytes() == before


EYE = np.eye(2, dtype=np.float32)
FIVE = formats.Table(["the", "new york", "東京"], np.arange(6, dtype=np.float32).reshape(3, 2), np.array([9, 5, 5]))


class TestOtherLibraries:
    def test_numpy_reads_what_we_write(self, tmp_path):
        formats.save(tmp_path / "v.npz", FIVE)
        with np.load(tmp_path / "v.npz") as found:
            assert found["words"].tolist() == FIVE.words
            assert found["vectors"].tolist() == FIVE.vectors.tolist()
            assert found["counts"].tolist() == FIVE.counts.tolist()

    def test_safetensors_reads_what_we_write(self, tmp_path):
        formats.save(tmp_path / "v.safetensors", FIVE)
        with safe_open(tmp_path / "v.safetensors", "np") as found:
            assert json.loads(found.metadata()["words"]) == FIVE.words
            assert found.get_tensor("vectors").tolist() == FIVE.vectors.tolist()
            assert found.get_tensor("counts").tolist() == FIVE.counts.tolist()

    def test_pyarrow_reads_what_we_write(self, tmp_path):
        parquet = pytest.importorskip("pyarrow.parquet")
        formats.save(tmp_path / "v.parquet", FIVE)
        assert parquet.read_table(tmp_path / "v.parquet").to_pylist() == [
            {"word": word, "vector": vector.tolist(), "count": count}
            for word, vector, count in zip(FIVE.words, FIVE.vectors, FIVE.counts.tolist(), strict=True)
        ]

    @pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
    @pytest.mark.parametrize(
        ("words", "vectors", "counts"),
        [
            ("words", "vectors", "counts"),
            ("vocab", "embeddings", "freqs"),
            ("index2word", "anything", "x"),
            ("w", "W", ""),
        ],
    )
    def test_we_read_numpys_archives_by_whatever_names(self, tmp_path, save, words, vectors, counts):
        arrays = {words: np.array(FIVE.words), vectors: FIVE.vectors} | ({counts: FIVE.counts} if counts else {})
        save(tmp_path / "v.npz", **arrays, description="some vectors")
        same(formats.read(tmp_path / "v.npz"), FIVE, counts=counts in ("counts", "freqs"))

    @pytest.mark.parametrize("dtype", [">f4", "<f8", "<f2", "<i2"])
    @pytest.mark.parametrize("order", ["C", "F"])
    def test_of_any_type_and_order_of_numbers(self, tmp_path, dtype, order):
        raw = [word.encode() for word in FIVE.words]
        np.savez(
            tmp_path / "v.npz", words=raw, vectors=np.asarray(FIVE.vectors, dtype, order=order), counts=FIVE.counts
        )
        same(formats.read(tmp_path / "v.npz"), FIVE)
        same(formats.read(tmp_path / "v.npz", 2), formats.Table(*(part[:2] for part in FIVE[:3])))

    @pytest.mark.parametrize("name", ["vectors", "embedding.weight", "anything"])
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_we_read_safetensors_with_the_words_beside(self, tmp_path, name, dtype):
        save_file({name: FIVE.vectors.astype(dtype), "bias": np.ones(2)}, tmp_path / "v.safetensors")
        with pytest.raises(W2VError, match=r"has vectors and no words: neither 'words' in its metadata, nor a file"):
            formats.read(tmp_path / "v.safetensors")
        for lines in (
            "".join(f"{word}\n" for word in FIVE.words),
            "the 9\nnew york 5\n東京 5",
            "the\r\nnew york\r\n東京\r\n",
        ):
            (tmp_path / "vocab.txt").write_bytes(lines.encode())
            same(formats.read(tmp_path / "v.safetensors"), FIVE, counts=False)

    def test_we_read_the_tables_of_data_frames(self, tmp_path):
        pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
        lists = pyarrow.array(FIVE.vectors.astype(float).tolist(), pyarrow.list_(pyarrow.float64()))
        columns = {str(n): FIVE.vectors[:, n] for n in range(2)}
        words = pyarrow.array(FIVE.words).dictionary_encode()
        large = pyarrow.array(FIVE.vectors.tolist(), pyarrow.large_list(pyarrow.float16()))
        for table in (
            {"token": FIVE.words, "embedding": lists, "freq": FIVE.counts},
            {
                "id": [0, 1, 2],
                "word": pyarrow.array(FIVE.words, pyarrow.large_string()),
                "v": large,
                "count": FIVE.counts,
            },
            {"freq": FIVE.counts, "anything": words, **columns},
            {**columns, "count": FIVE.counts, "__index_level_0__": FIVE.words},
        ):
            parquet.write_table(pyarrow.table(table), tmp_path / "v.parquet", row_group_size=2)
            same(formats.read(tmp_path / "v.parquet"), FIVE)
            same(formats.read(tmp_path / "v.parquet", 1), formats.Table(*(part[:1] for part in FIVE[:3])))


def test_the_folder_is_asked_for_where_the_words_are_in_a_tokenizer_beside(tmp_path):
    save_file({"embeddings": EYE}, tmp_path / "model.safetensors")
    (tmp_path / "tokenizer.json").write_text('{"model": {"type": "WordLevel", "vocab": {"a": 0, "b": 1}}}')
    with pytest.raises(W2VError, match=r"has its words in tokenizer\.json beside it\. Give the folder: "):
        formats.read(tmp_path / "model.safetensors")
    assert formats.read(tmp_path).words == ["a", "b"]


def test_one_long_word_does_not_make_an_archive_large(tmp_path, monkeypatch):
    monkeypatch.setattr(npz, "ALWAYS", 100)
    table = formats.Table(["a", "b" * 1000, "", "東\0"], np.ones((4, 2), np.float32), None)
    formats.save(tmp_path / "v.npz", table)
    assert (tmp_path / "v.npz").stat().st_size < 2500
    same(formats.read(tmp_path / "v.npz"), table)
    assert formats.read(tmp_path / "v.npz", 2).words == table.words[:2]


def test_safetensors_may_be_mapped(tmp_path):
    formats.save(tmp_path / "v.safetensors", FIVE)
    mapped = formats.read(tmp_path / "v.safetensors", mmap=True)
    assert isinstance(mapped.vectors, np.memmap)
    same(mapped, FIVE)
    assert formats.read(tmp_path / "v.safetensors", 2, mmap=True).vectors.shape == (2, 2)
    formats.save(tmp_path / "v.safetensors.gz", FIVE)
    with pytest.raises(W2VError, match="in which vectors cannot be left"):
        formats.read(tmp_path / "v.safetensors.gz", mmap=True)


@pytest.mark.parametrize("name", ["v.npz", "v.safetensors", "v.parquet"])
def test_words_that_come_again_and_nan_are_left_out_and_told(tmp_path, name):
    vectors = np.array([[1, 2], [3, 4], [np.nan, 1], [5, 6]], np.float32)
    formats.save(tmp_path / name, formats.Table(["a", "a", "b", "c"], vectors, np.array([4, 3, 2, 1])))
    with pytest.warns(UserWarning, match="came again|no finite vector") as told:
        found = formats.read(tmp_path / name)
    assert [str(each.message).partition(": ")[2] for each in told] == [
        "1 word came again; the first of each was kept.",
        "1 word has no finite vector and was left out, 'b' first.",
    ]
    assert (found.words, found.counts.tolist()) == (["a", "c"], [4, 1])
    assert found.vectors.tolist() == [[1, 2], [5, 6]]


def archive(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def claims(shape: str) -> bytes:
    """An archive with an array that claims a shape and has sixteen bytes."""
    file = io.BytesIO()
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    with zipfile.ZipFile(file, "w") as whole:
        whole.writestr("words.npy", archive_member(np.array(["a", "b"])))
        whole.writestr("vectors.npy", b"\x93NUMPY\1\0" + len(header).to_bytes(2, "little") + header + bytes(16))
    return file.getvalue()


def archive_member(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            archive(x=np.arange(3)),
            r"has no vectors, numbers \[V, D\], under a name such as vectors, .* it has 'x' \(int64",
        ),
        (archive(words=["a"], vectors=EYE), r"has no words, text \[2\].*it has 'words' \(<U1 \[1\]\), 'vectors'"),
        (archive(words=np.array(["a", None]), vectors=EYE), "holds Python objects, a pickle, which is not read"),
        (archive(words=["a", "b"], vectors=np.ones((2, 2, 2))), "has no vectors"),
        (archive(words=["a", "b"], vectors=np.ones((2, 0))), "should be vectors of 1 to 131,072 numbers in rows"),
        (archive(words=["a", "b"], a=EYE, b=EYE), "has no vectors"),
        (archive(words=["a", "b"], vectors=EYE)[:-30], "is an .npz, damaged or cut short"),
        (claims("(2, 99999)"), r"array 'vectors', is damaged, or unpacks to more than 100 times its size"),
        (claims("(2, 2, )")[:-3], "is an .npz, damaged"),
        (claims("(2, -2)"), "is damaged, or no array of NumPy"),
        (claims("(2, __import__)"), "is damaged, or no array of NumPy"),
        (archive(words_utf8=np.zeros(3, np.uint8), words_end=np.array([3, 1]), vectors=EYE), "'words_end' should be"),
    ],
)
def test_archives_that_will_not_do_are_told(tmp_path, content, sentence):
    (tmp_path / "v.npz").write_bytes(content)
    with pytest.raises(W2VError, match=sentence):
        formats.read(tmp_path / "v.npz")


def tensors(header: object, data: bytes = b"") -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + data


VECTORS = {"dtype": "F32", "shape": [2, 1], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (tensors({"vectors": VECTORS}, bytes(4)), "is damaged or cut short: it has .* bytes.*Fetch or write it again"),
        (tensors({"vectors": VECTORS | {"shape": [3]}}, bytes(8)), "'vectors' has not the length of its shape"),
        (tensors({}), "has no vectors, .*; it has nothing"),
        (
            tensors({"__metadata__": {"words": '["a"]'}, "vectors": VECTORS}, bytes(8)),
            "has 2 vectors, 'vectors', but 1 word;",
        ),
        (tensors({"__metadata__": {"words": '{"a": 1}'}, "vectors": VECTORS}, bytes(8)), "expected a list of words"),
        (
            tensors({"__metadata__": {"words": "["}, "vectors": VECTORS}, bytes(8)),
            "the metadata 'words' of .* is damaged",
        ),
    ],
)
def test_safetensors_that_will_not_do_are_told(tmp_path, content, sentence):
    (tmp_path / "v.safetensors").write_bytes(content)
    with pytest.raises(W2VError, match=sentence):
        formats.read(tmp_path / "v.safetensors")


def test_tables_that_will_not_do_are_told(tmp_path):
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    two = pyarrow.array([[1.0, 2.0], [3.0, 4.0]])
    for table, sentence in [
        ({"vector": two}, r"has no column of words, .*; it has 'vector' \(list"),
        ({"a": ["x", "y"], "b": ["x", "y"]}, "has no column of words"),
        ({"word": ["x", "y"]}, "has no column of vectors"),
        ({"word": ["x", None], "vector": two}, "row 2: its word is missing"),
        ({"word": ["x", "y"], "vector": [[1.0, 2.0], [3.0]]}, "row 2: its vector is missing, or not as long"),
        ({"word": ["x", "y"], "vector": [[1.0], None]}, "row 2: its vector is missing"),
        ({"word": ["x", "y"], "vector": pyarrow.array([[], []], two.type)}, "row 1: its vector"),
        ({"word": pyarrow.array([], "string"), "vector": two[:0]}, "holds no vectors"),
    ]:  # fmt: skip
        parquet.write_table(pyarrow.table(table), tmp_path / "v.parquet")
        with pytest.raises(W2VError, match=sentence):
            formats.read(tmp_path / "v.parquet")
    formats.save(tmp_path / "v.parquet", FIVE)
    os.truncate(tmp_path / "v.parquet", 300)
    with pytest.raises(W2VError, match="begins as a Parquet table, but is damaged or cut short"):
        formats.read(tmp_path / "v.parquet")


@pytest.mark.parametrize("name", ["v.npz", "v.safetensors", "v.parquet"])
def test_a_word_that_is_no_unicode_is_refused_and_the_old_file_kept(tmp_path, name):
    formats.save(tmp_path / name, FIVE)
    before = (tmp_path / name).read_bytes()
    table = formats.Table(["a", "half \ud800"], EYE)
    if name == "v.npz":  # whose text of one width takes it, and gives it back
        formats.save(tmp_path / name, table)
        same(formats.read(tmp_path / name), table)
        return
    with pytest.raises(W2VError, match="was not written: "):
        formats.save(tmp_path / name, table)
    assert (tmp_path / name).read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


class TestZip:
    def pack(self, *names: str, data: bytes = b"2 1\na 1\nb 2\n", method: int = zipfile.ZIP_DEFLATED) -> bytes:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as whole:
            for name in names:
                whole.writestr(name, data)
        return file.getvalue()

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    def test_the_one_file_in_an_archive_is_read_whatever_else_a_system_put_in(self, tmp_path, method):
        (tmp_path / "v.zip").write_bytes(self.pack("folder/", "folder/v.txt", "__MACOSX/._v.txt", method=method))
        assert formats.read(tmp_path / "v.zip").words == ["a", "b"]

    def test_of_several_files_one_has_to_be_chosen(self, tmp_path):
        (tmp_path / "v.zip").write_bytes(self.pack(*(f"glove.{n}d.txt" for n in (50, 100, 200, 300))))
        with pytest.raises(W2VError, match=r"of 4 files; .* the one that you mean: glove.50d.txt, glove.100d.txt"):
            formats.read(tmp_path / "v.zip")
        (tmp_path / "v.zip").write_bytes(self.pack())
        with pytest.raises(W2VError, match="there is none"):
            formats.read(tmp_path / "v.zip")

    def test_what_unpacks_to_far_more_than_vectors_do_is_not_read_to_its_end(self, tmp_path, monkeypatch):
        monkeypatch.setattr(opened, "ALWAYS", 1 << 10)
        monkeypatch.setattr(opened, "RATIO", 2)
        data = b"".join(b"word%d 1 2 3\n" % number for number in range(1 << 14))
        for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
            (tmp_path / "v.zip").write_bytes(self.pack("v.txt", data=data, method=method))
            with pytest.raises(W2VError, match="unpacks to more than 2 times its size"):
                formats.read(tmp_path / "v.zip")

    def test_a_byte_that_changed_is_told(self, tmp_path):
        data = bytearray(self.pack("v.txt", method=zipfile.ZIP_STORED))
        data[data.index(b"b 2") + 2] ^= 1
        (tmp_path / "v.zip").write_bytes(data)
        with pytest.raises(W2VError, match="damaged"):
            formats.read(tmp_path / "v.zip")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    for name in ("v.txt.gz", "v.npz", "v.bin.zip", "v.safetensors"):
        formats.save(folder / name, FIVE._replace(words=["the", "new_york", "東京"]))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
class TestAddresses:
    @pytest.mark.parametrize("name", ["v.txt.gz", "v.npz", "v.bin.zip", "v.safetensors"])
    def test_files_elsewhere_are_read_like_those_here(self, address, name):
        found = KeyedVectors.load(f"{address}/{name}", limit=2)
        assert found.index_to_key == ["the", "new_york"]
        assert found.vectors.tolist() == FIVE.vectors[:2].tolist()

    def test_what_is_not_there_is_a_sentence(self, address):
        with pytest.raises(W2VError, match=r"http://.*/none.txt cannot be read: the server answers 404"):
            formats.read(f"{address}/none.txt")
        with pytest.raises(W2VError, match=r"nowhere://x cannot be read: .*Protocol not known"):
            formats.read("nowhere://x")
        with pytest.raises(W2VError, match=r"has lost a slash, .* Give a string: 'https://a\.org/v\.txt'"):
            formats.read(Path("https://a.org/v.txt"))


@pytest.mark.parametrize("path", [None, 5, b"v.txt", io.BytesIO()])
def test_what_is_no_path_is_told(path):
    for use in (formats.read, KeyedVectors(["a"], EYE[:1]).save, KeyedVectors(["a"], EYE[:1]).save_word2vec_format):
        with pytest.raises(W2VError, match="is no path of a file or folder of vectors; give a string"):
            use(path)


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.npz", "v.safetensors", "v.parquet"])
def test_a_warning_points_at_the_line_that_asked(tmp_path, name):
    path = tmp_path / name
    if name in ("v.txt", "v.bin"):
        formats.write(path, ["a", "a"], EYE)
    else:
        formats.save(path, formats.Table(["a", "a"], EYE))
    with pytest.warns(UserWarning, match="1 word came again") as told:
        KeyedVectors.load(path)
    assert [each.filename for each in told] == [__file__]


@pytest.mark.parametrize("limit", ["100", 1e5, True, 0, -1])
def test_a_limit_is_a_whole_number(tmp_path, limit):
    formats.save(tmp_path / "v.npz", FIVE)
    with pytest.raises(W2VError, match=f"limit is {limit!r}; "):
        formats.read(tmp_path / "v.npz", limit)
    assert len(formats.read(tmp_path / "v.npz", np.int64(2)).words) == 2


@pytest.mark.parametrize("name", ["v", "v.npz", "v.safetensors", "v.parquet", "v.spacy"])
def test_no_words_are_not_written(tmp_path, name):
    with pytest.raises(W2VError, match="there are no words in it"):
        formats.save(tmp_path / name, formats.Table([], np.ones((0, 2), np.float32)))


def test_words_in_other_encodings(tmp_path):
    (tmp_path / "v.txt").write_bytes("2 1\nnaïve 1\nöl 2\n".encode("latin-1"))
    assert formats.read(tmp_path / "v.txt", encoding="latin-1").words == ["naïve", "öl"]
    assert formats.read(tmp_path / "v.txt", errors="ignore").words == ["nave", "l"]
    with pytest.warns(UserWarning, match="invalid UTF-8 replaced in 2 words"):
        formats.read(tmp_path / "v.txt")
    with pytest.raises(W2VError, match=r"has a word that is not utf-8: .*Give encoding="):
        formats.read(tmp_path / "v.txt", errors="strict")
    for wrong in ({"encoding": "latin-x"}, {"errors": "shrug"}, {"encoding": None}, {"errors": 5}, {"encoding": "a\0"}):
        with pytest.raises(W2VError, match=r"words cannot be read with encoding=.*'strict' are known"):
            formats.read(tmp_path / "v.txt", **wrong)
    with pytest.raises(W2VError, match=r"in utf-16 cannot be read: .* iconv -f utf-16"):
        formats.read(tmp_path / "v.txt", encoding="utf-16")


def test_glove_has_no_header(tmp_path):
    vectors = KeyedVectors(["a", "b"], EYE)
    vectors.save(tmp_path / "v.glove.txt")
    vectors.save(tmp_path / "v.txt", header=False)
    vectors.save_word2vec_format(tmp_path / "w", header=False)
    assert {(tmp_path / name).read_text() for name in ("v.glove.txt", "v.txt", "w")} == {"a 1.0 0.0\nb 0.0 1.0\n"}
    for name in ("v.bin", "v", "v.npz"):
        with pytest.raises(W2VError, match="only text has a header"):
            vectors.save(tmp_path / name, header=False)
    with pytest.raises(W2VError, match="word2vec binary begins with a header"):
        vectors.save_word2vec_format(tmp_path / "v.bin", binary=True, header=False)
