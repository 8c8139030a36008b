"""Commands that query a model: nn, analogy, eval, info, convert."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from w2v.cli.arguments import ModelPath, Overwrite, Pairs, Questions, load
from w2v.errors import W2VError, brief, counted

_WIDE = 40  # characters; a longer word stands out of its column


def nn(
    model: ModelPath,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words to look up.")],
    topn: Annotated[int, typer.Option("--topn", "-n", min=1, help="Neighbours per word.")] = 10,
) -> None:
    """Print the nearest neighbours of words."""
    vectors = load(model)
    for place, word in enumerate(words):
        if len(words) > 1:
            print(("\n" if place else "") + word)
        _print_ranking(vectors.most_similar(word, topn=topn), len(vectors))


def analogy(
    model: ModelPath,
    a: Annotated[str, typer.Argument(metavar="MAN")],
    b: Annotated[str, typer.Argument(metavar="KING")],
    c: Annotated[str, typer.Argument(metavar="WOMAN")],
    topn: Annotated[int, typer.Option("--topn", "-n", min=1, help="Answers to print.")] = 5,
) -> None:
    """Solve "MAN is to KING as WOMAN is to ?"."""
    vectors = load(model)
    _print_ranking(vectors.most_similar(positive=[b, c], negative=[a], topn=topn), len(vectors))


def evaluate(
    model: ModelPath,
    analogies: Questions = None,
    similarity: Pairs = None,
    restrict_vocab: Annotated[int, typer.Option(min=1, help="Answer from this many most frequent words.")] = 30_000,
    oov: Annotated[
        bool, typer.Option("--oov", help="Words that are not in the vocabulary are composed of their n-grams.")
    ] = False,
) -> None:
    """Score a model on analogies and word similarity; coverage stands beside every score."""
    if not analogies and not similarity:
        raise W2VError("Nothing to score on. Give --analogies FILE or --similarity FILE, or both.")
    from w2v import evaluation

    questions = {path: evaluation.read_questions(path) for path in analogies or []}
    pairs = {path: evaluation.read_pairs(path) for path in similarity or []}
    vectors = load(model)
    analogy = {path: vectors.score_analogies(asked, restrict_vocab, oov=oov) for path, asked in questions.items()}
    likeness = {path: vectors.score_similarity(judged, oov=oov) for path, judged in pairs.items()}
    reports: dict[Path, Any] = analogy | likeness
    if not any(report.coverage for report in reports.values()):
        first = ", ".join(vectors.index_to_key[:3])
        raise W2VError(
            f"Nothing can be scored: of what {' and '.join(map(str, reports))} asks, {model} has no words. It has "
            f"{counted(len(vectors), 'vector')}, such as those of {first}. Give files of its language, written as its "
            "words are; a model of documents alone has vectors of tags."
        )
    for scored in (analogy, likeness):
        for path, report in scored.items():
            print(f"{path}\n{report}")


def convert(
    model: Annotated[str, typer.Argument(metavar="IN", help="A model folder, a vectors file or folder, or a URL.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="A file or folder, as its name says.")],
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many words.")] = None,
    trust: Annotated[bool, typer.Option("--trust", help="Open what gensim saved, which can run code.")] = False,
    encoding: Annotated[str, typer.Option(help="Of the words in IN, where it is not UTF-8.")] = "utf-8",
    format: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="Of OUT, where its name does not say it: fasttext, of a model's folder."),
    ] = None,
    compact: Annotated[
        bool, typer.Option("--compact", help="In a folder, leave out vectors that its n-grams make again (floret).")
    ] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write vectors in another format. IN is recognised by its contents, OUT by its name.

    Reads: word2vec text and binary, GloVe, fastText .vec and .bin, .npz, .safetensors, .parquet, .floret; folders of
    w2v, spaCy, model2vec and sentence-transformers; with --trust what gensim saved, a Word2Vec as a model to train on.
    Packed or not: .gz .bz2 .xz .zst .zip.

    Writes: .bin (word2vec binary; with --format fasttext fastText's), .txt .vec (word2vec text), .glove .glove.txt
    (without header), .npz, .safetensors, .parquet, .floret, .spacy (a folder); any other name becomes a folder of w2v.
    Files also with .gz .bz2 .xz .zst .zip after.
    """
    from w2v.vectors import KeyedVectors, formats

    formats.ending_of(output)  # refuses the names of other files
    if output.exists() and not overwrite:
        raise W2VError(f"{output} exists already. Choose another name, or pass --overwrite to replace it.")
    if format is not None:
        _convert_model(Path(model), output, format, {"--limit": limit, "--trust": trust, "--compact": compact})
        return
    if trust and limit is None and formats.ending_of(output) == formats.FOLDER and _convert_trusted(model, output):
        return
    vectors = KeyedVectors.load(model, limit, trust=trust, encoding=encoding)
    vectors.save(output, overwrite=overwrite, compact=compact)


