"""The command line. Commands have no logic of their own: they read arguments, call the house, and print.

Nothing heavy is imported before a command needs it: `w2v --help` must answer at once.
"""

import inspect
import sys
import warnings
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from w2v.config import Config
from w2v.errors import W2VError

if TYPE_CHECKING:
    from w2v.vectors import KeyedVectors

app = typer.Typer(
    name="w2v",
    help="Train word vectors on any text, query and score them, and see them in two dimensions.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

INTERRUPTED = 130  # exit code of a program that Ctrl-C has ended

ModelPath = Annotated[Path, typer.Argument(metavar="MODEL", help="A model folder, or a .bin/.txt/.vec vectors file.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but results and errors.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an output that exists.")]


class _ToldInterrupt(SystemExit):
    """Ctrl-C, when what there is to say of it was said."""


def main() -> None:
    """Run the command line; errors a user can act on are one sentence on stderr and exit code 2."""
    warnings.showwarning = lambda message, *_: print(f"note: {message}", file=sys.stderr)
    try:
        app()
    except W2VError as error:
        _stop(str(error))
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has left, as `| head` does
        sys.exit(0)
    except OSError as error:
        _stop(f"{error.filename or 'A file'}: {error.strerror or error}.")
    except _ToldInterrupt:
        raise
    except SystemExit as stop:
        if stop.code == INTERRUPTED:  # what typer makes of Ctrl-C
            told = "Nothing was written but checkpoints, if any; an output that was there before is as it was."
            print(f"Interrupted. {told}", file=sys.stderr)
        raise


def _stop(sentence: str) -> None:
    print(f"error: {sentence}", file=sys.stderr)
    sys.exit(2)


def with_settings(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one option for each field of Config; those that were set reach it as the mapping `settings`."""
    own = [p for p in inspect.signature(command).parameters.values() if p.name != "settings"]
    options = []
    for setting in fields(Config):
        flag = "--" + setting.name.replace("_", "-")
        names = [f"{flag}/--no-{flag[2:]}"] if setting.type is bool else [flag]
        about = f"{setting.metadata['help']} [default: {setting.default}]"
        option = typer.Option(*names, help=about, rich_help_panel=setting.metadata["group"], show_default=False)
        annotation: Any = Annotated[cast(Any, setting.type) | None, option]
        options.append(
            inspect.Parameter(setting.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        )

    def wrapper(**arguments: Any) -> None:
        names = {option.name for option in options}
        chosen = {name: value for name, value in arguments.items() if name in names and value is not None}
        command(**{name: value for name, value in arguments.items() if name not in names}, settings=chosen)

    wrapper.__name__, wrapper.__doc__ = command.__name__, command.__doc__
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own] + options
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    wrapper.__annotations__ = {p.name: p.annotation for p in parameters}
    return wrapper


@app.command()
@with_settings
def train(
    corpus: Annotated[
        list[str], typer.Argument(help="Files, folders, patterns, URLs, or - for stdin; .gz .bz2 .xz .zst.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="The model's folder.")],
    settings: dict[str, Any],
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    cache_dir: Annotated[Path | None, typer.Option(help="Where id streams are kept for the next run.")] = None,
    held_out: Annotated[
        float, typer.Option(help="Do not train on this share of the text; tell its likelihood after each epoch.")
    ] = 0.0,
    analogies: Annotated[list[Path] | None, typer.Option(help="Score on these questions after each epoch.")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="Score on these word pairs after each epoch.")] = None,
    patience: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many epochs without a better held-out (else first) score.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Save the model here after each epoch.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the newest checkpoint, if there is one.")
    ] = False,
) -> None:
    """Train word vectors on a corpus and save the model."""
    config = Config.of(settings)
    if patience and not (held_out or analogies or similarity):
        raise W2VError(
            "--patience needs a score to watch. Give --held-out 0.01, --analogies FILE or --similarity FILE."
        )
    if resume and not checkpoint:
        raise W2VError("--resume goes on from a checkpoint. Give --checkpoint FOLDER, where the earlier run left them.")

    from w2v import watch
    from w2v.callbacks import Callback
    from w2v.model import check_destination
    from w2v.progress import Reporter
    from w2v.text.sources import from_arguments
    from w2v.train import train as train_model

    check_destination(output, overwrite=overwrite)
    earlier = watch.latest(checkpoint) if checkpoint and resume else None
    stopping = watch.EarlyStopping(patience=patience) if patience else None
    callbacks: list[Callback | None] = [
        watch.Evaluate(analogies=analogies or (), similarity=similarity or ()) if analogies or similarity else None,
        stopping,
        watch.Checkpoint(checkpoint) if checkpoint else None,
    ]
    with Reporter(quiet=quiet) as reporter:
        chosen = [callback for callback in (*callbacks, reporter) if callback]
        source = from_arguments(corpus)
        model = train_model(source, config, callbacks=chosen, held_out=held_out, resume=earlier, cache_dir=cache_dir)
        if stopping and stopping.best:
            model = stopping.best
            reporter.say(f"best          after epoch {stopping.best_epoch}: that model is saved")
        model.save(output, overwrite=overwrite)
        reporter.say(f"saved         {output}   try: w2v nn {output} {model.vocab.words[len(model.vocab) // 20]}")


@app.command()
def nn(
    model: ModelPath,
    words: Annotated[list[str], typer.Argument(metavar="WORD...", help="Words to look up.")],
    topn: Annotated[int, typer.Option("--topn", "-n", min=1, help="Neighbours per word.")] = 10,
) -> None:
    """Print the nearest neighbours of words."""
    vectors = _load(model)
    for place, word in enumerate(words):
        if len(words) > 1:
            print(("\n" if place else "") + word)
        _print_ranking(vectors.most_similar(word, topn=topn))


@app.command()
def analogy(
    model: ModelPath,
    a: Annotated[str, typer.Argument(metavar="MAN")],
    b: Annotated[str, typer.Argument(metavar="KING")],
    c: Annotated[str, typer.Argument(metavar="WOMAN")],
    topn: Annotated[int, typer.Option("--topn", "-n", min=1, help="Answers to print.")] = 5,
) -> None:
    """Solve "MAN is to KING as WOMAN is to ?"."""
    _print_ranking(_load(model).most_similar(positive=[b, c], negative=[a], topn=topn))


@app.command(name="eval")
def evaluate(
    model: ModelPath,
    analogies: Annotated[list[Path] | None, typer.Option(help="A file of questions, as questions-words.txt.")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="A file of scored word pairs, as WordSim-353.")] = None,
    restrict_vocab: Annotated[int, typer.Option(min=1, help="Answer from this many most frequent words.")] = 30_000,
) -> None:
    """Score a model on analogies and word similarity; coverage stands beside every score."""
    if not analogies and not similarity:
        raise W2VError("Nothing to score on. Give --analogies FILE or --similarity FILE, or both.")
    from w2v import evaluate as scoring

    questions = {path: scoring.read_questions(path) for path in analogies or []}
    pairs = {path: scoring.read_pairs(path) for path in similarity or []}
    vectors = _load(model)
    table = (vectors.index_to_key, vectors.vectors)
    for path, asked in questions.items():
        print(f"{path}\n{scoring.analogies(*table, asked, restrict_vocab=restrict_vocab)}")
    for path, judged in pairs.items():
        print(f"{path}\n{scoring.similarity(*table, judged)}")


@app.command()
@with_settings
def compare(
    corpus: Annotated[
        list[str], typer.Argument(help="Files, folders, patterns, URLs, or - for stdin; .gz .bz2 .xz .zst.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="REPORT", help="The report's folder; an earlier one goes on.")
    ],
    settings: dict[str, Any],
    heads: Annotated[str, typer.Option(help="Output heads to compare, separated by commas.")] = "softmax,ns,hs",
    archs: Annotated[str, typer.Option(help="Encoders, separated by commas.")] = "skipgram,cbow",
    held_out: Annotated[
        float, typer.Option(help="Share of the text that no head trains on, to be measured on.")
    ] = 0.01,
    analogies: Annotated[list[Path] | None, typer.Option(help="A file of questions, as questions-words.txt.")] = None,
    similarity: Annotated[list[Path] | None, typer.Option(help="A file of scored word pairs, as WordSim-353.")] = None,
    vocab_sizes: Annotated[
        str, typer.Option(help="Measure the speed with these vocabulary sizes too, separated by commas.")
    ] = "",
    words: Annotated[str, typer.Option(help="Words to draw on the maps, separated by commas.")] = "",
    quiet: Quiet = False,
    cache_dir: Annotated[Path | None, typer.Option(help="Where id streams are kept for the next run.")] = None,
) -> None:
    """Train several heads on one text and write a report that compares them: likelihood, scores, speed, maps."""
    wrong = [size for size in _split(vocab_sizes) if not size.isdecimal() or int(size) < 2]
    if wrong:
        raise W2VError(f"--vocab-sizes has {wrong[0]!r}; expected whole numbers from 2, such as 1000,10000.")

    from w2v.comparison.run import compare as run
    from w2v.progress import Reporter
    from w2v.text.sources import from_arguments

    try:
        with Reporter(quiet=quiet) as reporter:
            comparison = run(
                from_arguments(corpus),
                output,
                heads=_split(heads),
                archs=_split(archs),
                held_out=held_out,
                analogies=analogies or (),
                similarity=similarity or (),
                vocab_sizes=map(int, _split(vocab_sizes)),
                words=_split(words) or None,
                callbacks=[reporter],
                cache_dir=cache_dir,
                **settings,
            )
    except KeyboardInterrupt:
        print(f"Interrupted. The same command goes on from what is finished in {output}.", file=sys.stderr)
        raise _ToldInterrupt(INTERRUPTED) from None
    print(comparison)
    if comparison.failed:
        names = ", ".join(outcome.name for outcome in comparison.failed)
        raise W2VError(f"{names} failed; {output / 'report.md'} says why. The same command tries again.")
    print(f"\nthe report is {output / 'report.md'}")


@app.command()
def plot(
    model: Annotated[
        list[Path], typer.Argument(metavar="MODEL...", help="A model folder or vectors file; with --history folders.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The picture: .png, .svg or .pdf.")],
    history: Annotated[
        bool, typer.Option("--history", help="Draw how the training of one or more models went, instead of a map.")
    ] = False,
    words: Annotated[str | None, typer.Option(help="Words to draw, separated by commas.")] = None,
    words_file: Annotated[Path | None, typer.Option(help="Words to draw, one a line, or word TAB group.")] = None,
    near: Annotated[
        str | None, typer.Option(help="Draw these words, separated by commas, and their neighbours.")
    ] = None,
    top: Annotated[int, typer.Option(min=3, help="Without words: draw this many most frequent ones.")] = 150,
    method: Annotated[str, typer.Option(help="tsne or pca; vectors of two dimensions are drawn as they are.")] = "tsne",
    seed: Annotated[int, typer.Option(help="Seed of t-SNE.")] = 1,
    title: Annotated[str | None, typer.Option(help="A title above the picture.")] = None,
) -> None:
    """Draw a 2-D map of word vectors, or with --history curves of how training went."""
    chosen_by = [option for option in (words, words_file, near) if option is not None]
    if len(chosen_by) > 1:
        raise W2VError("--words, --words-file and --near each say what to draw; give one of them.")
    if history and chosen_by:
        raise W2VError("--history draws curves, which have no words; leave --words, --words-file and --near out.")
    if not history and len(model) > 1:
        raise W2VError(f"A map shows one model, and {len(model)} are given. Give one, or --history to compare runs.")
    from w2v.plots import map as maps

    maps.check_suffix(output)
    if history:
        from w2v.plots import curves

        histories, objectives = curves.read_histories(model)
        maps.save_figure(curves.plot_history(histories, objectives=objectives, title=title), output)
        return
    vectors = _load(model[0])
    chosen, groups = None, None
    if words is not None:
        chosen = _split(words)
    elif words_file is not None:
        chosen, groups = maps.read_words(words_file)
    elif near is not None:
        chosen, groups = maps.neighbourhood(vectors, _split(near))
    figure = maps.plot_words(vectors, chosen, top=top, method=method, groups=groups, seed=seed, title=title)
    maps.save_figure(figure, output)


@app.command()
def convert(
    model: ModelPath,
    output: Annotated[
        Path, typer.Argument(metavar="OUT", help="word2vec format: .bin is binary; .txt or .vec is text.")
    ],
    overwrite: Overwrite = False,
) -> None:
    """Write a model's vectors as a word2vec file that other programs read."""
    from w2v.vectors import formats

    formats.is_binary(output)  # refuses a name that says neither binary nor text
    if output.exists() and not overwrite:
        raise W2VError(f"{output} exists already. Choose another name, or pass --overwrite to replace it.")
    _load(model).save(output)


@app.command()
def info(model: ModelPath) -> None:
    """Tell what a model is: size, settings, history."""
    vectors = _load(model)
    print(f"{len(vectors):,} words, {vectors.vector_size} dimensions")
    if not model.is_dir():
        print("a vectors file: it holds no settings and no history")
        return
    import json

    from w2v.callbacks import EpochRecord

    config = Config.load(model / "config.json")
    for setting in fields(Config):
        print(f"  {setting.name:<18}{getattr(config, setting.name)}")
    for record in json.loads((model / "history.json").read_text(encoding="utf-8")):
        print(f"  epoch {record['epoch']:<12}{EpochRecord(**record)}")


@app.command()
def demo(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for the corpus, the model and the map.")
    ] = Path("demo"),
    overwrite: Overwrite = False,
    quiet: Quiet = False,
) -> None:
    """Train on a small made-up world, query and score the vectors, and draw their map: under a minute."""
    from w2v.demo import run
    from w2v.progress import Reporter

    with Reporter(quiet=quiet) as reporter:
        run(output, reporter, overwrite=overwrite)


@app.command()
def fetch(
    name: Annotated[str, typer.Argument(help="A public corpus or question set by name; `list` lists them.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to put it in.")] = Path("."),
    quiet: Quiet = False,
) -> None:
    """Download a public corpus or question set: resumed when broken, checksum verified, unpacked."""
    from w2v import fetch as fetching
    from w2v.progress import download_bar

    if name == "list":
        for key, corpus in fetching.CORPORA.items():
            print(f"{key:<18}{corpus.about}")
        return
    with download_bar(name, quiet=quiet) as on_progress:
        print(fetching.fetch(name, output, on_progress=on_progress))


@app.command()
def cache(clear: Annotated[bool, typer.Option("--clear", help="Delete them.")] = False) -> None:
    """List the id streams kept from earlier runs."""
    from w2v import stream

    if clear:
        print(f"deleted {stream.clear_cache() / 1e6:,.0f} MB")
        return
    for kept in stream.cached_streams():
        print(f"{kept.size / 1e6:>8,.1f} MB  {kept.tokens:>14,} tokens  {', '.join(kept.sources)}")


def _load(path: Path) -> "KeyedVectors":
    from w2v.vectors import KeyedVectors

    return KeyedVectors.load(path)


def _split(words: str) -> list[str]:
    return [word for word in words.split(",") if word]


def _print_ranking(ranking: list[tuple[str, float]]) -> None:
    width = max(len(word) for word, _ in ranking)
    for word, score in ranking:
        print(f"  {word:<{width}}  {score:.3f}")
