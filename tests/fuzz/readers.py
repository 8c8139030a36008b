"""The readers: what is given to each, and how it is damaged."""

import bz2
import gzip
import io
import json
import lzma
import random
import shutil
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
from safetensors.numpy import save

from fuzz.mutations import BYTES, JSON, LINES, TENSORS, Mutation, damaged
from w2v.base.config import Config
from w2v.base.sealed_folder import SUMS
from w2v.comparison import table
from w2v.comparison.results import Outcome, Plan, Point, Score, earlier_plan, finished_in
from w2v.corpus.phrases import FrozenPhrases, Phrases
from w2v.corpus.stream import Stream, open_stream
from w2v.corpus.vocabulary import Vocabulary
from w2v.errors import W2VError
from w2v.evaluation import read_pairs, read_questions
from w2v.examples.subword_rows import subwords_of
from w2v.examples.subwords import Subwords
from w2v.gensim.keyed_files import counts_in
from w2v.gensim.models import FastText as GensimsFastText
from w2v.gensim.models import KeyedVectors as GensimsVectors
from w2v.gensim.models import Word2Vec as GensimsWord2Vec
from w2v.gensim.models.fasttext import FastTextKeyedVectors, load_facebook_model, save_facebook_model
from w2v.geometry import POINCARE
from w2v.hyperbolic.embedding import Embedding
from w2v.hyperbolic.entailment import read_graded
from w2v.hyperbolic.relations import Relations, read_relations
from w2v.hyperbolic.settings import PoincareConfig
from w2v.models.history import EpochRecord
from w2v.models.model import Model
from w2v.text.lists import entries
from w2v.training.checkpoint import latest
from w2v.vectors import KeyedVectors
from w2v.vectors.composer import Composer, vectors_of
from w2v.vectors.formats.floret_file import as_floret
from w2v.vectors.formats.model_folder import read_settings
from w2v.vectors.formats.spacy_folder import hashes
from w2v.vectors.formats.table import Table
from w2v.vectors.formats.vectors_folder import write_folder

Files = dict[str, bytes]
BOMB = 30_000_000
WORDS = ["the", "of", "naïve", "new york", "東京", "don't", "</s>", "cat", "dog", "bird"]