def _convert_model(model: Path, output: Path, format: str, others: dict[str, object]) -> None:
    """Write a file that holds a whole model. Raises W2VError for a format that is none, and for what is no model."""
    if format != "fasttext":
        raise W2VError(f"--format is {format!r}; expected fasttext. Other formats are chosen by the name of OUT.")
    if given := [flag for flag, value in others.items() if value]:
        raise W2VError(f"--format fasttext writes a whole model; leave out {', '.join(given)}.")
    from w2v.models.fasttext_file import save_fasttext
    from w2v.models.model import Model

    save_fasttext(Model.load(model), output)


def _convert_trusted(model: str, output: Path) -> bool:
    """Write a Word2Vec that gensim saved as a model to train on; False where it is something else."""
    from w2v.gensim.models.word2vec import Word2Vec
    from w2v.gensim.paths import is_pickled

    if not is_pickled(model):
        return False
    try:
        trained = Word2Vec.load(model, trust=True)
    except W2VError:  # vectors alone, or of another class: what reads them says so where it is none of these
        return False
    trained.save(output)
    return True


def info(
    model: Annotated[
        Path | None, typer.Argument(metavar="MODEL", help="A model folder, or a .bin/.txt/.vec vectors file.")
    ] = None,
    machine: Annotated[
        bool, typer.Option("--machine", help="Show this machine instead: what training uses of it, and why.")
    ] = False,
) -> None:
    """Show what a model is: size, settings, history; or what training uses of this machine."""
    if machine == bool(model):
        raise W2VError("Give a MODEL to show, or --machine alone.")
    if model:
        _print_model(model)
    else:
        _print_machine()


def _print_machine() -> None:
    from w2v.base.machine import describe
    from w2v.engines import gpu_in_words
    from w2v.kernels import calibration
    from w2v.kernels.simd import registers, tiles

    rows = {name: str(value) for name, value in describe("w2v", "numpy", "numba", "torch").items()}
    rows |= registers.described()
    rows["tiles"] = tiles.WHY_PLAIN or rows["tiles"]
    rows["products"] = calibration.in_words()
    rows["gpu"] = gpu_in_words()
    if place := calibration.place():
        size = sum(file.stat().st_size for file in place.parent.rglob("*") if file.is_file())
        rows["compiled code"] = f"{place.parent} ({size / 1e6:.1f} MB)"
    else:
        rows["compiled code"] = "is not kept"
    for name, value in rows.items():
        print(f"{name:<16}{value}")


def _print_model(model: Path) -> None:
    vectors = load(model)
    composed = "" if vectors.composer is None else f" + {vectors.composer}"
    print(f"{counted(len(vectors), 'word')}{composed}, {counted(vectors.vector_size, 'dimension')}")
    if not model.is_dir():
        print("a vectors file: it holds no settings and no history")
        return

    from w2v.models.history import History
    from w2v.vectors.formats.model_folder import HISTORY, read_settings

    if not (model / HISTORY).exists():
        print(f"a folder of vectors, of {vectors.geometry} geometry: it holds no settings and no history")
        return
    named = read_settings(model)
    if "space" in named:
        from w2v.hyperbolic.embedding import Embedding

        embedding = Embedding.load(model)
        settings, records = embedding.config.used(), embedding.history
        print(f"{counted(len(embedding.relations), 'relation')}, {embedding.geometry} geometry")
    else:
        from w2v.models.model import Model
        from w2v.training.defaults import used

        of_text = Model.load(model, named.get("head"))  # which is told, and never imported
        settings, records = used(of_text.config, of_text.vocab, len(of_text.tags or ())), of_text.history
    print()
    _print_columns([[name, "none" if value is None else str(value)] for name, value in settings.items()], "<<")
    if records:
        header, rows = History(records).table()
        print()
        _print_columns([header, *rows], ">" * len(header))


def _print_columns(rows: Sequence[Sequence[str]], sides: str) -> None:
    """Texts in columns, each as wide as its longest. sides: "<" or ">" for each, where its texts stand."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        line = "  ".join(f"{text:{side}{width}}" for text, side, width in zip(row, sides, widths, strict=True))
        print(f"  {line}".rstrip())


def _print_ranking(ranking: list[tuple[str, float]], known: int) -> None:
    if not ranking:
        print(f"note: no word is left to answer with; the model knows {known}, and all were asked for", file=sys.stderr)
    told = [(brief(word), score) for word, score in ranking]
    width = min(max((len(word) for word, _ in told), default=0), _WIDE)
    for word, score in told:
        print(f"  {word:<{width}}  {score:.3f}")