@dataclass(frozen=True)
class Reader:
    """One reader of files; of those that are packed, every thousandth case unpacks to BOMB bytes that are all alike.

    make: valid files to begin with. damage: which of the files are damaged, and how. read: reads a folder of files.
    pack: whether a file is packed once it is damaged; what is packed is damaged as well.
    """

    name: str
    make: Callable[[], list[Files]]
    damage: dict[str, list[Mutation]]
    read: Callable[[Path], object]
    pack: Callable[[str, bytes], bytes] | None = None

    def seeds(self) -> list[Files]:
        """The valid files, the same each time."""
        return _made(self.make)

    def case(self, number: int) -> Files:
        """The files of a case; case 0 of every reader is valid."""
        r = random.Random(f"{self.name} {number}")
        files = dict(r.choice(self.seeds()) if number else self.seeds()[0])
        name = r.choice([name for name in self.damage if name in files])
        if self.pack and number % 1000 == 999:
            piece = r.choice([b"\0", b"\n", b"a", b"a ", b"a\n", b"1 ", b"a 1 2 3 4\n", b"\xff", "é".encode()])
            return files | {name: self.pack(name, files[name] + piece * (BOMB // len(piece)))}
        packed = self.pack and r.random() < 0.5
        if number and not packed:
            files[name] = damaged(r, files[name], self.damage[name])
        if self.pack:
            files[name] = self.pack(name, files[name])
        if number and packed:
            files[name] = damaged(r, files[name], BYTES)
        return files

    def tidy(self, folder: Path) -> None:
        """Remove what a case has left."""
        for path in folder.iterdir():
            shutil.rmtree(path, ignore_errors=True)


@cache
def _made(make: Callable[[], list[Files]]) -> list[Files]:
    return make()


def _files(write: Callable[[Path], object], *, sealed: bool = False) -> Files:
    """What a writer leaves in a folder; unless `sealed`, without checksums, which would let nothing through."""
    with tempfile.TemporaryDirectory() as place:
        write(Path(place) / "x")
        root = Path(place) / "x"
        paths = [path for path in sorted(root.rglob("*")) if path.is_file() and (sealed or path.name != SUMS)]
        return {str(path.relative_to(root)): path.read_bytes() for path in paths}


def _model(head: str = "ns", size: int = 4, **settings) -> Model:
    r = np.random.default_rng(1)
    config = Config(head=head, vector_size=size, epochs=3, min_count=1, sample=0.0, **settings)
    rows, columns = len(WORDS) - (head == "hs"), size + (head == "poincare")
    tables = {"input": r.normal(size=(len(WORDS), size)), "output": r.normal(size=(rows, columns))}
    tables = {name: array.astype(config.dtype) for name, array in tables.items()}
    records = [EpochRecord(n, 3.0 / n, 100, 90, 0.25, {"held_out": 5.5, "simlex": float("nan")}) for n in (1, 2)]
    state = {"input_squares": np.ones_like(tables["input"]), "output_squares": np.ones_like(tables["output"])}
    return Model(config, Vocabulary(WORDS, np.arange(40, 40 - len(WORDS), -1)), tables, records, optimizer_state=state)


def _models() -> list[Files]:
    models = [_model(), _model("hs"), _model("pmi", pmi_tables="concatenated"), _model("poincare", dtype="float64")]
    return [_files(model.save_checkpoint) for model in models]


def _subword_models(having: str = "config.json") -> list[Files]:
    """Models with subwords, n-grams with rows of their own and rows that are shared, whole and compact; and vectors."""
    made = []
    words = [*WORDS, "cats", "dogs", "birds"]
    for scheme, bucket in (("fasttext", None), ("fasttext", 7), ("floret", 7)):
        config = Config(vector_size=4, min_count=1, subword=scheme, bucket=bucket)
        subwords = subwords_of(words, scheme, bucket=bucket, hash_count=config.hash_count)
        tables = {"rows": np.random.default_rng(8).normal(size=(subwords.n_rows, 4)).astype(np.float32)}
        tables |= {"input": vectors_of(words, subwords, tables["rows"]), "output": np.ones((len(words), 4), np.float32)}
        counts = Vocabulary(words, np.arange(len(words), 0, -1))
        model = Model(config, counts, tables, [EpochRecord(1, 3.0, 100, 90, 0.25, {})], subwords=subwords)
        saves = [model.save_checkpoint, partial(model.save, compact=True), model.vectors.save]
        made += [_files(save) for save in [*saves, partial(model.vectors.save, compact=True)]]
    return [files for files in made if having in files]


def _read_subwords(folder: Path) -> None:
    told = None
    for load in (Model.load, KeyedVectors.load, partial(KeyedVectors.load, mmap=True, limit=3)):
        if load is Model.load and not (folder / "history.json").exists():
            continue
        try:
            loaded = load(folder)
            vectors = loaded.vectors if isinstance(loaded, Model) else loaded
            assert vectors.vectors.shape == (len(vectors), vectors.vector_size)
            _compose(vectors)
        except W2VError as error:
            told = error
    if told:
        raise told


def _compose(vectors: KeyedVectors) -> None:
    """Unknown words have vectors of finite numbers, or none."""
    for word in ("catses", "naïvely", "東", "", "</s>"):
        if word in vectors:
            assert vectors[word].shape == (vectors.vector_size,)
            assert np.isfinite(vectors[word]).all()


def _floret() -> list[Files]:
    rows = np.random.default_rng(6).normal(size=(9, 4)).astype(np.float32)
    table = Table([], rows[:0], composer=Composer(Subwords("floret", 2, 4, 9, 2, 0), rows))
    return [{"v.floret": b"".join(as_floret("v.floret", table.composer))}]


def _sealed_models() -> list[Files]:
    return [_files(_model().save_checkpoint, sealed=True), _files(_embedding("poincare").save, sealed=True)]


def _checkpoints() -> list[Files]:
    two = [_model("pmi"), _model("pmi", seed=2)]
    return [
        {f"epoch-000{n}/{name}": data for n, m in enumerate(two, 1) for name, data in _files(m.save_checkpoint).items()}
    ]


def _embedding(space: str) -> Embedding:
    pairs = [("dog", "mammal"), ("cat", "mammal"), ("mammal", "animal"), ("bird", "animal"), ("dog", "animal")]
    relations = Relations.of(pairs)
    points = np.random.default_rng(2).uniform(-0.4, 0.4, (len(relations.nodes), 3))
    records = [EpochRecord(n, 2.0 / n, 5, 5, 0.1, {"mean_rank": 2.0}, "pairs", 1) for n in (1, 2)]
    config = PoincareConfig(space=space, vector_size=3, epochs=2, burn_in=1)
    return Embedding(config, relations, points, records, {0: points / 2, 2: points})


def _embeddings() -> list[Files]:
    return [_files(_embedding(space).save) for space in ("poincare", "lorentz", "euclidean")]


def _read_model(folder: Path) -> None:
    """As every command and class would, and what they would do with it."""
    told = None
    for load in (read_settings, KeyedVectors.load, partial(KeyedVectors.load, limit=3), Model.load):
        try:
            loaded = load(folder)
            if isinstance(loaded, KeyedVectors):
                assert np.isfinite(loaded.vectors).all()
                loaded.most_similar(loaded.index_to_key[0], topn=3)
            elif isinstance(loaded, Model):
                assert all(map(str, loaded.history))
                assert len(loaded.vectors) == len(loaded.vocab)
        except W2VError as error:
            told = error
    if told:
        raise told


def _read_embedding(folder: Path) -> None:
    told = None
    for load in (KeyedVectors.load, Embedding.load):
        try:
            loaded = load(folder)
            if isinstance(loaded, Embedding):
                assert len(loaded.relations.depths) == len(loaded.vectors) == len(loaded.points)
                assert all(map(str, loaded.history))
                if loaded.geometry == "poincare":
                    assert np.isfinite(POINCARE.dist(loaded.points[0], loaded.points)).all()
        except W2VError as error:
            told = error
    if told:
        raise told


def _comparisons() -> list[Files]:
    def write(folder: Path) -> None:
        folder.mkdir()
        text = {"tokens": 100, "sentences": 9, "words kept": 90, "vocabulary": "0123456789abcdef"}
        settings = {"epochs": 2, "sample": 1e-4, "vector_size": 8}
        Plan("text8", text, "/nowhere/stream", 0.01, ["/a/questions.txt"], ["/a/simlex.tsv"], [1000], settings).save(
            folder
        )
        scores = {"questions": Score("analogies", 0.4, 0.9), "simlex": Score("similarity", float("nan"), 0.0)}
        curve = [Point(0.5, 0.4, 3.1, 7.0), Point(1.0, 0.8, 2.9, 6.5)]
        for head, speed in (("ns", 5e5), ("softmax", 1e4)):
            measured = {"nats": 6.5, "standard_error": 0.1, "examples": 90, "frequencies": 7.1, "loss": 2.5}
            took = {"alpha": 0.04, "words_per_second": speed, "seconds": 2.5, "peak_memory": 10**8}
            more = {"scores": scores, "curve": curve, "speeds": {1000: 1e5}, "notes": ["a note"]}
            Outcome("cbow", head, model=f"models/cbow-{head}", **measured, **took, **more).save(folder)

    return [_files(write)]


def _read_comparison(folder: Path) -> None:
    earlier_plan(folder)
    outcomes = [Outcome.load(folder, *each) for each in finished_in(folder)]
    table.as_markdown(outcomes)
    table.findings(outcomes)


def _vectors(suffix: str, *, binary: bool) -> list[Files]:
    def write(folder: Path) -> None:
        folder.mkdir()
        words = [word.replace(" ", "_") for word in WORDS]
        vectors = KeyedVectors(words, np.random.default_rng(3).normal(size=(len(words), 4)))
        vectors.save_word2vec_format(folder / f"v{suffix}", binary=binary)

    return [_files(write)]


def _others(name: str) -> list[Files]:
    """Vectors in another format, as its name says."""

    def write(folder: Path) -> None:
        folder.mkdir()
        vectors = np.random.default_rng(3).normal(size=(len(WORDS), 4)).astype(np.float32)
        KeyedVectors(WORDS, vectors, np.arange(len(WORDS), 0, -1)).save(folder / name)

    return [_files(write)]


def _gensim_folders() -> list[Files]:
    def write(folder: Path) -> None:
        kv = GensimsVectors(4)
        kv.add_vectors([7, "seven", 11], np.random.default_rng(3).normal(size=(3, 4)))
        kv.set_vecattr("seven", "count", 5)
        kv.set_vecattr(7, "size", 2.5)
        kv.save(folder)

    return [_files(write)]


def _gensim_models() -> list[Files]:
    def write(folder: Path) -> None:
        model = GensimsWord2Vec([[7, "seven", "eleven"], [7, "seven"]], vector_size=4, min_count=1, hs=1, workers=1)
        model.build_vocab([["eleven"]], update=True, keep_raw_vocab=True)
        model.save(folder)

    return [_files(write)]


def _read_gensim_model(folder: Path) -> None:
    """As a script would, and what it would do with it."""
    model = GensimsWord2Vec.load(folder)
    assert len(model.wv.vectors) == len(model.wv.index_to_key) == len(model.wv.key_to_index)
    if len(model.wv):
        model.train([list(model.wv.index_to_key)], total_examples=1, epochs=1)


def _gensims_fasttext(sort: str, damaged: str) -> list[Files]:
    """With a row for each n-gram, and for each bucket: models, vectors, and files of fastText.

    damaged: the name of the file that is damaged, which some of them lack.
    """

    def write(folder: Path, bucket: int) -> None:
        model = GensimsFastText([["seven", "eleven"], ["seven"]], vector_size=4, min_count=1, workers=1, bucket=bucket)
        if sort == "file":
            folder.mkdir()
            save_facebook_model(model, folder / "v.bin")
        else:
            (model if sort == "model" else model.wv).save(folder)

    return [made for bucket in (1000, 5) if damaged in (made := _files(partial(write, bucket=bucket)))]


def _read_gensims_fasttext(sort: str, folder: Path) -> None:
    """As a script would, and what it would do with it."""
    if sort == "vectors":
        wv = FastTextKeyedVectors.load(folder)
    else:
        model = GensimsFastText.load(folder) if sort == "model" else load_facebook_model(folder / "v.bin")
        wv = model.wv
        model.train([list(wv.index_to_key)], total_examples=1, epochs=1)
    assert len(wv.vectors) == len(wv.index_to_key) == len(wv.key_to_index)
    if wv.bucket:
        assert wv["unheard"].shape == (wv.vector_size,)
    wv.adjust_vectors()


def _vectors_folders() -> list[Files]:
    def write(folder: Path) -> None:
        vectors = np.random.default_rng(3).normal(size=(len(WORDS), 4)).astype(np.float32)
        attributes = {"year": np.arange(len(WORDS)), "known": np.ones(len(WORDS), bool)}
        write_folder(folder, Table(WORDS, vectors, None, "euclidean", attributes))

    return [_files(write)]


def _fasttext() -> list[Files]:
    """Models of fastText: with n-grams, and of a classifier without."""

    def model(maxn: int, labels: int, kind: int) -> bytes:
        rows = len(WORDS) + 7 * (maxn > 0)
        matrix = np.random.default_rng(4).normal(size=(rows, 4)).astype("<f4")
        told = struct.pack("<2i12id", 793712314, 12, 4, 5, 5, 1, 5, 1, 1, kind, 7, 2, maxn, 100, 1e-4)
        told += struct.pack("<3i2q", len(WORDS) + labels, len(WORDS), labels, 999, -1)
        entries = [(word, 0) for word in WORDS] + [(f"__label__{n}", 1) for n in range(labels)]
        told += b"".join(word.encode() + struct.pack("<xqb", 9, is_label) for word, is_label in entries)
        return told + struct.pack("<x2q", rows, 4) + matrix.tobytes() + struct.pack("<x2q", 0, 4)

    return [{"v.bin": model(4, 0, 2)}, {"v.bin": model(0, 2, 3)}]


def _spacy() -> list[Files]:
    """spaCy's folder, as `Vectors.to_disk` writes it."""
    array = io.BytesIO()
    np.save(array, np.random.default_rng(5).normal(size=(len(WORDS), 4)).astype("<f4"))
    hashed = enumerate(hashes([word.encode() for word in WORDS]).tolist())
    keys = bytes([0x80 + len(WORDS)]) + b"".join(struct.pack(">BQB", 0xCF, key, row) for row, key in hashed)
    strings = json.dumps(WORDS).encode()
    files = {"vectors": array.getvalue(), "key2row": keys, "strings.json": strings}
    return [files | {"vectors.cfg": b'{"mode": "default"}'}]


def _read_vectors_folder(folder: Path) -> None:
    told = None
    for load in (KeyedVectors.load, partial(KeyedVectors.load, limit=3), partial(KeyedVectors.load, mmap=True)):
        try:
            loaded = load(folder)
            assert loaded.vectors.shape == (len(loaded), loaded.vector_size)
        except W2VError as error:
            told = error
    if told:
        raise told


def _glove() -> list[Files]:
    [files] = _vectors(".txt", binary=False)
    return [{"v.txt": files["v.txt"].partition(b"\n")[2]}]


def _static() -> list[Files]:
    """Folders of static embeddings: ours, and one of another tokenizer, whose tokens share rows, in a folder within."""
    words = [word.replace(" ", "_") for word in WORDS]
    vectors = KeyedVectors(words, np.random.default_rng(4).normal(size=(len(words), 4)), np.arange(10, 0, -1))
    ours = [_files(partial(vectors.save_pretrained, dtype=dtype)) for dtype in ("float32", "int8")]
    pieces = {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0.0], ["▁the", -1.5], ["s", -2.0]]}
    spec = {"pre_tokenizer": {"type": "Metaspace", "replacement": "▁"}, "model": pieces}
    spec["added_tokens"] = [{"id": 3, "content": "New York", "special": False}]
    arrays = {"embeddings": np.ones((2, 3), np.float16), "mapping": np.array([0, 1, 1, 0])}
    theirs = {
        "modules.json": json.dumps([{"path": "0_StaticEmbedding", "type": "x.StaticEmbedding"}]).encode(),
        "0_StaticEmbedding/tokenizer.json": json.dumps(spec).encode(),
        "0_StaticEmbedding/model.safetensors": save(arrays | {"weights": np.ones(4)}),
    }
    return [*ours, theirs]


def _read_static(folder: Path) -> None:
    vectors = KeyedVectors.from_pretrained(folder)
    assert np.isfinite(vectors.vectors).all()
    vectors.most_similar(vectors.index_to_key[0], topn=3)
    KeyedVectors.from_pretrained(folder, limit=2)


def _read_vectors(folder: Path) -> None:
    [path] = folder.iterdir()
    vectors = KeyedVectors.load(path)
    assert np.isfinite(vectors.vectors).all()
    _compose(vectors)


TEXT = "".join(f"the {WORDS[i % 10]} sat on naïve mat {i % 7} of 東京\n" for i in range(60))


def _texts() -> list[Files]:
    encoded = [TEXT.encode(), TEXT.replace("\n", "\r\n").encode(), TEXT.encode("utf-16"), TEXT.encode("utf-16-le")]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name in ("a.txt", "b.txt"):
            file.writestr(zipfile.ZipInfo(name), TEXT)
    return [{"t.txt": data} for data in (*encoded, *encoded[:2] * 3, archive.getvalue())]


def _archives() -> list[Files]:
    texts = {"a.txt": TEXT.encode(), "deep/b.txt": TEXT[:700].encode(), "c.png": b"\x89PNG\r\n\x1a\n\0"}
    made = []
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            for name, data in texts.items():
                archive.writestr(zipfile.ZipInfo(name), data, method)
        made.append({"t": file.getvalue()})
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        file = io.BytesIO()
        with tarfile.open(fileobj=file, mode="w", format=form) as tar:
            for name, data in {"x" * 120 + "é.txt": b"a text\n", **texts}.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
        made.append({"t": file.getvalue()})
    return made


def _json_values() -> list[Files]:
    lines = TEXT.splitlines()
    tokens = [line.split() for line in lines]
    a_line = ["".join(json.dumps(value) + "\n" for value in values) for values in (lines, tokens)]
    return [{"t.json": text.encode()} for text in (*a_line, *map(json.dumps, (lines, tokens, tokens[0])))]


def _packed(suffix: str, name: str, data: bytes) -> bytes:
    if suffix == ".zst":
        import zstandard

        return zstandard.ZstdCompressor(write_checksum=True).compress(data)
    pack = {".gz": partial(gzip.compress, mtime=0), ".bz2": bz2.compress, ".xz": lzma.compress}
    return pack[suffix](data)


def _tables(form: str) -> list[Files]:
    """Tables with the fields id and text, in one form."""
    rows = [{"id": i, "text": line} for i, line in enumerate(TEXT.splitlines())]
    if form == "parquet":
        import pyarrow
        from pyarrow import parquet

        file = io.BytesIO()
        parquet.write_table(pyarrow.Table.from_pylist(rows), file)
        return [{"t.parquet": file.getvalue()}]
    if form == "csv":
        quoted = "".join(f'{row["id"]},"{row["text"]}, and ""more"""\n' for row in rows)
        return [{"t.csv": f"id,text\n{quoted}".encode()}, {"t.csv": f"id\ttext\n{quoted}".replace(",", "\t").encode()}]
    if form == "jsonl":
        return [
            {"t.jsonl": "".join(json.dumps(row, ensure_ascii=i > 0) + "\n" for row in rows).encode()} for i in (0, 1)
        ]
    return [{"t.json": json.dumps(rows, indent=i).encode()} for i in (None, 1)]


def _read_text(folder: Path, tokenizer: str = "whitespace", field: str | None = None) -> None:
    with tempfile.TemporaryDirectory(dir=folder) as cache_dir:
        [path] = [path for path in folder.iterdir() if path.is_file()]
        with open_stream(path, tokenizer=tokenizer, field=field, cache_dir=Path(cache_dir), min_count=1) as stream:
            for _ in _ids(stream):
                pass


def _ids(stream: Stream) -> Iterator[np.ndarray]:
    """All ids, block by block, as compiled code gets them, which trusts them."""
    for number in range(stream.n_blocks):
        ids = stream.block(number)
        assert ids.min() >= -1, "an id below that of a sentence's end"
        assert ids.max() < len(stream.vocab), "an id that no word has"
        yield ids


def _streams() -> list[Files]:
    def write(folder: Path) -> None:
        (folder / "cache").mkdir(parents=True)
        (folder / "t.txt").write_text(TEXT)
        open_stream(folder / "t.txt", cache_dir=folder / "cache", min_count=1).close()

    files = _files(write, sealed=True)
    return [
        {("/".join(["cache", "s", name.split("/")[-1]]) if "/" in name else name): data for name, data in files.items()}
    ]


def _read_stream(folder: Path) -> None:
    """The cache of a text that did not change: what is in it is used, or built again, and never wrong."""
    with tempfile.TemporaryDirectory(dir=folder) as other:
        with open_stream(folder / "t.txt", cache_dir=Path(other), min_count=1) as fresh:
            ids, words = np.concatenate(list(_ids(fresh))), fresh.vocab.words
        [home] = [path for path in Path(other).iterdir() if path.name.startswith("stream-")]
        for path in (folder / "cache" / "s").iterdir():
            shutil.copy(path, home / path.name)
        with open_stream(folder / "t.txt", cache_dir=Path(other), min_count=1) as stream:
            assert np.array_equal(np.concatenate(list(_ids(stream))), ids), "other ids than the text has"
            assert stream.vocab.words == words, "other words than the text has"


def _phrases() -> list[Files]:
    sentences = [[word, "new", "york", word] for word in WORDS] * 3
    made = [
        Phrases(sentences, min_count=1, threshold=0.1, connector_words={"the"}),
        Phrases(sentences, threshold=0.1, scoring="npmi").freeze(),
    ]

    def write(phrases: Phrases | FrozenPhrases, folder: Path) -> None:
        folder.mkdir()
        phrases.save(folder / "p.json")

    return [_files(partial(write, phrases)) for phrases in made]


def _read_phrases(path: Path) -> None:
    phrases = Phrases.load(path)
    assert all(map(str, phrases[["the", "new", "of", "york", *WORDS]]))
    if isinstance(phrases, Phrases):
        phrases.add_vocab([["a", "new", "york"]])
        phrases.freeze()


def _one(name: str, *texts: str) -> Callable[[], list[Files]]:
    return lambda: [{name: text.encode()} for text in texts]


def _file(read: Callable[[Path], object]) -> Callable[[Path], object]:
    """For readers of one file."""
    return lambda folder: read(next(path for path in folder.iterdir() if path.is_file()))


COUNTED = _one("c.txt", "the 100\ncat 7\nw\u00f6rd 1\n")
QUESTIONS = _one("q.txt", ": capitals\nathens greece oslo norway\nrome italy paris france\n: #b\na b c d\n")
PAIRS = _one("p.txt", "# a comment\nword1\tword2\tscore\ntiger\tcat\t7.35\na\tb\t0.5\n", 'cat,"a dog",3\nb,c,1e1\n')
GRADED = _one(
    "g.txt", "WORD1 WORD2 POS TYPE AVG_SCORE AVG_SCORE_0_10 STD S1\n" + "duck bird N hyp-1 5.5 9.1 1.0 6\n" * 2
)
TREES = _one(
    "r.tsv", "child\tparent\nfox\tmammal\nmammal\tanimal\n", 'fox,"a, b",1.5\nb,a,2\n', "# x\nid,parent_id\na,b\n"
)
VOCABULARY = _one("vocab.txt", "the 40\nnew york 30\n東京 2\n")

SAVED = {"config.json": JSON, "vocab.txt": LINES, "history.json": JSON, "tables.safetensors": TENSORS}
STATES = {"state.safetensors": TENSORS, "snapshots.safetensors": TENSORS, "run.json": JSON}  # those that there are
_LIST = [
    *(Reader(f"model: {n}", _models, {n: k}, _read_model) for n, k in SAVED.items()),
    Reader("model: state", _models, STATES, _read_model),
    *(Reader(f"relations: {n}", _embeddings, {n: k}, _read_embedding) for n, k in SAVED.items()),
    Reader("relations: state", _embeddings, STATES, _read_embedding),
    Reader("model with checksums", _sealed_models, {SUMS: LINES, **SAVED, **STATES},
           lambda folder: (_read_embedding if (folder / "snapshots.safetensors").exists() else _read_model)(folder)),
    Reader("checkpoints", _checkpoints, {f"epoch-0002/{n}": k for n, k in (SAVED | STATES).items()}, latest),
    Reader("comparison: plan.json", _comparisons, {"plan.json": JSON}, _read_comparison),
    Reader("comparison: trials", _comparisons, {"trials/cbow-ns.json": JSON, "trials/cbow-softmax.json": JSON},
           _read_comparison),
    Reader("vectors: word2vec binary", partial(_vectors, ".bin", binary=True), {"v.bin": LINES}, _read_vectors),
    Reader("vectors: word2vec text", partial(_vectors, ".txt", binary=False), {"v.txt": LINES}, _read_vectors),
    Reader("vectors: GloVe", _glove, {"v.txt": LINES}, _read_vectors),
    *(Reader(f"vectors: {name}", partial(_others, name), {name: how}, _read_vectors)
      for name, how in {"v.npz": BYTES, "v.safetensors": TENSORS, "v.parquet": BYTES, "v.npz.gz": BYTES}.items()),
    *(Reader(f"vectors: {name}", partial(_vectors, name, binary=True), {f"v{name}": BYTES}, _read_vectors)
      for name in (".bin.zip",)),
    Reader("vectors: fastText", _fasttext, {"v.bin": BYTES}, _read_vectors),
    Reader("vectors: floret", _floret, {"v.floret": LINES}, _read_vectors),
    *(Reader(f"subwords: {n}", partial(_subword_models, n), {n: k}, _read_subwords)
      for n, k in {"config.json": JSON, "ngrams.txt": LINES, "tables.safetensors": TENSORS}.items()),
    Reader("vectors: spaCy", _spacy,
           {"vectors": BYTES, "key2row": BYTES, "strings.json": JSON, "vectors.cfg": JSON}, KeyedVectors.load),
    *(Reader(f"folder: {n}", _vectors_folders, {n: k}, _read_vectors_folder)
      for n, k in {"config.json": JSON, "vocab.txt": LINES, "tables.safetensors": TENSORS}.items()),
    *(Reader(f"vectors: {s}", partial(_vectors, ".bin", binary=True), {"v.bin": LINES}, _read_vectors,
             partial(_packed, s)) for s in (".gz", ".bz2", ".xz", ".zst")),
    *(Reader(f"static: {n}", _static, {n: k, f"0_StaticEmbedding/{n}": k}, _read_static)
      for n, k in {"tokenizer.json": JSON, "model.safetensors": TENSORS, "modules.json": JSON}.items()),
    Reader("text: plain", _texts, {"t.txt": LINES}, _read_text),
    Reader("text: cut by words", _texts, {"t.txt": LINES}, partial(_read_text, tokenizer="words")),
    Reader("text: cut by words, .gz", _texts, {"t.txt": LINES}, partial(_read_text, tokenizer="words"),
           partial(_packed, ".gz")),
    *(Reader(f"text: {s}", _texts, {"t.txt": LINES}, _read_text, partial(_packed, s))
      for s in (".gz", ".bz2", ".xz", ".zst")),
    Reader("text: looked at", _texts, {"t.txt": LINES}, partial(_read_text, tokenizer="auto")),
    *(Reader(f"field of {form}", partial(_tables, form), {f"t.{form}": how},
             partial(_read_text, tokenizer="auto", field="text"))
      for form, how in {"jsonl": LINES, "json": JSON, "csv": LINES, "parquet": BYTES}.items()),
    Reader("field of jsonl, .gz", partial(_tables, "jsonl"), {"t.jsonl": LINES}, partial(_read_text, field="text"),
           partial(_packed, ".gz")),
    Reader("texts in archives", _archives, {"t": BYTES}, _read_text),
    Reader("texts in archives, .gz", _archives, {"t": BYTES}, _read_text, partial(_packed, ".gz")),
    Reader("lists and strings of JSON", _json_values, {"t.json": JSON}, _read_text),
    Reader("stream cache", _streams,
           {"cache/s/ids.int32": BYTES, "cache/s/vocab.txt": LINES, "cache/s/about.json": JSON}, _read_stream),
    Reader("phrases", _phrases, {"p.json": JSON}, _file(_read_phrases)),
    Reader("vocabulary", VOCABULARY, {"vocab.txt": LINES}, _file(Vocabulary.load)),
    Reader("counts of words", COUNTED, {"c.txt": LINES}, _file(partial(counts_in, errors="replace"))),
    *(Reader(f"gensim's folder: {n}", _gensim_folders, {n: k}, GensimsVectors.load)
      for n, k in {"config.json": JSON, "vocab.txt": LINES, "tables.safetensors": TENSORS}.items()),
    *(Reader(f"FastText {sort}: {n}", partial(_gensims_fasttext, sort, n), {n: k},
             partial(_read_gensims_fasttext, sort))
      for sort, files in (
          ("model", {"gensim.json": JSON, "config.json": JSON, "ngrams.txt": LINES, "tables.safetensors": TENSORS}),
          ("vectors", {"gensim.json": JSON, "config.json": JSON, "gensim.safetensors": TENSORS, "ngrams.txt": LINES}),
          ("file", {"v.bin": BYTES}))
      for n, k in files.items()),
    *(Reader(f"gensim's model: {n}", _gensim_models, {n: k}, _read_gensim_model)
      for n, k in {"gensim.json": JSON, "vocab.txt": LINES, "gensim.safetensors": TENSORS,
                   "tables.safetensors": TENSORS}.items()),
    Reader("questions, lenient", QUESTIONS, {"q.txt": LINES}, _file(partial(read_questions, lenient=True))),
    Reader("judged pairs, lenient", PAIRS, {"p.txt": LINES},
           _file(partial(read_pairs, lenient=True, delimiter="\t"))),
    Reader("questions", QUESTIONS, {"q.txt": LINES}, _file(read_questions)),
    Reader("judged pairs", PAIRS, {"p.txt": LINES}, _file(read_pairs)),
    Reader("graded pairs", GRADED, {"g.txt": LINES}, _file(read_graded)),
    Reader("word lists", PAIRS, {"p.txt": LINES}, _file(lambda path: list(entries(path)))),
    Reader("relations file", TREES, {"r.tsv": LINES}, _file(lambda path: read_relations(path).depths)),
    Reader("relations file, closure", TREES, {"r.tsv": LINES}, _file(partial(read_relations, closure=True))),
]  # fmt: skip
READERS = {reader.name: reader for reader in _LIST}
